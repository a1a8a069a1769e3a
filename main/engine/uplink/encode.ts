import { said } from '../../../shared/said/said.ts'
import type { LiveDevice, LiveSeries } from '../pipeline/series.ts'
import type { Batch, RefusedRow } from '../pipeline/stages.ts'
import { refusalOf, valueText } from './numbers.ts'
import { keyValue, ProtoMessages } from './proto-encode.ts'

// Batch -> messages with exact bytes. Pure but for the encoder's own slots of the series (`encodedKey`, `stamp`).

export interface EncodeLimits {
  /** A message never has more bytes than this (payload only). */
  readonly maxPayloadBytes: number
  /** A message of several values has no more than this: what a server that does not tell its limit was seen to accept. */
  readonly aimBytes: number
  /** Key/values in one message: a server that counts datapoints per second refuses more than its bucket holds. */
  readonly maxRows: number
  readonly severalDevices: boolean
  readonly protobuf: boolean
}

/** One message: what is sent, what it holds, and when that happened at the source. */
export interface Publish {
  readonly topic: string
  /** Every retry sends these very bytes (D2). */
  readonly payload: Buffer
  readonly rows: Uint32Array
  readonly devices: readonly LiveDevice[]
}

const telemetryTopic = 'v1/gateway/telemetry'
const attributesTopic = 'v1/gateway/attributes'

/** All rows of the batch, device by device in acceptance order. Rows ThingsBoard could never take land in `refused`. */
export function encodeBatch(batch: Batch, limits: EncodeLimits, refused: RefusedRow[]): Publish[] {
  return encodeRows(batch, groupByDevice(batch), limits, refused)
}

/** Chosen rows only (a bisected message); rows of one device must be next to each other. */
export function encodeRows(batch: Batch, rows: Uint32Array, limits: EncodeLimits, refused: RefusedRow[]): Publish[] {
  if (limits.protobuf) return encodeProtoRows(batch, rows, limits, refused)
  const writer = new Writer(batch, limits)
  for (const row of rows) {
    const value = batch.valueAt(row)
    const text = valueText(batch.typeAt(row), value)
    if (text === undefined) {
      refused.push({ row, reasonCode: 0, reason: refusalOf(value), attempts: 0 })
      continue
    }
    const bytes = typeof value === 'string' ? Buffer.byteLength(text) : text.length
    if (!writer.add(row, text, bytes)) refused.push({ row, reasonCode: 0, reason: tooLarge(limits), attempts: 0 })
  }
  return writer.end()
}

function encodeProtoRows(batch: Batch, rows: Uint32Array, limits: EncodeLimits, refused: RefusedRow[]): Publish[] {
  const messages = new ProtoMessages(batch, limits)
  for (const row of rows) {
    const value = batch.valueAt(row)
    const entry = keyValue(batch.seriesAt(row).key, batch.typeAt(row), value)
    if (entry === undefined) refused.push({ row, reasonCode: 0, reason: refusalOf(value), attempts: 0 })
    else if (!messages.add(row, entry)) refused.push({ row, reasonCode: 0, reason: tooLarge(limits), attempts: 0 })
  }
  return messages.end()
}

const tooLarge = (limits: EncodeLimits) => said('stored.tooLarge', { bytes: limits.maxPayloadBytes }).text
/** Begins the reason of a row that alone is over the limit. */
export const tooLargeText = 'larger than the'

/** Row numbers with the rows of a device next to each other, devices and rows in order of appearance. */
function groupByDevice(batch: Batch): Uint32Array {
  const { count } = batch
  const groups = new Map<LiveDevice, number>()
  const sizes: number[] = []
  const groupOf = new Uint32Array(count)
  let device: LiveDevice | undefined
  let group = 0
  for (let row = 0; row < count; row++) {
    const rowDevice = batch.seriesAt(row).device
    if (rowDevice !== device) {
      device = rowDevice
      group = groups.get(rowDevice) ?? -1
      if (group < 0) {
        group = sizes.length
        groups.set(rowDevice, group)
        sizes.push(0)
      }
    }
    groupOf[row] = group
    sizes[group] = (sizes[group] as number) + 1
  }
  const next = new Uint32Array(sizes.length)
  for (let g = 1; g < sizes.length; g++) next[g] = (next[g - 1] as number) + (sizes[g - 1] as number)
  const rows = new Uint32Array(count)
  for (let row = 0; row < count; row++) {
    const g = groupOf[row] as number
    rows[next[g] as number] = row
    next[g] = (next[g] as number) + 1
  }
  return rows
}

