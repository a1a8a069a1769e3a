import { type Database, pageBytes, type Statement } from './sqlite.ts'

/** Rows released at a time: some 10 ms of work. */
const releasedRows = 8

interface Row {
  readonly id: number
  readonly bytes: number
}

/**
 * A table of random blocks (some volumes do not store zeros) that only takes disk space: SQLite keeps the pages of what is deleted, so
 * data finds room in them when the volume is full. Its pages are nobody's data and do not count as used. It never outlives the
 * process: a file that is opened has none.
 */
export class Filler {
  readonly #db: Database
  readonly #pages: Statement<{ bytes: number }>
  #rows: readonly Row[] = []
  #before: readonly Row[] = []

  constructor(db: Database) {
    this.#db = db
    // Left by a kill.
    db.exec('DROP TABLE IF EXISTS filler')
    this.#pages = db.prepare(`
      SELECT (p.page_count - f.freelist_count) * ${pageBytes} AS bytes
      FROM pragma_page_count AS p, pragma_freelist_count AS f`)
  }

  get bytes(): number {
    let bytes = 0
    for (const row of this.#rows) bytes += row.bytes
    return bytes
  }

  /** Outside any transaction. */
  add(bytes: number): void {
    this.#db.exec('CREATE TABLE IF NOT EXISTS filler (id INTEGER PRIMARY KEY, body BLOB)')
    const before = this.#used()
    const { lastInsertRowid } = this.#db.prepare('INSERT INTO filler (body) VALUES (randomblob(?))').run(bytes)
    this.#rows = [...this.#rows, { id: Number(lastInsertRowid), bytes: this.#used() - before }]
  }

  /** Gives some of the space to the data; true when there is none left. */
  release(rows = releasedRows): boolean {
    for (const { id } of this.#rows.slice(0, rows)) this.#db.prepare('DELETE FROM filler WHERE id = ?').run(id)
    this.#rows = this.#rows.slice(rows)
    return this.#rows.length === 0
  }

  /** Outside any transaction. */
  drop(): void {
    this.#db.exec('DROP TABLE IF EXISTS filler')
    this.#rows = []
  }

  begun(): void {
    this.#before = this.#rows
  }

  rolledBack(): void {
    this.#rows = this.#before
  }

  #used(): number {
    return this.#pages.get()?.bytes ?? 0
  }
}
