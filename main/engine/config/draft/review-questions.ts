import type { RequestOutput, TestReport } from '../../../../shared/api/contract.ts'
import type { ConnectorConfig } from '../../../../shared/config/gateway.ts'
import type { OpcuaConnectorConfig, OpcuaKeyConfig, OpcuaRuleConfig } from '../../../../shared/config/opcua.ts'
import type { ThingsboardConfig } from '../../../../shared/config/thingsboard.ts'
import { asIs, type Said, said, saidOfError, sentenceOf } from '../../../../shared/said/said.ts'
import { asGatewayError } from '../../kit/gateway-error.ts'

// What the review asks the servers that are touched, each for what is new to it.

export type RuleFinds = Pick<RequestOutput<'opcua.previewRule'>, 'devices' | 'keys' | 'problems' | 'said'>

export interface ReviewParts {
  /** With secrets resolved; values in the order of the addresses. */
  readonly readNodes: (
    source: OpcuaConnectorConfig,
    nodeIds: readonly string[],
    signal: AbortSignal,
  ) => Promise<readonly { readonly type: string; readonly quality: string }[]>
  /** With secrets resolved. */
  readonly previewRule: (source: OpcuaConnectorConfig, rule: OpcuaRuleConfig, signal: AbortSignal) => Promise<RuleFinds>
  readonly testSource: (source: ConnectorConfig, signal: AbortSignal) => Promise<TestReport>
  readonly testThingsboard: (thingsboard: ThingsboardConfig, signal: AbortSignal) => Promise<TestReport>
  /** Type of the newest value of a series; undefined when none was ever seen. */
  readonly lastType: (device: string, key: string, kind: string) => string | undefined
}

/** For all servers together: they are asked at the same time. */
export const askMs = 10_000
/** Asked per server; more would be a load test. */
const nodeLimit = 2000
/** Addresses per request. */
const readLimit = 500

export interface AskedNode {
  readonly device: string
  readonly key: OpcuaKeyConfig
  /** Undefined: not asked, or no answer. */
  readonly answer: { readonly type: string; readonly quality: string } | undefined
}

export interface SourceAnswer {
  readonly source: ConnectorConfig
  readonly state: 'ok' | 'problem' | 'unknown'
  readonly detail: Said
  readonly hint: Said
  readonly nodes: readonly AskedNode[]
  readonly skipped: number
}

export async function askSource(
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
      return { ...rest, state: 'ok', detail: asIs(''), hint: asIs(''), nodes }
    }
    const failed = await within(failedStep(parts.testSource(source, signal)), signal)
    if (!failed) return { ...rest, state: 'ok', detail: asIs(''), hint: asIs(''), nodes: [] }
    return { ...rest, state: 'problem', ...failed, nodes: [] }
  } catch (error) {
    if (signal.aborted) {
      const detail = said('review.noAnswer', { seconds: askMs / 1000 })
      return { ...rest, state: 'unknown', detail, hint: asIs(''), nodes: unanswered }
    }
    return { ...rest, state: 'problem', ...saidOfError(asGatewayError(error)), nodes: unanswered }
  }
}

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
export function newKeys(
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

/** What the step says that failed; undefined when none did. */
export async function failedStep(report: Promise<TestReport>): Promise<{ detail: Said; hint: Said } | undefined> {
  const step = (await report).steps.find(({ state }) => state === 'failed')
  return step && { detail: sentenceOf(step, 'detail'), hint: sentenceOf(step, 'hint') }
}

/** What ignores its signal is left behind; its late answer is nobody's. */
export function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason)
  return new Promise((resolve, reject) => {
    const late = (): void => reject(signal.reason)
    signal.addEventListener('abort', late, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', late))
  })
}
