import { assertNever } from '../../../shared/assert.ts'
import type { ConnectorStatus, GatewayStatus } from '../../../shared/status.ts'
import type { Tone } from '../../components/state-mark.tsx'
import { formatCount, formatDuration, formatRate } from '../../format.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { overviewText as text } from '../../i18n/en-overview.ts'
import { asSentence, nextSentence } from '../../i18n/punctuation.ts'
import { sayField } from '../../i18n/say.ts'
import { secondsToFull } from '../delivery/words.ts'

// What each stage of the pipe says about itself: one tone and one sentence with the cause. Pure.

export type StageName = 'read' | 'map' | 'queue' | 'deliver'

export interface StageReport {
  readonly tone: Tone
  readonly cause: string
}

/** Filling faster than this is worth a warning: a shift can react to it. */
const soonFullSeconds = 24 * 3600
/** Waiting longer than this is more than the normal round trip. */
const longWaitSeconds = 10
/** Messages in flight without any acknowledgement for this long: ThingsBoard accepts but confirms nothing. */
const stalledMs = 10_000

export function stageReports(status: GatewayStatus): Record<StageName, StageReport> {
  return {
    read: readReport(status.connectors),
    map: mapReport(status),
    queue: queueReport(status),
    deliver: deliverReport(status),
  }
}

const severity: readonly Tone[] = ['ok', 'off', 'busy', 'warn', 'bad']

/** The first of the worst stages; undefined when all is well. */
export function worstStage(reports: Record<StageName, StageReport>): StageName | undefined {
  let worst: StageName | undefined
  for (const name of ['read', 'map', 'queue', 'deliver'] as const) {
    const rank = severity.indexOf(reports[name].tone)
    if (rank >= 3 && (worst === undefined || rank > severity.indexOf(reports[worst].tone))) worst = name
  }
  return worst
}

function readReport(connectors: readonly ConnectorStatus[]): StageReport {
  if (connectors.length === 0) return { tone: 'off', cause: text.read.none }
  const enabled = connectors.filter((c) => c.state !== 'disabled')
  if (enabled.length === 0) return { tone: 'off', cause: text.read.allDisabled }
  for (const state of ['faulted', 'waiting'] as const) {
    const hit = enabled.filter((c) => c.state === state)
    const first = hit[0]
    if (!first) continue
    const more = hit.length > 1 ? ` (${text.read.more(hit.length - 1)})` : ''
    return {
      tone: state === 'faulted' ? 'bad' : 'warn',
      cause: text.read.cause(first.name, sayField(first, 'detail') || frameText.connector[state]) + more,
    }
  }
  const connecting = enabled.find((c) => c.state === 'connecting')
  if (connecting) return { tone: 'busy', cause: text.read.connecting(connecting.name) }
  const tags = sum(enabled, (c) => c.tags)
  const bad = tags - sum(enabled, (c) => c.tagsGood)
  if (bad > 0) return { tone: 'warn', cause: text.read.tags(bad, tags) }
  return { tone: 'ok', cause: text.read.ok }
}

function mapReport({ mapping }: GatewayStatus): StageReport {
  if (mapping.unmapped > 0) return { tone: 'warn', cause: text.map.unmapped(formatCount(mapping.unmapped)) }
  if (mapping.mapped === 0) return { tone: 'off', cause: text.map.nothing }
  return { tone: 'ok', cause: text.map.ok }
}

function queueReport(status: GatewayStatus): StageReport {
  const { store } = status
  switch (store.state) {
    case 'opening':
      return { tone: 'busy', cause: text.queue.opening }
    case 'faulted':
      return { tone: 'bad', cause: sayField(store, 'detail') }
    case 'full':
      return { tone: 'bad', cause: sayField(store, 'detail') || text.queue.full }
    case 'closed':
      return { tone: 'off', cause: text.queue.closed }
    case 'ready':
      break
    default:
      return assertNever(store.state, 'store state')
  }
  const left = secondsToFull(status)
  if (store.alarm !== 'none') {
    const percent = Math.floor(store.fill * 100)
    const cause =
      left === undefined ? text.queue.alarm(percent) : text.queue.alarmFilling(percent, formatDuration(left))
    return { tone: store.alarm === 'critical' ? 'bad' : 'warn', cause: joined(cause, draining(status)) }
  }
  if (left !== undefined && left < soonFullSeconds) {
    return { tone: 'warn', cause: text.queue.filling(formatDuration(left)) }
  }
  const drains = draining(status)
  if (drains !== undefined) return { tone: 'busy', cause: drains }
  if (store.oldestSeconds > longWaitSeconds) {
    return { tone: 'warn', cause: text.queue.waiting(formatDuration(store.oldestSeconds)) }
  }
  return { tone: 'ok', cause: text.queue.ok }
}

/** How fast the backlog goes and when it is gone; undefined when there is none or nothing is sent. */
function draining({ store, uplink }: GatewayStatus): string | undefined {
  const values = store.lanes.backlog.pending
  if (values === 0 || uplink.state !== 'online') return undefined
  const words = text.queue.draining(formatCount(values), formatRate(uplink.backlogPerSecond))
  const left = uplink.backlogSecondsLeft
  return left === undefined ? words : `${words}, ${text.queue.goneIn(formatDuration(left))}`
}

function joined(first: string, second: string | undefined): string {
  return second === undefined ? first : `${first}${nextSentence}${second}`
}

export function deliverReport({ uplink, at, balance }: GatewayStatus): StageReport {
  switch (uplink.state) {
    case 'unconfigured':
      return { tone: 'off', cause: text.deliver.unconfigured }
    case 'faulted':
      return { tone: 'bad', cause: sayField(uplink, 'detail') || frameText.uplink.faulted }
    case 'waiting': {
      const next = uplink.nextTryAt === undefined ? 0 : Math.ceil((uplink.nextTryAt - at) / 1000)
      const detail = asSentence(sayField(uplink, 'detail') || frameText.uplink.waiting)
      return { tone: 'warn', cause: next > 0 ? text.deliver.retry(detail, next) : detail }
    }
    case 'connecting':
      return { tone: 'busy', cause: sayField(uplink, 'detail') || text.deliver.connecting }
    case 'idle':
      return { tone: 'off', cause: sayField(uplink, 'detail') || text.deliver.idle }
    case 'online':
      break
    default:
      return assertNever(uplink.state, 'uplink state')
  }
  const silence = at - Math.max(uplink.lastAckAt ?? 0, uplink.since)
  if (balance.inFlight > 0 && silence > stalledMs) {
    return { tone: 'warn', cause: text.deliver.stalled(formatDuration(silence / 1000)) }
  }
  return { tone: 'ok', cause: text.deliver.ok }
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  let total = 0
  for (const item of items) total += of(item)
  return total
}
