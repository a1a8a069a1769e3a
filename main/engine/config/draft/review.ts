import type { TestReport } from '../../../../shared/api/contract.ts'
import type { ConfigCheck } from '../../../../shared/api/draft-requests.ts'
import type { ConnectorConfig, GatewayConfig } from '../../../../shared/config/gateway.ts'
import { isFields, isSame } from '../../../../shared/config/identity.ts'
import type { OpcuaConnectorConfig, OpcuaKeyConfig } from '../../../../shared/config/opcua.ts'
import type { ThingsboardConfig } from '../../../../shared/config/thingsboard.ts'
import { causeText } from '../../kit/gateway-error.ts'
import type { FoundChange } from './diff.ts'

// What the review checks before anything is applied: names and types from what is known here, nodes and connections by asking
// the servers that are touched. A server that does not answer in time is `unknown`, never a reason to wait.

export interface ReviewParts {
  /** With secrets resolved; values in the order of the addresses. */
  readonly readNodes: (
    source: OpcuaConnectorConfig,
    nodeIds: readonly string[],
    signal: AbortSignal,
  ) => Promise<readonly { readonly type: string; readonly quality: string }[]>
  readonly testSource: (source: ConnectorConfig, signal: AbortSignal) => Promise<TestReport>
  readonly testThingsboard: (thingsboard: ThingsboardConfig, signal: AbortSignal) => Promise<TestReport>
  /** Type of the newest value of a series; undefined when none was ever seen. */
  readonly lastType: (device: string, key: string, kind: string) => string | undefined
}

/** For all servers together: they are asked at the same time. */
const askMs = 10_000
/** Asked per server; more would be a load test. */
const nodeLimit = 2000
/** Addresses per request. */
const readLimit = 500
/** Names shown under one check. */
const aboutLimit = 100

export async function checkDraft(
  before: GatewayConfig,
  after: GatewayConfig,
  changes: readonly FoundChange[],
  parts: ReviewParts,
): Promise<ConfigCheck[]> {
  const signal = AbortSignal.timeout(askMs)
  const touched = touchedSources(before, after).filter((source) => source.enabled)
  const answers = await Promise.all(
    touched.map((source) => askSource(source, sameSource(before, source), parts, signal)),
  )
  const thingsboard = await checkThingsboard(before, after, parts, signal)
  const asked = answers.flatMap((answer) => answer.nodes)
  return [
    { check: 'schema', state: 'ok', detail: 'The draft can run as it is', hint: '', about: [] },
    ...checkNodes(asked, answers),
    checkNames(after),
    checkTypes(before, after, asked, parts),
    ...(touched.length > 0 ? [checkSources(answers)] : []),
    ...(thingsboard ? [thingsboard] : []),
    ...checkDevices(changes),
  ]
}

/** Those that will be started anew, also because they come or go. */
export function touchedSources(before: GatewayConfig, after: GatewayConfig): ConnectorConfig[] {
  return after.connectors.filter((source) => !isSame(source, sameSource(before, source)))
}

/** Whoever is stopped or started, by name. */
export function touchedNames(before: GatewayConfig, after: GatewayConfig): string[] {
  const gone = before.connectors.filter((source) => !sameSource(after, source))
  return [...touchedSources(before, after), ...gone].map(({ name }) => name)
}

const sameSource = (config: GatewayConfig, { id }: ConnectorConfig): ConnectorConfig | undefined =>
  config.connectors.find((source) => source.id === id)

interface AskedNode {
  readonly device: string
  readonly key: OpcuaKeyConfig
  /** Undefined: not asked, or no answer. */
  readonly answer: { readonly type: string; readonly quality: string } | undefined
}

interface SourceAnswer {
  readonly source: ConnectorConfig
  readonly state: 'ok' | 'problem' | 'unknown'
  readonly detail: string
  readonly hint: string
  readonly nodes: readonly AskedNode[]
  readonly skipped: number
}

