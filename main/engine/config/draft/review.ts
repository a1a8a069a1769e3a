import type { ConfigCheck } from '../../../../shared/api/draft-requests.ts'
import type { ConnectorConfig, GatewayConfig } from '../../../../shared/config/gateway.ts'
import { isSame } from '../../../../shared/config/identity.ts'
import type { NodeFacts } from '../../../../shared/said/review-sentences.ts'
import { asIs, inWords, type Said, said, saidOfError } from '../../../../shared/said/said.ts'
import { asGatewayError } from '../../kit/gateway-error.ts'
import type { FoundChange } from './diff.ts'
import {
  type AskedNode,
  askMs,
  askSource,
  failedStep,
  newKeys,
  type ReviewParts,
  type SourceAnswer,
  within,
} from './review-questions.ts'
import { askRules, type RuleAnswer, ruleWords } from './review-rules.ts'

// What the review checks before anything is applied: names and types from what is known here, nodes and connections by asking
// the servers that are touched. A server that does not answer in time is `unknown`, never a reason to wait.

/** Names shown under one check. */
const aboutLimit = 100

export async function checkDraft(
  before: GatewayConfig,
  after: GatewayConfig,
  changes: readonly FoundChange[],
  parts: ReviewParts,
  withinMs = askMs,
): Promise<ConfigCheck[]> {
  const signal = AbortSignal.timeout(withinMs)
  const touched = touchedSources(before, after).filter((source) => source.enabled)
  const [answers, ruleAnswers, thingsboard] = await Promise.all([
    Promise.all(touched.map((source) => askSource(source, sameSource(before, source), parts, signal))),
    Promise.all(touched.map((source) => askRules(source, sameSource(before, source), parts, signal))),
    checkThingsboard(before, after, parts, signal),
  ])
  const asked = answers.flatMap((answer) => answer.nodes)
  return [
    checked('schema', 'ok', { detail: said('review.canRun') }),
    ...checkNodes(asked, answers, ruleAnswers.flat()),
    checkNames(after),
    checkTypes(before, after, asked, parts),
    ...(touched.length > 0 ? [checkSources(answers)] : []),
    ...(thingsboard ? [thingsboard] : []),
    ...checkDevices(changes),
  ]
}

/** Those that will be started anew, also because they come or go. */
function touchedSources(before: GatewayConfig, after: GatewayConfig): ConnectorConfig[] {
  return after.connectors.filter((source) => !isSame(source, sameSource(before, source)))
}

/** Whoever is stopped or started, by name. */
export function touchedNames(before: GatewayConfig, after: GatewayConfig): string[] {
  const gone = before.connectors.filter((source) => !sameSource(after, source))
  return [...touchedSources(before, after), ...gone].map(({ name }) => name)
}

const sameSource = (config: GatewayConfig, { id }: ConnectorConfig): ConnectorConfig | undefined =>
  config.connectors.find((source) => source.id === id)

function checkNodes(
  asked: readonly AskedNode[],
  answers: readonly SourceAnswer[],
  ruleAnswers: readonly RuleAnswer[],
): ConfigCheck[] {
  if (asked.length === 0 && ruleAnswers.length === 0) return []
  const missing = asked.filter(({ answer }) => answer && /NodeIdUnknown|NodeIdInvalid/.test(answer.quality))
  const open = asked.filter(({ answer }) => !answer)
  const skipped = answers.reduce((sum, answer) => sum + answer.skipped, 0)
  const rules = ruleWords(ruleAnswers)
  const facts: NodeFacts = {
    exist: asked.length - missing.length - open.length,
    all: asked.length === 0 ? 0 : asked.length + skipped,
    missing: missing.length,
    open: open.length,
    skipped,
    ruleKeys: ruleAnswers.length > rules.open ? rules.keys : undefined,
    rulesEmpty: rules.empty,
    rulesOpen: rules.open,
  }
  const detail = said('review.nodes', facts)
  const nodes = [...missing, ...open].map(({ device, key }) => asIs(`${device} › ${key.key}: ${key.node}`))
  const isUnknown = open.length > 0 || rules.open > 0
  const doubt = rules.about.length > rules.open ? 'warning' : isUnknown ? 'unknown' : 'ok'
  const hint = missing.length > 0 ? said('review.chooseOthers') : undefined
  return [checked('nodes', missing.length > 0 ? 'problem' : doubt, { detail, hint, about: [...nodes, ...rules.about] })]
}

/** Two sources for one device are allowed, and mostly a slip. */
function checkNames(after: GatewayConfig): ConfigCheck {
  const sources = new Map<string, Set<string>>()
  for (const source of after.connectors) {
    for (const name of deviceNames(source)) sources.set(name, (sources.get(name) ?? new Set()).add(source.name))
  }
  const twice = [...sources].filter(([, names]) => names.size > 1)
  if (twice.length === 0) return checked('names', 'ok', { detail: said('review.unique') })
  return checked('names', 'warning', {
    detail: said('review.twice', { count: twice.length }),
    hint: said('review.renameOne'),
    about: twice.slice(0, aboutLimit).map(([name, names]) => asIs(`${name}: ${[...names].join(', ')}`)),
  })
}

