import { statfsSync } from 'node:fs'
import { quarantineHasRoom, quarantineLimitOf, roomAgainShare, whenNoRoom } from './admission.ts'
import type { DropReason } from './books.ts'
import { booksPage, entriesOf } from './books-view.ts'
import { headerOf, seriesIdsOf } from './chunk.ts'
import {
  type ChunkFacts,
  type ChunkRow,
  knowsSeries,
  type PackedChunk,
  packChunk,
  storedBytesOf,
  unpack,
} from './chunk-table.ts'
import { diskFullReport } from './disk-full.ts'
import type { HighWater, HighWaterFile } from './high-water.ts'
import { budgetOf, type Layout } from './layout.ts'
import type {
  AppendRequest,
  AttributeRow,
  BooksAnswer,
  BooksRequest,
  Damage,
  GiveBackRequest,
  OpenOptions,
  ReadRequest,
  ReplayRequest,
  SeqRange,
  SeriesRow,
  SettleRequest,
  Snapshot,
  StateTableName,
  TakenAttribute,
  UnquarantineRequest,
  WriteRequest,
  WriteResult,
} from './protocol.ts'
import { type Segment, SegmentFailure } from './segment.ts'
import type { Shelf } from './shelf.ts'
import { HandedChunks } from './slots.ts'
import { damageOf, failureOf } from './sqlite.ts'

/** Attributes are stored row by row: text, row and b-tree cell. */
const attributeBytes = 120
/** Expired chunks given up in one transaction, so that a long outage does not make one huge commit. */
const expireLimit = 2000
/** Damaged files that one process moves aside; more than that is a broken disk, and a restart would not help either. */
const abandonLimit = 16
/** Chunks rest this long before they are merged with their neighbours: live data is gone by then. */
const mergeAfterMs = 10_000
/** Values merged at a time: some 10 ms of work. */
const mergeRows = 20_000
/** The volume has room again when this much is free. */
const roomOnVolumeBytes = 24 << 20

type Prepared =
  | { readonly request: AppendRequest; readonly packed: readonly PackedChunk[] }
  | { readonly request: Exclude<WriteRequest, AppendRequest> }

/** What has to be told beside the answers. */
export interface Written {
  readonly results: readonly WriteResult[]
  readonly backlog: readonly SeqRange[]
  readonly damage: readonly Damage[]
}

/** A chunk that waits again under a new seq. */
export interface Requeued {
  readonly buffer: ArrayBuffer
  readonly acceptedAt: number
  readonly series: readonly SeriesRow[]
  /** Of the damaged file it comes from, and how far its salvage has come with this chunk. */
  readonly place: string
  readonly progress: number
}

/**
 * The files behind the store; everything here blocks, so it lives in the store's thread. One `write` is one transaction on each
 * file it touches: in each, rows, counters and ledger of all its requests come to be together or not at all. Usually that is the
 * active segment alone; while a backlog drains, the segment it lies in as well.
 */
export class Tank {
  readonly #shelf: Shelf
  readonly #options: OpenOptions
  readonly #layout: Layout
  readonly #handed: HandedChunks
  readonly #highWater: HighWaterFile
  /** Names of all series that stored chunks refer to. */
  readonly #series: Map<number, SeriesRow>
  readonly #touched = new Set<Segment>()
  /** Claimed for dropping by a transaction that then failed: nobody else can take them, so they go with the next one. */
  #condemned: { readonly seq: number; readonly reason: DropReason; readonly at: number }[] = []
  readonly #dropping: { readonly seq: number; readonly reason: DropReason; readonly at: number }[] = []
  #tail: number
  #full = false
  /** The volume is full: only pages the files have already are used. */
  #tight = false
  #refusedForDisk = false
  #abandoned = 0
  #marked = -1
  salvaging = 0
  /** By the engine's clock, of the last tick. */
  now: number

