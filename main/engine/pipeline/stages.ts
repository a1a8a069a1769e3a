import type { RequestOutput, RequestParsed } from '../../../shared/api/contract.ts'
import type { Datapoint as PlainDatapoint } from '../../../shared/datapoint.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { PlainValue, Sample, TagIndex, ValueType } from '../../../shared/sample.ts'
import type { Balance, ConnectorStatus, StoreStatus, UplinkStatus } from '../../../shared/status.ts'
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
export type CollectorStatus = Pick<ConnectorStatus, 'state' | 'since' | 'detail' | 'tags' | 'tagsGood'> & {
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
  readonly connectorId: string
  readonly connectorName: string
  /** ms since the epoch; `fromMs` 0 = since an unknown time. */
  readonly fromMs: number
  readonly toMs: number
  readonly nodeCount: number
  /** The first few of them, as configured. */
  readonly nodes: readonly string[]
  /** Why, one sentence for the operator. */
  readonly cause: string
  readonly hint: string
}

/** Where gaps are recorded that nothing could fill (D6): never hidden. */
export interface GapSink {
  declare(gap: Gap): void
}

export interface Refusal {
  readonly code: ErrorCode
  readonly tag: TagIndex | undefined
  readonly message: string
  readonly hint: string
  /** Beginning of the payload, topic, NodeId: what the operator needs to find the culprit. No secrets. */
  readonly evidence: string
}

/** Sample -> datapoints (0..n), pure apart from counting: same configuration and sample, same datapoints. */
export interface Mapper {
  map(sample: Sample, receivedAt: number, out: Datapoint[]): void
}

/** telemetry keeps acceptance order; attributes are coalesced to the newest value of each series (D9). */
export type Lane = 'telemetry' | 'attributes'

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
  /** Ends a batch: all rows are delivered but the refused ones, which go to quarantine. Resolves after the commit. */
  settle(batch: Batch, refused: readonly RefusedRow[]): Promise<void>
  /** Gives a batch back unsettled, so that it can be taken again: the uplink is being replaced. */
  release?(batch: Batch): void
  /** Called when a lane that had nothing to take has something; returns its undo. */
  onAvailable(listener: (lane: Lane) => void): () => void
}

export interface TakeLimits {
  readonly maxCount: number
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
  retry(): void
}
