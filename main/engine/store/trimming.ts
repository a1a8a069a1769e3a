import type { Shelf } from './shelf.ts'
import type { HandedChunks } from './slots.ts'
import type { Transactions } from './transactions.ts'

/** Expired chunks given up in one transaction, so that a long outage does not make one huge commit. */
const expireLimit = 2000
/** Chunks rest this long before they are merged with their neighbours: live data is gone by then. */
const mergeAfterMs = 10_000
/** Values merged at a time: some 10 ms of work. */
const mergeRows = 20_000

/** Keeps the files small: what is too old goes, small chunks are merged, WALs and drained files shrink. */
export class Trimming {
  readonly #shelf: Shelf
  readonly #transactions: Transactions
  readonly #handed: HandedChunks
  readonly #maxAgeHours: number

  constructor(transactions: Transactions, handed: HandedChunks, maxAgeHours: number) {
    this.#shelf = transactions.shelf
    this.#transactions = transactions
    this.#handed = handed
    this.#maxAgeHours = maxAgeHours
  }

  /** Inside a transaction. */
  expire(now: number): void {
    let left = expireLimit
    this.#transactions.on(
      this.#shelf.home,
      ({ keptState }) => keptState.expire(now),
      this.#shelf.home.keptState.rows > 0,
    )
    for (const segment of this.#shelf.all) {
      const expired = this.#transactions.on(
        segment,
        ({ chunks }) => chunks.deleteRetained(now, expireLimit),
        segment.chunks.retainedChunks > 0,
      )
      left -= expired
      for (let after = -1; left > 0; left--) {
        const chunk = this.#transactions.on(segment, ({ chunks }) => chunks.oldest(after), false)
        if (!chunk || chunk.accepted_at >= now - this.#maxAgeHours * 3_600_000) break
        if (this.#handed.claim(chunk.seq)) this.#transactions.condemn(chunk, 'expired', now)
        after = chunk.seq
      }
    }
  }

  /** Merges small chunks of one segment; false when there was nothing to do. */
  merge(now: number): boolean {
    for (const segment of this.#shelf.all) {
      if (!segment.chunks.mayMerge) continue
      const merged = this.#transactions.run(() =>
        this.#transactions.on(segment, ({ chunks }) =>
          chunks.merge(now - mergeAfterMs, mergeRows, (seq) => !this.#handed.has(seq)),
        ),
      )
      if (merged > 0) return true
    }
    return false
  }

  /** Moves WALs into their databases when enough has gathered. */
  checkpoint(): void {
    for (const segment of this.#shelf.all) this.#transactions.on(segment, () => segment.checkpoint(), false)
  }

  trimBooks(now: number): void {
    for (const { books, quota } of this.#shelf.all) books.ledger.trim(now, quota.budgetBytes)
  }

  /** What was the store of an earlier format, once it is drained. */
  shrink(): void {
    const { home, layout } = this.#shelf
    const drained = home.chunks.empty && home.fileBytes > 2 * layout.home.fileBytes
    if (drained && home.usedBytes < layout.home.budgetBytes) home.shrink()
  }
}
