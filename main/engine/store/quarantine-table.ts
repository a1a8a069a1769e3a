import type { QuarantineRow } from './protocol.ts'
import type { Database, Statement } from './sqlite.ts'

/** Refused values kept for the operator; a plant that produces only refusals must not fill the disk with them. */
const quarantineLimit = 100_000

export class QuarantineTable {
  readonly #insert: Statement
  readonly #count: Statement<{ n: number }>
  #rows = 0

  constructor(db: Database) {
    this.#insert = db.prepare(`
      INSERT INTO quarantine (device, key, kind, ts, type, value, reason_code, reason, attempts, at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#count = db.prepare('SELECT count(*) AS n FROM quarantine')
    this.reload()
  }

  /** False when there is no room for it. */
  put(row: QuarantineRow, at: number): boolean {
    if (this.#rows >= quarantineLimit) return false
    const { device, key, kind, ts, type, value, reasonCode, reason, attempts } = row
    this.#insert.run(device, key, kind, ts, type, value, reasonCode, reason, attempts, at)
    this.#rows++
    return true
  }

  reload(): void {
    this.#rows = this.#count.get()?.n ?? 0
  }
}
