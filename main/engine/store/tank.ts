import { join } from 'node:path'
import type { Lane } from '../pipeline/stages.ts'
import { setAside, suspect } from './aside.ts'
import { AttributeTable } from './attribute-table.ts'
import { Books, type DropReason } from './books.ts'
import { type ChunkFacts, ChunkTable, type PackedChunk, packChunk, storedBytesOf } from './chunk-table.ts'
import type { Claim } from './claim.ts'
import type {
  AppendRequest,
  AttributeRow,
  GiveBackRequest,
  Opened,
  OpenOptions,
  ReadRequest,
  SettleRequest,
  Snapshot,
  TakenAttribute,
  WriteRequest,
  WriteResult,
} from './protocol.ts'
import { QuarantineTable } from './quarantine-table.ts'
import { admit, type Quota, roomAgainShare, splitQuota } from './quota.ts'
import { migrate } from './schema.ts'
import { SeriesTable } from './series-table.ts'
import { type Database, failureOf, openForWriting, pageBytes, type Statement, sqliteVersion } from './sqlite.ts'

/** Attributes are stored row by row: text, row and b-tree cell. */
const attributeBytes = 120
/** Expired chunks given up in one transaction, so that a long outage does not make one huge commit. */
const expireLimit = 2000
/** A transaction dirties at least this much of the WAL: counters, table roots, free list. */
const commitWalBytes = 8 * pageBytes

type Prepared =
  | { readonly request: AppendRequest; readonly packed: readonly PackedChunk[]; readonly bytes: number }
  | { readonly request: Exclude<WriteRequest, AppendRequest> }

/**
 * The file behind the store; everything here blocks, so it lives in the store's thread. One `write` is one transaction: rows,
 * counters and ledger of all its requests come to be together or not at all.
 */
export class Tank {
  readonly #db: Database
  readonly #options: OpenOptions
  readonly #quota: Quota
  readonly #claim: Claim
  readonly #books: Books
  readonly #chunks: ChunkTable
  readonly #attributes: AttributeTable
  readonly #series: SeriesTable
  readonly #quarantine: QuarantineTable
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #rollback: Statement
  readonly #usedPages: Statement<{ pages: number }>
  /** Claimed for dropping by a transaction that then failed: nobody else can take them, so they go with the next one. */
  #condemned: { readonly seq: number; readonly reason: DropReason; readonly at: number }[] = []
  #full = false
  #walBytes = 0

  static open(options: OpenOptions): { tank: Tank; opened: Opened } {
    const path = join(options.folder, 'store.db')
    let moved: ReturnType<typeof setAside> | undefined
    if (suspect.has(options.folder)) moved = setAside(options.folder, options.at)
    try {
      return Tank.#try(path, options, moved)
    } catch (error) {
      if (moved || failureOf(error) !== 'corrupt') throw error
      return Tank.#try(path, options, setAside(options.folder, options.at))
    }
  }

