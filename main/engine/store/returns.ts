import { packChunk } from './chunk-table.ts'
import type { Intake } from './intake.ts'
import { seriesName } from './ledger.ts'
import type { AttributeRow, ReplayRequest, SeqRange, SeriesRow, UnquarantineRequest, WriteResult } from './protocol.ts'
import type { Segment } from './segment.ts'
import type { Shelf } from './shelf.ts'
import { supersededBy } from './state-table.ts'
import type { Transactions } from './transactions.ts'

/** What an operator calls back: delivered values and quarantined ones. They wait in the backlog. All of it inside a transaction. */
export class Returns {
  readonly #shelf: Shelf
  readonly #transactions: Transactions
  readonly #intake: Intake
  readonly #series: Map<number, SeriesRow>

  constructor(transactions: Transactions, intake: Intake, series: Map<number, SeriesRow>) {
    this.#shelf = transactions.shelf
    this.#transactions = transactions
    this.#intake = intake
    this.#series = series
  }

  /** What was delivered since then and is still there. */
  replay({ id, at, since }: ReplayRequest, backlog: SeqRange[]): WriteResult {
    let count = 0
    for (const segment of this.#shelf.all) {
      if (segment.chunks.retainedChunks === 0) continue
      const back = this.#transactions.on(segment, ({ chunks }) => chunks.revive(since))
      const rows = back.reduce((sum, chunk) => sum + chunk.count, 0)
      segment.books.add('delivered', -rows)
      segment.chunks.lookAgain()
      count += rows
      for (const chunk of back) backlog.push([chunk.seq, chunk.seq + chunk.count - 1])
    }
    return { id, kind: 'returned', count: count + this.#replayState(since, at) }
  }

  /** Delivered state comes back only where nothing newer waits or is on its way (D9). */
  #replayState(since: number, at: number): number {
    if (this.#shelf.home.keptState.rows === 0) return 0
    return this.#transactions.on(this.#shelf.home, (home) => {
      const back = home.keptState.takeSince(since).filter(({ home: table, series }) => !home[table].busy(series))
      for (const row of back) {
        home.books.add('attribute-seq', 1)
        home[row.home].put(row, home.books.get('attribute-seq'), at)
      }
      home.books.add('delivered', -back.length)
      return back.length
    })
  }

  unquarantine({ id, at, how, parts, series }: UnquarantineRequest, backlog: SeqRange[]): WriteResult {
    for (const row of series) this.#series.set(row.id, row)
    let count = 0
    for (const part of parts) {
      const segment = this.#shelf.byNumber(part.file)
      if (!segment) continue
      const present = this.#transactions.on(segment, ({ quarantine }) => part.ids.filter((row) => quarantine.get(row)))
      // Asked for twice: the rows no longer match what was made of them, so nothing happens.
      if (how !== 'discard' && present.length !== part.ids.length) continue
      for (const row of present) {
        const entry = segment.quarantine.delete(row)
        if (!entry) continue
        const shares = new Map([[seriesName(entry), 1]])
        const loss = { lane: 'backlog' as const, count: 1, tsMin: entry.ts, tsMax: entry.ts, at, series: shares }
        segment.books.unquarantine(loss)
        if (how !== 'retry') segment.books.drop({ ...loss, reason: how === 'discard' ? 'discarded' : 'corrected' })
        count++
      }
      if (how === 'correct') segment.books.add('accepted', present.length)
      for (const buffer of part.chunks) backlog.push(this.#intake.insert(segment, packChunk(buffer, 0), at))
      for (const row of part.attributes) this.#retryState(segment, row, at)
    }
    return { id, kind: 'returned', count }
  }

  /** An attribute comes back only when no newer value is there (D9). */
  #retryState(home: Segment, row: AttributeRow, at: number): void {
    if (home.attributes.waits(row.series)) {
      home.books.drop(supersededBy('attributes', row, at))
      return
    }
    const names = this.#series.get(row.series)
    if (names) home.series.insert([names])
    home.books.add('attribute-seq', 1)
    home.attributes.put(row, home.books.get('attribute-seq'), at)
  }
}
