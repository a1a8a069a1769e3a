import {
  integerIn,
  messagesIn,
  type ProtoField,
  ProtoWriter,
  readProto,
  stringIn,
} from '../../engine/uplink/protobuf.ts'
import { NumberText, type StoredValue, TypedValue } from './json-values.ts'

// Protobuf payloads of a gateway device whose profile asks for them, as ThingsBoard's ProtoMqttAdaptor reads and writes them,
// turned into what the JSON payload would have been. Throws a RangeError for what is no such message.

/** A message from the gateway; `topic` says which. */
export function decodeProto(topic: string, payload: Buffer): unknown {
  // The short topic that takes JSON whatever the profile says.
  if (topic === 'v2/a/j') return JSON.parse(payload.toString())
  const fields = readProto(payload)
  switch (topic.replace(/\/\d+$/, '')) {
    case 'v1/gateway/telemetry':
      return Object.fromEntries(messagesIn(fields, 1).map((entry) => [stringIn(entry, 1), elementsOf(entry)]))
    case 'v1/gateway/attributes':
      return Object.fromEntries(
        messagesIn(fields, 1).map((entry) => [stringIn(entry, 1), valuesOf(messagesIn(entry, 2)[0] ?? [], 1)]),
      )
    case 'v1/gateway/connect':
      return { device: stringIn(fields, 1), type: stringIn(fields, 2) }
    case 'v1/gateway/disconnect':
      return { device: stringIn(fields, 1) }
    case 'v1/gateway/rpc':
      return { device: stringIn(fields, 1), id: integerIn(fields, 2), data: JSON.parse(stringIn(fields, 3)) }
    case 'v1/devices/me/rpc/request':
      return { method: stringIn(fields, 1), params: JSON.parse(stringIn(fields, 2) || '{}') }
    case 'v1/devices/me/rpc/response':
      return JSON.parse(stringIn(fields, 1))
    case 'v1/devices/me/attributes/request':
      return { clientKeys: stringIn(fields, 1), sharedKeys: stringIn(fields, 2) }
    default:
      throw new RangeError(`no protobuf message for ${topic}`)
  }
}

/** A message to the gateway. */
export function encodeProto(topic: string, body: object): Buffer {
  const message = body as Record<string, unknown>
  const id = Number(/\d+$/.exec(topic)?.[0] ?? 0)
  switch (topic.replace(/\/\d+$/, '')) {
    case 'v1/devices/me/rpc/response':
      return new ProtoWriter().integer(1, id).string(2, JSON.stringify(body)).end()
    case 'v1/devices/me/attributes/response':
      return attributesAnswer(id, message)
    case 'v1/devices/me/attributes':
      return entries(new ProtoWriter(), 1, body).end()
    case 'v1/devices/me/rpc/request':
      return new ProtoWriter().string(1, String(message['method'])).string(3, JSON.stringify(message['params'])).end()
    case 'v1/gateway/rpc': {
      const data = message['data'] as Record<string, unknown>
      const request = new ProtoWriter().integer(1, Number(data['id'])).string(2, String(data['method'])).end()
      return new ProtoWriter().string(1, String(message['device'])).message(2, request).end()
    }
    default:
      return new ProtoWriter()
        .string(1, String(message['device'] ?? ''))
        .integer(2, Number(message['reason'] ?? 0))
        .end()
  }
}

function attributesAnswer(id: number, { client, shared }: Record<string, unknown>): Buffer {
  const writer = new ProtoWriter().integer(1, id)
  return entries(entries(writer, 2, client ?? {}), 3, shared ?? {}).end()
}

/** TsKvProto entries; everything that is no boolean or number as text. */
function entries(writer: ProtoWriter, field: number, values: object): ProtoWriter {
  for (const [key, value] of Object.entries(values)) {
    const kv = new ProtoWriter().string(1, key)
    if (typeof value === 'boolean') kv.integer(3, value ? 1 : 0)
    else if (typeof value === 'number') kv.integer(2, 2).double(5, value)
    else kv.integer(2, 3).string(6, String(value))
    writer.message(field, new ProtoWriter().integer(1, 1).message(2, kv.end()).end())
  }
  return writer
}

/** TelemetryMsg: PostTelemetryMsg in field 3, TsKvListProto entries in its field 1. */
function elementsOf(entry: readonly ProtoField[]): object[] {
  return messagesIn(messagesIn(entry, 3)[0] ?? [], 1).map((list) => ({
    ts: new NumberText(String(integerIn(list, 1))),
    values: valuesOf(list, 2),
  }))
}

function valuesOf(fields: readonly ProtoField[], field: number): Record<string, TypedValue> {
  return Object.fromEntries(messagesIn(fields, field).map((kv) => [stringIn(kv, 1), new TypedValue(storedOf(kv))]))
}

function storedOf(kv: readonly ProtoField[]): StoredValue {
  const last = (field: number) => kv.findLast((f) => f.field === field)?.value
  switch (integerIn(kv, 2)) {
    case 0:
      return { type: 'BOOLEAN', text: String(integerIn(kv, 3) === 1) }
    case 1: {
      const value = last(4)
      return { type: 'LONG', text: BigInt.asIntN(64, typeof value === 'bigint' ? value : 0n).toString() }
    }
    case 2:
      return { type: 'DOUBLE', text: String(last(5) ?? 0) }
    case 3:
      return { type: 'STRING', text: stringIn(kv, 6) }
    default:
      return { type: 'JSON', text: stringIn(kv, 7) }
  }
}
