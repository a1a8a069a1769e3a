import { type ChunkRow, knowsSeries, unpack } from './chunk-table.ts'
import type { ReadRequest, SeriesRow } from './protocol.ts'
import { type Segment, SegmentFailure } from './segment.ts'
import type { Shelf } from './shelf.ts'
import type { HandedChunks } from './slots.ts'
import { failureOf } from './sqlite.ts'
import type { Transactions } from './transactions.ts'

/** Chunks from the files. One that can not be read back as written is set aside, counted as dropped and passed. */
export class Reading {
  readonly #shelf: Shelf
  readonly #transactions: Transactions
  readonly #handed: HandedChunks
  readonly #series: ReadonlyMap<number, SeriesRow>

  constructor(transactions: Transactions, handed: HandedChunks, series: ReadonlyMap<number, SeriesRow>) {
    this.#shelf = transactions.shelf
    this.#transactions = transactions
    this.#handed = handed
    this.#series = series
  }

  /** What lies between `from` and `before`, oldest first, and may be handed to the engine. */
  chunks({ from, before, maxChunks, at }: ReadRequest) {
    let rows: { row: ChunkRow; segment: Segment }[] = []
    let complete = true
    for (const segment of this.#shelf.all) {
      const found = this.#transactions.on(segment, ({ chunks }) => chunks.range(from, before, maxChunks), false)
      if (found.length === maxChunks) complete = false
      for (const row of found) rows.push({ row, segment })
    }
    rows.sort((a, b) => a.row.seq - b.row.seq)
    if (rows.length > maxChunks) complete = false
    rows = rows.slice(0, maxChunks)
    const chunks: ArrayBuffer[] = []
    const slots: (number | undefined)[] = []
    const damaged: typeof rows = []
    for (const { row, segment } of rows) {
      const buffer = unpack(row)
      if (!buffer || !knowsSeries(buffer, (id) => this.#series.has(id))) {
        damaged.push({ row, segment })
        continue
      }
      const slot = this.#handed.offerAgain(row.seq)
      if (slot === undefined) continue
      chunks.push(buffer)
      slots.push(slot)
    }
    const last = rows.at(-1)?.row
    const through = last && !complete ? last.seq + last.count - 1 : before - 1
    return { chunks, slots, damaged: this.#setAsideChunks(damaged, at), through }
  }

  #setAsideChunks(damaged: readonly { row: ChunkRow; segment: Segment }[], at: number): number {
    if (damaged.length === 0) return 0
    try {
      return this.#transactions.run(() => {
        let count = 0
        for (const { row, segment } of damaged) {
          this.#transactions.on(segment, ({ chunks }) => chunks.keepDamaged(row, at))
          this.#transactions.dropChunk(row.seq, 'corrupt', at)
          count += row.count
        }
        return count
      })
    } catch (error) {
      const full = error instanceof SegmentFailure && failureOf(error.reason) === 'disk-full'
      // A full disk: they are passed over, stay counted as pending and are met again after the next start.
      if (!full) throw error
      return 0
    }
  }
}
