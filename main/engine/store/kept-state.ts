import type { ValueType } from '../../../shared/sample.ts'
import type { StateTableName } from './protocol.ts'
import type { Database, Statement } from './sqlite.ts'

/** A delivered value that is state. */
export interface KeptValue {
  readonly series: number
  readonly ts: number
  readonly type: ValueType
  readonly value: string
}

interface KeptRow extends KeptValue {
  readonly home: StateTableName
}

/**
 * Confirmed mode for values that are state: per series the newest delivered one, until its time is up. Its table stands beside
 * the numbered formats: a program that does not know it can leave it alone.
 */
export class KeptState {
  rows = 0
  readonly #put: Statement
  readonly #since: Statement<KeptRow>
  readonly #deleteSince: Statement
  readonly #deleteExpired: Statement
  readonly #count: Statement<{ n: number }>

  constructor(db: Database) {
    db.exec(`CREATE TABLE IF NOT EXISTS kept_state (
      series INTEGER PRIMARY KEY, home TEXT NOT NULL, ts NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL,
      acked_at INTEGER NOT NULL, until INTEGER NOT NULL
    )`)
    this.#put = db.prepare('INSERT OR REPLACE INTO kept_state VALUES (?, ?, ?, ?, ?, ?, ?)')
    this.#since = db.prepare(
      'SELECT series, home, ts, type, value FROM kept_state WHERE acked_at >= ? ORDER BY acked_at',
    )
    this.#deleteSince = db.prepare('DELETE FROM kept_state WHERE acked_at >= ?')
    this.#deleteExpired = db.prepare('DELETE FROM kept_state WHERE until < ?')
    this.#count = db.prepare('SELECT count(*) AS n FROM kept_state')
    this.reload()
  }

  put(home: StateTableName, { series, ts, type, value }: KeptValue, at: number, until: number): void {
    this.#put.run(series, home, ts, type, value, at, until)
    this.reload()
  }

  /** Takes out what was acknowledged since then, in that order. */
  takeSince(since: number): KeptRow[] {
    if (this.rows === 0) return []
    const rows = this.#since.all(since)
    this.#deleteSince.run(since)
    this.reload()
    return rows
  }

  expire(now: number): void {
    if (this.rows === 0) return
    this.#deleteExpired.run(now)
    this.reload()
  }

  /** Also after a rollback. */
  reload(): void {
    this.rows = this.#count.get()?.n ?? 0
  }
}
