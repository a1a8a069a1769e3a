import type { SeriesRow } from './protocol.ts'
import type { Database, Statement } from './sqlite.ts'

/** Names behind the series ids in the chunks. Ids are given by the engine's half and are never reused while data is stored. */
export class SeriesTable {
  readonly #insert: Statement
  readonly #all: Statement<SeriesRow>
  readonly #ids: Statement<{ id: number }>
  readonly #clear: Statement
  #known = new Uint8Array(1024)
  #last = 0

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT OR IGNORE INTO series VALUES (?, ?, ?, ?, ?)')
    this.#all = db.prepare('SELECT id, device, profile, key, kind FROM series ORDER BY id')
    this.#ids = db.prepare('SELECT id FROM series')
    this.#clear = db.prepare('DELETE FROM series')
    this.reload()
  }

  get nextId(): number {
    return this.#last + 1
  }

  /** All rows; when nothing stored refers to them they are forgotten instead, so that old names do not gather for years. */
  load(unused: boolean): SeriesRow[] {
    if (!unused) return this.#all.all()
    this.#clear.run()
    this.reload()
    return []
  }

  insert(rows: readonly SeriesRow[]): void {
    for (const { id, device, profile, key, kind } of rows) {
      if (this.has(id)) continue
      this.#insert.run(id, device, profile, key, kind)
      this.#learn(id)
    }
  }

  has(id: number): boolean {
    return this.#known[id] === 1
  }

  /** After a rollback: exactly what is in the table. */
  reload(): void {
    this.#known.fill(0)
    this.#last = 0
    for (const { id } of this.#ids.all()) this.#learn(id)
  }

  #learn(id: number): void {
    if (id >= this.#known.length) {
      const larger = new Uint8Array(Math.max(this.#known.length * 2, id + 1))
      larger.set(this.#known)
      this.#known = larger
    }
    this.#known[id] = 1
    if (id > this.#last) this.#last = id
  }
}
