import type { TagRow } from '../../../shared/api/contract.ts'
import type { TraceAction, TraceReport, TraceStage } from '../../../shared/api/mapping-requests.ts'
import { asIs, inWords, type Said, saidOfError, sentenceOf } from '../../../shared/said/said.ts'
import { saidOfStored } from '../../../shared/said/stored.ts'
import { qualityOf } from '../../../shared/sample.ts'
import type { ConnectorStatus, Issue, QuarantineEntry, StoreStatus, UplinkStatus } from '../../../shared/status.ts'
import type { ReportMoment } from '../analyze/report-filter.ts'
import { statusText } from '../map/status-text.ts'
import type { LiveSeries } from '../pipeline/series.ts'
import type { TagMoment } from '../pipeline/tag-memory.ts'

// One value on its way, judged stage by stage. Pure: facts in, four stages out. The sentences are the renderer's
// (i18n/en-trace.ts, by `code`); causes are in the words of the part that knows them.

export interface TraceFacts {
  readonly now: number
  readonly device: string
  readonly key: string
  /** The source in what runs; undefined when it is only in the draft, or gone. */
  readonly connector: ConnectorStatus | undefined
  /** The key is only in the draft. */
  readonly isDraft: boolean
  /** Nothing maps it. */
  readonly isUnmapped: boolean
  /** OPC UA only. */
  readonly tag: TagRow | undefined
  readonly moment: TagMoment
  readonly series: LiveSeries | undefined
  readonly report: ReportMoment | undefined
  readonly store: StoreStatus
  readonly uplink: UplinkStatus
  /** Newest first. */
  readonly quarantined: readonly QuarantineEntry[]
  /** Open ones. */
  readonly issues: readonly Issue[]
}

type Judged = Pick<TraceStage, 'state' | 'code'> &
  Partial<Pick<TraceStage, 'at' | 'facts' | 'actions'>> & { readonly detail?: Said; readonly hint?: Said }

/** A value younger than this is on its way, not stuck: commit, batch and acknowledgement take their time. */
const underWayMs = 5000

export function judge(facts: TraceFacts): Pick<TraceReport, 'stages' | 'broken'> {
  const stages: TraceStage[] = [
    stageOf('read', read(facts)),
    stageOf('map', map(facts)),
    stageOf('queue', queue(facts)),
    stageOf('deliver', deliver(facts)),
  ]
  const broken = stages.find((stage) => stage.state !== 'ok')?.stage
  return broken ? { stages, broken } : { stages }
}

function stageOf(stage: TraceStage['stage'], judged: Judged): TraceStage {
  const { detail = asIs(''), hint = asIs(''), ...rest } = judged
  return { stage, at: 0, facts: {}, actions: [], ...rest, ...inWords({ detail, hint }) }
}

function read(facts: TraceFacts): Judged {
  const { connector, moment, issues } = facts
  if (facts.isDraft) return { state: 'off', code: 'not-applied', actions: [action('review')] }
  if (!connector) return { state: 'off', code: 'no-source' }
  const source = action('source', connector.id)
  const issue = issues.find(({ subject, code }) => subject === connector.id && !code.startsWith('MAP_'))
  switch (connector.state) {
    case 'disabled':
      return { state: 'off', code: 'switched-off', at: connector.since, actions: [source] }
    case 'waiting':
    case 'faulted':
      return {
        state: 'problem',
        code: 'source-down',
        at: connector.since,
        detail: sentenceOf(connector, 'detail'),
        hint: hintOf(issue),
        facts: connector.nextTryAt === undefined ? {} : { nextTryAt: connector.nextTryAt },
        actions: [action('retry', connector.id), ...issueAction(issue), source],
      }
    case 'idle':
    case 'connecting':
      return {
        state: 'waiting',
        code: 'connecting',
        at: connector.since,
        detail: sentenceOf(connector, 'detail'),
        actions: [source],
      }
    default:
      return readOnline(facts, connector, moment)
  }
}

function readOnline({ tag, issues, isUnmapped }: TraceFacts, connector: ConnectorStatus, moment: TagMoment): Judged {
  if (isUnmapped) return { state: 'ok', code: 'online', at: connector.since }
  const about = issues.find(({ subject, evidence }) => subject === connector.id && tag && evidence.includes(tag.node))
  const more = { hint: hintOf(about), actions: [...issueAction(about), action('source', connector.id)] }
  const status = tag?.status ?? ''
  if (tag?.state === 'gone') return { state: 'problem', code: 'node-gone', detail: asIs(tag.node), ...more }
  if (tag?.state === 'refused')
    return { state: 'problem', code: 'node-refused', detail: sentenceOf(tag, 'problem'), ...more }
  const { sample, receivedAt } = moment
  if (sample && qualityOf(sample.statusCode) === 'bad')
    return { state: 'problem', code: 'bad-value', at: receivedAt, detail: asIs(statusText(sample.statusCode)), ...more }
  if (!sample && receivedAt === 0 && connector.type === 'mqtt') return mqttSilent(connector, issues)
  if (receivedAt === 0) return { state: 'waiting', code: 'no-value', detail: asIs(status) }
  return { state: 'ok', code: 'read', at: receivedAt, facts: { status } }
}

function mqttSilent(connector: ConnectorStatus, issues: readonly Issue[]): Judged {
  const refused = issues.find(({ subject, code }) => subject === connector.id && code === 'MQTT_SUBSCRIPTION_REFUSED')
  if (!refused) return { state: 'waiting', code: 'no-message', at: connector.since }
  return { state: 'problem', code: 'refused-topic', ...saidOfError(refused), actions: issueAction(refused) }
}

