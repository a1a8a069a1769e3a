import { crc32 } from 'node:zlib'
import { assert } from '../../../shared/assert.ts'
import type { PlainValue, ValueType } from '../../../shared/sample.ts'
import type { Datapoint } from '../pipeline/stages.ts'

// A chunk is a run of consecutive datapoints as columns in one ArrayBuffer, little-endian:
//
//   header (48 bytes)
//      0 u32  magic and version       4 u32  count           8 f64  seqFrom
//     16 f64  acceptedAt, ms         24 f64  tsMin          32 f64  tsMax
//     40 u32  heap bytes             44 u32  CRC-32 of everything else
//   body
//     f64[count] ts, whole ms since the epoch
//     8 bytes[count] value: f64, i64, or (u32 offset, u32 length) into the heap
//     u32[count] series id
//     u8[count] type code
//     heap, UTF-8
//
// seqFrom, acceptedAt and the CRC are filled in by the store's thread just before the commit (`stampChunk`). On disk the
// header is the columns of the row and the body is the blob, so the CRC ties both together: a blob under the wrong row, a
// row with a wrong count and a flipped bit anywhere are all found.

/** Most rows of one chunk: large enough that row and header cost nothing per value, small enough to be lost alone. */
export const chunkRows = 2000
/** Text of one chunk; a single longer text makes a chunk of its own. */
const chunkHeapBytes = 1 << 20
const headerBytes = 48
/** Body bytes of a row without its text. */
const rowBytes = 21
const magic = 0x31434254 // "TBC1"

assert(new Uint8Array(new Uint32Array([1]).buffer)[0] === 1, 'the chunk format needs a little-endian machine')

const code = { boolean: 0, integer: 1, double: 2, float: 3, string: 4, json: 5, integer64: 6, integerText: 7 } as const
const typeOfCode: readonly ValueType[] = [
  'boolean',
  'integer',
  'double',
  'float',
  'string',
  'json',
  'integer',
  'integer',
]

type Value = Exclude<PlainValue, null>

/** All datapoints, in order, as one or more chunks without seq, time and CRC. */
export function encodeChunks(datapoints: readonly Datapoint[]): ArrayBuffer[] {
  const chunks: ArrayBuffer[] = []
  for (let start = 0; start < datapoints.length; ) {
    const count = fillScratch(datapoints, start)
    chunks.push(assemble(count))
    start += count
  }
  return chunks
}

// Columns are filled here first because the layout depends on how many rows and how much text fit.
const scratchTs = new Float64Array(chunkRows)
const scratchValue = new Float64Array(chunkRows)
const scratchInt64 = new BigInt64Array(scratchValue.buffer)
const scratchSpan = new Uint32Array(scratchValue.buffer)
const scratchSeries = new Uint32Array(chunkRows)
const scratchType = new Uint8Array(chunkRows)
let heap = Buffer.allocUnsafe(64 * 1024)
let heapUsed = 0

function fillScratch(datapoints: readonly Datapoint[], start: number): number {
  heapUsed = 0
  const most = Math.min(chunkRows, datapoints.length - start)
  for (let row = 0; row < most; row++) {
    if (heapUsed >= chunkHeapBytes) return row
    const datapoint = datapoints[start + row] as Datapoint
    scratchTs[row] = datapoint.ts
    scratchSeries[row] = datapoint.series.storeId
    scratchType[row] = fillValue(row, datapoint.type, datapoint.value)
  }
  return most
}

function fillValue(row: number, type: ValueType, value: Value): number {
  switch (type) {
    case 'double':
    case 'float':
      assert(typeof value === 'number', 'a double or float datapoint holds a number')
      scratchValue[row] = value
      return type === 'double' ? code.double : code.float
    case 'integer':
      return fillInteger(row, value)
    case 'boolean':
      scratchValue[row] = value === true ? 1 : 0
      return code.boolean
    default:
      fillText(row, String(value))
      return type === 'string' ? code.string : code.json
  }
}

function fillInteger(row: number, value: Value): number {
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) === value) {
      scratchInt64[row] = value
      return code.integer64
    }
    fillText(row, value.toString())
    return code.integerText
  }
  assert(typeof value === 'number', 'an integer datapoint holds a number or a bigint')
  scratchValue[row] = value
  return code.integer
}

