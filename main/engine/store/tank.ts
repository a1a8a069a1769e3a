import { booksPage, entriesOf } from './books-view.ts'
import { headerOf } from './chunk.ts'
import { packChunk } from './chunk-table.ts'
import type { HighWaterFile } from './high-water.ts'
import { Intake, type PackedAppend, type Requeued } from './intake.ts'
import { highWaterOf, pictureOf } from './picture.ts'
import type {
  AppendRequest,
  BooksAnswer,
  BooksRequest,
  Damage,
  OpenOptions,
  ReadRequest,
  SeqRange,
  SeriesRow,
  Snapshot,
  StateTableName,
  TakenAttribute,
  WriteRequest,
  WriteResult,
} from './protocol.ts'
import { Reading } from './reading.ts'
import { adoptFile } from './rescue.ts'
import { Returns } from './returns.ts'
import { Room } from './room.ts'
import { type Segment, SegmentFailure } from './segment.ts'
import { Settling } from './settling.ts'
import type { Shelf } from './shelf.ts'
import { HandedChunks } from './slots.ts'
import { damageOf } from './sqlite.ts'
import { Transactions } from './transactions.ts'
import { Trimming } from './trimming.ts'

/** Damaged files that one process moves aside; more than that is a broken disk, and a restart would not help either. */
const abandonLimit = 16

type Prepared = PackedAppend | { readonly request: Exclude<WriteRequest, AppendRequest> }

/** What has to be told beside the answers. */
export interface Written {
  readonly results: readonly WriteResult[]
  readonly backlog: readonly SeqRange[]
  readonly damage: readonly Damage[]
}

/**
 * The files behind the store; everything here blocks, so it lives in the store's thread. One `write` is one transaction on each
 * file it touches: in each, rows, counters and ledger of all its requests come to be together or not at all. Usually that is the
 * active segment alone; while a backlog drains, the segment it lies in as well.
 */