  constructor(parts: {
    shelf: Shelf
    options: OpenOptions
    highWater: HighWaterFile
    series: Map<number, SeriesRow>
    tail: number
  }) {
    this.#shelf = parts.shelf
    this.#options = parts.options
    this.now = parts.options.at
    this.#layout = parts.shelf.layout
    this.#highWater = parts.highWater
    this.#series = parts.series
    this.#tail = parts.tail
    this.#handed = new HandedChunks(new Int8Array(parts.options.slots))
  }

  get shelf(): Shelf {
    return this.#shelf
  }

  get sqliteVersion(): string {
    return this.#shelf.home.sqliteVersion
  }

  get tight(): boolean {
    return this.#tight
  }

  /** One transaction per file. Throws what the driver throws, after rolling back; a damaged file is moved aside instead. */
  write(requests: readonly WriteRequest[]): Written {
    const prepared = requests.map(prepare)
    const damage: Damage[] = []
    for (;;) {
      const backlog: SeqRange[] = []
      try {
        const results = this.#transaction(() => this.#applyAll(prepared, backlog))
        this.#handOver(results)
        this.#settled(prepared)
        return { results, backlog, damage }
      } catch (error) {
        damage.push(this.overcome(error, momentOf(requests)))
      }
    }
  }

  /** Inserts salvaged chunks; false when there is no room for them now. */
  requeue(chunks: readonly Requeued[], now: number): { ranges: SeqRange[]; damage: Damage[] } | undefined {
    const damage: Damage[] = []
    for (;;) {
      try {
        const ranges = this.#transaction(() => this.#requeueAll(chunks, now))
        return ranges && { ranges, damage }
      } catch (error) {
        damage.push(this.overcome(error, now))
      }
    }
  }

