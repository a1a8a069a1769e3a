import { rmSync } from 'node:fs'
import { type Database, openForHistory, type Statement } from '../store/sqlite.ts'
import { mergePoints } from './merge-points.ts'
import type { HistoryLine, HistoryQuestion, HistoryRows, HistorySeries } from './protocol.ts'

// Values of the last hours, for the eye. Nothing here is ever delivered and nothing relies on it: it is written without fsync,
// and a file that can not be read is thrown away. One table per half hour, so that old values go without being looked for.

const slotMs = 1_800_000
/** Rows read for one series of one question; at one a second it is 27 hours. */
const readLimit = 100_000

interface Row {
  ts: number
  value: number | string
}

export class HistoryDb {
  readonly #db: Database
  readonly #hours: number
  readonly #maxBytes: number
  /** Oldest first. */
  #slots: number[]
  readonly #inserts = new Map<number, Statement>()
  /** Id of the sampler → id in the file. */
  readonly #ids = new Map<number, number>()

  private constructor(db: Database, hours: number, maxBytes: number) {
    this.#db = db
    this.#hours = hours
    this.#maxBytes = maxBytes
    db.exec(
      'CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, kind TEXT, device TEXT, key TEXT, UNIQUE (device, key, kind))',
    )
    const tables = db.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE name GLOB 'slot_*'").all()
    this.#slots = tables.map(({ name }) => Number(name.slice('slot_'.length))).sort((a, b) => a - b)
  }

  /** Starts anew when the file can not be used. */
  static open(path: string, hours: number, maxBytes: number): HistoryDb {
    try {
      return new HistoryDb(openForHistory(path), hours, maxBytes)
    } catch {
      for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
      return new HistoryDb(openForHistory(path), hours, maxBytes)
    }
  }

  /** `at`: now, in ms. Values from outside the window (a backfill, a source with a wrong clock) are left out. */
  append(at: number, series: readonly HistorySeries[], rows: HistoryRows): void {
    const oldest = slotOf(at) - this.#slotsKept
    const newest = slotOf(at) + 1
    this.#db.transaction(() => {
      for (const one of series) this.#ids.set(one.id, this.#intern(one))
      rows.ids.forEach((id, row) => {
        const own = this.#ids.get(id)
        const ts = rows.ts[row] ?? 0
        const slot = slotOf(ts)
        if (own !== undefined && slot >= oldest && slot <= newest) this.#insert(slot).run(own, ts, rows.values[row])
      })
    })()
    this.#trim(oldest)
  }

  read({ items, fromMs, toMs, points }: HistoryQuestion): HistoryLine[] {
    const slots = this.#slots.filter((slot) => slot >= slotOf(fromMs) && slot <= slotOf(toMs))
    return items.map(({ device, key }) => {
      const rows: Row[] = []
      const id = this.#idOf(device, key)
      if (id !== undefined) for (const slot of slots) rows.push(...this.#rowsOf(slot, id, fromMs, toMs))
      return { device, key, ...mergePoints(rows, fromMs, toMs, points) }
    })
  }

  close(): void {
    this.#db.close()
  }

  #rowsOf(slot: number, id: number, fromMs: number, toMs: number): Row[] {
    return this.#db
      .prepare<[number, number, number, number], Row>(
        `SELECT ts, value FROM slot_${slot} WHERE series = ? AND ts BETWEEN ? AND ? ORDER BY ts LIMIT ?`,
      )
      .all(id, fromMs, toMs, readLimit)
  }

  #idOf(device: string, key: string): number | undefined {
    // A key that exists as both is telemetry here: that is the one with a history.
    return this.#db
      .prepare<[string, string], { id: number }>(
        'SELECT id FROM series WHERE device = ? AND key = ? ORDER BY kind DESC LIMIT 1',
      )
      .get(device, key)?.id
  }

  #intern({ kind, device, key }: HistorySeries): number {
    const find = this.#db.prepare<[string, string, string], { id: number }>(
      'SELECT id FROM series WHERE device = ? AND key = ? AND kind = ?',
    )
    const known = find.get(device, key, kind)
    if (known) return known.id
    const made = this.#db.prepare('INSERT INTO series (kind, device, key) VALUES (?, ?, ?)').run(kind, device, key)
    return Number(made.lastInsertRowid)
  }

  #insert(slot: number): Statement {
    const known = this.#inserts.get(slot)
    if (known) return known
    if (!this.#slots.includes(slot)) {
      this.#db.exec(
        `CREATE TABLE slot_${slot} (series INTEGER, ts INTEGER, value, PRIMARY KEY (series, ts)) WITHOUT ROWID`,
      )
      this.#slots = [...this.#slots, slot].sort((a, b) => a - b)
    }
    const made: Statement = this.#db.prepare(`INSERT OR REPLACE INTO slot_${slot} VALUES (?, ?, ?)`)
    this.#inserts.set(slot, made)
    return made
  }

  get #slotsKept(): number {
    return Math.ceil((this.#hours * 3_600_000) / slotMs)
  }

  /** By age, and by the bytes in use. */
  #trim(oldest: number): void {
    while ((this.#slots[0] ?? oldest) < oldest || (this.#slots.length > 1 && this.#usedBytes() > this.#maxBytes)) {
      const slot = this.#slots.shift()
      if (slot === undefined) return
      this.#inserts.delete(slot)
      this.#db.exec(`DROP TABLE slot_${slot}`)
    }
  }

  #usedBytes(): number {
    const of = (name: string): number => Number(this.#db.pragma(name, { simple: true }))
    return (of('page_count') - of('freelist_count')) * of('page_size')
  }
}

function slotOf(ts: number): number {
  return Math.max(0, Math.floor(ts / slotMs))
}
