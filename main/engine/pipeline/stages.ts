import type { RequestOutput, RequestParsed, TestReport } from '../../../shared/api/contract.ts'
import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import type { Datapoint as PlainDatapoint } from '../../../shared/datapoint.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { Said } from '../../../shared/said/said.ts'
import type { PlainValue, Sample, TagIndex, ValueType } from '../../../shared/sample.ts'
import type {
  Balance,
  ConnectorStatus,
  LedgerRow,
  LedgerTotal,
  QuarantineEntry,
  StoreStatus,
  UplinkStatus,
} from '../../../shared/status.ts'
import type { Deadline, Service } from '../kit/lifecycle.ts'
import type { Observable } from '../kit/observable.ts'
import type { LiveSeries } from './series.ts'

// The types that travel down the pipe, and the stages that hand them on. Collectors, store and uplink know one another
// only through this file.

/** A datapoint inside the engine: its series carries the slots of the stages. */
export interface Datapoint extends PlainDatapoint {
  readonly series: LiveSeries
}

/** Turns protocol events of one server or broker into samples. Given a sink, never sees the store. */
export interface Collector extends Service {
  readonly status: Observable<CollectorStatus>
  /** Tries to connect now instead of at the next turn of the backoff. */
  retry(): void
  /** What was asked for and what the source granted, tag by tag; collectors without such tags leave it out. */
  tagPage?(query: TagQuery): TagPage
  /** Instead of `stop`, when it does not come back: also gives up what the source keeps for us. */
  retire?(deadline: Deadline): Promise<void>
}

export type TagQuery = Omit<RequestParsed<'connector.tags'>, 'connectorId'>
export type TagPage = RequestOutput<'connector.tags'>

/** What a collector knows of itself; the engine adds rates and counts. */
export type CollectorStatus = Pick<ConnectorStatus, 'state' | 'since' | 'detail' | 'said' | 'tags' | 'tagsGood'> & {
  readonly nextTryAt?: number | undefined
}

/** What a collector is given: one per connector, so counts land on the right one. */
export interface SampleSink {
  /**
   * Resolves after the commit that holds everything the samples became (or at once when nothing was kept): only then may
   * the collector acknowledge upstream. Rejects with STOPPED or STORE_*: then it must not acknowledge.
   */
  accept(samples: readonly Sample[], options?: AcceptOptions): Promise<void>
  /** Something arrived that can not become a sample: counted with its reason, shown as an issue, nothing else stops. */
  refuse(refusal: Refusal): void
  /** True while the pipe is full: stop asking the source for more. `accept` still works, memory is what it costs. */
  readonly pressure: Observable<boolean>
}

interface AcceptOptions {
  /** Late values that fill a gap: newer ones of the same series were accepted before. */
  readonly backfill?: boolean
}

/** Values that were lost before acceptance: between these times of the source, of these nodes. */
export interface Gap {
  /** overflow: the source marked that its queue threw values away, and they may still be in its history. Default: gap. */
  readonly kind?: 'gap' | 'overflow'
  readonly connectorId: string
  readonly connectorName: string
  /** ms since the epoch; `fromMs` 0 = since an unknown time. */
  readonly fromMs: number
  readonly toMs: number
  readonly nodeCount: number
  /** The first few of them, as configured. */
  readonly nodes: readonly string[]
  /** The same ones as series, `device / key`, where they have one. */
  readonly series?: readonly string[]
  /** Values that are missing; undefined where nobody knows. */
  readonly count?: number | undefined
  /** Why, one sentence for the operator. */
  readonly cause: string
  readonly hint: string
}

/** Where gaps are recorded that nothing could fill (D6): never hidden. */
export interface GapSink {
  declare(gap: Gap): void
}

/** Gaps of one source and cause, as the ledger records them. They were never accepted, so they are no part of D4. */
export interface SourceLoss {
  readonly kind: 'gap' | 'overflow'
  /** Connector id. */
  readonly source: string
  readonly reason: string
  readonly tsMin: number
  readonly tsMax: number
  /** Times it happened, the values that could be counted, and the times when they could not. */
  readonly entries: number
  readonly count: number
  readonly uncounted: number
  /** Some of the series or nodes, with their values as far as known; and how many there are. */
  readonly series: ReadonlyMap<string, number>
  readonly seriesCount: number
}

export interface Refusal {
  readonly code: ErrorCode
  readonly tag: TagIndex | undefined
  /** What in the tag: key, time, device name. Different ones are different issues. From the configuration, so few. */
  readonly part?: string
  readonly message: string
  readonly hint: string
  /** Beginning of the payload, topic, NodeId: what the operator needs to find the culprit. No secrets. */
  readonly evidence: string
}

/** Sample -> datapoints (0..n), pure apart from counting: same configuration and sample, same datapoints. */
export interface Mapper {
  map(sample: Sample, receivedAt: number, out: Datapoint[]): void
}

