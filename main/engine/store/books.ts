import type { Lane } from '../pipeline/stages.ts'
import type { Database, Statement } from './sqlite.ts'

/** Why a datapoint was given up. Operators see these words in metrics and in the ledger. */
export type DropReason =
  /** whenFull = drop-oldest. */
  | 'full-oldest'
  /** whenFull = drop-newest, or drop-oldest while everything stored was in flight. */
  | 'full-newest'
  /** One append larger than the whole store. */
  | 'too-large'
  | 'expired'
  /** An attribute value replaced by a newer one before it was sent. */
  | 'superseded'
  /** The disk gave back something else than was written. */
  | 'corrupt'
  | 'quarantine-full'
  /** Rows that were counted as accepted and are not in the file (found at open). */
  | 'unaccounted'

interface Loss {
  readonly reason: DropReason
  readonly lane: Lane
  readonly count: number
  readonly tsMin: number
  readonly tsMax: number
  readonly at: number
}

/** Minutes kept one by one; older ones are added up per day, so the ledger is bounded and still covers every loss. */
const minuteLimit = 20_000
const minuteMs = 60_000
const dayMs = 86_400_000
const droppedPrefix = 'dropped:'

/**
 * The counters of D4 and the ledger. Changes are kept in memory until `flush` writes them inside the transaction they belong
 * to; after a rollback `load` forgets them.
 */
export class Books {
  readonly #counters = new Map<string, number>()
  readonly #dirty = new Set<string>()
  readonly #readCounters: Statement<{ name: string; value: number }>
  readonly #writeCounter: Statement
  readonly #record: Statement
  readonly #minutes: Statement<{ n: number }>
  readonly #condense: readonly Statement[]
  readonly #transaction: (task: () => void) => void

  constructor(db: Database) {
    this.#readCounters = db.prepare('SELECT name, value FROM counters')
    this.#writeCounter = db.prepare(
      'INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    )
    this.#record = db.prepare(`
      INSERT INTO ledger (kind, reason, lane, since, span_ms, until, ts_min, ts_max, count)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (since, span_ms, kind, reason, lane) DO UPDATE SET
        until = max(until, excluded.until), ts_min = min(ts_min, excluded.ts_min),
        ts_max = max(ts_max, excluded.ts_max), count = count + excluded.count`)
    this.#minutes = db.prepare(`SELECT count(*) AS n FROM ledger WHERE span_ms = ${minuteMs}`)
    this.#condense = [
      db.prepare(`
        INSERT INTO ledger (kind, reason, lane, since, span_ms, until, ts_min, ts_max, count)
        SELECT kind, reason, lane, since / ${dayMs} * ${dayMs}, ${dayMs}, max(until), min(ts_min), max(ts_max), sum(count)
        FROM ledger WHERE span_ms = ${minuteMs} AND since < ? GROUP BY 1, 2, 3, 4
        ON CONFLICT (since, span_ms, kind, reason, lane) DO UPDATE SET
          until = max(until, excluded.until), ts_min = min(ts_min, excluded.ts_min),
          ts_max = max(ts_max, excluded.ts_max), count = count + excluded.count`),
      db.prepare(`DELETE FROM ledger WHERE span_ms = ${minuteMs} AND since < ?`),
    ]
    this.#transaction = (task) => db.transaction(task).immediate()
    this.load()
  }

  load(): void {
    this.#counters.clear()
    this.#dirty.clear()
    for (const { name, value } of this.#readCounters.all()) this.#counters.set(name, value)
  }

  get(name: 'accepted' | 'delivered' | 'quarantined' | 'seq' | 'attribute-seq'): number {
    return this.#counters.get(name) ?? 0
  }

  add(name: 'accepted' | 'delivered' | 'quarantined' | 'seq' | 'attribute-seq', count: number): void {
    if (count !== 0) this.#set(name, this.get(name) + count)
  }

  droppedByReason(): Record<string, number> {
    const reasons: Record<string, number> = {}
    for (const [name, value] of this.#counters) {
      if (name.startsWith(droppedPrefix)) reasons[name.slice(droppedPrefix.length)] = value
    }
    return reasons
  }

  /** Rows that must be in the tables if nothing got lost. */
  expectedRows(): number {
    let rows = this.get('accepted') - this.get('delivered') - this.get('quarantined')
    for (const count of Object.values(this.droppedByReason())) rows -= count
    return rows
  }

  drop(loss: Loss): void {
    if (loss.count === 0) return
    const name = droppedPrefix + loss.reason
    this.#set(name, (this.#counters.get(name) ?? 0) + loss.count)
    this.#enter('dropped', loss.reason, loss)
  }

  quarantine(reason: string, entry: Omit<Loss, 'reason'>): void {
    this.add('quarantined', entry.count)
    this.#enter('quarantined', reason, entry)
  }

  /** Counters of a file that had to be moved aside go on in the new one. */
  adopt(counters: ReadonlyMap<string, number>): void {
    for (const [name, value] of counters) this.#set(name, value)
  }

  counters(): ReadonlyMap<string, number> {
    return new Map(this.#counters)
  }

  flush(): void {
    for (const name of this.#dirty) this.#writeCounter.run(name, this.#counters.get(name))
    this.#dirty.clear()
  }

  /** Adds up minutes older than a day when there are too many. Outside any transaction. */
  trim(now: number): void {
    if ((this.#minutes.get()?.n ?? 0) <= minuteLimit) return
    this.#transaction(() => {
      for (const statement of this.#condense) statement.run(now - dayMs)
    })
  }

  #set(name: string, value: number): void {
    this.#counters.set(name, value)
    this.#dirty.add(name)
  }

  #enter(kind: string, reason: string, entry: Omit<Loss, 'reason'>): void {
    const { lane, at, tsMin, tsMax, count } = entry
    const since = Math.floor(at / minuteMs) * minuteMs
    this.#record.run(kind, reason, lane, since, minuteMs, at, tsMin, tsMax, count)
  }
}
