import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import {
  bodyOf,
  type ChunkHeader,
  chunkRows,
  headerOf,
  mergeChunks,
  seriesIdsOf,
  stampChunk,
  unsealChunk,
} from './chunk.ts'
import { classNames, sharesOf } from './ledger.ts'
import type { RetentionClass } from './protocol.ts'
import type { Database, Statement } from './sqlite.ts'

export interface ChunkRow {
  readonly seq: number
  readonly count: number
  readonly accepted_at: number
  readonly ts_min: number
  readonly ts_max: number
  readonly codec: number
  readonly crc: number
  readonly body: Buffer
  readonly class: RetentionClass
}

/** The parts of a row that say what it holds, without reading its body. */
export type ChunkFacts = Pick<ChunkRow, 'seq' | 'count' | 'accepted_at' | 'ts_min' | 'ts_max'>

/** A chunk ready to be inserted: compressed before the transaction begins. */
export interface PackedChunk {
  readonly buffer: ArrayBuffer
  readonly class: RetentionClass
  readonly count: number
  readonly tsMin: number
  readonly tsMax: number
  readonly codec: number
  readonly body: Uint8Array
}

const codecPlain = 0
const codecZstd = 1
/** Level 1 costs about 0.02 µs per value and makes 21 bytes 5 to 9; higher levels cost ten times more for a tenth less. */
const zstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
/** A body claims its own size; a damaged one must not claim all memory. */
const bodyLimit = 512 << 20
/** Row header, b-tree cell and the unused end of its last page, on average. */
const rowOverheadBytes = 100
/** Damaged bodies kept for support. */
const damagedLimit = 200
/** A chunk with fewer rows than this is worth merging with its neighbours. */
const smallChunkRows = 500
/** Rows of the facts that one look for small chunks reads. */
const mergeLookRows = 2000

export function packChunk(buffer: ArrayBuffer, retention: RetentionClass): PackedChunk {
  const plain = bodyOf(buffer)
  const packed = zstdCompressSync(plain, zstdOptions)
  const { count, tsMin, tsMax } = headerOf(buffer)
  const shorter = packed.length < plain.length
  const [codec, body] = shorter ? [codecZstd, packed] : [codecPlain, plain]
  return { buffer, class: retention, count, tsMin, tsMax, codec, body }
}

export const storedBytesOf = (body: Uint8Array): number => body.length + rowOverheadBytes

/**
 * The telemetry of one file: one row per chunk, seq is the row id. Row and byte counts are kept beside the rows. Retained chunks
 * are delivered already and stay for a replay; they are rows of the table but not of `rows`.
 */
