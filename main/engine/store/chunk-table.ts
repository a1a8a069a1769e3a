import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { bodyOf, type ChunkHeader, headerOf, seriesIdsOf, stampChunk, unsealChunk } from './chunk.ts'
import { type Claim, claimedSeq } from './claim.ts'
import type { Database, Statement } from './sqlite.ts'

interface ChunkRow {
  readonly seq: number
  readonly count: number
  readonly accepted_at: number
  readonly ts_min: number
  readonly ts_max: number
  readonly codec: number
  readonly crc: number
  readonly body: Buffer
}

/** The parts of a row that say what it holds, without reading its body. */
export type ChunkFacts = Pick<ChunkRow, 'seq' | 'count' | 'accepted_at' | 'ts_min' | 'ts_max'>

/** A chunk ready to be inserted: compressed before the transaction begins. */
export interface PackedChunk {
  readonly buffer: ArrayBuffer
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

export function packChunk(buffer: ArrayBuffer): PackedChunk {
  const plain = bodyOf(buffer)
  const packed = zstdCompressSync(plain, zstdOptions)
  const { count, tsMin, tsMax } = headerOf(buffer)
  return packed.length < plain.length
    ? { buffer, count, tsMin, tsMax, codec: codecZstd, body: packed }
    : { buffer, count, tsMin, tsMax, codec: codecPlain, body: plain }
}

export const storedBytesOf = (body: Uint8Array): number => body.length + rowOverheadBytes

/** The telemetry lane on disk: one row per chunk, seq is the row id. Row and byte counts are kept beside the rows. */
export class ChunkTable {
  rows = 0
  bytes = 0
  readonly #claim: Claim
  readonly #insert: Statement
  readonly #delete: Statement<ChunkFacts & { bytes: number }>
  readonly #range: Statement<ChunkRow>
  readonly #after: Statement<ChunkFacts>
  readonly #total: Statement<{ rows: number; bytes: number; first: number | null; last: number | null }>
  readonly #keepDamaged: Statement
  readonly #trimDamaged: Statement
  readonly #knownSeries: (id: number) => boolean

  constructor(db: Database, claim: Claim, knownSeries: (id: number) => boolean) {
    this.#claim = claim
    this.#knownSeries = knownSeries
    this.#insert = db.prepare('INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    this.#delete = db.prepare(
      'DELETE FROM chunks WHERE seq = ? RETURNING seq, count, accepted_at, ts_min, ts_max, length(body) AS bytes',
    )
    this.#range = db.prepare('SELECT * FROM chunks WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT ?')
    this.#after = db.prepare(
      'SELECT seq, count, accepted_at, ts_min, ts_max FROM chunks WHERE seq > ? ORDER BY seq LIMIT 1',
    )
    this.#total = db.prepare(`
      SELECT coalesce(sum(count), 0) AS rows, coalesce(sum(length(body) + ${rowOverheadBytes}), 0) AS bytes,
        min(seq) AS first, max(seq + count - 1) AS last FROM chunks`)
    this.#keepDamaged = db.prepare('INSERT INTO damaged (seq, count, codec, crc, body, at) VALUES (?, ?, ?, ?, ?, ?)')
    this.#trimDamaged = db.prepare(`DELETE FROM damaged WHERE id <= (SELECT max(id) FROM damaged) - ${damagedLimit}`)
  }

  /** Counts from the rows. Returns the first and last seq, undefined when empty. */
  load(): { first: number; last: number } | undefined {
    const total = this.#total.get()
    this.rows = total?.rows ?? 0
    this.bytes = total?.bytes ?? 0
    return total?.first == null || total.last == null ? undefined : { first: total.first, last: total.last }
  }

  insert(packed: PackedChunk, seq: number, acceptedAt: number): ChunkHeader {
    const header = stampChunk(packed.buffer, seq, acceptedAt)
    const { count, tsMin, tsMax, crc } = header
    this.#insert.run(seq, count, acceptedAt, tsMin, tsMax, packed.codec, crc, packed.body)
    this.rows += count
    this.bytes += storedBytesOf(packed.body)
    return header
  }

  delete(seq: number): ChunkFacts | undefined {
    const gone = this.#delete.get(seq)
    if (!gone) return undefined
    this.rows -= gone.count
    this.bytes -= gone.bytes + rowOverheadBytes
    return gone
  }

  oldest(): ChunkFacts | undefined {
    return this.#after.get(-1)
  }

  /** The oldest chunk that nobody took, while `wanted` says so; from now on nobody else can take it. */
  claimOldest(wanted: (chunk: ChunkFacts) => boolean): ChunkFacts | undefined {
    for (;;) {
      const claimed = claimedSeq(this.#claim)
      const chunk = this.#after.get(claimed)
      if (!chunk || !wanted(chunk)) return undefined
      const through = BigInt(chunk.seq + chunk.count - 1)
      if (Atomics.compareExchange(this.#claim, 0, BigInt(claimed), through) === BigInt(claimed)) return chunk
    }
  }

  /** Chunks with from <= seq < before, verified; those that are not what was written come back as `damaged`. */
  read(from: number, before: number, maxChunks: number): { good: ArrayBuffer[]; damaged: ChunkRow[]; through: number } {
    const rows = this.#range.all(from, before, maxChunks)
    const good: ArrayBuffer[] = []
    const damaged: ChunkRow[] = []
    for (const row of rows) {
      const buffer = unpack(row)
      if (buffer && seriesIdsOf(buffer).every(this.#knownSeries)) good.push(buffer)
      else damaged.push(row)
    }
    const last = rows.at(-1)
    return { good, damaged, through: last && rows.length === maxChunks ? last.seq + last.count - 1 : before - 1 }
  }

  keepDamaged(row: ChunkRow, at: number): void {
    this.#keepDamaged.run(row.seq, row.count, row.codec, row.crc, row.body, at)
    this.#trimDamaged.run()
  }
}

function unpack(row: ChunkRow): ArrayBuffer | undefined {
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
