import type { StorageConfig } from '../../../shared/config/storage.ts'
import type { SeriesKind } from '../../../shared/datapoint.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import type { ValueType } from '../../../shared/sample.ts'
import type { LedgerRow, QuarantineEntry } from '../../../shared/status.ts'
import type { Lane, LedgerPage, SourceLoss } from '../pipeline/stages.ts'

// What the engine's half of the store and its thread say to each other. The thread answers in the order it was asked within
// one kind; every answer carries a snapshot, so that the engine's picture is exact whenever a promise resolves.

export interface OpenOptions {
  readonly folder: string
  readonly config: Pick<StorageConfig, 'maxBytes' | 'maxAgeHours' | 'whenFull' | 'preallocate'>
  /** See slots.ts. */
  readonly slots: SharedArrayBuffer
  readonly at: number
}

/** 0 = as whenFull says, 1 = guaranteed, 2 = recent. Newest-only values are no chunks. */
export type RetentionClass = 0 | 1 | 2

/** Where values that are state live: attributes, and telemetry of which only the newest counts. */
export type StateTableName = 'attributes' | 'latest'

/** First and last seq. */
export type SeqRange = readonly [from: number, to: number]

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
  /** First seq of its chunk, or seq of its attribute. */
  readonly seq: number
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
  /** Of each chunk. */
  readonly classes: readonly RetentionClass[]
  readonly attributes: readonly AttributeRow[]
  readonly latest: readonly AttributeRow[]
  /** Series whose row is not known to be committed yet; the same one may come twice. */
  readonly series: readonly SeriesRow[]
}

export interface SettleRequest {
  readonly kind: 'settle'
  readonly id: number
  readonly at: number
  readonly lane: Lane
  /** undefined = chunks. */
  readonly table: StateTableName | undefined
  /** First seq of each chunk, or seq of each attribute. */
  readonly seqs: readonly number[]
  readonly refused: readonly QuarantineRow[]
  /** Chunks stay this long after their delivery. */
  readonly retainMs: number
}

/** State values that were taken and are not going to be settled. Chunks are given back in the engine's half. */
export interface GiveBackRequest {
  readonly kind: 'give-back'
  readonly id: number
  readonly at: number
  readonly table: StateTableName
  readonly seqs: readonly number[]
}

interface TickRequest {
  readonly kind: 'tick'
  readonly at: number
  /** Slots of chunks the engine has let go of. */
  readonly forgotten: readonly number[]
}

export interface ReplayRequest {
  readonly kind: 'replay'
  readonly id: number
  readonly at: number
  readonly since: number
}

/**
 * Quarantined values leave: discarded, given back with their identity, or replaced by a correction. Rows of telemetry come as
 * one chunk per file; the thread puts it into the file the quarantined rows are deleted from, in one transaction.
 */
export interface UnquarantineRequest {
  readonly kind: 'unquarantine'
  readonly id: number
  readonly at: number
  readonly how: 'discard' | 'retry' | 'correct'
  readonly parts: readonly UnquarantinePart[]
  readonly series: readonly SeriesRow[]
}

export interface UnquarantinePart {
  readonly file: number
  readonly ids: readonly number[]
  /** How many of the ids have come back as rows of `chunks` and `attributes`. */
  readonly chunks: readonly ArrayBuffer[]
  readonly attributes: readonly AttributeRow[]
}

/** What sources lost before it was accepted; no part of D4. Answered with 'settled'. */
interface RecordRequest {
  readonly kind: 'record'
  readonly id: number
  readonly at: number
  readonly losses: readonly SourceLoss[]
}

export type WriteRequest =
  | AppendRequest
  | RecordRequest
  | SettleRequest
  | GiveBackRequest
  | TickRequest
  | ReplayRequest
  | UnquarantineRequest

export interface ReadRequest {
  readonly kind: 'read'
  readonly id: number
  readonly at: number
  /** Chunks with from <= seq < before. */
  readonly from: number
  readonly before: number
  readonly maxChunks: number
  readonly forgotten: readonly number[]
}

interface TakeStateRequest {
  readonly kind: 'take-state'
  readonly id: number
  readonly table: StateTableName
  readonly maxCount: number
}

