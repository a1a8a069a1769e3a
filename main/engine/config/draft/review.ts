import type { ConfigCheck } from '../../../../shared/api/draft-requests.ts'
import type { ConnectorConfig, GatewayConfig } from '../../../../shared/config/gateway.ts'
import { isSame } from '../../../../shared/config/identity.ts'
import { causeText } from '../../kit/gateway-error.ts'
import type { FoundChange } from './diff.ts'
import {
  type AskedNode,
  askMs,
  askSource,
  failedStep,
  newKeys,
  noAnswer,
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
    { check: 'schema', state: 'ok', detail: 'The draft can run as it is', hint: '', about: [] },
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
  const words: string[] = []
  if (asked.length > 0) {
    words.push(`${asked.length - missing.length - open.length} of ${asked.length + skipped} nodes exist`)
  }
  if (missing.length > 0) words.push(`${missing.length} do not`)
  if (open.length > 0) words.push(`${open.length} could not be asked for`)
  if (skipped > 0) words.push(`${skipped} were not asked for`)
  if (ruleAnswers.length > rules.open) words.push(`changed rules find ${rules.keys} keys`)
  if (rules.empty > 0) words.push(`${rules.empty} of them nothing`)
  if (rules.open > 0) words.push(`${rules.open} changed rules could not be tried`)
  const nodes = [...missing, ...open].map(({ device, key }) => `${device} › ${key.key}: ${key.node}`)
  const isUnknown = open.length > 0 || rules.open > 0
  const doubt = rules.about.length > rules.open ? 'warning' : isUnknown ? 'unknown' : 'ok'
  return [
    {
      check: 'nodes',
      state: missing.length > 0 ? 'problem' : doubt,
      detail: words.join(', '),
      hint: missing.length > 0 ? 'Choose other nodes for them, or apply all the same: the others are collected.' : '',
      about: [...nodes, ...rules.about].slice(0, aboutLimit),
    },
  ]
}

/** Two sources for one device are allowed, and mostly a slip. */
function checkNames(after: GatewayConfig): ConfigCheck {
  const sources = new Map<string, Set<string>>()
  for (const source of after.connectors) {
    for (const name of deviceNames(source)) sources.set(name, (sources.get(name) ?? new Set()).add(source.name))
  }
  const twice = [...sources].filter(([, names]) => names.size > 1)
  if (twice.length === 0) return { check: 'names', state: 'ok', detail: 'Names are unique', hint: '', about: [] }
  return {
    check: 'names',
    state: 'warning',
    detail: twice.length === 1 ? '1 device has several sources' : `${twice.length} devices have several sources`,
    hint: 'Give one of them another name unless they are meant to be the same device.',
    about: twice.slice(0, aboutLimit).map(([name, names]) => `${name}: ${[...names].join(', ')}`),
  }
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
  const about: string[] = []
  let count = 0
  for (const source of touchedSources(before, after)) {
    if (source.type !== 'opcua') continue
    for (const { device, key } of newKeys(source, sameSource(before, source))) {
      const last = parts.lastType(device, key.key, key.kind)
      const next = key.type === 'auto' ? plainType(fromServer.get(key)?.type) : key.type
      if (last === undefined || next === undefined || family(last) === family(next)) continue
      count++
      if (about.length < aboutLimit) about.push(`${device} › ${key.key}: ${last} → ${next}`)
    }
  }
  if (count === 0) return { check: 'types', state: 'ok', detail: 'No key changes its type', hint: '', about }
  return {
    check: 'types',
    state: 'warning',
    detail: count === 1 ? '1 key changes its type' : `${count} keys change their type`,
    hint: 'Charts and rules in ThingsBoard that use them may break; a new key name avoids that.',
    about,
  }
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
  const about = bad.slice(0, aboutLimit).map(({ source, detail }) => `${source.name}: ${detail}`)
  if (bad.length === 0) {
    const detail = answers.length === 1 ? 'The changed source answers' : `All ${answers.length} changed sources answer`
    return { check: 'sources', state: 'ok', detail, hint: '', about }
  }
  const isCertain = bad.some(({ state }) => state === 'problem')
  const subject = bad.length === 1 ? '1 changed source' : `${bad.length} changed sources`
  return {
    check: 'sources',
    state: isCertain ? 'problem' : 'unknown',
    detail: `${subject} ${isCertain ? 'can not be used now' : noAnswer}`,
    hint: bad.find(({ hint }) => hint !== '')?.hint ?? 'The change takes effect when they can be reached again.',
    about,
  }
}

async function checkThingsboard(
  before: GatewayConfig,
  after: GatewayConfig,
  parts: ReviewParts,
  signal: AbortSignal,
): Promise<ConfigCheck | undefined> {
  const { thingsboard } = after
  if (!thingsboard || isSame(thingsboard, before.thingsboard)) return undefined
  const about = [`${thingsboard.host}:${thingsboard.port}`]
  try {
    const failed = await within(failedStep(parts.testThingsboard(thingsboard, signal)), signal)
    if (!failed) return { check: 'thingsboard', state: 'ok', detail: 'ThingsBoard answers', hint: '', about }
    return { check: 'thingsboard', state: 'problem', detail: failed.detail, hint: failed.hint, about }
  } catch (error) {
    const detail = signal.aborted ? `ThingsBoard ${noAnswer}` : causeText(error)
    const state = signal.aborted ? 'unknown' : 'problem'
    return { check: 'thingsboard', state, detail, hint: 'Check address, port and TLS.', about }
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
    {
      check: 'devices',
      state: 'warning',
      detail: gone.length === 1 ? '1 device gets no more values' : `${gone.length} devices get no more values`,
      hint: 'They stay in ThingsBoard with their history. Delete them there if they are gone for good.',
      about: gone.slice(0, aboutLimit),
    },
  ]
}