/**
 * live: telemetry accepted since the last `splitLanes`, in order of acceptance; backlog: what waited then and what came back
 * from quarantine or salvage; attributes: coalesced to the newest value of each series (D9).
 */
export type Lane = 'live' | 'backlog' | 'attributes'

export type AppendOutcome =
  | { readonly kind: 'stored' }
  /** whenFull = block: nothing was stored, try again when `status` leaves 'full'. */
  | { readonly kind: 'full' }
  /** Accepted and given up at once, with a ledger record. */
  | { readonly kind: 'dropped'; readonly reason: string }

/** The tank. Its invariants open store/store.ts. */
export interface Store extends Service {
  readonly status: Observable<StoreStatus>
  /** D4, transactional with what it counts. */
  readonly balance: Observable<Balance>
  /** Resolves after COMMIT with synchronous=FULL. Rejects with STORE_*. Never call with an empty array. */
  append(datapoints: readonly Datapoint[]): Promise<AppendOutcome>
  /** The next datapoints of the lane nobody has taken yet, oldest first; undefined when there are none. At least one chunk. */
  take(lane: Lane, limits: TakeLimits): Promise<Batch | undefined>
  /**
   * Ends a batch: all rows are delivered but the refused ones, which go to quarantine. Resolves after the commit.
   * `retainMs` (confirmed mode): what was delivered stays on disk that long, as far as there is room, for `replay`.
   */
  settle(batch: Batch, refused: readonly RefusedRow[], options?: SettleOptions): Promise<void>
  /** All telemetry that waits now becomes backlog; what is accepted from now on is live. Batches in flight stay what they are. */
  splitLanes(): void
  /**
   * What was retained and acknowledged at or after `sinceMs` (wall clock) waits again: telemetry in the backlog, of each
   * attribute the newest value unless a newer one is there (D9). Resolves to its rows.
   */
  replay(sinceMs: number): Promise<number>
  /** Gives a batch back unsettled, so that it can be taken again: the uplink is being replaced. */
  release?(batch: Batch): void
  /** Called when a lane that had nothing to take has something; returns its undo. */
  onAvailable(listener: (lane: Lane) => void): () => void
}

/** What the operator asks of quarantine and ledger; ids are those of `quarantinePage`. */
export interface StoreBooks {
  quarantinePage(query: PageQuery): Promise<{ total: number; limit: number; rows: QuarantineEntry[] }>
  /** Back into the backlog with their fixed identity (attributes only when no newer value waits). Resolves to how many. */
  retryQuarantined(ids: readonly number[]): Promise<number>
  /** Replaces one by a corrected datapoint, which waits in the backlog; returns what is wrong with the correction. */
  fixQuarantined(id: number, correction: Correction): Promise<Said | undefined>
  discardQuarantined(ids: readonly number[]): Promise<number>
  /** Ids > `after`, ascending. */
  quarantineAfter(after: number, limit: number): Promise<QuarantineEntry[]>
  ledgerPage(query: PageQuery): Promise<LedgerPage>
  /** Resolves after the commit. Rejects with STORE_*. */
  recordLosses(losses: readonly SourceLoss[]): Promise<void>
}

export interface PageQuery {
  readonly offset: number
  readonly limit: number
  readonly filter: string
}

export interface Correction {
  readonly key: string
  readonly type: ValueType
  readonly value: string
}

export interface LedgerPage {
  readonly total: number
  readonly rows: LedgerRow[]
  readonly totals: LedgerTotal[]
}

export interface TakeLimits {
  readonly maxCount: number
}

export interface SettleOptions {
  readonly retainMs?: number
}

/** Consecutive accepted datapoints, taken together and settled together. Columns, because there are many. */
export interface Batch {
  readonly id: number
  readonly lane: Lane
  readonly count: number
  seriesAt(row: number): LiveSeries
  /** Whole ms since the epoch. */
  tsAt(row: number): number
  typeAt(row: number): ValueType
  valueAt(row: number): Exclude<PlainValue, null>
}

export interface RefusedRow {
  readonly row: number
  /** PUBACK reason code, or 0 when it never fitted into a message. */
  readonly reasonCode: number
  readonly reason: string
  readonly attempts: number
}

/** Publishes what the store holds and settles it on PUBACK. */
export interface Uplink extends Service {
  readonly status: Observable<UplinkStatus>
  readonly progress: UplinkProgress
  /** Tries now when it waits; makes sure that an open connection is one. */
  retry(): void
  /** A connection test that does not end the running session. */
  test(config: ThingsboardConfig, signal: AbortSignal): Promise<TestReport>
}

export interface UplinkProgress {
  /** PUBACKs of any kind so far. */
  readonly answers: number
  /** Connected, and neither a rate limit nor a brake holds anything back. */
  readonly maySend: boolean
}
