import type { DropReason } from './books.ts'
import { seriesIdsOf } from './chunk.ts'
import { type PackedChunk, packChunk, storedBytesOf } from './chunk-table.ts'
import { diskFullReport } from './disk-full.ts'
import { classNames, sharesOf } from './ledger.ts'
import type { AppendRequest, AttributeRow, SeqRange, SeriesRow, StateTableName, WriteResult } from './protocol.ts'
import type { Room } from './room.ts'
import type { Segment } from './segment.ts'
import type { Shelf } from './shelf.ts'
import { supersededBy } from './state-table.ts'
import type { Transactions } from './transactions.ts'

/** Attributes are stored row by row: text, row and b-tree cell. */
export const attributeBytes = 120

/** An append whose chunks are compressed: done once, however often its transaction is tried. */
export interface PackedAppend {
  readonly request: AppendRequest
  readonly packed: readonly PackedChunk[]
}

/** A chunk that waits again under a new seq. */
export interface Requeued {
  readonly buffer: ArrayBuffer
  readonly acceptedAt: number
  readonly series: readonly SeriesRow[]
  /** Of the damaged file it comes from, and how far its salvage has come with this chunk. */
  readonly place: string
  readonly progress: number
}

/** What comes in: new datapoints, and chunks that come back. All of it inside a transaction. */
export class Intake {
  readonly #shelf: Shelf
  readonly #transactions: Transactions
  readonly #room: Room
  readonly #series: Map<number, SeriesRow>

  constructor(transactions: Transactions, room: Room, series: Map<number, SeriesRow>) {
    this.#shelf = transactions.shelf
    this.#transactions = transactions
    this.#room = room
    this.#series = series
  }

  append({ request, packed }: PackedAppend): WriteResult {
    const { id, at } = request
    for (const row of request.series) this.#series.set(row.id, row)
    const placed: { segment: Segment; seq: number; packed: PackedChunk }[] = []
    let dropped: DropReason | undefined
    for (const chunk of packed) {
      const place = this.#room.placeFor(chunk, at)
      if (place === 'full') {
        this.#undo(placed)
        if (this.#room.tight) {
          this.#room.refusedForDisk = true
          return { id, kind: 'failed', error: diskFullReport }
        }
        this.#room.full = true
        return { id, kind: 'full' }
      }
      if (typeof place === 'string') {
        dropped = place
        this.#giveUp(chunk, place, at)
        continue
      }
      placed.push({ segment: place, seq: this.#transactions.tail + 1, packed: chunk })
      this.insert(place, chunk, at)
      this.#transactions.on(place, ({ books }) => books.add('accepted', chunk.count))
    }
    this.#room.refusedForDisk = false
    for (const row of request.attributes) this.#putState('attributes', row, at)
    for (const row of request.latest) this.#putState('latest', row, at)
    if (dropped && placed.length === 0) return { id, kind: 'dropped', reason: dropped }
    return { id, kind: 'stored', chunks: placed.map((p) => p.packed.buffer), slots: [] }
  }

  /** Salvaged chunks, as far as there is room for them now. */
  requeue(chunks: readonly Requeued[], now: number): SeqRange[] | undefined {
    const ranges: SeqRange[] = []
    for (const { buffer, acceptedAt, series, place, progress } of chunks) {
      for (const row of series) this.#series.set(row.id, row)
      const packed = packChunk(buffer, 0)
      const segment = this.#room.roomFor(storedBytesOf(packed.body))
      if (!segment) return ranges.length > 0 ? ranges : undefined
      ranges.push(this.insert(segment, packed, acceptedAt))
      const { count, tsMin, tsMax } = packed
      const back = sharesOf(seriesIdsOf(buffer))
      segment.books.recover({ reason: 'corrupt', lane: 'backlog', count, tsMin, tsMax, at: now, series: back })
      segment.books.setProgress(place, progress)
    }
    return ranges
  }

  /** At the tail, with the series names that the segment does not have yet. */
  insert(segment: Segment, chunk: PackedChunk, acceptedAt: number): SeqRange {
    const from = this.#transactions.tail + 1
    this.#transactions.on(segment, () => {
      const ids = seriesIdsOf(chunk.buffer)
      const { series } = segment
      // Not for-of: this is once per value.
      for (let i = 0; i < ids.length; i++) {
        if (series.has(ids[i] as number)) continue
        const row = this.#series.get(ids[i] as number)
        if (row) series.insert([row])
      }
      segment.insert(chunk, from, acceptedAt)
    })
    this.#transactions.tail += chunk.count
    return [from, this.#transactions.tail]
  }

  #undo(placed: readonly { segment: Segment; seq: number; packed: PackedChunk }[]): void {
    for (const { segment, seq, packed } of placed) {
      this.#transactions.on(segment, ({ books, chunks }) => {
        chunks.delete(seq)
        books.add('accepted', -packed.count)
      })
    }
    this.#transactions.tail = placed[0] ? placed[0].seq - 1 : this.#transactions.tail
  }

  #putState(table: StateTableName, row: AttributeRow, at: number): void {
    this.#transactions.on(this.#shelf.home, (home) => {
      const names = this.#series.get(row.series)
      if (names) home.series.insert([names])
      home.books.add('attribute-seq', 1)
      home.books.add('accepted', 1)
      if (home.freeBytes(false) < 0 && !home[table].busy(row.series)) {
        home.books.drop({ ...supersededBy(table, row, at), reason: 'full-newest' })
        return
      }
      const superseded = home[table].put(row, home.books.get('attribute-seq'), at)
      home.wrote(attributeBytes)
      if (superseded) home.books.drop(supersededBy(table, superseded, at))
    })
  }

  /** Accepted and dropped in the same breath, so that the books show it. */
  #giveUp({ buffer, class: of, count, tsMin, tsMax }: PackedChunk, reason: DropReason, at: number): void {
    this.#transactions.on(this.#shelf.home, ({ books }) => {
      books.add('accepted', count)
      const series = sharesOf(seriesIdsOf(buffer))
      books.drop({ reason, lane: 'live', class: classNames[of], count, tsMin, tsMax, at, series })
    })
  }
}
