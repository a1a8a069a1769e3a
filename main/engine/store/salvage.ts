import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { asideFolders, damagedFileIn } from './aside.ts'
import { headerOf, seriesIdsOf } from './chunk.ts'
import { type ChunkRow, unpack } from './chunk-table.ts'
import { behindBadPage, openDamaged, removeCopy, sameSeries, seriesNamesOf, tried } from './damaged-file.ts'
import type { Requeued } from './intake.ts'
import type { SeriesRow } from './protocol.ts'
import type { Database, Statement } from './sqlite.ts'

/** The damaged file with another first page. */
const copyName = 'salvage.db'
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
  readonly #names: ReadonlyMap<number, SeriesRow> = new Map()
  #from = 0
  #last = 0

  /** `template` is a healthy segment: the first page of a file can be replaced by it. */
  constructor(place: string, template: string) {
    this.place = place
    this.name = basename(place)
    this.#db = openDamaged(place, template, copyName)
    if (!this.#db) return
    this.#names = seriesNamesOf(this.#db)
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
      : behindBadPage(this.#from, this.#last, (seq) => tried(() => key.all(seq)) !== undefined)
    return []
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
    removeCopy(this.place, copyName)
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
}

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
