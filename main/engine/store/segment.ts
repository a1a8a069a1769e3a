import { existsSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { Books } from './books.ts'
import { ChunkTable, type PackedChunk, storedBytesOf } from './chunk-table.ts'
import { Filler } from './filler.ts'
import { KeptState } from './kept-state.ts'
import type { FileQuota } from './layout.ts'
import { QuarantineTable } from './quarantine-table.ts'
import { migrate } from './schema.ts'
import { SeriesTable } from './series-table.ts'
import { type Database, failureOf, openForWriting, pageBytes, type Statement, sqliteVersion } from './sqlite.ts'
import { StateTable } from './state-table.ts'

/** A transaction dirties at least this much of the WAL: counters, table roots, free list. */
const commitWalBytes = 8 * pageBytes
/** Pages a transaction takes beside its rows: interior pages, counters, ledger. */
const marginBytes = 4 * pageBytes

/** A file this little short of its quota has its size. */
const grownSlackBytes = 16 * pageBytes

/** A segment could not do its work; the tank decides what that means. */
export class SegmentFailure extends Error {
  readonly segment: Segment
  readonly reason: unknown

  constructor(segment: Segment, reason: unknown) {
    super(`segment ${segment.number}`)
    this.segment = segment
    this.reason = reason
  }
}

/**
 * One file of the store with everything that belongs together: chunks, their series names, the counters of what happened to
 * them, ledger and quarantine. Invariant after every commit: accepted = delivered + quarantined + dropped + rows, for this file
 * alone. So one commit of one file is one fsync, no commit spans files, and a lost file costs only what was in it.
 */
export class Segment {
  readonly number: number
  readonly path: string
  readonly quota: FileQuota
  readonly books: Books
  readonly chunks: ChunkTable
  readonly attributes: StateTable
  readonly latest: StateTable
  readonly keptState: KeptState
  readonly series: SeriesTable
  readonly quarantine: QuarantineTable
  /** Bytes of used pages, as of the last look. */
  usedBytes = 0
  active = false
  readonly #db: Database
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #rollback: Statement
  readonly #pages: Statement<{ used: number; all: number }>
  #fileBytes = 0
  #walBytes = 0
  #primed = 0
  readonly #filler: Filler

  /** Opens or makes the file; throws what the driver throws. */
  constructor(path: string, number: number, quota: FileQuota, seriesName: (id: number) => string | undefined) {
    this.path = path
    this.number = number
    this.quota = quota
    const db = openForWriting(path)
    this.#db = db
    try {
      migrate(db)
      this.#filler = new Filler(db)
      this.series = new SeriesTable(db)
      this.books = new Books(db, seriesName)
      this.chunks = new ChunkTable(db)
      this.attributes = new StateTable(db, 'attributes')
      this.latest = new StateTable(db, 'latest')
      this.keptState = new KeptState(db)
      this.quarantine = new QuarantineTable(db)
      this.#begin = db.prepare('BEGIN IMMEDIATE')
      this.#commit = db.prepare('COMMIT')
      this.#rollback = db.prepare('ROLLBACK')
      this.#pages = db.prepare(`
        SELECT (p.page_count - f.freelist_count) * ${pageBytes} AS used, p.page_count * ${pageBytes} AS "all"
        FROM pragma_page_count AS p, pragma_freelist_count AS f`)
      this.attributes.load()
      this.latest.load()
      this.look()
    } catch (error) {
      db.close()
      throw error
    }
  }

  get sqliteVersion(): string {
    return sqliteVersion(this.#db)
  }

  get name(): string {
    return basename(this.path)
  }

  get rows(): number {
    return this.chunks.rows + this.attributes.rows + this.latest.rows
  }

  /** Pages of the file, used or not: disk space nobody else can take. */
  get fileBytes(): number {
    return this.#fileBytes
  }

  /** Room for chunks; `tight`: the volume is full, so only in pages the file has already. */
  freeBytes(tight: boolean): number {
    const here = this.#fileBytes - this.#filler.bytes
    const bytes = tight ? Math.min(this.quota.budgetBytes, here) : this.quota.budgetBytes
    return bytes - this.usedBytes - marginBytes
  }

  get inTransaction(): boolean {
    return this.#db.inTransaction
  }

  begin(): void {
    if (this.#db.inTransaction) return
    this.#begin.run()
    this.#filler.begun()
  }

  commit(): void {
    this.books.flush()
    this.#commit.run()
    this.books.keep()
    this.#walBytes += commitWalBytes
    this.look()
  }

  /** Memory follows the file again. After anything but a full disk the file is not touched any more. */
  rollback(reason: unknown): void {
    // SQLite has rolled back already after some errors (disk full, I/O).
    this.books.revert()
    this.#filler.rolledBack()
    if (this.#db.inTransaction) this.#rollback.run()
    if (failureOf(reason) !== undefined && failureOf(reason) !== 'disk-full') return
    this.books.load()
    this.chunks.load()
    this.attributes.load()
    this.latest.load()
    this.keptState.reload()
    this.series.reload()
    this.quarantine.reload()
    this.look()
  }

  insert(packed: PackedChunk, seq: number, acceptedAt: number): void {
    const bytes = storedBytesOf(packed.body)
    // The file keeps to its quota also while it grows: what was taken for later makes way.
    while (this.#filler.bytes > 0 && this.usedBytes + this.#filler.bytes + bytes > this.quota.budgetBytes) {
      this.#filler.release(1)
    }
    this.chunks.insert(packed, seq, acceptedAt)
    this.books.raise('seq', seq + packed.count - 1)
    this.usedBytes += bytes
    this.#walBytes += bytes
  }

  wrote(bytes: number): void {
    this.#walBytes += bytes
  }

  /** Exact sizes, also inside a transaction. */
  look(): void {
    const pages = this.#pages.get()
    this.usedBytes = (pages?.used ?? 0) - this.#filler.bytes
    this.#fileBytes = pages?.all ?? 0
  }

  /** Series names nobody refers to are forgotten, so that old names do not gather for years. */
  forgetSeries(): void {
    if (this.chunks.empty && this.attributes.rows === 0 && this.latest.rows === 0 && this.keptState.rows === 0)
      this.series.load(true)
  }

  /** Moves the WAL into the database when enough has gathered. PASSIVE: waits for nobody. */
  checkpoint(atOnce = false): void {
    if (this.#walBytes < (atOnce ? 1 : this.quota.walTargetBytes)) return
    this.#db.pragma('wal_checkpoint(PASSIVE)')
    this.#walBytes = 0
  }

  /**
   * Makes the WAL a little larger, up to what it will ever be, so that a full disk does not stop a commit. Needs room in the
   * file. True when that is done.
   */
  primeWal(stepBytes: number): boolean {
    const wanted = 2 * this.quota.walTargetBytes
    if (this.#primed >= wanted || this.freeBytes(false) < 2 * wanted) return true
    this.#filler.add(stepBytes)
    this.#walBytes += stepBytes
    this.#primed += stepBytes
    if (this.#primed >= wanted) {
      this.#filler.drop()
      this.checkpoint(true)
      this.forgetPages()
    }
    this.look()
    return this.#primed >= wanted
  }

  /**
   * Takes the disk space of the quota, a little at a time, also while the file is written to; a commit meanwhile waits for one
   * step at most. Outside any transaction. True when the file has its size and all of it is free for data.
   */
  grow(stepBytes: number): boolean {
    const left = this.quota.budgetBytes - this.#fileBytes
    if (left < grownSlackBytes) return this.releaseFiller()
    const bytes = Math.min(stepBytes, left)
    this.#filler.add(bytes)
    this.#walBytes += bytes
    this.look()
    this.checkpoint()
    return false
  }

  /** Gives the space that `grow` took to the data, a little at a time. True when there is none left. */
  releaseFiller(): boolean {
    const done = this.#filler.release()
    if (done) this.forgetPages()
    this.look()
    return done
  }

  /** The cache of a file that was only prepared, or is full, holds 2 MB that nobody reads. */
  forgetPages(): void {
    this.#db.pragma('shrink_memory')
  }

  /** Gives pages back to the volume: only for store.db, when it was the whole store of an earlier format. */
  shrink(): void {
    this.#db.exec('VACUUM')
    this.look()
  }

  /** False when somebody deleted the file under us. */
  isThere(): boolean {
    return existsSync(this.path) && statSync(this.path).size > 0
  }

  close(): void {
    this.#db.close()
  }
}
