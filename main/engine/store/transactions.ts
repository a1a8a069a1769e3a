import type { DropReason } from './books.ts'
import type { ChunkFacts } from './chunk-table.ts'
import { type Segment, SegmentFailure } from './segment.ts'
import type { Shelf } from './shelf.ts'
import { failureOf } from './sqlite.ts'

interface Drop {
  readonly seq: number
  readonly reason: DropReason
  readonly at: number
}

/**
 * One transaction on each file that is touched. When one fails, all that are not committed are rolled back, and the tail stands
 * where it stood. What was claimed for dropping (slots.ts) stays claimed and is dropped by the next one.
 */
export class Transactions {
  readonly shelf: Shelf
  /** The last seq given out. */
  tail: number
  readonly #touched = new Set<Segment>()
  /** Claimed for dropping by a transaction that then failed: nobody else can take them, so they go with the next one. */
  #condemned: Drop[] = []
  readonly #dropping: Drop[] = []

  constructor(shelf: Shelf, tail: number) {
    this.shelf = shelf
    this.tail = tail
  }

  /** Rolls all files back and throws what the driver throws when one of them fails. */
  run<T>(task: () => T): T {
    this.#touched.clear()
    this.#dropping.length = 0
    const tail = this.tail
    try {
      const result = task()
      for (const segment of this.#touched) this.on(segment, () => segment.commit(), false)
      this.#condemned = []
      return result
    } catch (error) {
      this.tail = tail
      this.#condemned.push(...this.#dropping)
      const failed = error instanceof SegmentFailure ? error : undefined
      for (const segment of this.#touched) segment.rollback(failed?.segment === segment ? failed.reason : undefined)
      throw error
    } finally {
      this.#touched.clear()
    }
  }

  /** Inside the transaction of `segment`; its failures say whose they are. */
  on<T>(segment: Segment, task: (segment: Segment) => T, write = true): T {
    try {
      if (write && !this.#touched.has(segment)) {
        segment.begin()
        this.#touched.add(segment)
      }
      return task(segment)
    } catch (error) {
      throw failureOf(error) === undefined ? error : new SegmentFailure(segment, error)
    }
  }

  /** Comes first in a transaction of requests: what failed ones had claimed. */
  dropCondemned(): void {
    for (const { seq, reason, at } of this.#condemned) this.dropChunk(seq, reason, at)
  }

  /** Gives up a chunk that was claimed. */
  condemn({ seq }: ChunkFacts, reason: DropReason, at: number): void {
    this.#dropping.push({ seq, reason, at })
    this.dropChunk(seq, reason, at)
  }

  dropChunk(seq: number, reason: DropReason, at: number): void {
    for (const segment of this.shelf.holdersOf(seq)) {
      const gone = this.on(segment, ({ chunks }) => {
        const shares = chunks.sharesOf(seq)
        const facts = chunks.delete(seq)
        return facts && { ...facts, ...shares }
      })
      if (!gone) continue
      const { class: of, series, count, ts_min: tsMin, ts_max: tsMax } = gone
      segment.books.drop({ reason, lane: 'live', class: of, count, tsMin, tsMax, at, series })
      return
    }
  }
}
