import type { StorageConfig } from '../../../shared/config/storage.ts'
import type { SeriesKind } from '../../../shared/datapoint.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import type { ValueType } from '../../../shared/sample.ts'
import type { Lane } from '../pipeline/stages.ts'

// What the engine's half of the store and its thread say to each other. The thread answers in the order it was asked within
// one kind; every answer carries a snapshot, so that the engine's picture is exact whenever a promise resolves.

export interface OpenOptions {
  readonly folder: string
  readonly config: Pick<StorageConfig, 'maxBytes' | 'maxAgeHours' | 'whenFull'>
  /**
   * One BigInt64: every chunk up to this seq is taken, dropped or gone. Whoever wants the oldest chunk behind it, to send it
   * (engine) or to drop it (thread), moves it by compare-and-exchange, so that nothing in flight is ever dropped.
   */
  readonly claimed: SharedArrayBuffer
  readonly at: number
}

export interface SeriesRow {
  readonly id: number
  readonly device: string
  readonly profile: string
  readonly key: string
  readonly kind: SeriesKind
}

export interface AttributeRow {
  readonly series: number
  readonly ts: number
  readonly type: ValueType
  readonly value: string
}

export interface TakenAttribute extends AttributeRow {
  readonly seq: number
}

export interface QuarantineRow {
  readonly device: string
  readonly key: string
  readonly kind: SeriesKind
  readonly ts: number
  readonly type: ValueType
  readonly value: string
  readonly reasonCode: number
  readonly reason: string
  readonly attempts: number
}

export interface AppendRequest {
  readonly kind: 'append'
  readonly id: number
  readonly at: number
  readonly chunks: readonly ArrayBuffer[]
  readonly attributes: readonly AttributeRow[]
  /** Series whose row is not known to be committed yet; the same one may come twice. */
  readonly series: readonly SeriesRow[]
}

export interface SettleRequest {
  readonly kind: 'settle'
  readonly id: number
  readonly at: number
  readonly lane: Lane
  /** First seq of each chunk, or seq of each attribute. */
  readonly seqs: readonly number[]
  readonly refused: readonly QuarantineRow[]
}

/** Attributes that were taken and are not going to be settled. Telemetry is given back in the engine's half. */
export interface GiveBackRequest {
  readonly kind: 'give-back'
  readonly id: number
  readonly at: number
  readonly seqs: readonly number[]
}

interface TickRequest {
  readonly kind: 'tick'
  readonly at: number
}

export type WriteRequest = AppendRequest | SettleRequest | GiveBackRequest | TickRequest

export interface ReadRequest {
  readonly kind: 'read'
  readonly id: number
  readonly at: number
  /** Chunks with from <= seq < before. */
  readonly from: number
  readonly before: number
  readonly maxChunks: number
}

export interface TakeAttributesRequest {
  readonly kind: 'take-attributes'
  readonly id: number
  readonly maxCount: number
}

export type ToThread =
  | { readonly kind: 'open'; readonly options: OpenOptions }
  | WriteRequest
  | ReadRequest
  | TakeAttributesRequest
  | { readonly kind: 'close' }

/** The tank as of the last commit. */
export interface Snapshot {
  readonly accepted: number
  readonly delivered: number
  readonly quarantined: number
  readonly droppedByReason: Readonly<Record<string, number>>
  /** Rows and bytes on disk, counted from the tables, independent of the counters above. */
  readonly storedRows: number
  readonly storedBytes: number
  /** Bytes of used pages, and how many there may be. */
  readonly usedBytes: number
  readonly budgetBytes: number
  /** Acceptance time of the oldest stored datapoint; 0 when there is none. */
  readonly oldestAt: number
  readonly tailSeq: number
  readonly attributesAvailable: number
  /** whenFull = block refused an append and there is no room yet. */
  readonly full: boolean
  /** The volume ran out of room; appends are refused until the reserve is back. */
  readonly diskFull: boolean
}

export type WriteResult =
  /** The buffers come back sealed, so that live data needs no read. */
  | { readonly id: number; readonly kind: 'stored'; readonly chunks: readonly ArrayBuffer[] }
  | { readonly id: number; readonly kind: 'full' }
  | { readonly id: number; readonly kind: 'dropped'; readonly reason: string }
  /** Also the answer to give-back. */
  | { readonly id: number; readonly kind: 'settled' }
  | { readonly id: number; readonly kind: 'failed'; readonly error: ErrorReport }

export interface Opened {
  readonly kind: 'opened'
  readonly series: readonly SeriesRow[]
  readonly nextSeriesId: number
  readonly snapshot: Snapshot
  /** Set when a damaged file was moved here and a fresh one was opened. */
  readonly movedTo: string | undefined
  /** accepted minus everything accounted for, before it was put right; 0 when it balanced. */
  readonly unaccounted: number
  readonly sqliteVersion: string
}

export type FromThread =
  | Opened
  | { readonly kind: 'not-opened'; readonly error: ErrorReport }
  | {
      readonly kind: 'committed'
      readonly results: readonly WriteResult[]
      /** Duration of BEGIN to COMMIT; 0 when nothing was written. */
      readonly seconds: number
      readonly snapshot: Snapshot
    }
  | {
      readonly kind: 'chunks'
      readonly id: number
      readonly chunks: readonly ArrayBuffer[]
      /** No chunk exists from `from` up to here (inclusive) but the returned ones. */
      readonly through: number
      /** Datapoints in chunks that failed their CRC and were set aside. */
      readonly damaged: number
      readonly snapshot: Snapshot
    }
  | {
      readonly kind: 'attributes'
      readonly id: number
      readonly rows: readonly TakenAttribute[]
      readonly snapshot: Snapshot
    }
  /** The file can not be trusted any more: nothing was written since, and nothing will be. */
  | { readonly kind: 'fault'; readonly error: ErrorReport }
  | { readonly kind: 'closed' }
