import type { LedgerRow } from '../../../shared/status.ts'
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
  /** The operator gave up a quarantined value. */
  | 'discarded'
  /** The operator replaced a quarantined value by another one. */
  | 'corrected'
  /** The end of a file was missing after a power cut: commits that SQLite could not find again. */
  | 'tail-lost'
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
const minuteLimit = 5_000
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
  /** Values before the transaction that is open. */
  readonly #before = new Map<string, number>()
  readonly #readCounters: Statement<{ name: string; value: number }>
  readonly #writeCounter: Statement
  readonly #record: Statement
  readonly #minutes: Statement<{ n: number }>
  readonly #condense: readonly Statement[]
  readonly #ledgerPage: Statement<LedgerRow>
  readonly #ledgerCount: Statement<{ n: number }>
  readonly #ledgerTotals: Statement<{ kind: string; reason: string; count: number }>
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
    const matches = `instr(lower(kind || ' ' || reason || ' ' || lane), ?) > 0`
    this.#ledgerPage = db.prepare(`
      SELECT kind, reason, lane, since, until, ts_min AS tsMin, ts_max AS tsMax, count FROM ledger
      WHERE ${matches} ORDER BY until DESC LIMIT ?`)
    this.#ledgerCount = db.prepare(`SELECT count(*) AS n FROM ledger WHERE ${matches}`)
    this.#ledgerTotals = db.prepare('SELECT kind, reason, sum(count) AS count FROM ledger GROUP BY kind, reason')
    this.#transaction = (task) => db.transaction(task).immediate()
    this.load()
  }

  load(): void {
    this.#counters.clear()
    this.#dirty.clear()
    this.#before.clear()
    for (const { name, value } of this.#readCounters.all()) this.#counters.set(name, value)
  }

  /** How far the salvage of a damaged file has come; see salvage.ts. */
  progress(name: string): number {
    return this.#counters.get(`salvaged:${name}`) ?? 0
  }

  setProgress(name: string, value: number): void {
    this.#set(`salvaged:${name}`, value)
  }

  raise(name: 'seq' | 'attribute-seq', value: number): void {
    if (value > this.get(name)) this.#set(name, value)
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
    const rows = this.get('accepted') - this.get('delivered') - this.get('quarantined')
    return rows - this.dropped()
  }

  dropped(): number {
    let rows = 0
    for (const count of Object.values(this.droppedByReason())) rows += count
    return rows
  }

  drop(loss: Loss): void {
    if (loss.count === 0) return
    const name = droppedPrefix + loss.reason
    this.#set(name, (this.#counters.get(name) ?? 0) + loss.count)
    this.#enter('dropped', loss.reason, loss)
  }

  /** Takes back an earlier `drop`: the rows are there again. */
  recover(loss: Loss): void {
    if (loss.count === 0) return
    this.#set(droppedPrefix + loss.reason, (this.#counters.get(droppedPrefix + loss.reason) ?? 0) - loss.count)
    this.#enter('recovered', loss.reason, loss)
  }

  quarantine(reason: string, entry: Omit<Loss, 'reason'>): void {
    this.add('quarantined', entry.count)
    this.#enter('quarantined', reason, entry)
  }

  /** Rows left the quarantine. */
  unquarantine(entry: Omit<Loss, 'reason'>): void {
    this.add('quarantined', -entry.count)
    this.#enter('recovered', 'quarantine', entry)
  }

  /** Counters of a file that had to be moved aside are added to this one's, with ledger records for what they count. */
  adopt(counters: ReadonlyMap<string, number>, at: number): void {
    for (const [name, value] of counters) {
      if (name === 'seq' || name === 'attribute-seq' || name.startsWith('salvaged:')) {
        this.#set(name, Math.max(value, this.#counters.get(name) ?? 0))
        continue
      }
      if (value === 0) continue
      this.#set(name, (this.#counters.get(name) ?? 0) + value)
      const entry = { lane: 'live' as const, count: Math.abs(value), tsMin: 0, tsMax: at, at }
      if (name.startsWith(droppedPrefix))
        this.#enter(value > 0 ? 'dropped' : 'recovered', name.slice(droppedPrefix.length), entry)
      if (name === 'quarantined') this.#enter(value > 0 ? 'quarantined' : 'recovered', 'quarantine', entry)
    }
  }

  /** Newest first. */
  ledger(filter: string, limit: number): LedgerRow[] {
    return this.#ledgerPage.all(filter, limit)
  }

  ledgerCount(filter: string): number {
    return this.#ledgerCount.get(filter)?.n ?? 0
  }

  ledgerTotals(): { kind: string; reason: string; count: number }[] {
    return this.#ledgerTotals.all()
  }

  counters(): ReadonlyMap<string, number> {
    return new Map(this.#counters)
  }

  /** The transaction did not happen. Needs no file. */
  revert(): void {
    for (const [name, value] of this.#before) this.#counters.set(name, value)
    this.#before.clear()
    this.#dirty.clear()
  }

  /** The transaction happened. */
  keep(): void {
    this.#before.clear()
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
    if (!this.#before.has(name)) this.#before.set(name, this.#counters.get(name) ?? 0)
    this.#counters.set(name, value)
    this.#dirty.add(name)
  }

  #enter(kind: string, reason: string, entry: Omit<Loss, 'reason'>): void {
    const { lane, at, tsMin, tsMax, count } = entry
    const since = Math.floor(at / minuteMs) * minuteMs
    this.#record.run(kind, reason, lane, since, minuteMs, at, tsMin, tsMax, count)
  }
}
