import type { Lane, SourceLoss } from '../pipeline/stages.ts'
import { Ledger, type LedgerEntry } from './ledger.ts'
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

/** Datapoints that are given up, or come back. */
interface Loss extends Omit<LedgerEntry, 'kind' | 'reason' | 'lane' | 'entries' | 'uncounted' | 'source'> {
  readonly reason: DropReason
  readonly lane: Lane
}

const droppedPrefix = 'dropped:'
/** How often sources lost values; no part of D4. */
const lostPrefix = 'lost:'

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
  readonly ledger: Ledger

  constructor(db: Database, seriesName: (id: number) => string | undefined) {
    this.#readCounters = db.prepare('SELECT name, value FROM counters')
    this.#writeCounter = db.prepare(
      'INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    )
    this.ledger = new Ledger(db, seriesName)
    this.load()
  }

  load(): void {
    this.#counters.clear()
    this.#dirty.clear()
    this.#before.clear()
    this.ledger.forget()
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
    this.ledger.enter({ ...loss, kind: 'dropped' })
  }

  /** Takes back an earlier `drop`: the rows are there again. */
  recover(loss: Loss): void {
    if (loss.count === 0) return
    this.#set(droppedPrefix + loss.reason, (this.#counters.get(droppedPrefix + loss.reason) ?? 0) - loss.count)
    this.ledger.enter({ ...loss, kind: 'recovered' })
  }

  quarantine(reason: string, entry: Omit<Loss, 'reason'>): void {
    this.add('quarantined', entry.count)
    this.ledger.enter({ ...entry, kind: 'quarantined', reason })
  }

  /** Rows left the quarantine. */
  unquarantine(entry: Omit<Loss, 'reason'>): void {
    this.add('quarantined', -entry.count)
    this.ledger.enter({ ...entry, kind: 'recovered', reason: 'quarantine' })
  }

  /** Recorded and counted, and no part of D4: it was never accepted. */
  lost(loss: SourceLoss, at: number): void {
    const name = lostPrefix + loss.kind
    this.#set(name, (this.#counters.get(name) ?? 0) + loss.entries)
    this.ledger.enter({ ...loss, lane: '', at })
  }

  timesLost(kind: SourceLoss['kind']): number {
    return this.#counters.get(lostPrefix + kind) ?? 0
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
      const reason = name.slice(name.indexOf(':') + 1)
      if (name.startsWith(droppedPrefix))
        this.ledger.enter({ ...entry, kind: value > 0 ? 'dropped' : 'recovered', reason })
      if (name === 'quarantined')
        this.ledger.enter({ ...entry, kind: value > 0 ? 'quarantined' : 'recovered', reason: 'quarantine' })
      if (name.startsWith(lostPrefix)) {
        const kind = reason === 'gap' ? 'gap' : 'overflow'
        const times = { entries: value, uncounted: value, count: 0, lane: '' }
        this.ledger.enter({ ...entry, ...times, kind, reason: 'recorded in a file of the store that was damaged' })
      }
    }
  }

  counters(): ReadonlyMap<string, number> {
    return new Map(this.#counters)
  }

  /** The transaction did not happen. Needs no file. */
  revert(): void {
    for (const [name, value] of this.#before) this.#counters.set(name, value)
    this.#before.clear()
    this.#dirty.clear()
    this.ledger.forget()
  }

  /** The transaction happened. */
  keep(): void {
    this.#before.clear()
  }

  flush(): void {
    for (const name of this.#dirty) this.#writeCounter.run(name, this.#counters.get(name))
    this.#dirty.clear()
    this.ledger.flush()
  }

  #set(name: string, value: number): void {
    if (!this.#before.has(name)) this.#before.set(name, this.#counters.get(name) ?? 0)
    this.#counters.set(name, value)
    this.#dirty.add(name)
  }
}
