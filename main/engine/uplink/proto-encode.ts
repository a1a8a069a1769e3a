import type { PlainValue, ValueType } from '../../../shared/sample.ts'
import type { LiveDevice } from '../pipeline/series.ts'
import type { Batch } from '../pipeline/stages.ts'
import type { EncodeLimits, Publish } from './encode.ts'
import { floatText } from './numbers.ts'
import { nestedBytes, ProtoWriter } from './protobuf.ts'

// GatewayTelemetryMsg and GatewayAttributesMsg (ThingsBoard: transport.proto, queue.proto). Types are explicit here, so no rule
// about the text of numbers applies.

/** KeyValueType and the field of KeyValueProto that carries it. */
const kinds = { boolean: [0, 3], long: [1, 4], double: [2, 5], string: [3, 6], json: [4, 7] } as const

/** KeyValueProto, or undefined when ThingsBoard has no type for the value; see numbers.refusalOf. */
export function keyValue(key: string, type: ValueType, value: Exclude<PlainValue, null>): Buffer | undefined {
  const writer = new ProtoWriter().string(1, key)
  switch (typeof value) {
    case 'boolean':
      return writer.integer(3, value ? 1 : 0).end()
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? long(writer, value) : undefined
    case 'number':
      return numberValue(writer, type, value)
    default: {
      const [kind, field] = kinds[type === 'json' ? 'json' : 'string']
      return writer.integer(2, kind).string(field, value).end()
    }
  }
}

function numberValue(writer: ProtoWriter, type: ValueType, value: number): Buffer | undefined {
  if (!Number.isFinite(value)) return undefined
  if (type !== 'double' && type !== 'float' && Number.isInteger(value)) {
    const exact = BigInt(value)
    return BigInt.asIntN(64, exact) === exact ? long(writer, exact) : undefined
  }
  // Of a Float32 its shortest decimal, as in JSON: 0.1, not 0.10000000149011612.
  const double = type === 'float' ? Number(floatText(value)) : value
  return writer.integer(2, kinds.double[0]).double(kinds.double[1], double).end()
}

const long = (writer: ProtoWriter, value: bigint): Buffer =>
  writer.integer(2, kinds.long[0]).integer(kinds.long[1], value).end()

/** The open TsKvListProto. */
interface Element {
  readonly ts: number
  readonly body: ProtoWriter
}

/** Builds one message after another and never exceeds the limit; the same rules as the JSON writer in encode.ts. */
export class ProtoMessages {
  readonly #batch: Batch
  readonly #limits: EncodeLimits
  readonly #telemetry: boolean
  readonly #out: Publish[] = []
  #message = new ProtoWriter()
  #device: LiveDevice | undefined
  /** PostTelemetryMsg or PostAttributeMsg of the open device. */
  #body = new ProtoWriter()
  #element: Element | undefined
  #keys = new Set<string>()
  #rows: number[] = []
  #devices: LiveDevice[] = []

  constructor(batch: Batch, limits: EncodeLimits) {
    this.#batch = batch
    this.#limits = limits
    this.#telemetry = batch.lane !== 'attributes'
  }

  /** False when this value alone is over the limit. */
  add(row: number, entry: Buffer): boolean {
    const series = this.#batch.seriesAt(row)
    const ts = this.#batch.tsAt(row)
    const otherDevice = this.#device !== undefined && this.#device !== series.device
    if (this.#rows.length >= this.#limits.maxRows || (otherDevice && !this.#limits.severalDevices)) this.#flush()
    // What closing the open messages may add: their own tags and lengths, the time, and the name of a new device.
    const needed = nestedBytes(entry.length) + elementBytes + deviceBytes + 3 * series.device.name.length
    if (this.#bytes + needed > Math.min(this.#limits.aimBytes, this.#limits.maxPayloadBytes)) {
      this.#flush()
      if (needed > this.#limits.maxPayloadBytes) return false
    }
    if (this.#device !== series.device) {
      this.#closeDevice()
      this.#device = series.device
      this.#devices.push(series.device)
    }
    if (this.#telemetry) this.#openElement(ts, series.key).body.message(2, entry)
    else this.#body.message(1, entry)
    this.#rows.push(row)
    return true
  }

  end(): Publish[] {
    this.#flush()
    return this.#out
  }

  get #bytes(): number {
    return this.#message.bytes + this.#body.bytes + (this.#element?.body.bytes ?? 0) + elementBytes + deviceBytes
  }

  /** A key that repeats at the same ts starts a new element. */
  #openElement(ts: number, key: string): Element {
    const open = this.#element
    if (open && open.ts === ts && !this.#keys.has(key)) {
      this.#keys.add(key)
      return open
    }
    this.#closeElement()
    this.#keys = new Set([key])
    this.#element = { ts, body: new ProtoWriter().integer(1, ts) }
    return this.#element
  }

  #closeElement(): void {
    if (this.#element) this.#body.message(1, this.#element.body.end())
    this.#element = undefined
  }

  #closeDevice(): void {
    this.#closeElement()
    if (this.#device) {
      const entry = new ProtoWriter().string(1, this.#device.name)
      this.#message.message(1, entry.message(this.#telemetry ? 3 : 2, this.#body.end()).end())
    }
    this.#body = new ProtoWriter()
    this.#device = undefined
  }

  #flush(): void {
    if (this.#rows.length === 0) return
    this.#closeDevice()
    this.#out.push({
      topic: this.#telemetry ? 'v1/gateway/telemetry' : 'v1/gateway/attributes',
      payload: this.#message.end(),
      rows: Uint32Array.from(this.#rows),
      devices: this.#devices,
    })
    this.#message = new ProtoWriter()
    this.#rows = []
    this.#devices = []
  }
}

/** Tag, length (up to 4 bytes) and time of a TsKvListProto; tags and lengths of a device's two messages and its name. */
const elementBytes = 16
const deviceBytes = 16