export class Tank {
  readonly shelf: Shelf
  readonly #maxBytes: number
  readonly #handed: HandedChunks
  readonly #highWater: HighWaterFile
  /** Names of all series that stored chunks refer to. */
  readonly #series: Map<number, SeriesRow>
  readonly #transactions: Transactions
  readonly #room: Room
  readonly #intake: Intake
  readonly #settling: Settling
  readonly #returns: Returns
  readonly #reading: Reading
  readonly #trimming: Trimming
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
    const { shelf, options, series } = parts
    const { maxBytes, maxAgeHours, whenFull } = options.config
    this.shelf = shelf
    this.now = options.at
    this.#maxBytes = maxBytes
    this.#highWater = parts.highWater
    this.#series = series
    const handed = new HandedChunks(new Int8Array(options.slots))
    const transactions = new Transactions(shelf, parts.tail)
    this.#handed = handed
    this.#transactions = transactions
    this.#room = new Room(transactions, handed, whenFull)
    this.#intake = new Intake(transactions, this.#room, series)
    this.#settling = new Settling(transactions, maxBytes)
    this.#returns = new Returns(transactions, this.#intake, series)
    this.#reading = new Reading(transactions, handed, series)
    this.#trimming = new Trimming(transactions, handed, maxAgeHours)
  }

  get sqliteVersion(): string {
    return this.shelf.home.sqliteVersion
  }

  get tight(): boolean {
    return this.#room.tight
  }

  get tailSeq(): number {
    return this.#transactions.tail
  }

  /** One transaction per file. Throws what the driver throws, after rolling back; a damaged file is moved aside instead. */
  write(requests: readonly WriteRequest[]): Written {
    const prepared = requests.map(prepare)
    const damage: Damage[] = []
    for (;;) {
      const backlog: SeqRange[] = []
      try {
        const results = this.#transactions.run(() => this.#applyAll(prepared, backlog))
        this.#note()
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
        const ranges = this.#transactions.run(() => this.#intake.requeue(chunks, now))
        this.#note()
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
        return { ...this.#reading.chunks(request), damage }
      } catch (error) {
        damage.push(this.overcome(error, request.at))
      }
    }
  }

  takeState(table: StateTableName, maxCount: number): { rows: TakenAttribute[]; damaged: number } {
    return this.#settling.takeState(table, maxCount, this.now)
  }

  books(query: BooksRequest['query']): BooksAnswer {
    return query.of === 'quarantine-ids' ? entriesOf(this.shelf.all, query.ids) : booksPage(this.shelf.all, query)
  }

  /** Moves WALs into their databases when enough has gathered. */
  checkpoint(): void {
    this.#trimming.checkpoint()
  }

  /** Housekeeping that needs no haste; call it between transactions, about once per second. */
  tidy(now: number): void {
    this.now = now
    this.#trimming.trimBooks(now)
    this.mark()
    this.#trimming.shrink()
  }

  /** The volume may have room again. */
  relax(): void {
    this.#room.relax()
  }

  /** The volume is full: from now on only what the files have already is used. False when that is so already. */
  tighten(): boolean {
    return this.#room.tighten()
  }

  /** How far an earlier process came with this damaged file. */
  salvageProgress(name: string): number {
    return Math.max(...this.shelf.all.map(({ books }) => books.progress(name)))
  }

  /** The names behind a series id. */
  seriesRow(id: number): SeriesRow | undefined {
    return this.#series.get(id)
  }

  /** Merges small chunks of one segment; false when there was nothing to do. */
  merge(now: number): boolean {
    return !this.#room.tight && this.#trimming.merge(now)
  }

  /** Writes the high-water mark when something has changed. */
  mark(): void {
    const mark = highWaterOf(this.shelf, this.#transactions.tail)
    const sum = mark.tailSeq + mark.accepted + mark.delivered + mark.gone + mark.lost
    if (sum === this.#marked) return
    this.#highWater.write(mark)
    this.#marked = sum
  }

  /** Before anybody hears of a commit. */
  #note(): void {
    this.#highWater.note(highWaterOf(this.shelf, this.#transactions.tail))
  }

  snapshot(diskFull: boolean): Snapshot {
    const { full, refusedForDisk } = this.#room
    const { salvaging, tailSeq } = this
    return pictureOf(this.shelf, { salvaging, tailSeq, full, diskFull: diskFull || refusedForDisk }, this.#maxBytes)
  }

  close(): void {
    this.mark()
    this.#highWater.close()
    this.shelf.close()
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
    const movedTo = this.shelf.setAside(segment, now)
    const missing = this.adopt(counters, rows, now, movedTo)
    this.mark()
    return { file: segment.name, movedTo, rows: missing }
  }

  /** See rescue.ts. Returns the rows that are missing. */
  adopt(counters: ReadonlyMap<string, number> | undefined, rows: number, now: number, movedTo?: string): number {
    return adoptFile(this.#transactions, this.#series, { counters, rows, movedTo }, now)
  }

  #applyAll(prepared: readonly Prepared[], backlog: SeqRange[]): WriteResult[] {
    const results: WriteResult[] = []
    this.#transactions.dropCondemned()
    for (const item of prepared) {
      const result = 'packed' in item ? this.#intake.append(item) : this.#apply(item.request, backlog)
      if (result) results.push(result)
    }
    return results
  }

  #apply(request: Exclude<WriteRequest, AppendRequest>, backlog: SeqRange[]): WriteResult | undefined {
    switch (request.kind) {
      case 'settle':
        return request.table ? this.#settling.state(request, request.table) : this.#settling.chunks(request)
      case 'give-back':
        return this.#settling.giveBack(request)
      case 'replay':
        return this.#returns.replay(request, backlog)
      case 'unquarantine':
        return this.#returns.unquarantine(request, backlog)
      case 'record':
        this.#transactions.on(this.shelf.home, ({ books }) => {
          for (const loss of request.losses) books.lost(loss, request.at)
        })
        return { id: request.id, kind: 'settled' }
      case 'tick':
        this.#handed.forget(request.forgotten)
        if (request.forgotten.length > 0) for (const { chunks } of this.shelf.all) chunks.lookAgain()
        this.#trimming.expire(request.at)
        this.#room.noticeRoom()
        return undefined
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
      this.shelf.home[table].release(request.seqs)
      if (request.kind === 'give-back') this.shelf.home[table].load()
    }
    if (this.#room.full) this.#room.noticeRoom()
  }
}

const momentOf = (requests: readonly WriteRequest[]): number => requests[0]?.at ?? 0

const seqOf = (buffer: ArrayBuffer): number => headerOf(buffer).seqFrom

function prepare(request: WriteRequest): Prepared {
  if (request.kind !== 'append') return { request }
  return { request, packed: request.chunks.map((buffer, i) => packChunk(buffer, request.classes[i] ?? 0)) }
}
