import { closeSync, copyFileSync, existsSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { damagedFileIn } from './aside.ts'
import type { SeriesRow } from './protocol.ts'
import { type Database, failureOf, openForReading, pageBytes } from './sqlite.ts'

// What can be read of a file that SQLite gives errors for.

/** Rows read at a time; where one can not be read, one by one. */
const readRows = 256
/** No key is larger: where a search for something readable ends. */
const lastKey = 2 ** 40

/** undefined where SQLite gives an error. */
export function tried<T>(task: () => T): T | undefined {
  try {
    return task()
  } catch (error) {
    if (failureOf(error) === undefined) throw error
    return undefined
  }
}

/**
 * Opens the damaged file in this folder, at the worst as a copy of that name with the first page of `template`, a healthy file.
 * Without a template there is no copy. undefined when nothing helps.
 */
export function openDamaged(place: string, template: string | undefined, copyName: string): Database | undefined {
  const path = damagedFileIn(place)
  if (!path) return undefined
  const copied = template === undefined ? [] : [() => repaired(path, join(place, copyName), template)]
  for (const file of [() => path, ...copied]) {
    let db: Database | undefined
    try {
      db = openForReading(file())
      db?.prepare('SELECT count(*) FROM sqlite_schema').get()
      db?.prepare('SELECT * FROM chunks WHERE seq = ?')
      return db
    } catch {
      // Whatever is wrong with it: the copy with another first page is the last try.
      db?.close()
    }
  }
  return undefined
}

export function removeCopy(place: string, copyName: string): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(join(place, copyName + ending), { force: true })
}

/**
 * A copy whose first page is that of a healthy segment: all are made by the same statements, so the tables begin at the same
 * pages. The free list is forgotten (it is not needed for reading).
 */
function repaired(path: string, copy: string, template: string): string {
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`)
  copyFileSync(path, copy)
  const page = Buffer.alloc(pageBytes)
  const from = openSync(template, 'r')
  const to = openSync(copy, 'r+')
  try {
    readSync(from, page, 0, pageBytes, 0)
    page.writeUInt32BE(Math.floor(statSync(copy).size / pageBytes), 28)
    page.writeUInt32BE(0, 32)
    page.writeUInt32BE(0, 36)
    page.copy(page, 92, 24, 28)
    writeSync(to, page, 0, pageBytes, 0)
  } finally {
    closeSync(from)
    closeSync(to)
  }
  return copy
}

/** As many names as can be read; the other files know most of them as well. */
export function seriesNamesOf(db: Database): Map<number, SeriesRow> {
  const rows = readableRows<SeriesRow>(db, 'series', 'id', 'id, device, profile, key, kind')
  const sound = rows.filter(({ device, key }) => typeof device === 'string' && typeof key === 'string')
  return new Map(sound.map((row) => [row.id, row]))
}

/** All rows of a small table that can be read. */
export function readableRows<Row>(db: Database, table: string, key: 'seq' | 'id', columns = '*'): Row[] {
  const rows: Row[] = []
  const range = tried(() =>
    db.prepare<[number, number], Row & { [K in typeof key]: number }>(
      `SELECT ${columns} FROM ${table} WHERE ${key} >= ? ORDER BY ${key} LIMIT ?`,
    ),
  )
  if (!range) return rows
  const one = (from: number) => tried(() => range.all(from, 1))
  for (let from = 0; from <= lastKey; ) {
    const some = tried(() => range.all(from, readRows)) ?? one(from)
    if (!some) {
      from = behindBadPage(from, lastKey, (at) => one(at) !== undefined)
      continue
    }
    const last = some.at(-1)
    if (!last) break
    for (const row of some) rows.push(row)
    from = last[key] + 1
  }
  return rows
}

export const sameSeries = (a: SeriesRow, b: SeriesRow): boolean =>
  a.device === b.device && a.key === b.key && a.kind === b.kind

/**
 * The first key behind an unreadable place that begins at `from`: by doubling until it can be read again, then by halving.
 * `last` + 1 when there is none.
 */
export function behindBadPage(from: number, last: number, readable: (key: number) => boolean): number {
  let step = 1
  while (from + step <= last && !readable(from + step)) step *= 2
  let bad = from + Math.floor(step / 2)
  let good = Math.min(from + step, last + 1)
  while (good - bad > 1) {
    const middle = Math.floor((bad + good) / 2)
    if (readable(middle)) good = middle
    else bad = middle
  }
  return good
}
