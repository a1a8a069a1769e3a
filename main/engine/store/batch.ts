import { assertExists } from '../../../shared/assert.ts'
import type { PlainValue, ValueType } from '../../../shared/sample.ts'
import type { LiveSeries } from '../pipeline/series.ts'
import type { Batch, Lane } from '../pipeline/stages.ts'
import type { Chunk } from './chunk.ts'
import type { StateTableName, TakenAttribute } from './protocol.ts'
import type { TelemetryLane } from './telemetry-lanes.ts'
import { valueFromText } from './value-text.ts'

type Value = Exclude<PlainValue, null>

/** A batch the store knows how to settle. */
export interface StoredBatch extends Batch {
  /** First seq of each chunk, or seq of each attribute. */
  readonly seqs: readonly number[]
  /** undefined = chunks. */
  readonly table: StateTableName | undefined
  /** The one of `seqs` that a row belongs to. */
  seqAt(row: number): number
}

/** Telemetry: rows of consecutive chunks. Made for reading in order: the chunk of the last row is remembered. */
export class ChunkBatch implements StoredBatch {
  readonly id: number
  readonly lane: TelemetryLane
  readonly table = undefined
  readonly count: number
  readonly seqs: readonly number[]
  readonly chunks: readonly Chunk[]
  readonly #series: readonly (LiveSeries | undefined)[]
  #chunk: Chunk
  #index = 0
  #start = 0
  #end: number

  constructor(id: number, lane: TelemetryLane, chunks: readonly Chunk[], series: readonly (LiveSeries | undefined)[]) {
    this.id = id
    this.lane = lane
    this.chunks = chunks
    this.#series = series
    this.seqs = chunks.map(({ seqFrom }) => seqFrom)
    this.count = chunks.reduce((sum, { count }) => sum + count, 0)
    this.#chunk = assertExists(chunks[0], 'a batch has a chunk')
    this.#end = this.#chunk.count
  }

  seqAt(row: number): number {
    this.#seek(row)
    return this.#chunk.seqFrom
  }

  seriesAt(row: number): LiveSeries {
    this.#seek(row)
    return assertExists(
      this.#series[this.#chunk.seriesIdAt(row - this.#start)],
      'the series of a stored value is known',
    )
  }

  tsAt(row: number): number {
    this.#seek(row)
    return this.#chunk.tsAt(row - this.#start)
  }

  typeAt(row: number): ValueType {
    this.#seek(row)
    return this.#chunk.typeAt(row - this.#start)
  }

  valueAt(row: number): Value {
    this.#seek(row)
    return this.#chunk.valueAt(row - this.#start)
  }

  #seek(row: number): void {
    if (row >= this.#start && row < this.#end) return
    if (row < this.#start) this.#enter(0, 0)
    while (row >= this.#end) this.#enter(this.#index + 1, this.#end)
  }

  #enter(index: number, start: number): void {
    this.#chunk = assertExists(this.chunks[index], 'the row is inside the batch')
    this.#index = index
    this.#start = start
    this.#end = start + this.#chunk.count
  }
}

/** Attributes, or telemetry of which only the newest value waits. */
export class StateBatch implements StoredBatch {
  readonly id: number
  readonly lane: Lane
  readonly table: StateTableName
  readonly count: number
  readonly seqs: readonly number[]
  readonly #rows: readonly TakenAttribute[]
  readonly #series: readonly (LiveSeries | undefined)[]

  constructor(
    id: number,
    table: StateTableName,
    rows: readonly TakenAttribute[],
    series: readonly (LiveSeries | undefined)[],
  ) {
    this.id = id
    this.table = table
    this.lane = table === 'attributes' ? 'attributes' : 'live'
    this.count = rows.length
    this.seqs = rows.map(({ seq }) => seq)
    this.#rows = rows
    this.#series = series
  }

  seqAt(row: number): number {
    return this.#at(row).seq
  }

  seriesAt(row: number): LiveSeries {
    return assertExists(this.#series[this.#at(row).series], 'the series of a stored attribute is known')
  }

  tsAt(row: number): number {
    return this.#at(row).ts
  }

  typeAt(row: number): ValueType {
    return this.#at(row).type
  }

  valueAt(row: number): Value {
    const { type, value } = this.#at(row)
    return valueFromText(type, value)
  }

  #at(row: number): TakenAttribute {
    return assertExists(this.#rows[row], 'the row is inside the batch')
  }
}