  static #try(path: string, options: OpenOptions, moved: ReturnType<typeof setAside> | undefined) {
    const db = openForWriting(path)
    try {
      migrate(db)
      const tank = new Tank(db, options)
      const unaccounted = tank.#reconcile(moved?.counters)
      const opened: Opened = {
        kind: 'opened',
        series: tank.#series.load(tank.#chunks.rows + tank.#attributes.rows === 0),
        nextSeriesId: tank.#series.nextId,
        snapshot: tank.snapshot(false),
        movedTo: moved?.path,
        unaccounted,
        sqliteVersion: sqliteVersion(db),
      }
      return { tank, opened }
    } catch (error) {
      db.close()
      throw error
    }
  }

  private constructor(db: Database, options: OpenOptions) {
    this.#db = db
    this.#options = options
    this.#quota = splitQuota(options.config.maxBytes)
    this.#claim = new BigInt64Array(options.claimed)
    this.#series = new SeriesTable(db)
    this.#books = new Books(db)
    this.#chunks = new ChunkTable(db, this.#claim, (id) => this.#series.has(id))
    this.#attributes = new AttributeTable(db)
    this.#quarantine = new QuarantineTable(db)
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#rollback = db.prepare('ROLLBACK')
    this.#usedPages = db.prepare(`
      SELECT p.page_count - f.freelist_count AS pages FROM pragma_page_count AS p, pragma_freelist_count AS f`)
  }

  /** Counts what is there and sets the claim in front of it; a difference to the books is entered as a loss. */
  #reconcile(adopted: ReadonlyMap<string, number> | undefined): number {
    const at = this.#options.at
    if (adopted) this.#books.adopt(adopted)
    let unaccounted = 0
    this.#inTransaction(() => {
      for (const { ts } of this.#attributes.dropSuperseded()) this.#drop('superseded', 'attributes', 1, ts, ts, at)
      const present = this.#chunks.load()
      this.#attributes.load()
      const tail = Math.max(this.#books.get('seq'), present?.last ?? 0)
      this.#books.add('seq', tail - this.#books.get('seq'))
      Atomics.store(this.#claim, 0, BigInt(present ? present.first - 1 : tail))
      const missing = this.#books.expectedRows() - this.#chunks.rows - this.#attributes.rows
      if (missing > 0) this.#drop(adopted ? 'corrupt' : 'unaccounted', 'live', missing, 0, at, at)
      if (missing < 0) this.#books.add('accepted', -missing)
      unaccounted = adopted ? 0 : missing
    })
    return unaccounted
  }

  /** One transaction. Throws what the driver throws, after rolling back; the claim of dropped chunks is kept for next time. */
  write(requests: readonly WriteRequest[]): WriteResult[] {
    const prepared = requests.map(prepare)
    const results: WriteResult[] = []
    this.#inTransaction(() => {
      for (const { seq, reason, at } of this.#condemned) this.#dropChunk(this.#chunks.delete(seq), reason, at)
      for (const item of prepared) {
        const result = this.#apply(item)
        if (result) results.push(result)
      }
    })
    this.#condemned = []
    for (const { request } of prepared) {
      if (request.kind === 'settle' && request.lane === 'attributes') this.#attributes.release(request.seqs)
      if (request.kind === 'give-back') {
        this.#attributes.release(request.seqs)
        this.#attributes.load()
      }
    }
    if (this.#full && this.#usedBytes() < this.#quota.budgetBytes * (1 - roomAgainShare)) this.#full = false
    return results
  }

  read(request: ReadRequest): { chunks: ArrayBuffer[]; damaged: number; through: number } {
    const { good, damaged, through } = this.#chunks.read(request.from, request.before, request.maxChunks)
    if (damaged.length === 0) return { chunks: good, damaged: 0, through }
    const before = this.#chunks.rows
    try {
      this.#inTransaction(() => {
        for (const row of damaged) {
          this.#chunks.keepDamaged(row, request.at)
          this.#dropChunk(this.#chunks.delete(row.seq), 'corrupt', request.at)
        }
      })
    } catch (error) {
      // A full disk: they are passed over, stay counted as pending and are met again after the next start.
      if (failureOf(error) !== 'disk-full') throw error
    }
    return { chunks: good, damaged: before - this.#chunks.rows, through }
  }

  takeAttributes(maxCount: number): TakenAttribute[] {
    return this.#attributes.take(maxCount)
  }

  /** Moves the WAL into the database when enough has gathered. PASSIVE: waits for nobody. */
  checkpoint(): void {
    if (this.#walBytes < this.#quota.walTargetBytes) return
    this.#db.pragma('wal_checkpoint(PASSIVE)')
    this.#walBytes = 0
  }

  /** Housekeeping that needs no haste; call it between transactions. */
  tidy(at: number): void {
    this.#books.trim(at)
  }

  snapshot(diskFull: boolean): Snapshot {
    const chunkAt = this.#chunks.oldest()?.accepted_at ?? 0
    const attributeAt = this.#attributes.rows > 0 ? this.#attributes.oldestAt() : 0
    return {
      accepted: this.#books.get('accepted'),
      delivered: this.#books.get('delivered'),
      quarantined: this.#books.get('quarantined'),
      droppedByReason: this.#books.droppedByReason(),
      storedRows: this.#chunks.rows + this.#attributes.rows,
      storedBytes: this.#chunks.bytes + this.#attributes.rows * attributeBytes,
      usedBytes: this.#usedBytes(),
      budgetBytes: this.#quota.budgetBytes,
      oldestAt: chunkAt && attributeAt ? Math.min(chunkAt, attributeAt) : chunkAt || attributeAt,
      tailSeq: this.#books.get('seq'),
      attributesAvailable: this.#attributes.available,
      full: this.#full,
      diskFull,
    }
  }

  close(): void {
    this.#db.close()
  }

  #apply(item: Prepared): WriteResult | undefined {
    if ('packed' in item) return this.#append(item)
    const { request } = item
    if (request.kind === 'settle') return this.#settle(request)
    if (request.kind === 'give-back') return this.#giveBack(request)
    this.#expire(request.at)
    return undefined
  }

  #append({ request, packed, bytes }: Extract<Prepared, { packed: unknown }>): WriteResult {
    const { id, at, attributes } = request
    const needed = bytes + attributes.length * attributeBytes
    const used = this.#usedBytes()
    const empty = Math.max(0, used - this.#chunks.bytes)
    const admission = admit(needed, used, empty, this.#quota, this.#options.config.whenFull)
    switch (admission) {
      case 'refuse':
        this.#full = true
        return { id, kind: 'full' }
      case 'too-large':
        return this.#giveUp(request, packed, 'too-large')
      case 'drop-newest':
        return this.#giveUp(request, packed, 'full-newest')
      case 'drop-oldest':
        if (!this.#makeRoom(needed, at)) return this.#giveUp(request, packed, 'full-newest')
    }
    this.#series.insert(request.series)
    for (const chunk of packed) {
      this.#chunks.insert(chunk, this.#books.get('seq') + 1, at)
      this.#books.add('seq', chunk.count)
      this.#books.add('accepted', chunk.count)
    }
    for (const row of attributes) this.#putAttribute(row, at)
    this.#walBytes += bytes + attributes.length * attributeBytes
    return { id, kind: 'stored', chunks: request.chunks }
  }

  #putAttribute(row: AttributeRow, at: number): void {
    this.#books.add('attribute-seq', 1)
    this.#books.add('accepted', 1)
    const superseded = this.#attributes.put(row, this.#books.get('attribute-seq'), at)
    if (superseded) this.#drop('superseded', 'attributes', 1, superseded.ts, superseded.ts, at)
  }

  /** Accepted and dropped in the same breath, so that the books show it. */
  #giveUp(request: AppendRequest, packed: readonly PackedChunk[], reason: DropReason): WriteResult {
    const { at, attributes } = request
    for (const chunk of packed) {
      this.#books.add('accepted', chunk.count)
      const { tsMin, tsMax } = chunk
      this.#drop(reason, 'live', chunk.count, tsMin, tsMax, at)
    }
    for (const { ts } of attributes) {
      this.#books.add('accepted', 1)
      this.#drop(reason, 'attributes', 1, ts, ts, at)
    }
    return { id: request.id, kind: 'dropped', reason }
  }

  /** Drops the oldest chunks nobody took; false when what is left is in flight. */
  #makeRoom(needed: number, at: number): boolean {
    while (this.#usedBytes() + needed > this.#quota.budgetBytes) {
      const chunk = this.#chunks.claimOldest(() => true)
      if (!chunk) return false
      this.#condemn(chunk, 'full-oldest', at)
    }
    return true
  }

  #expire(at: number): void {
    const oldest = at - this.#options.config.maxAgeHours * 3_600_000
    for (let i = 0; i < expireLimit; i++) {
      const chunk = this.#chunks.claimOldest(({ accepted_at }) => accepted_at < oldest)
      if (!chunk) return
      this.#condemn(chunk, 'expired', at)
    }
  }

  #condemn({ seq }: ChunkFacts, reason: DropReason, at: number): void {
    this.#condemned.push({ seq, reason, at })
    this.#dropChunk(this.#chunks.delete(seq), reason, at)
  }

  #dropChunk(gone: ChunkFacts | undefined, reason: DropReason, at: number): void {
    if (gone) this.#drop(reason, 'live', gone.count, gone.ts_min, gone.ts_max, at)
  }

  #drop(reason: DropReason, lane: Lane, count: number, tsMin: number, tsMax: number, at: number): void {
    this.#books.drop({ reason, lane, count, tsMin, tsMax, at })
  }

  #settle({ id, at, lane, seqs, refused }: SettleRequest): WriteResult {
    let ended = 0
    for (const seq of seqs) {
      if (lane !== 'attributes') ended += this.#chunks.delete(seq)?.count ?? 0
      else if (this.#attributes.delete(seq)) ended++
    }
    // Rows that are gone already (a damaged chunk) are accounted for elsewhere.
    const quarantined = refused.slice(0, ended)
    for (const row of quarantined) {
      const entry = { lane, count: 1, tsMin: row.ts, tsMax: row.ts, at }
      if (this.#quarantine.put(row, at)) this.#books.quarantine(row.reason, entry)
      else this.#books.drop({ ...entry, reason: 'quarantine-full' })
    }
    this.#books.add('delivered', ended - quarantined.length)
    return { id, kind: 'settled' }
  }

  #giveBack({ id, at, seqs }: GiveBackRequest): WriteResult {
    for (const { ts } of this.#attributes.deleteOutdated(seqs)) this.#drop('superseded', 'attributes', 1, ts, ts, at)
    return { id, kind: 'settled' }
  }

  #inTransaction(task: () => void): void {
    this.#begin.run()
    try {
      task()
      this.#books.flush()
      this.#commit.run()
    } catch (error) {
      // SQLite has rolled back already after some errors (disk full, I/O).
      if (this.#db.inTransaction) this.#rollback.run()
      this.#reload(error)
      throw error
    }
    this.#walBytes += commitWalBytes
  }

  /** Memory follows the file again after a rollback. */
  #reload(reason: unknown): void {
    // After anything else the file is not touched again.
    if (failureOf(reason) !== 'disk-full') return
    this.#books.load()
    this.#chunks.load()
    this.#attributes.load()
    this.#series.reload()
    this.#quarantine.reload()
  }

  #usedBytes(): number {
    return (this.#usedPages.get()?.pages ?? 0) * pageBytes
  }
}

function prepare(request: WriteRequest): Prepared {
  if (request.kind !== 'append') return { request }
  const packed = request.chunks.map(packChunk)
  return { request, packed, bytes: packed.reduce((sum, { body }) => sum + storedBytesOf(body), 0) }
}