export class ChunkTable {
  rows = 0
  bytes = 0
  retainedRows = 0
  retainedChunks = 0
  /** No chunk is outside of it; undefined when the table is empty. */
  first: number | undefined
  last = 0
  /** Nothing below it may be dropped or merged: where the next look begins. */
  #dropFrom = 0
  #mergeFrom = 0
  readonly #insert: Statement
  readonly #delete: Statement<ChunkFacts & { bytes: number }>
  readonly #range: Statement<ChunkRow>
  readonly #droppable: Statement<ChunkFacts>
  readonly #oldest: Statement<ChunkFacts>
  readonly #facts: Statement<Omit<ChunkRow, 'body'>>
  readonly #one: Statement<ChunkRow>
  readonly #total: Statement<{ rows: number; bytes: number; first: number | null; last: number | null }>
  readonly #retainedTotal: Statement<{ rows: number; chunks: number }>
  readonly #retain: Statement
  readonly #unretain: Statement<{ seq: number }>
  readonly #retainedBefore: Statement<{ seq: number }>
  readonly #retainedSince: Statement<{ seq: number; count: number }>
  readonly #factsOf: Statement<ChunkFacts>
  readonly #keepDamaged: Statement
  readonly #trimDamaged: Statement

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#delete = db.prepare(
      'DELETE FROM chunks WHERE seq = ? RETURNING seq, count, accepted_at, ts_min, ts_max, length(body) AS bytes',
    )
    const waiting = 'seq NOT IN (SELECT seq FROM retained)'
    const facts = 'seq, count, accepted_at, ts_min, ts_max'
    this.#range = db.prepare(`SELECT * FROM chunks WHERE seq >= ? AND seq < ? AND ${waiting} ORDER BY seq LIMIT ?`)
    this.#droppable = db.prepare(
      `SELECT ${facts} FROM chunks WHERE seq > ? AND (class = 2 OR class = ?) AND ${waiting} ORDER BY seq LIMIT 1`,
    )
    this.#oldest = db.prepare(`SELECT ${facts} FROM chunks WHERE seq > ? AND ${waiting} ORDER BY seq LIMIT 1`)
    this.#facts = db.prepare(
      `SELECT ${facts}, codec, crc, class FROM chunks WHERE seq >= ? AND ${waiting} ORDER BY seq LIMIT ${mergeLookRows}`,
    )
    this.#one = db.prepare('SELECT * FROM chunks WHERE seq = ?')
    this.#factsOf = db.prepare(`SELECT ${facts} FROM chunks WHERE seq = ?`)
    this.#total = db.prepare(`
      SELECT coalesce(sum(count), 0) AS rows, coalesce(sum(length(body) + ${rowOverheadBytes}), 0) AS bytes,
        min(seq) AS first, max(seq + count - 1) AS last FROM chunks`)
    this.#retainedTotal = db.prepare(
      'SELECT coalesce(sum(count), 0) AS rows, count(*) AS chunks FROM retained JOIN chunks USING (seq)',
    )
    this.#retain = db.prepare('INSERT OR REPLACE INTO retained VALUES (?, ?, ?)')
    this.#unretain = db.prepare('DELETE FROM retained WHERE seq = ? RETURNING seq')
    this.#retainedBefore = db.prepare('SELECT seq FROM retained WHERE until < ? ORDER BY acked_at LIMIT ?')
    this.#retainedSince = db.prepare(
      'SELECT seq, count FROM retained JOIN chunks USING (seq) WHERE acked_at >= ? ORDER BY seq',
    )
    this.#keepDamaged = db.prepare('INSERT INTO damaged (seq, count, codec, crc, body, at) VALUES (?, ?, ?, ?, ?, ?)')
    this.#trimDamaged = db.prepare(`DELETE FROM damaged WHERE id <= (SELECT max(id) FROM damaged) - ${damagedLimit}`)
    this.load()
  }

  /** Counts from the rows. */
  load(): void {
    const total = this.#total.get()
    const retained = this.#retainedTotal.get()
    this.retainedRows = retained?.rows ?? 0
    this.retainedChunks = retained?.chunks ?? 0
    this.rows = (total?.rows ?? 0) - this.retainedRows
    this.bytes = total?.bytes ?? 0
    this.first = total?.first ?? undefined
    this.last = total?.last ?? 0
    this.#dropFrom = 0
    this.#mergeFrom = 0
  }

  get empty(): boolean {
    return this.rows === 0 && this.retainedRows === 0
  }

  mayHold(seq: number): boolean {
    return this.first !== undefined && seq >= this.first && seq <= this.last
  }

  insert(packed: PackedChunk, seq: number, acceptedAt: number): ChunkHeader {
    const header = stampChunk(packed.buffer, seq, acceptedAt)
    const { count, tsMin, tsMax, crc } = header
    this.#insert.run(seq, count, acceptedAt, tsMin, tsMax, packed.codec, crc, packed.body, packed.class)
    this.rows += count
    this.bytes += storedBytesOf(packed.body)
    this.first = this.first === undefined ? seq : Math.min(this.first, seq)
    this.last = Math.max(this.last, seq + count - 1)
    return header
  }

  /** Class and series of a chunk's values; the series only when it can be read back as written. */
  sharesOf(seq: number) {
    const row = this.#one.get(seq)
    const buffer = row && unpack(row)
    return { class: row && classNames[row.class], series: buffer && sharesOf(seriesIdsOf(buffer)) }
  }

  delete(seq: number): ChunkFacts | undefined {
    const gone = this.#delete.get(seq)
    if (!gone) return undefined
    if (this.retainedChunks > 0 && this.#unretain.get(seq)) {
      this.retainedRows -= gone.count
      this.retainedChunks--
    } else this.rows -= gone.count
    this.bytes -= gone.bytes + rowOverheadBytes
    if (this.empty) {
      this.first = undefined
      this.last = 0
    }
    return gone
  }

  /** Delivered, but stays for a replay. */
  retain(seq: number, at: number, until: number): ChunkFacts | undefined {
    const facts = this.#factsOf.get(seq)
    if (!facts) return undefined
    this.#retain.run(seq, at, until)
    this.rows -= facts.count
    this.retainedRows += facts.count
    this.retainedChunks++
    return facts
  }

  /** Deletes retained chunks whose time is up, at most `limit`; Infinity = the oldest whatever their time. */
  deleteRetained(before: number, limit: number): number {
    if (this.retainedChunks === 0) return 0
    const gone = this.#retainedBefore.all(before, limit)
    for (const { seq } of gone) this.delete(seq)
    return gone.length
  }

  /** Retained chunks wait again; returns them. */
  revive(since: number): { seq: number; count: number }[] {
    if (this.retainedChunks === 0) return []
    const back = this.#retainedSince.all(since)
    for (const { seq, count } of back) {
      this.#unretain.get(seq)
      this.rows += count
      this.retainedRows -= count
      this.retainedChunks--
    }
    return back
  }

  oldest(after = -1): ChunkFacts | undefined {
    return this.rows === 0 ? undefined : this.#oldest.get(after)
  }

  /** The oldest chunk that may be given up; `claim` says whether nobody is sending it and makes sure that nobody will. */
  claimDroppable(defaultToo: boolean, claim: (seq: number) => boolean): ChunkFacts | undefined {
    for (let after = this.#dropFrom; ; ) {
      const chunk = this.#droppable.get(after - 1, defaultToo ? 0 : 2)
      if (!chunk) return undefined
      if (claim(chunk.seq)) return chunk
      after = chunk.seq + 1
    }
  }

  /** The oldest chunk that may be given up and is not being sent. */
  peekDroppable(defaultToo: boolean, isTaken: (seq: number) => boolean): ChunkFacts | undefined {
    if (this.rows === 0) return undefined
    let chunk = this.#droppable.get(this.#dropFrom - 1, defaultToo ? 0 : 2)
    if (chunk) this.#dropFrom = chunk.seq
    while (chunk && isTaken(chunk.seq)) chunk = this.#droppable.get(chunk.seq, defaultToo ? 0 : 2)
    return chunk
  }

  /** Chunks with from <= seq < before that wait, in order. */
  range(from: number, before: number, maxChunks: number): ChunkRow[] {
    if (this.first === undefined || before <= this.first || from > this.last) return []
    return this.#range.all(from, before, maxChunks)
  }

  keepDamaged(row: ChunkRow, at: number): void {
    this.#keepDamaged.run(row.seq, row.count, row.codec, row.crc, row.body, at)
    this.#trimDamaged.run()
  }

  /**
   * Merges runs of small neighbours accepted before `before`: a slow plant commits 40 values at a time, which costs three times
   * the bytes. Values keep seq, identity and order. Returns how many values were merged, about `maxRows` at most. Call it
   * inside a transaction.
   */
  merge(before: number, maxRows: number, free: (seq: number) => boolean): number {
    let run: Omit<ChunkRow, 'body'>[] = []
    let rows = 0
    let merged = 0
    const close = () => {
      if (run.length > 1) merged += this.#mergeRun(run)
      run = []
      rows = 0
    }
    const all = this.#facts.all(this.#mergeFrom)
    let resume = this.#mergeFrom
    for (const chunk of all) {
      resume = run[0]?.seq ?? chunk.seq
      if (merged >= maxRows || chunk.accepted_at >= before) break
      const last = run.at(-1)
      const fits = chunk.count < smallChunkRows && free(chunk.seq)
      const follows = last && last.seq + last.count === chunk.seq && last.class === chunk.class
      if (!fits || (last && !follows) || rows + chunk.count > chunkRows) close()
      if (fits) {
        run.push(chunk)
        rows += chunk.count
      }
      // A run that is still open is met again when more has come.
      resume = run[0]?.seq ?? chunk.seq + chunk.count
    }
    if (all.length === mergeLookRows || rows > chunkRows / 2) close()
    this.#mergeFrom = resume
    return merged
  }

  #mergeRun(run: readonly Omit<ChunkRow, 'body'>[]): number {
    const buffers: ArrayBuffer[] = []
    for (const { seq } of run) {
      const row = this.#one.get(seq)
      const buffer = row && unpack(row)
      // Damaged: left alone, so that it is found and counted where it is read.
      if (!buffer) return 0
      buffers.push(buffer)
    }
    const [first] = run
    if (!first) return 0
    for (const { seq } of run) this.delete(seq)
    const packed = packChunk(mergeChunks(buffers), first.class)
    this.insert(packed, first.seq, first.accepted_at)
    return packed.count
  }

  /** Whether a look for small neighbours may find any. */
  get mayMerge(): boolean {
    return this.first !== undefined && this.#mergeFrom <= this.last
  }

  /** Chunks were given back, replayed or added below: look from the beginning again. */
  lookAgain(): void {
    this.#dropFrom = 0
    this.#mergeFrom = 0
  }
}

/** The chunk of a stored row, verified; undefined when it is not what was written. */
export function unpack(row: ChunkRow): ArrayBuffer | undefined {
  const header: ChunkHeader = {
    count: row.count,
    seqFrom: row.seq,
    acceptedAt: row.accepted_at,
    tsMin: row.ts_min,
    tsMax: row.ts_max,
    crc: row.crc,
  }
  try {
    return unsealChunk(
      header,
      row.codec === codecZstd ? zstdDecompressSync(row.body, { maxOutputLength: bodyLimit }) : row.body,
    )
  } catch {
    // Not a zstd frame any more: as damaged as a wrong CRC.
    return undefined
  }
}

export function knowsSeries(buffer: ArrayBuffer, known: (id: number) => boolean): boolean {
  const ids = seriesIdsOf(buffer)
  // Not for-of: this is once per value.
  for (let i = 0; i < ids.length; i++) if (!known(ids[i] as number)) return false
  return true
}