function deviceNames(source: ConnectorConfig): string[] {
  if (source.type === 'opcua') return source.devices.map(({ name }) => name)
  return source.topics.flatMap(({ device }) => (device.includes('${') ? [] : [device]))
}

function checkTypes(
  before: GatewayConfig,
  after: GatewayConfig,
  asked: readonly AskedNode[],
  parts: ReviewParts,
): ConfigCheck {
  const fromServer = new Map(asked.map(({ key, answer }) => [key, answer]))
  const about: Said[] = []
  let count = 0
  for (const source of touchedSources(before, after)) {
    if (source.type !== 'opcua') continue
    for (const { device, key } of newKeys(source, sameSource(before, source))) {
      const last = parts.lastType(device, key.key, key.kind)
      const next = key.type === 'auto' ? plainType(fromServer.get(key)?.type) : key.type
      if (last === undefined || next === undefined || family(last) === family(next)) continue
      count++
      if (about.length < aboutLimit) about.push(asIs(`${device} › ${key.key}: ${last} → ${next}`))
    }
  }
  if (count === 0) return checked('types', 'ok', { detail: said('review.sameTypes') })
  const detail = said('review.otherTypes', { count })
  return checked('types', 'warning', { detail, hint: said('review.typesMayBreak'), about })
}

/** ThingsBoard keeps numbers, texts and truth values apart; widths do not matter to it. */
const family = (type: string): string => (/^(integer|double|float)$/.test(type) ? 'number' : type)

/** Of an OPC UA data type by name. */
function plainType(name: string | undefined): string | undefined {
  if (name === undefined || name === '') return undefined
  if (/^(S?Byte|U?Int(16|32|64))$/.test(name)) return 'integer'
  if (/^(Float|Double|Number)$/.test(name)) return 'double'
  if (name === 'Boolean') return 'boolean'
  return /^(String|LocalizedText|DateTime|Guid)$/.test(name) ? 'string' : undefined
}

function checkSources(answers: readonly SourceAnswer[]): ConfigCheck {
  const bad = answers.filter(({ state }) => state !== 'ok')
  if (bad.length === 0)
    return checked('sources', 'ok', { detail: said('review.sourcesAnswer', { count: answers.length }) })
  const isCertain = bad.some(({ state }) => state === 'problem')
  const count = bad.length
  return checked('sources', isCertain ? 'problem' : 'unknown', {
    detail: isCertain
      ? said('review.sourcesUnusable', { count })
      : said('review.sourcesSilent', { count, seconds: askMs / 1000 }),
    hint: bad.find(({ hint }) => hint.text !== '')?.hint ?? said('review.whenBack'),
    about: bad.slice(0, aboutLimit).map(({ source, detail }) => said('review.about', { name: source.name, detail })),
  })
}

async function checkThingsboard(
  before: GatewayConfig,
  after: GatewayConfig,
  parts: ReviewParts,
  signal: AbortSignal,
): Promise<ConfigCheck | undefined> {
  const { thingsboard } = after
  if (!thingsboard || isSame(thingsboard, before.thingsboard)) return undefined
  const about = [asIs(`${thingsboard.host}:${thingsboard.port}`)]
  try {
    const failed = await within(failedStep(parts.testThingsboard(thingsboard, signal)), signal)
    if (!failed) return checked('thingsboard', 'ok', { detail: said('review.thingsboardAnswers'), about })
    return checked('thingsboard', 'problem', { ...failed, about })
  } catch (error) {
    const hint = said('review.checkAddress')
    if (!signal.aborted) {
      return checked('thingsboard', 'problem', { detail: saidOfError(asGatewayError(error)).detail, hint, about })
    }
    const detail = said('review.thingsboardSilent', { seconds: askMs / 1000 })
    return checked('thingsboard', 'unknown', { detail, hint, about })
  }
}

function checkDevices(changes: readonly FoundChange[]): ConfigCheck[] {
  const gone = changes.flatMap(({ kind, subject, where, before }) => {
    if (kind !== 'removed') return []
    if (subject === 'device') return [where.at(-1) ?? '']
    return subject === 'source' ? deviceNames(before as ConnectorConfig) : []
  })
  if (gone.length === 0) return []
  return [
    checked('devices', 'warning', {
      detail: said('review.devicesGone', { count: gone.length }),
      hint: said('review.devicesStay'),
      about: gone.slice(0, aboutLimit).map(asIs),
    }),
  ]
}

function checked(
  check: ConfigCheck['check'],
  state: ConfigCheck['state'],
  words: { readonly detail: Said; readonly hint?: Said | undefined; readonly about?: readonly Said[] },
): ConfigCheck {
  const { detail, hint = asIs(''), about = [] } = words
  return { check, state, ...inWords({ detail, hint, about: about.slice(0, aboutLimit) }) }
}