function fillText(row: number, text: string): void {
  const most = text.length * 3
  if (heap.length - heapUsed < most) {
    const larger = Buffer.allocUnsafe(Math.max(heap.length * 2, heapUsed + most))
    heap.copy(larger, 0, 0, heapUsed)
    heap = larger
  }
  const length = heap.write(text, heapUsed)
  scratchSpan[row * 2] = heapUsed
  scratchSpan[row * 2 + 1] = length
  heapUsed += length
}

function assemble(count: number): ArrayBuffer {
  const buffer = new ArrayBuffer(headerBytes + count * rowBytes + heapUsed)
  const header = new DataView(buffer, 0, headerBytes)
  header.setUint32(0, magic, true)
  header.setUint32(4, count, true)
  header.setUint32(40, heapUsed, true)
  const body = columns(buffer, count)
  body.ts.set(scratchTs.subarray(0, count))
  body.value.set(new Uint8Array(scratchValue.buffer, 0, count * 8))
  body.series.set(scratchSeries.subarray(0, count))
  body.type.set(scratchType.subarray(0, count))
  body.heap.set(heap.subarray(0, heapUsed))
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let row = 0; row < count; row++) {
    const ts = scratchTs[row] as number
    if (ts < min) min = ts
    if (ts > max) max = ts
  }
  header.setFloat64(24, min, true)
  header.setFloat64(32, max, true)
  // One huge text must not stay allocated for good.
  if (heap.length > 4 * chunkHeapBytes) heap = Buffer.allocUnsafe(64 * 1024)
  return buffer
}

function columns(buffer: ArrayBuffer, count: number) {
  const value = headerBytes + count * 8
  const series = value + count * 8
  const type = series + count * 4
  return {
    ts: new Float64Array(buffer, headerBytes, count),
    value: new Uint8Array(buffer, value, count * 8),
    series: new Uint32Array(buffer, series, count),
    type: new Uint8Array(buffer, type, count),
    heap: new Uint8Array(buffer, type + count),
  }
}

/** What the columns of a stored row say about its chunk. */
export interface ChunkHeader {
  readonly count: number
  readonly seqFrom: number
  readonly acceptedAt: number
  readonly tsMin: number
  readonly tsMax: number
  readonly crc: number
}

/** Gives the chunk its place and seals it with the CRC. */
export function stampChunk(buffer: ArrayBuffer, seqFrom: number, acceptedAt: number): ChunkHeader {
  const header = new DataView(buffer, 0, headerBytes)
  header.setFloat64(8, seqFrom, true)
  header.setFloat64(16, acceptedAt, true)
  header.setUint32(44, crcOf(buffer), true)
  return headerOf(buffer)
}

export function headerOf(buffer: ArrayBuffer): ChunkHeader {
  const header = new DataView(buffer, 0, headerBytes)
  return {
    count: header.getUint32(4, true),
    seqFrom: header.getFloat64(8, true),
    acceptedAt: header.getFloat64(16, true),
    tsMin: header.getFloat64(24, true),
    tsMax: header.getFloat64(32, true),
    crc: header.getUint32(44, true),
  }
}

/** The chunk again from a stored row, or undefined when row and body are not what was sealed. */
export function unsealChunk(header: ChunkHeader, body: Uint8Array): ArrayBuffer | undefined {
  if (header.count < 1 || header.count > chunkRows || body.length < header.count * rowBytes) return undefined
  const buffer = new ArrayBuffer(headerBytes + body.length)
  const view = new DataView(buffer, 0, headerBytes)
  view.setUint32(0, magic, true)
  view.setUint32(4, header.count, true)
  view.setFloat64(8, header.seqFrom, true)
  view.setFloat64(16, header.acceptedAt, true)
  view.setFloat64(24, header.tsMin, true)
  view.setFloat64(32, header.tsMax, true)
  view.setUint32(40, body.length - header.count * rowBytes, true)
  view.setUint32(44, header.crc, true)
  new Uint8Array(buffer, headerBytes).set(body)
  return crcOf(buffer) === header.crc ? buffer : undefined
}

/** Whether a chunk in memory is still what was sealed. */
export function isSealed(buffer: ArrayBuffer): boolean {
  return crcOf(buffer) === headerOf(buffer).crc
}

