import type { QuarantineEntry } from '../../../shared/status.ts'
import type { QuarantineRow } from './protocol.ts'
import type { Database, Statement } from './sqlite.ts'

interface StoredEntry extends Omit<QuarantineEntry, 'reasonCode'> {
  readonly reason_code: number
}

/** Names, reason, row and b-tree cell beside the value. */
const rowOverheadBytes = 200

/** Refused values of one file, kept for the operator. Its limit is the tank's: it spans all files. */
export class QuarantineTable {
  rows = 0
  bytes = 0
  readonly #insert: Statement
  readonly #total: Statement<{ n: number; bytes: number }>
  readonly #page: Statement<StoredEntry>
  readonly #count: Statement<{ n: number }>
  readonly #after: Statement<StoredEntry>
  readonly #one: Statement<StoredEntry>
  readonly #delete: Statement<StoredEntry>

  constructor(db: Database) {
    this.#insert = db.prepare(`
      INSERT INTO quarantine (device, key, kind, ts, type, value, reason_code, reason, attempts, at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#total = db.prepare(
      `SELECT count(*) AS n, coalesce(sum(length(value) + ${rowOverheadBytes}), 0) AS bytes FROM quarantine`,
    )
    const matches = `instr(lower(device || char(10) || key || char(10) || reason), ?) > 0`
    this.#page = db.prepare(`SELECT * FROM quarantine WHERE ${matches} ORDER BY at DESC, id DESC LIMIT ?`)
    this.#count = db.prepare(`SELECT count(*) AS n FROM quarantine WHERE ${matches}`)
    this.#after = db.prepare('SELECT * FROM quarantine WHERE id > ? ORDER BY id LIMIT ?')
    this.#one = db.prepare('SELECT * FROM quarantine WHERE id = ?')
    this.#delete = db.prepare('DELETE FROM quarantine WHERE id = ? RETURNING *')
    this.reload()
  }

  put({ device, key, kind, ts, type, value, reasonCode, reason, attempts }: QuarantineRow, at: number): void {
    this.#insert.run(device, key, kind, ts, type, value, reasonCode, reason, attempts, at)
    this.rows++
    this.bytes += value.length + rowOverheadBytes
  }

  /** Newest first. */
  page(filter: string, limit: number): QuarantineEntry[] {
    return this.rows === 0 ? [] : this.#page.all(filter, limit).map(entryOf)
  }

  count(filter: string): number {
    return filter === '' ? this.rows : (this.#count.get(filter)?.n ?? 0)
  }

  after(id: number, limit: number): QuarantineEntry[] {
    return this.#after.all(id, limit).map(entryOf)
  }

  get(id: number): QuarantineEntry | undefined {
    const row = this.#one.get(id)
    return row && entryOf(row)
  }

  delete(id: number): QuarantineEntry | undefined {
    const gone = this.#delete.get(id)
    if (!gone) return undefined
    this.rows--
    this.bytes -= gone.value.length + rowOverheadBytes
    return entryOf(gone)
  }

  reload(): void {
    const total = this.#total.get()
    this.rows = total?.n ?? 0
    this.bytes = total?.bytes ?? 0
  }
}

function entryOf({ reason_code, ...rest }: StoredEntry): QuarantineEntry {
  return { ...rest, reasonCode: reason_code }
}
