import { crc32 } from 'node:zlib'
import type { ValueType } from '../../../shared/sample.ts'
import type { AttributeRow, StateTableName, TakenAttribute } from './protocol.ts'
import type { Database, Statement } from './sqlite.ts'

interface StoredAttribute {
  readonly seq: number
  readonly series: number
  readonly ts: number
  readonly type: ValueType
  readonly value: string
  readonly accepted_at: number
  /** null in rows of format 2. */
  readonly crc: number | null
}

/** A value that a newer one of the same series replaced. */
interface Superseded {
  readonly series: number
  readonly ts: number
}

/** A flipped bit in a page is no error for SQLite. */
const crcOf = ({ series, ts, type, value }: AttributeRow): number => crc32(`${series} ${ts} ${type} ${value}`)

export const isAsWritten = (row: AttributeRow & { readonly crc?: number | null }): boolean =>
  typeof row.crc !== 'number' || row.crc === crcOf(row)

/** For the books. */
export function supersededBy(table: StateTableName, { series, ts }: Superseded, at: number) {
  const of = table === 'attributes' ? ({ lane: 'attributes' } as const) : ({ lane: 'live', class: 'latest' } as const)
  return { ...of, reason: 'superseded' as const, count: 1, tsMin: ts, tsMax: ts, at, series: new Map([[series, 1]]) }
}

/**
 * Values that are state: attributes, and telemetry of which only the newest counts. Per series at most two rows: the one in flight and the newest one waiting behind it. An older
 * value is never sent after a newer one: while one is in flight the newer one waits, and only the newest waits.
 */
export class StateTable {
  rows = 0
  /** series -> seq of the row that waits, oldest first. */
  readonly #waiting = new Map<number, number>()
  /** series -> seq of the row in flight. Lives only in memory: after a restart nothing is in flight. */
  readonly #inFlight = new Map<number, number>()
  #damaged: number[] = []
  readonly #insert: Statement
  readonly #select: Statement<StoredAttribute>
  readonly #delete: Statement<StoredAttribute>
  readonly #all: Statement<Pick<StoredAttribute, 'seq' | 'series' | 'ts'>>
  readonly #oldest: Statement<{ at: number | null }>

  constructor(db: Database, table: 'attributes' | 'latest') {
    this.#insert = db.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?, ?, ?)`)
    this.#select = db.prepare(`SELECT * FROM ${table} WHERE seq = ?`)
    this.#delete = db.prepare(`DELETE FROM ${table} WHERE seq = ? RETURNING *`)
    this.#all = db.prepare(`SELECT seq, series, ts FROM ${table} ORDER BY seq`)
    this.#oldest = db.prepare(`SELECT accepted_at AS at FROM ${table} ORDER BY seq LIMIT 1`)
  }

  /** Reads what is there; what was in flight stays in flight. */
  load(): void {
    this.#waiting.clear()
    this.rows = 0
    for (const { seq, series } of this.#all.all()) {
      this.rows++
      if (this.#inFlight.get(series) !== seq) this.#waiting.set(series, seq)
    }
  }

  /** At open: of two rows of one series (one was in flight when the process died) only the newer may be sent. */
  dropSuperseded(): Superseded[] {
    const rows = this.#all.all()
    const newest = new Map(rows.map((row) => [row.series, row.seq]))
    const older = rows.filter((row) => newest.get(row.series) !== row.seq)
    for (const { seq } of older) this.#delete.get(seq)
    return older
  }

  get available(): number {
    let blocked = 0
    for (const series of this.#inFlight.keys()) if (this.#waiting.has(series)) blocked++
    return this.#waiting.size - blocked
  }

  oldestAt(): number {
    return this.#oldest.get()?.at ?? 0
  }

  /** A newer value waits, or one is in flight. */
  busy(series: number): boolean {
    return this.#waiting.has(series) || this.#inFlight.has(series)
  }

  waits(series: number): boolean {
    return this.#waiting.has(series)
  }

  /** Stores a value; returns the waiting one it replaced. */
  put(row: AttributeRow, seq: number, acceptedAt: number): Superseded | undefined {
    const before = this.#waiting.get(row.series)
    const superseded = before === undefined ? undefined : this.#delete.get(before)
    this.#insert.run(seq, row.series, row.ts, row.type, row.value, acceptedAt, crcOf(row))
    if (!superseded) this.rows++
    this.#waiting.delete(row.series)
    this.#waiting.set(row.series, seq)
    return superseded
  }

  take(maxCount: number): TakenAttribute[] {
    const taken: TakenAttribute[] = []
    for (const [series, seq] of this.#waiting) {
      if (taken.length >= maxCount) break
      if (this.#inFlight.has(series)) continue
      const row = this.#select.get(seq)
      if (!row) continue
      if (!isAsWritten(row)) {
        this.#damaged.push(seq)
        continue
      }
      taken.push({ seq, series, ts: row.ts, type: row.type, value: row.value })
    }
    for (const { series, seq } of taken) {
      this.#waiting.delete(series)
      this.#inFlight.set(series, seq)
    }
    return taken
  }

  /** Rows that `take` met and that are not what was written: they go. Inside a transaction; `load` follows its commit. */
  dropDamaged(): Superseded[] {
    return this.#damaged.splice(0).flatMap((seq) => this.delete(seq) ?? [])
  }

  get hasDamaged(): boolean {
    return this.#damaged.length > 0
  }

  /** Removes a row that was in flight. Its series stays blocked until `release`, which must follow the commit. */
  delete(seq: number): StoredAttribute | undefined {
    const gone = this.#delete.get(seq)
    if (gone) this.rows--
    return gone
  }

  /** Removes those of the rows in flight that a newer one waits behind: they would never be sent again. */
  deleteOutdated(seqs: readonly number[]): Superseded[] {
    const outdated: Superseded[] = []
    const given = new Set(seqs)
    for (const [series, seq] of this.#inFlight) {
      if (!given.has(seq) || !this.#waiting.has(series)) continue
      const gone = this.delete(seq)
      if (gone) outdated.push(gone)
    }
    return outdated
  }

  /** They are not in flight any more; those that still exist wait again after `load`. */
  release(seqs: readonly number[]): void {
    const done = new Set(seqs)
    for (const [series, seq] of this.#inFlight) if (done.has(seq)) this.#inFlight.delete(series)
  }
}