/** One chunk with the rows of several, in order; without seq, time and CRC. Together they have at most `chunkRows` rows. */
export function mergeChunks(buffers: readonly ArrayBuffer[]): ArrayBuffer {
  const headers = buffers.map(headerOf)
  const count = headers.reduce((sum, header) => sum + header.count, 0)
  assert(count <= chunkRows, 'merged chunks fit into one')
  const heapBytes = buffers.reduce((sum, buffer) => sum + heapBytesOf(buffer), 0)
  const merged = new ArrayBuffer(headerBytes + count * rowBytes + heapBytes)
  const to = columns(merged, count)
  const spans = new Uint32Array(merged, to.value.byteOffset, count * 2)
  let row = 0
  let heapAt = 0
  for (const buffer of buffers) {
    const { count: rows } = headerOf(buffer)
    const from = columns(buffer, rows)
    to.ts.set(from.ts, row)
    to.value.set(from.value, row * 8)
    to.series.set(from.series, row)
    to.type.set(from.type, row)
    to.heap.set(from.heap, heapAt)
    for (let i = row; i < row + rows; i++) {
      if (isText(to.type[i] as number)) spans[i * 2] = (spans[i * 2] as number) + heapAt
    }
    row += rows
    heapAt += from.heap.length
  }
  const header = new DataView(merged, 0, headerBytes)
  header.setUint32(0, magic, true)
  header.setUint32(4, count, true)
  header.setFloat64(24, Math.min(...headers.map(({ tsMin }) => tsMin)), true)
  header.setFloat64(32, Math.max(...headers.map(({ tsMax }) => tsMax)), true)
  header.setUint32(40, heapBytes, true)
  return merged
}

const isText = (type: number): boolean => type === code.string || type === code.json || type === code.integerText

function heapBytesOf(buffer: ArrayBuffer): number {
  return new DataView(buffer).getUint32(40, true)
}

export function bodyOf(buffer: ArrayBuffer): Uint8Array {
  return new Uint8Array(buffer, headerBytes)
}

export function seriesIdsOf(buffer: ArrayBuffer): Uint32Array {
  const { count } = headerOf(buffer)
  return new Uint32Array(buffer, headerBytes + count * 16, count)
}

function crcOf(buffer: ArrayBuffer): number {
  return crc32(new Uint8Array(buffer, headerBytes), crc32(new Uint8Array(buffer, 0, headerBytes - 4)))
}

/** Reads a sealed chunk in place; nothing is copied but text. */
export class Chunk {
  readonly count: number
  readonly seqFrom: number
  readonly seqTo: number
  readonly acceptedAt: number
  readonly byteLength: number
  readonly buffer: ArrayBuffer
  /** See slots.ts. */
  slot = -1
  readonly #ts: Float64Array
  readonly #value: Float64Array
  readonly #int64: BigInt64Array
  readonly #span: Uint32Array
  readonly #series: Uint32Array
  readonly #type: Uint8Array
  readonly #heap: Buffer

  constructor(buffer: ArrayBuffer) {
    const { count, seqFrom, acceptedAt } = headerOf(buffer)
    const parts = columns(buffer, count)
    const values = parts.value.byteOffset
    this.count = count
    this.seqFrom = seqFrom
    this.seqTo = seqFrom + count - 1
    this.acceptedAt = acceptedAt
    this.byteLength = buffer.byteLength
    this.buffer = buffer
    this.#ts = parts.ts
    this.#value = new Float64Array(buffer, values, count)
    this.#int64 = new BigInt64Array(buffer, values, count)
    this.#span = new Uint32Array(buffer, values, count * 2)
    this.#series = parts.series
    this.#type = parts.type
    this.#heap = Buffer.from(buffer, parts.heap.byteOffset, parts.heap.length)
  }

  seriesIdAt(row: number): number {
    return this.#series[row] as number
  }

  tsAt(row: number): number {
    return this.#ts[row] as number
  }

  typeAt(row: number): ValueType {
    return typeOfCode[this.#type[row] as number] as ValueType
  }

  valueAt(row: number): Value {
    switch (this.#type[row]) {
      case code.boolean:
        return this.#value[row] !== 0
      case code.integer:
      case code.double:
      case code.float:
        return this.#value[row] as number
      case code.integer64:
        return this.#int64[row] as bigint
      case code.integerText:
        return BigInt(this.#text(row))
      default:
        return this.#text(row)
    }
  }

  #text(row: number): string {
    const start = this.#span[row * 2] as number
    return this.#heap.toString('utf8', start, start + (this.#span[row * 2 + 1] as number))
  }
}