async function askSource(
  source: ConnectorConfig,
  before: ConnectorConfig | undefined,
  parts: ReviewParts,
  signal: AbortSignal,
): Promise<SourceAnswer> {
  const keys = source.type === 'opcua' ? newKeys(source, before) : []
  const asked = keys.slice(0, nodeLimit)
  const rest = { source, skipped: keys.length - asked.length }
  const unanswered = asked.map((node) => ({ ...node, answer: undefined }))
  try {
    if (source.type === 'opcua') {
      const nodes = await within(readAll(source, asked, parts, signal), signal)
      return { ...rest, state: 'ok', detail: '', hint: '', nodes }
    }
    const failed = await within(failedStep(parts.testSource(source, signal)), signal)
    if (!failed) return { ...rest, state: 'ok', detail: '', hint: '', nodes: [] }
    return { ...rest, state: 'problem', detail: failed.detail, hint: failed.hint, nodes: [] }
  } catch (error) {
    if (signal.aborted) return { ...rest, state: 'unknown', detail: noAnswer, hint: '', nodes: unanswered }
    const hint = isFields(error) && typeof error['hint'] === 'string' ? error['hint'] : ''
    return { ...rest, state: 'problem', detail: causeText(error), hint, nodes: unanswered }
  }
}

const noAnswer = `did not answer within ${askMs / 1000} s`

async function readAll(
  source: OpcuaConnectorConfig,
  keys: readonly { readonly device: string; readonly key: OpcuaKeyConfig }[],
  parts: ReviewParts,
  signal: AbortSignal,
): Promise<AskedNode[]> {
  const nodes: AskedNode[] = []
  // The server's own state when nothing else is asked: whether it answers at all.
  if (keys.length === 0) await parts.readNodes(source, ['i=2259'], signal)
  for (let start = 0; start < keys.length; start += readLimit) {
    const page = keys.slice(start, start + readLimit)
    const addresses = page.map(({ key }) => key.node)
    const answers = await parts.readNodes(source, addresses, signal)
    nodes.push(...page.map((node, i) => ({ ...node, answer: answers[i] })))
  }
  return nodes
}

/** Keys whose node was not read with this address before: only those can be wrong now. */
function newKeys(
  source: OpcuaConnectorConfig,
  before: ConnectorConfig | undefined,
): { device: string; key: OpcuaKeyConfig }[] {
  const isSameServer = before?.type === 'opcua' && before.endpointUrl === source.endpointUrl
  const known = new Map<string, OpcuaKeyConfig>()
  if (isSameServer) {
    for (const device of before.devices) {
      for (const key of device.keys) known.set(`${device.name}\u0000${key.key}\u0000${key.kind}`, key)
    }
  }
  return source.devices.flatMap((device) =>
    device.keys.flatMap((key) => {
      const old = known.get(`${device.name}\u0000${key.key}\u0000${key.kind}`)
      return old?.node === key.node && old.type === key.type ? [] : [{ device: device.name, key }]
    }),
  )
}

async function failedStep(report: Promise<TestReport>): Promise<TestReport['steps'][number] | undefined> {
  return (await report).steps.find((step) => step.state === 'failed')
}

function checkNodes(asked: readonly AskedNode[], answers: readonly SourceAnswer[]): ConfigCheck[] {
  if (asked.length === 0) return []
  const missing = asked.filter(({ answer }) => answer && /NodeIdUnknown|NodeIdInvalid/.test(answer.quality))
  const open = asked.filter(({ answer }) => !answer)
  const skipped = answers.reduce((sum, answer) => sum + answer.skipped, 0)
  const found = asked.length - missing.length - open.length
  const words = [`${found} of ${asked.length + skipped} nodes exist`]
  if (missing.length > 0) words.push(`${missing.length} do not`)
  if (open.length > 0) words.push(`${open.length} could not be asked for`)
  if (skipped > 0) words.push(`${skipped} were not asked for`)
  const about = [...missing, ...open].map(({ device, key }) => `${device} › ${key.key}: ${key.node}`)
  const state = missing.length > 0 ? 'problem' : open.length > 0 ? 'unknown' : 'ok'
  const hint = missing.length > 0 ? 'Choose other nodes for them, or apply all the same: the others are collected.' : ''
  return [{ check: 'nodes', state, detail: words.join(', '), hint, about: about.slice(0, aboutLimit) }]
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

/** What ignores its signal is left behind; its late answer is nobody's. */
function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason)
  return new Promise((resolve, reject) => {
    const late = (): void => reject(signal.reason)
    signal.addEventListener('abort', late, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', late))
  })
}
