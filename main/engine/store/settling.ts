import { quarantineHasRoom } from './admission.ts'
import { seriesName } from './ledger.ts'
import type { GiveBackRequest, SettleRequest, StateTableName, TakenAttribute, WriteResult } from './protocol.ts'
import type { Segment } from './segment.ts'
import type { Shelf } from './shelf.ts'
import { supersededBy } from './state-table.ts'
import type { Transactions } from './transactions.ts'

/** How a batch ends: delivered rows go or stay for a replay, refused ones go into quarantine. All of it inside a transaction. */
export class Settling {
  readonly #shelf: Shelf
  readonly #transactions: Transactions
  readonly #maxBytes: number

  constructor(transactions: Transactions, maxBytes: number) {
    this.#shelf = transactions.shelf
    this.#transactions = transactions
    this.#maxBytes = maxBytes
  }

  chunks({ id, at, lane, seqs, refused, retainMs }: SettleRequest): WriteResult {
    for (const seq of seqs) {
      // Rows that are gone already (a damaged file) are accounted for elsewhere.
      const rows = refused.length === 0 ? [] : refused.filter((row) => row.seq === seq)
      for (const segment of this.#shelf.holdersOf(seq)) {
        const gone = this.#transactions.on(segment, ({ chunks }) =>
          retainMs > 0 && rows.length === 0 ? chunks.retain(seq, at, at + retainMs) : chunks.delete(seq),
        )
        if (!gone) continue
        const quarantined = rows.slice(0, gone.count)
        for (const row of quarantined) this.#quarantine(segment, row, lane, at)
        segment.books.add('delivered', gone.count - quarantined.length)
        break
      }
    }
    return { id, kind: 'settled' }
  }

  state({ id, at, lane, seqs, refused, retainMs }: SettleRequest, table: StateTableName): WriteResult {
    this.#transactions.on(this.#shelf.home, (home) => {
      for (const seq of seqs) {
        const gone = home[table].delete(seq)
        if (!gone) continue
        const row = refused.find((one) => one.seq === seq)
        if (row) this.#quarantine(home, row, lane, at)
        else home.books.add('delivered', 1)
        if (!row && retainMs > 0) home.keptState.put(table, gone, at, at + retainMs)
      }
    })
    return { id, kind: 'settled' }
  }

  /** Hands out state; a row that is not what was written goes, counted as dropped. Outside any transaction. */
  takeState(table: StateTableName, maxCount: number, at: number): { rows: TakenAttribute[]; damaged: number } {
    const { home } = this.#shelf
    const rows = this.#transactions.on(home, () => home[table].take(maxCount), false)
    if (!home[table].hasDamaged) return { rows, damaged: 0 }
    const damaged = this.#transactions.run(() =>
      this.#transactions.on(home, ({ books }) => {
        const gone = home[table].dropDamaged()
        for (const one of gone) books.drop({ ...supersededBy(table, one, at), reason: 'corrupt' })
        return gone.length
      }),
    )
    home[table].load()
    return { rows, damaged }
  }

  giveBack({ id, at, table, seqs }: GiveBackRequest): WriteResult {
    this.#transactions.on(this.#shelf.home, (home) => {
      for (const gone of home[table].deleteOutdated(seqs)) home.books.drop(supersededBy(table, gone, at))
    })
    return { id, kind: 'settled' }
  }

  #quarantine(segment: Segment, row: SettleRequest['refused'][number], lane: SettleRequest['lane'], at: number): void {
    const series = new Map([[seriesName(row), 1]])
    const entry = { lane, count: 1, tsMin: row.ts, tsMax: row.ts, at, series }
    let [rows, bytes] = [0, 0]
    for (const { quarantine } of this.#shelf.all) {
      rows += quarantine.rows
      bytes += quarantine.bytes
    }
    if (quarantineHasRoom(rows, bytes, this.#maxBytes)) {
      segment.quarantine.put(row, at)
      segment.books.quarantine(row.reason, entry)
    } else segment.books.drop({ ...entry, reason: 'quarantine-full' })
  }
}