  read(request: ReadRequest): {
    chunks: ArrayBuffer[]
    slots: (number | undefined)[]
    damaged: number
    through: number
    damage: Damage[]
  } {
    this.#handed.forget(request.forgotten)
    const damage: Damage[] = []
    for (;;) {
      try {
        return { ...this.#read(request), damage }
      } catch (error) {
        damage.push(this.overcome(error, request.at))
      }
    }
  }

  takeState(table: StateTableName, maxCount: number): TakenAttribute[] {
    return this.#on(this.#shelf.home, (home) => home[table].take(maxCount), false)
  }

  books(query: BooksRequest['query']): BooksAnswer {
    return query.of === 'quarantine-ids' ? entriesOf(this.#shelf.all, query.ids) : booksPage(this.#shelf.all, query)
  }

  /** Moves WALs into their databases when enough has gathered. */
  checkpoint(): void {
    for (const segment of this.#shelf.all) this.#on(segment, () => segment.checkpoint(), false)
  }

  /** Housekeeping that needs no haste; call it between transactions, about once per second. */
  tidy(now: number): void {
    this.now = now
    for (const segment of this.#shelf.all) segment.books.trim(now)
    this.mark()
    const { home } = this.#shelf
    const drained = home.chunks.empty && home.fileBytes > 2 * this.#layout.home.fileBytes
    if (drained && home.usedBytes < this.#layout.home.budgetBytes) home.shrink()
  }

  /** The volume may have room again. */
  relax(): void {
    if (!this.#tight) return
    const { bavail, bsize } = statfsSync(this.#options.folder)
    if (bavail * bsize < roomOnVolumeBytes) return
    this.#tight = false
    this.#refusedForDisk = false
  }

  get tailSeq(): number {
    return this.#tail
  }

  /** How far an earlier process came with this damaged file. */
  salvageProgress(name: string): number {
    return Math.max(...this.#shelf.all.map(({ books }) => books.progress(name)))
  }

  /** The names behind a series id. */
  seriesRow(id: number): SeriesRow | undefined {
    return this.#series.get(id)
  }

  /** Merges small chunks of one segment; false when there was nothing to do. */
  merge(now: number): boolean {
    if (this.#tight) return false
    for (const segment of this.#shelf.all) {
      if (!segment.chunks.mayMerge) continue
      const merged = this.#transaction(() =>
        this.#on(segment, ({ chunks }) => chunks.merge(now - mergeAfterMs, mergeRows, (seq) => !this.#handed.has(seq))),
      )
      if (merged > 0) return true
    }
    return false
  }

  /** Writes the high-water mark when something has changed. */
  mark(): void {
    const mark = this.#highWaterNow()
    if (mark.tailSeq + mark.accepted + mark.delivered + mark.gone === this.#marked) return
    this.#highWater.write(mark)
    this.#marked = mark.tailSeq + mark.accepted + mark.delivered + mark.gone
  }

  snapshot(diskFull: boolean): Snapshot {
    const { home, all } = this.#shelf
    const total = { rows: 0, bytes: 0, used: 0, file: 0, retained: 0, quarantineRows: 0, quarantineBytes: 0 }
    const droppedByReason: Record<string, number> = {}
    let [accepted, delivered, quarantined, oldestAt] = [0, 0, 0, Number.POSITIVE_INFINITY]
    for (const segment of all) {
      const { books, chunks, quarantine, rows, usedBytes, fileBytes } = segment
      accepted += books.get('accepted')
      delivered += books.get('delivered')
      quarantined += books.get('quarantined')
      for (const [reason, count] of Object.entries(books.droppedByReason())) {
        if (count !== 0) droppedByReason[reason] = (droppedByReason[reason] ?? 0) + count
      }
      total.rows += rows
      total.bytes += chunks.bytes
      total.used += usedBytes
      total.file += fileBytes
      total.retained += chunks.retainedRows
      total.quarantineRows += quarantine.rows
      total.quarantineBytes += quarantine.bytes
      oldestAt = Math.min(oldestAt, oldestOf(segment))
    }
    for (const table of [home.attributes, home.latest]) {
      if (table.rows > 0) oldestAt = Math.min(oldestAt, table.oldestAt() || Number.POSITIVE_INFINITY)
    }
    const { maxBytes } = this.#options.config
    return {
      accepted,
      delivered,
      quarantined,
      droppedByReason,
      storedRows: total.rows,
      storedBytes: total.bytes + (home.attributes.rows + home.latest.rows) * attributeBytes,
      usedBytes: total.used,
      budgetBytes: budgetOf(this.#layout),
      retained: total.retained,
      quarantineRows: total.quarantineRows,
      quarantineLimit: quarantineLimitOf(total.quarantineRows, total.quarantineBytes, maxBytes),
      fileBytes: total.file,
      preallocatedBytes: Math.max(0, total.file - total.used),
      salvaging: this.salvaging,
      oldestAt: Number.isFinite(oldestAt) ? oldestAt : 0,
      tailSeq: this.#tail,
      attributesAvailable: home.attributes.available,
      attributeRows: home.attributes.rows,
      latestAvailable: home.latest.available,
      latestRows: home.latest.rows,
      full: this.#full,
      diskFull: diskFull || this.#refusedForDisk,
    }
  }

  close(): void {
    this.mark()
    this.#highWater.close()
    this.#shelf.close()
  }

  #highWaterNow(): HighWater {
    const mark = { tailSeq: this.#tail, accepted: 0, delivered: 0, gone: 0, segment: this.#shelf.active?.number ?? 0 }
    for (const { books } of this.#shelf.all) {
      mark.accepted += books.get('accepted')
      mark.delivered += books.get('delivered')
      mark.gone += books.get('quarantined') + books.dropped()
    }
    return mark
  }

  #transaction<T>(task: () => T): T {
    this.#touched.clear()
    this.#dropping.length = 0
    const tail = this.#tail
    try {
      const result = task()
      for (const segment of this.#touched) this.#on(segment, () => segment.commit(), false)
      this.#condemned = []
      return result
    } catch (error) {
      this.#tail = tail
      this.#condemned.push(...this.#dropping)
      const failed = error instanceof SegmentFailure ? error : undefined
      for (const segment of this.#touched) segment.rollback(failed?.segment === segment ? failed.reason : undefined)
      throw error
    } finally {
      this.#touched.clear()
    }
  }

  /** Inside the transaction of `segment`; its failures say whose they are. */
  #on<T>(segment: Segment, task: (segment: Segment) => T, write = true): T {
    try {
      if (write && !this.#touched.has(segment)) {
        segment.begin()
        this.#touched.add(segment)
      }
      return task(segment)
    } catch (error) {
      throw failureOf(error) === undefined ? error : new SegmentFailure(segment, error)
    }
  }

  /** What a failure is answered with: a damaged file is moved aside, a full volume used more tightly. All else is thrown. */
  overcome(error: unknown, now: number): Damage {
    if (!(error instanceof SegmentFailure)) throw error
    if (!damageOf(error.reason) || ++this.#abandoned > abandonLimit) throw error.reason
    return this.#abandon(error.segment, now)
  }

  #abandon(segment: Segment, now: number): Damage {
    segment.books.revert()
    const counters = segment.books.counters()
    const rows = segment.books.expectedRows()
    const movedTo = this.#shelf.setAside(segment, now)
    this.adopt(counters, rows, now)
    this.mark()
    return { file: segment.name, movedTo, rows }
  }

  /** The counters of a file that is gone go on in store.db; what waited in it counts as dropped until it is salvaged. */
  adopt(counters: ReadonlyMap<string, number>, rows: number, now: number): void {
    this.#transaction(() =>
      this.#on(this.#shelf.home, ({ books }) => {
        books.adopt(counters, now)
        books.drop({ reason: 'corrupt', lane: 'live', count: rows, tsMin: 0, tsMax: now, at: now })
      }),
    )
  }

  #applyAll(prepared: readonly Prepared[], backlog: SeqRange[]): WriteResult[] {
    const results: WriteResult[] = []
    for (const { seq, reason, at } of this.#condemned) this.#dropChunk(seq, reason, at)
    for (const item of prepared) {
      const result = 'packed' in item ? this.#append(item) : this.#apply(item.request, backlog)
      if (result) results.push(result)
    }
    return results
  }

  #apply(request: Exclude<WriteRequest, AppendRequest>, backlog: SeqRange[]): WriteResult | undefined {
    switch (request.kind) {
      case 'settle':
        return request.table ? this.#settleState(request, request.table) : this.#settleChunks(request)
      case 'give-back':
        return this.#giveBack(request)
      case 'replay':
        return this.#replay(request, backlog)
      case 'unquarantine':
        return this.#unquarantine(request, backlog)
      case 'tick':
        this.#handed.forget(request.forgotten)
        if (request.forgotten.length > 0) for (const { chunks } of this.#shelf.all) chunks.lookAgain()
        this.#expire(request.at)
        this.#noticeRoom()
        return undefined
    }
  }

  #append({ request, packed }: { request: AppendRequest; packed: readonly PackedChunk[] }): WriteResult {
    const { id, at } = request
    for (const row of request.series) this.#series.set(row.id, row)
    const placed: { segment: Segment; seq: number; packed: PackedChunk }[] = []
    let dropped: DropReason | undefined
    for (const chunk of packed) {
      const place = this.#placeFor(chunk, at)
      if (place === 'full') {
        this.#undo(placed)
        if (this.#tight) {
          this.#refusedForDisk = true
          return { id, kind: 'failed', error: diskFullReport }
        }
        this.#full = true
        return { id, kind: 'full' }
      }
      if (typeof place === 'string') {
        dropped = place
        this.#giveUp(chunk, place, at)
        continue
      }
      placed.push({ segment: place, seq: this.#tail + 1, packed: chunk })
      this.#insert(place, chunk, at)
      this.#on(place, ({ books }) => books.add('accepted', chunk.count))
    }
    this.#refusedForDisk = false
    for (const row of request.attributes) this.#putState('attributes', row, at)
    for (const row of request.latest) this.#putState('latest', row, at)
    if (dropped && placed.length === 0) return { id, kind: 'dropped', reason: dropped }
    return { id, kind: 'stored', chunks: placed.map((p) => p.packed.buffer), slots: [] }
  }

  /** At the tail, with the series names that the segment does not have yet. */
  #insert(segment: Segment, chunk: PackedChunk, acceptedAt: number): SeqRange {
    const from = this.#tail + 1
    this.#on(segment, () => {
      const ids = seriesIdsOf(chunk.buffer)
      const { series } = segment
      // Not for-of: this is once per value.
      for (let i = 0; i < ids.length; i++) {
        if (series.has(ids[i] as number)) continue
        const row = this.#series.get(ids[i] as number)
        if (row) series.insert([row])
      }
      segment.insert(chunk, from, acceptedAt)
    })
    this.#tail += chunk.count
    return [from, this.#tail]
  }

  #undo(placed: readonly { segment: Segment; seq: number; packed: PackedChunk }[]): void {
    for (const { segment, seq, packed } of placed) {
      this.#on(segment, ({ books, chunks }) => {
        chunks.delete(seq)
        books.add('accepted', -packed.count)
      })
    }
    this.#tail = placed[0] ? placed[0].seq - 1 : this.#tail
  }

  #placeFor(chunk: PackedChunk, now: number): Segment | 'full' | DropReason {
    const bytes = storedBytesOf(chunk.body)
    if (bytes > this.#layout.segment.budgetBytes * 0.9) return 'too-large'
    const segment = this.#roomFor(bytes) ?? this.#freeRetained(bytes)
    if (segment) return segment
    const policy = whenNoRoom(chunk.class, this.#options.config.whenFull)
    if (policy === 'drop-newest') return 'full-newest'
    return this.#makeRoom(bytes, now) ?? (policy === 'refuse' ? 'full' : 'full-newest')
  }

  #roomFor(bytes: number): Segment | undefined {
    try {
      return this.#shelf.segmentFor(bytes, this.#tight)
    } catch (error) {
      if (failureOf(error) !== 'disk-full') throw error
      this.#tight = true
      return this.#shelf.segmentFor(bytes, true)
    }
  }

  /** Delivered chunks that only wait for a replay give way first. */
  #freeRetained(bytes: number): Segment | undefined {
    for (const segment of this.#shelf.segments) {
      while (segment.chunks.retainedChunks > 0) {
        this.#on(segment, ({ chunks }) => chunks.deleteRetained(Number.POSITIVE_INFINITY, 8))
        segment.look()
        const found = this.#shelf.activateIfRoom(segment, bytes, this.#tight)
        if (found) return found
      }
    }
    return undefined
  }

  /** Drops the oldest chunks that may be dropped and nobody took, until some segment has room. */
  #makeRoom(bytes: number, now: number): Segment | undefined {
    const defaultToo = this.#options.config.whenFull === 'drop-oldest'
    const passed = new Set<Segment>()
    for (;;) {
      let victim: Segment | undefined
      let oldest = Number.POSITIVE_INFINITY
      for (const segment of this.#shelf.all) {
        const seq = passed.has(segment)
          ? undefined
          : this.#on(
              segment,
              ({ chunks }) => chunks.peekDroppable(defaultToo, (seq) => this.#handed.isTaken(seq)),
              false,
            )?.seq
        if (seq === undefined || seq >= oldest) continue
        oldest = seq
        victim = segment
      }
      if (!victim) return undefined
      const chunk = this.#on(victim, ({ chunks }) =>
        chunks.claimDroppable(defaultToo, (seq) => this.#handed.claim(seq)),
      )
      if (!chunk) {
        passed.add(victim)
        continue
      }
      this.#condemn(chunk, 'full-oldest', now)
      victim.look()
      const found = this.#shelf.activateIfRoom(victim, bytes, this.#tight) ?? this.#shelf.segmentFor(bytes, this.#tight)
      if (found) return found
    }
  }

  #putState(table: StateTableName, row: AttributeRow, at: number): void {
    this.#on(this.#shelf.home, (home) => {
      const names = this.#series.get(row.series)
      if (names) home.series.insert([names])
      home.books.add('attribute-seq', 1)
      home.books.add('accepted', 1)
      const lane = table === 'attributes' ? 'attributes' : 'live'
      if (home.freeBytes(false) < 0 && !home[table].busy(row.series)) {
        home.books.drop({ reason: 'full-newest', lane, count: 1, tsMin: row.ts, tsMax: row.ts, at })
        return
      }
      const superseded = home[table].put(row, home.books.get('attribute-seq'), at)
      home.wrote(attributeBytes)
      if (!superseded) return
      home.books.drop({ reason: 'superseded', lane, count: 1, tsMin: superseded.ts, tsMax: superseded.ts, at })
    })
  }

  /** Accepted and dropped in the same breath, so that the books show it. */
  #giveUp({ count, tsMin, tsMax }: PackedChunk, reason: DropReason, at: number): void {
    this.#on(this.#shelf.home, ({ books }) => {
      books.add('accepted', count)
      books.drop({ reason, lane: 'live', count, tsMin, tsMax, at })
    })
  }

  #expire(now: number): void {
    const { maxAgeHours } = this.#options.config
    let left = expireLimit
    for (const segment of this.#shelf.all) {
      const expired = this.#on(
        segment,
        ({ chunks }) => chunks.deleteRetained(now, expireLimit),
        segment.chunks.retainedChunks > 0,
      )
      left -= expired
      for (let after = -1; left > 0; left--) {
        const chunk = this.#on(segment, ({ chunks }) => chunks.oldest(after), false)
        if (!chunk || chunk.accepted_at >= now - maxAgeHours * 3_600_000) break
        if (this.#handed.claim(chunk.seq)) this.#condemn(chunk, 'expired', now)
        after = chunk.seq
      }
    }
  }

  #condemn({ seq }: ChunkFacts, reason: DropReason, at: number): void {
    this.#dropping.push({ seq, reason, at })
    this.#dropChunk(seq, reason, at)
  }

  #dropChunk(seq: number, reason: DropReason, at: number): void {
    for (const segment of this.#shelf.holdersOf(seq)) {
      const gone = this.#on(segment, ({ chunks }) => chunks.delete(seq))
      if (!gone) continue
      const { count, ts_min: tsMin, ts_max: tsMax } = gone
      segment.books.drop({ reason, lane: 'live', count, tsMin, tsMax, at })
      return
    }
  }

  #settleChunks({ id, at, lane, seqs, refused, retainMs }: SettleRequest): WriteResult {
    for (const seq of seqs) {
      // Rows that are gone already (a damaged file) are accounted for elsewhere.
      const rows = refused.length === 0 ? [] : refused.filter((row) => row.seq === seq)
      for (const segment of this.#shelf.holdersOf(seq)) {
        const gone = this.#on(segment, ({ chunks }) =>
          retainMs > 0 && rows.length === 0 ? chunks.retain(seq, at, at + retainMs) : chunks.delete(seq),
        )
        if (!gone) continue
        const quarantined = rows.slice(0, gone.count)
        for (const row of quarantined) this.#quarantine(segment, row, lane, at)
        segment.books.add('delivered', gone.count - quarantined.length)
        break
      }
    }
    return { id, kind: 'settled' }
  }

  #settleState({ id, at, lane, seqs, refused }: SettleRequest, table: StateTableName): WriteResult {
    this.#on(this.#shelf.home, (home) => {
      for (const seq of seqs) {
        if (!home[table].delete(seq)) continue
        const row = refused.find((one) => one.seq === seq)
        if (row) this.#quarantine(home, row, lane, at)
        else home.books.add('delivered', 1)
      }
    })
    return { id, kind: 'settled' }
  }

  #quarantine(segment: Segment, row: SettleRequest['refused'][number], lane: SettleRequest['lane'], at: number): void {
    const entry = { lane, count: 1, tsMin: row.ts, tsMax: row.ts, at }
    let [rows, bytes] = [0, 0]
    for (const { quarantine } of this.#shelf.all) {
      rows += quarantine.rows
      bytes += quarantine.bytes
    }
    if (quarantineHasRoom(rows, bytes, this.#options.config.maxBytes)) {
      segment.quarantine.put(row, at)
      segment.books.quarantine(row.reason, entry)
    } else segment.books.drop({ ...entry, reason: 'quarantine-full' })
  }

  #giveBack({ id, at, table, seqs }: GiveBackRequest): WriteResult {
    const lane = table === 'attributes' ? 'attributes' : 'live'
    this.#on(this.#shelf.home, (home) => {
      for (const { ts } of home[table].deleteOutdated(seqs))
        home.books.drop({ reason: 'superseded', lane, count: 1, tsMin: ts, tsMax: ts, at })
    })
    return { id, kind: 'settled' }
  }

  #replay({ id, since }: ReplayRequest, backlog: SeqRange[]): WriteResult {
    let count = 0
    for (const segment of this.#shelf.all) {
      if (segment.chunks.retainedChunks === 0) continue
      const back = this.#on(segment, ({ chunks }) => chunks.revive(since))
      const rows = back.reduce((sum, chunk) => sum + chunk.count, 0)
      segment.books.add('delivered', -rows)
      segment.chunks.lookAgain()
      count += rows
      for (const chunk of back) backlog.push([chunk.seq, chunk.seq + chunk.count - 1])
    }
    return { id, kind: 'returned', count }
  }

  #unquarantine({ id, at, how, parts, series }: UnquarantineRequest, backlog: SeqRange[]): WriteResult {
    for (const row of series) this.#series.set(row.id, row)
    let count = 0
    for (const part of parts) {
      const segment = this.#shelf.byNumber(part.file)
      if (!segment) continue
      const present = this.#on(segment, ({ quarantine }) => part.ids.filter((row) => quarantine.get(row)))
      // Asked for twice: the rows no longer match what was made of them, so nothing happens.
      if (how !== 'discard' && present.length !== part.ids.length) continue
      for (const row of present) {
        const entry = segment.quarantine.delete(row)
        if (!entry) continue
        const loss = { lane: 'backlog' as const, count: 1, tsMin: entry.ts, tsMax: entry.ts, at }
        segment.books.unquarantine(loss)
        if (how !== 'retry') segment.books.drop({ ...loss, reason: how === 'discard' ? 'discarded' : 'corrected' })
        count++
      }
      if (how === 'correct') segment.books.add('accepted', present.length)
      for (const buffer of part.chunks) backlog.push(this.#insert(segment, packChunk(buffer, 0), at))
      for (const row of part.attributes) this.#retryState(segment, row, at)
    }
    return { id, kind: 'returned', count }
  }

  /** An attribute comes back only when no newer value is there (D9). */
  #retryState(home: Segment, row: AttributeRow, at: number): void {
    const loss = { lane: 'attributes' as const, count: 1, tsMin: row.ts, tsMax: row.ts, at }
    if (home.attributes.waits(row.series)) {
      home.books.drop({ ...loss, reason: 'superseded' })
      return
    }
    const names = this.#series.get(row.series)
    if (names) home.series.insert([names])
    home.books.add('attribute-seq', 1)
    home.attributes.put(row, home.books.get('attribute-seq'), at)
  }

  #requeueAll(chunks: readonly Requeued[], now: number): SeqRange[] | undefined {
    const ranges: SeqRange[] = []
    for (const { buffer, acceptedAt, series, place, progress } of chunks) {
      for (const row of series) this.#series.set(row.id, row)
      const packed = packChunk(buffer, 0)
      const segment = this.#roomFor(storedBytesOf(packed.body))
      if (!segment) return ranges.length > 0 ? ranges : undefined
      ranges.push(this.#insert(segment, packed, acceptedAt))
      const { count, tsMin, tsMax } = packed
      segment.books.recover({ reason: 'corrupt', lane: 'backlog', count, tsMin, tsMax, at: now })
      segment.books.setProgress(place, progress)
    }
    return ranges
  }

  #read({ from, before, maxChunks, at }: ReadRequest) {
    let rows: { row: ChunkRow; segment: Segment }[] = []
    let complete = true
    for (const segment of this.#shelf.all) {
      const found = this.#on(segment, ({ chunks }) => chunks.range(from, before, maxChunks), false)
      if (found.length === maxChunks) complete = false
      for (const row of found) rows.push({ row, segment })
    }
    rows.sort((a, b) => a.row.seq - b.row.seq)
    if (rows.length > maxChunks) complete = false
    rows = rows.slice(0, maxChunks)
    const chunks: ArrayBuffer[] = []
    const slots: (number | undefined)[] = []
    const damaged: typeof rows = []
    for (const { row, segment } of rows) {
      const buffer = unpack(row)
      if (!buffer || !knowsSeries(buffer, (id) => this.#series.has(id))) {
        damaged.push({ row, segment })
        continue
      }
      const slot = this.#handed.offerAgain(row.seq)
      if (slot === undefined) continue
      chunks.push(buffer)
      slots.push(slot)
    }
    const last = rows.at(-1)?.row
    const through = last && !complete ? last.seq + last.count - 1 : before - 1
    return { chunks, slots, damaged: this.#setAsideChunks(damaged, at), through }
  }

  #setAsideChunks(damaged: readonly { row: ChunkRow; segment: Segment }[], at: number): number {
    if (damaged.length === 0) return 0
    try {
      return this.#transaction(() => {
        let count = 0
        for (const { row, segment } of damaged) {
          this.#on(segment, ({ chunks }) => chunks.keepDamaged(row, at))
          this.#dropChunk(row.seq, 'corrupt', at)
          count += row.count
        }
        return count
      })
    } catch (error) {
      const full = error instanceof SegmentFailure && failureOf(error.reason) === 'disk-full'
      // A full disk: they are passed over, stay counted as pending and are met again after the next start.
      if (!full) throw error
      return 0
    }
  }

  /** After the commit: who may send what. */
  #handOver(results: readonly WriteResult[]): void {
    for (const result of results) {
      if (result.kind !== 'stored') continue
      const slots = result.slots as (number | undefined)[]
      for (const buffer of result.chunks) slots.push(this.#handed.offer(seqOf(buffer)))
    }
  }

  #settled(prepared: readonly Prepared[]): void {
    for (const { request } of prepared) {
      if (request.kind === 'settle' && !request.table) for (const seq of request.seqs) this.#handed.settled(seq)
      const table = request.kind === 'settle' || request.kind === 'give-back' ? request.table : undefined
      if (!table || (request.kind !== 'settle' && request.kind !== 'give-back')) continue
      this.#shelf.home[table].release(request.seqs)
      if (request.kind === 'give-back') this.#shelf.home[table].load()
    }
    if (this.#full) this.#noticeRoom()
  }

  #noticeRoom(): void {
    if (!this.#full) return
    const enough = this.#layout.segment.budgetBytes * roomAgainShare
    const room = this.#shelf.segments.some((segment) => segment.freeBytes(this.#tight) >= enough)
    if (room || this.#shelf.mayGrow) this.#full = false
  }

  /** The volume is full: from now on only what the files have already is used. False when that is so already. */
  tighten(): boolean {
    if (this.#tight) return false
    this.#tight = true
    return true
  }
}

const momentOf = (requests: readonly WriteRequest[]): number => requests[0]?.at ?? 0

const seqOf = (buffer: ArrayBuffer): number => headerOf(buffer).seqFrom

function prepare(request: WriteRequest): Prepared {
  if (request.kind !== 'append') return { request }
  return { request, packed: request.chunks.map((buffer, i) => packChunk(buffer, request.classes[i] ?? 0)) }
}

/** For the status alone: whoever needs the value meets the damage himself. */
function oldestOf({ chunks }: Segment): number {
  try {
    return chunks.oldest()?.accepted_at ?? Number.POSITIVE_INFINITY
  } catch (error) {
    if (failureOf(error) === undefined) throw error
    return Number.POSITIVE_INFINITY
  }
}