let lastStamp = 0

/**
 * Builds one message after another and knows its size in bytes at any time: all it adds but string and JSON values is
 * ASCII. Telemetry: `{"Device":[{"ts":1,"values":{"a":1,"b":2}}]}`, a key that repeats at the same ts starts a new
 * element. Attributes: `{"Device":{"a":1,"b":2}}`.
 */
class Writer {
  readonly #batch: Batch
  readonly #limits: EncodeLimits
  readonly #aimBytes: number
  readonly #telemetry: boolean
  readonly #deviceEnd: string
  readonly #out: Publish[] = []
  #text = ''
  #bytes = 0
  #device: LiveDevice | undefined
  #ts = 0
  /** Series that carry it are in the open element already. */
  #stamp = 0
  #rows: number[] = []
  #devices: LiveDevice[] = []

  constructor(batch: Batch, limits: EncodeLimits) {
    this.#batch = batch
    this.#limits = limits
    this.#aimBytes = Math.min(limits.aimBytes, limits.maxPayloadBytes)
    this.#telemetry = batch.lane !== 'attributes'
    this.#deviceEnd = this.#telemetry ? '}}]' : '}'
  }

  /** False when this value alone is over the limit. */
  add(row: number, value: string, valueBytes: number): boolean {
    const series = this.#batch.seriesAt(row)
    const ts = this.#batch.tsAt(row)
    if (series.encodedKey === '') series.encodedKey = `${asciiJson(series.key)}:`
    const otherDevice = this.#device !== undefined && this.#device !== series.device
    if (this.#rows.length >= this.#limits.maxRows || (otherDevice && !this.#limits.severalDevices)) this.#flush()
    let lead = this.#lead(series, ts)
    let bytes = this.#bytes + lead.length + series.encodedKey.length + valueBytes
    if (bytes + this.#deviceEnd.length + 1 > this.#aimBytes) {
      this.#flush()
      lead = this.#lead(series, ts)
      bytes = lead.length + series.encodedKey.length + valueBytes
      if (bytes + this.#deviceEnd.length + 1 > this.#limits.maxPayloadBytes) return false
    }
    this.#text += lead + series.encodedKey + value
    this.#bytes = bytes
    this.#rows.push(row)
    if (lead !== ',') this.#stamp = ++lastStamp
    series.stamp = this.#stamp
    this.#ts = ts
    if (this.#device !== series.device) {
      this.#device = series.device
      this.#devices.push(series.device)
    }
    return true
  }

  end(): Publish[] {
    this.#flush()
    return this.#out
  }

  /** What stands between the text so far and the key. */
  #lead(series: LiveSeries, ts: number): string {
    if (this.#device !== series.device) {
      const before = this.#device === undefined ? '{' : `${this.#deviceEnd},`
      return `${before}${asciiJson(series.device.name)}${this.#telemetry ? `:[{"ts":${ts},"values":{` : ':{'}`
    }
    if (!this.#telemetry || (ts === this.#ts && series.stamp !== this.#stamp)) return ','
    return `}},{"ts":${ts},"values":{`
  }

  #flush(): void {
    if (this.#rows.length === 0) return
    const text = `${this.#text}${this.#deviceEnd}}`
    const ascii = this.#bytes + this.#deviceEnd.length + 1 === text.length
    this.#out.push({
      topic: this.#telemetry ? telemetryTopic : attributesTopic,
      payload: Buffer.from(text, ascii ? 'latin1' : 'utf8'),
      rows: Uint32Array.from(this.#rows),
      devices: this.#devices,
    })
    this.#text = ''
    this.#bytes = 0
    this.#device = undefined
    this.#rows = []
    this.#devices = []
  }
}

const plainAscii = /^[\x20-\x7e]*$/

/** JSON text of a string in ASCII only, so that its length is its size in bytes. */
function asciiJson(text: string): string {
  const json = JSON.stringify(text)
  if (plainAscii.test(json)) return json
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