/** Quarantine and ledger, for the operator. */
export interface BooksRequest {
  readonly kind: 'books'
  readonly id: number
  readonly query:
    | { readonly of: 'quarantine' | 'ledger'; readonly offset: number; readonly limit: number; readonly filter: string }
    | { readonly of: 'quarantine-after'; readonly after: number; readonly limit: number }
    | { readonly of: 'quarantine-ids'; readonly ids: readonly number[] }
}

export type AskRequest = ReadRequest | TakeStateRequest | BooksRequest

export type ToThread =
  | { readonly kind: 'open'; readonly options: OpenOptions }
  | WriteRequest
  | AskRequest
  | { readonly kind: 'close' }

export interface BooksAnswer {
  readonly total: number
  readonly quarantine: readonly QuarantineEntry[]
  readonly ledger: readonly LedgerRow[]
  readonly totals: LedgerPage['totals']
}

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
  /** Rows delivered and kept for a replay; not part of storedRows. */
  readonly retained: number
  readonly quarantineRows: number
  readonly quarantineLimit: number
  readonly fileBytes: number
  readonly preallocatedBytes: number
  readonly salvaging: number
  /** Times a source lost values before they were accepted. */
  readonly gaps: number
  readonly overflows: number
  /** Acceptance time of the oldest stored datapoint; 0 when there is none. */
  readonly oldestAt: number
  readonly tailSeq: number
  readonly attributesAvailable: number
  readonly attributeRows: number
  readonly latestAvailable: number
  readonly latestRows: number
  /** whenFull = block refused an append and there is no room yet. */
  readonly full: boolean
  /** The volume ran out of room; appends are refused until the reserve is back. */
  readonly diskFull: boolean
}

export type WriteResult =
  /** The buffers come back sealed, so that live data needs no read; slots.ts. */
  | {
      readonly id: number
      readonly kind: 'stored'
      readonly chunks: readonly ArrayBuffer[]
      readonly slots: readonly (number | undefined)[]
    }
  | { readonly id: number; readonly kind: 'full' }
  | { readonly id: number; readonly kind: 'dropped'; readonly reason: string }
  /** Also the answer to give-back. */
  | { readonly id: number; readonly kind: 'settled' }
  /** Rows that wait again. */
  | { readonly id: number; readonly kind: 'returned'; readonly count: number }
  | { readonly id: number; readonly kind: 'failed'; readonly error: ErrorReport }

export interface Opened {
  readonly kind: 'opened'
  readonly series: readonly SeriesRow[]
  readonly nextSeriesId: number
  readonly snapshot: Snapshot
  /** No telemetry is stored before it. */
  readonly firstSeq: number
  /** Files that could not be opened and what became of them. */
  readonly damage: readonly Damage[]
  /** Values whose commits were missing at the end of a file. */
  readonly tailLost: number
  /** accepted minus everything accounted for, before it was put right; 0 when it balanced. */
  readonly unaccounted: number
  readonly sqliteVersion: string
}

/** A file that was moved out of the way because it could not be read any more. */
export interface Damage {
  readonly file: string
  readonly movedTo: string
  /** Rows that waited in it; what is salvaged comes back into the backlog. */
  readonly rows: number
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
      readonly slots: readonly (number | undefined)[]
      /** No chunk exists from `from` up to here (inclusive) but the returned ones. */
      readonly through: number
      /** Datapoints in chunks that failed their CRC and were set aside. */
      readonly damaged: number
      readonly snapshot: Snapshot
    }
  | {
      readonly kind: 'state'
      readonly id: number
      readonly rows: readonly TakenAttribute[]
      /** Values that failed their checksum and were given up. */
      readonly damaged: number
      readonly snapshot: Snapshot
    }
  | { readonly kind: 'books'; readonly id: number; readonly page: BooksAnswer }
  /** Comes before the answer to what caused it. */
  | { readonly kind: 'backlog-grew'; readonly ranges: readonly SeqRange[]; readonly snapshot: Snapshot }
  | { readonly kind: 'damaged'; readonly damage: Damage; readonly snapshot: Snapshot }
  | { readonly kind: 'salvaged'; readonly movedTo: string; readonly recovered: number; readonly lost: number }
  /** The file can not be trusted any more: nothing was written since, and nothing will be. */
  | { readonly kind: 'fault'; readonly error: ErrorReport }
  | { readonly kind: 'closed' }
