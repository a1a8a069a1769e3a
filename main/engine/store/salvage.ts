import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { asideFolders, damagedFileIn } from './aside.ts'
import { headerOf, seriesIdsOf } from './chunk.ts'
import { type ChunkRow, unpack } from './chunk-table.ts'
import type { Requeued } from './intake.ts'
import type { SeriesRow } from './protocol.ts'
import { type Database, failureOf, openForReading, pageBytes, type Statement } from './sqlite.ts'

/** Chunks read at a time. */
const readChunks = 16

/** What happened to a damaged file, beside it. */
interface Report {
  readonly rows: number
  recovered?: number
}

/** Written when the file is moved: how many rows are to be found again. */
export function noteDamage(movedTo: string, rows: number): void {
  writeReport(dirname(movedTo), { rows })
}

/** Folders with a damaged file that was not read to its end. */
export function pendingSalvages(folder: string): string[] {
  return asideFolders(folder).filter((place) => damagedFileIn(place) && readReport(place)?.recovered === undefined)
}

/**
 * Reads what can be read of one damaged file, in order of seq; where SQLite gives an error, the end of the unreadable place is
 * searched by bisection. Only what has its CRC comes back. How far it came is kept in the transaction that stores what was found, so a crash in
 * between repeats nothing.
 */
export class Salvage {
  readonly place: string
  readonly name: string
  recovered = 0
  resumed = false
  /** Read and not stored: there was no room. */
  #kept: Requeued[] = []
  readonly #db: Database | undefined
  readonly #statements: Statements | undefined
  readonly #names = new Map<number, SeriesRow>()
  #from = 0
  #last = 0

  /** `template` is a healthy segment: the first page of a file can be replaced by it. */
  constructor(place: string, template: string) {
    this.place = place
    this.name = basename(place)
    this.#db = openDamaged(place, template)
    if (!this.#db) return
    this.#readNames(this.#db)
    this.#statements = statementsOf(this.#db)
  }

  get series(): SeriesRow[] {
    return [...this.#names.values()]
  }

  /** Where an earlier run came to, and the last seq there is. */
  resume(after: number, last: number): void {
    this.resumed = true
    this.#from = after + 1
    this.#last = last
  }

  /** The next chunks that are what was written; undefined at the end. */
  next(known: (id: number) => SeriesRow | undefined): Requeued[] | undefined {
    if (this.#kept.length > 0) return this.#kept.splice(0)
    if (!this.#statements || this.#from > this.#last) return undefined
    const { range, key } = this.#statements
    for (const many of [readChunks, 1]) {
      const rows = tried(() => range.all(this.#from, many))
      if (!rows) continue
      const last = rows.at(-1)
      this.#from = last ? last.seq + 1 : this.#last + 1
      return rows.flatMap((row) => this.#check(row, known))
    }
    // Only this chunk, or the page that leads to it and its neighbours.
    const found = tried(() => key.all(this.#from))
    this.#from = found
      ? (found[0]?.seq ?? this.#last) + 1
      : this.#behindBadPage((seq) => tried(() => key.all(seq)) !== undefined)
    return []
  }

  /** The first seq behind the unreadable place: by doubling until it can be read again, then by halving. */
  #behindBadPage(readable: (seq: number) => boolean): number {
    let step = 1
    while (this.#from + step <= this.#last && !readable(this.#from + step)) step *= 2
    let bad = this.#from + Math.floor(step / 2)
    let good = Math.min(this.#from + step, this.#last + 1)
    while (good - bad > 1) {
      const middle = Math.floor((bad + good) / 2)
      if (readable(middle)) good = middle
      else bad = middle
    }
    return good
  }

  putBack(chunks: readonly Requeued[]): void {
    this.#kept.push(...chunks)
  }

  stored(chunks: readonly Requeued[]): void {
    for (const { buffer } of chunks) this.recovered += headerOf(buffer).count
  }

  /** The file is done: what it gave is written beside it. */
  finish(): number | undefined {
    this.#db?.close()
    for (const ending of ['', '-wal', '-shm']) rmSync(join(this.place, `salvage.db${ending}`), { force: true })
    const report = readReport(this.place)
    writeReport(this.place, { rows: report?.rows ?? 0, recovered: this.recovered })
    return report && report.rows - this.recovered
  }

  close(): void {
    this.#db?.close()
  }

  #check(row: ChunkRow, known: (id: number) => SeriesRow | undefined): Requeued[] {
    const buffer = unpack(row)
    if (!buffer) return []
    const series = new Map<number, SeriesRow>()
    for (const id of seriesIdsOf(buffer)) {
      if (series.has(id)) continue
      const [ours, theirs] = [this.#names.get(id), known(id)]
      const name = theirs ?? ours
      // Nobody knows whose value it is, or another series has the number now.
      if (!name || (ours && theirs && !sameSeries(ours, theirs))) return []
      series.set(id, name)
    }
    const progress = row.seq + row.count - 1
    return [{ buffer, acceptedAt: row.accepted_at, series: [...series.values()], place: this.name, progress }]
  }

  #readNames(db: Database): void {
    try {
      const rows = db.prepare<[], SeriesRow>('SELECT id, device, profile, key, kind FROM series').iterate()
      for (const row of rows) this.#names.set(row.id, row)
    } catch (error) {
      // The other files know most of the names as well.
      if (failureOf(error) === undefined) throw error
    }
  }
}

const sameSeries = (a: SeriesRow, b: SeriesRow): boolean =>
  a.device === b.device && a.key === b.key && a.kind === b.kind

interface Statements {
  readonly range: Statement<ChunkRow>
  readonly key: Statement<{ seq: number }>
}

function statementsOf(db: Database): Statements | undefined {
  // Without the list of what was delivered already it is better to send twice.
  const retained = tried(() => db.prepare('SELECT count(*) FROM retained').get())
  const waiting = retained ? 'AND seq NOT IN (SELECT seq FROM retained)' : ''
  return tried(() => ({
    range: db.prepare(`SELECT * FROM chunks WHERE seq >= ? ${waiting} ORDER BY seq LIMIT ?`),
    key: db.prepare('SELECT seq FROM chunks WHERE seq >= ? ORDER BY seq LIMIT 1'),
  }))
}

/** undefined where SQLite gives an error. */
function tried<T>(task: () => T): T | undefined {
  try {
    return task()
  } catch (error) {
    if (failureOf(error) === undefined) throw error
    return undefined
  }
}

function openDamaged(place: string, template: string): Database | undefined {
  const path = damagedFileIn(place)
  if (!path) return undefined
  for (const file of [() => path, () => repaired(path, join(place, 'salvage.db'), template)]) {
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

function readReport(place: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(join(place, 'damage.json'), 'utf8')) as Report
  } catch {
    return undefined
  }
}

function writeReport(place: string, report: Report): void {
  writeFileSync(join(place, 'damage.json'), `${JSON.stringify(report)}\n`)
}