function map(facts: TraceFacts): Judged {
  const { moment, series, report, connector } = facts
  if (facts.isUnmapped) return { state: 'off', code: 'not-mapped', actions: [action('mapping', facts.key)] }
  if (facts.isDraft) return { state: 'off', code: 'draft', actions: [action('review')] }
  const { refusal, refusedAt, mappedAt } = moment
  // A bad value is told where it is read.
  if (refusal && refusedAt >= mappedAt && refusal.code !== 'MAP_BAD_QUALITY') {
    const issue = facts.issues.find(({ subject, code }) => subject === connector?.id && code === refusal.code)
    return {
      state: 'problem',
      code: 'refused',
      at: refusedAt,
      ...saidOfError(refusal),
      facts: { evidence: refusal.evidence },
      actions: [action('mapping', facts.device), ...issueAction(issue)],
    }
  }
  if (!series || series.count === 0) return { state: 'off', code: 'nothing-read' }
  if (report && report.state !== 'passed') {
    const { deadband, atMostEveryMs } = report.report
    const held = report.state === 'held'
    return {
      state: 'waiting',
      code: held ? 'held' : 'suppressed',
      at: report.passedAt,
      facts: { deadband: deadband ?? 0, atMostEveryMs: atMostEveryMs ?? 0 },
      actions: [action('mapping', facts.device)],
    }
  }
  return { state: 'ok', code: 'mapped', at: mappedAt || moment.receivedAt, facts: { unit: series.unit } }
}

const storeCodes: ReadonlySet<string> = new Set(['STORE_DISK_FULL', 'STORE_FULL', 'STORE_FAULT', 'STORE_CORRUPT'])

function queue({ store, issues, series, moment, report }: TraceFacts): Judged {
  const pending = store.lanes.live.pending + store.lanes.backlog.pending
  const facts = { pending, oldestSeconds: store.oldestSeconds, percent: Math.round(store.fill * 100) }
  const issue = issues.find(({ subject, code }) => subject === 'store' && storeCodes.has(code))
  const stuck = issue && issue.code !== 'STORE_CORRUPT'
  if (stuck || store.state === 'full' || store.state === 'faulted') {
    return {
      state: 'problem',
      code: store.state === 'full' || issue?.code === 'STORE_FULL' ? 'full' : 'not-kept',
      at: issue?.since ?? 0,
      detail: issue ? saidOfError(issue).detail : sentenceOf(store, 'detail'),
      hint: hintOf(issue),
      facts,
      actions: [...issueAction(issue), action('storage')],
    }
  }
  if (store.state !== 'ready') return { state: 'waiting', code: 'opening', detail: sentenceOf(store, 'detail') }
  if (!series || series.count === 0) return { state: 'off', code: 'nothing-mapped' }
  const at = report?.passedAt || moment.mappedAt
  return { state: 'ok', code: series.deliveredAt >= at && at > 0 ? 'passed' : 'kept', at, facts }
}

function deliver(facts: TraceFacts): Judged {
  const { series, uplink, issues, quarantined, now } = facts
  if (!series || series.count === 0) return { state: 'off', code: 'nothing-kept' }
  const [refused] = quarantined
  if (refused && refused.at > series.deliveredAt) {
    return {
      state: 'problem',
      code: 'quarantined',
      at: refused.at,
      detail: saidOfStored(refused.reason),
      facts: { count: quarantined.length, value: refused.value, reasonCode: refused.reasonCode },
      actions: [action('quarantine', facts.device)],
    }
  }
  const keptAt = facts.report?.passedAt || facts.moment.mappedAt || series.lastTs
  const issue = issues.find(({ subject }) => subject === 'thingsboard')
  if (series.deliveredAt > 0 && series.deliveredAt >= keptAt) return acknowledged(facts, series)
  switch (uplink.state) {
    case 'unconfigured':
      return { state: 'off', code: 'no-thingsboard', actions: [action('thingsboard')] }
    case 'waiting':
    case 'faulted':
      return {
        state: 'problem',
        code: 'thingsboard-down',
        at: uplink.since,
        detail: sentenceOf(uplink, 'detail'),
        hint: hintOf(issue),
        facts: uplink.nextTryAt === undefined ? {} : { nextTryAt: uplink.nextTryAt },
        actions: [...issueAction(issue), action('thingsboard')],
      }
    case 'idle':
    case 'connecting':
      return { state: 'waiting', code: 'signing-in', at: uplink.since, detail: sentenceOf(uplink, 'detail') }
    default:
      if (series.deliveredAt > 0 && now - keptAt < underWayMs) return acknowledged(facts, series)
      return {
        state: 'waiting',
        code: 'under-way',
        at: keptAt,
        detail: sentenceOf(uplink, 'detail'),
        hint: hintOf(issue),
        facts: { pending: facts.store.lanes.live.pending + facts.store.lanes.backlog.pending },
        actions: issueAction(issue),
      }
  }
}

function acknowledged({ moment, uplink }: TraceFacts, { deliveredAt }: LiveSeries): Judged {
  const tookMs = moment.mappedAt > 0 ? Math.max(0, deliveredAt - moment.mappedAt) : uplink.ackP50Ms
  return { state: 'ok', code: 'acknowledged', at: deliveredAt, facts: { tookMs } }
}

const hintOf = (issue: Issue | undefined): Said => (issue ? saidOfError(issue).hint : asIs(''))

function issueAction(issue: Issue | undefined): TraceAction[] {
  return issue ? [action('issue', issue.id)] : []
}

function action(kind: TraceAction['kind'], target = ''): TraceAction {
  return { kind, target }
}
