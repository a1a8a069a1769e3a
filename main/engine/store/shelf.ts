import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { failpoint } from '../kit/failpoint.ts'
import { setAside } from './aside.ts'
import type { Layout } from './layout.ts'
import { Segment } from './segment.ts'
import { damageOf, openForReading } from './sqlite.ts'

/** A segment is worth changing to when this share of it is free: else the store would hop between nearly full ones. */
const roomyShare = 0.1

/** What the ledger calls a series; undefined when its number is not known. */
export type SeriesName = (id: number) => string | undefined

/** A file that could not be opened. */
export interface DamagedFile {
  readonly path: string
  readonly movedTo: string
  /** As far as they could be read. */
  readonly counters: ReadonlyMap<string, number> | undefined
}

/**
 * All files of the store: store.db, the home of everything that is state, and the segments with telemetry. Appends go to the
 * active segment; when it is full, to the one with most room, prepared or drained, and only then to a new file.
 */
export class Shelf {
  readonly folder: string
  readonly layout: Layout
  readonly #seriesName: SeriesName
  home: Segment
  segments: Segment[] = []
  active: Segment | undefined
  #lastNumber = 0

  private constructor(folder: string, layout: Layout, seriesName: SeriesName, home: Segment) {
    this.folder = folder
    this.layout = layout
    this.#seriesName = seriesName
    this.home = home
  }

  static open(folder: string, layout: Layout, seriesName: SeriesName, at: number, lastNumber: number) {
    const damaged: DamagedFile[] = []
    const attempt = (path: string, open: () => Segment): Segment | undefined => {
      try {
        return open()
      } catch (error) {
        if (!damageOf(error)) throw error
        const counters = readCounters(path)
        damaged.push({ path, movedTo: setAside(folder, path, at), counters })
        return undefined
      }
    }
    const homePath = join(folder, 'store.db')
    const makeHome = () => new Segment(homePath, 0, layout.home, seriesName)
    const shelf = new Shelf(folder, layout, seriesName, attempt(homePath, makeHome) ?? makeHome())
    try {
      shelf.#lastNumber = lastNumber
      mkdirSync(shelf.#segmentFolder, { recursive: true })
      for (const { path, number } of shelf.#files()) {
        shelf.#lastNumber = Math.max(shelf.#lastNumber, number)
        const segment = attempt(path, () => new Segment(path, number, layout.segment, seriesName))
        if (segment) shelf.segments.push(segment)
      }
      shelf.#activate(shelf.segments.toSorted((a, b) => b.books.get('seq') - a.books.get('seq'))[0])
      return { shelf, damaged }
    } catch (error) {
      shelf.close()
      throw error
    }
  }

  get all(): Segment[] {
    return [this.home, ...this.segments]
  }

  holdersOf(seq: number): Segment[] {
    return this.all.filter(({ chunks }) => chunks.mayHold(seq))
  }

  byNumber(number: number): Segment | undefined {
    return this.all.find((segment) => segment.number === number)
  }

  /** Where a chunk of `bytes` goes; undefined when there is no room anywhere. */
  segmentFor(bytes: number, tight: boolean): Segment | undefined {
    if (this.active && this.active.freeBytes(tight) >= bytes) return this.active
    const least = Math.max(bytes, this.layout.segment.budgetBytes * roomyShare)
    let best: Segment | undefined
    for (const segment of this.segments) {
      const free = segment.freeBytes(tight)
      if (segment !== this.active && free >= least && (!best || free > best.freeBytes(tight))) best = segment
    }
    if (best) {
      failpoint('rotating')
      // Names of what was stored here before: nothing refers to them any more.
      if (!best.inTransaction) best.forgetSeries()
      return this.#activate(best)
    }
    return tight || !this.mayGrow ? undefined : this.#create()
  }

  /** What was the store of an earlier format counts until it is drained. */
  get mayGrow(): boolean {
    const extra = Math.max(0, this.home.fileBytes - this.layout.home.fileBytes)
    const fewer = Math.ceil(extra / this.layout.segment.fileBytes)
    return this.segments.length < Math.max(1, this.layout.segments - fewer)
  }

  /** Drops may have made room in it. */
  activateIfRoom(segment: Segment, bytes: number, tight: boolean): Segment | undefined {
    if (segment === this.home || segment.freeBytes(tight) < bytes) return undefined
    return this.#activate(segment)
  }

  /** Takes in a file that was made elsewhere; see preallocation.ts. */
  adopt(number: number): Segment {
    const segment = new Segment(this.pathOf(number), number, this.layout.segment, this.#seriesName)
    this.#lastNumber = Math.max(this.#lastNumber, number)
    this.segments.push(segment)
    return segment
  }

  nextNumber(): number {
    return ++this.#lastNumber
  }

  pathOf(number: number, ending = 'db'): string {
    return join(this.#segmentFolder, `seg-${String(number).padStart(4, '0')}.${ending}`)
  }

  /** Moves a damaged segment out of the way; a damaged home is replaced by a new one at once. */
  setAside(segment: Segment, at: number): string {
    try {
      segment.close()
    } catch {
      // What can not be closed is moved all the same.
    }
    const movedTo = setAside(this.folder, segment.path, at)
    if (segment === this.home) this.home = new Segment(segment.path, 0, this.layout.home, this.#seriesName)
    this.segments = this.segments.filter((other) => other !== segment)
    if (this.active === segment) this.active = undefined
    return movedTo
  }

  close(): void {
    for (const segment of this.all) segment.close()
  }

  #create(): Segment {
    failpoint('rotating')
    return this.#activate(this.adopt(this.nextNumber())) as Segment
  }

  #activate(segment: Segment | undefined): Segment | undefined {
    if (this.active !== segment && this.active?.inTransaction === false) this.active.forgetPages()
    this.active = segment
    return segment
  }

  get #segmentFolder(): string {
    return join(this.folder, 'segments')
  }

  #files(): { path: string; number: number }[] {
    const files: { path: string; number: number }[] = []
    for (const name of readdirSync(this.#segmentFolder)) {
      // Preparing it was interrupted.
      if (name.includes('.new')) rmSync(join(this.#segmentFolder, name), { force: true })
      const number = Number(/^seg-(\d+)\.db$/.exec(name)?.[1] ?? Number.NaN)
      if (Number.isInteger(number)) files.push({ path: join(this.#segmentFolder, name), number })
    }
    return files.sort((a, b) => a.number - b.number)
  }
}

/** Every database file of a data folder, store.db first. */
export function storeFiles(folder: string): string[] {
  const home = join(folder, 'store.db')
  const segments = join(folder, 'segments')
  const names = existsSync(segments) ? readdirSync(segments).filter((name) => /^seg-\d+\.db$/.test(name)) : []
  return [...(existsSync(home) ? [home] : []), ...names.sort().map((name) => join(segments, name))]
}

function readCounters(path: string): ReadonlyMap<string, number> | undefined {
  try {
    const db = openForReading(path)
    try {
      const rows = db?.prepare<[], { name: string; value: number }>('SELECT name, value FROM counters').all()
      return rows && new Map(rows.map(({ name, value }) => [name, value]))
    } finally {
      db?.close()
    }
  } catch {
    // Too damaged to tell: the high-water mark knows what is missing.
    return undefined
  }
}
