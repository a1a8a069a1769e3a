import { parseObject } from './gateway-rpc.ts'
import { integerIn, messagesIn, type ProtoField, ProtoWriter, readProto, stringIn } from './protobuf.ts'

// How everything but values is written and read: JSON, or what a gateway device with a protobuf profile speaks (ThingsBoard's
// ProtoMqttAdaptor; the gateway device's own commands with the schemas a new profile starts with).

interface GatewayCommand {
  readonly device: string
  readonly id: number
}

interface SharedUpdate {
  readonly values: Readonly<Record<string, unknown>>
  readonly deleted: readonly string[]
}

/** `read…` returns undefined for what is no such message. */
export interface Wire {
  connect(device: string, profile: string): Buffer | string
  disconnect(device: string): Buffer | string
  request(method: string, params: object): Buffer | string
  readAnswer(payload: Buffer): unknown
  attributesRequest(clientKeys: readonly string[], sharedKeys: readonly string[]): Buffer | string
  readAttributes(payload: Buffer): { client: Record<string, unknown>; shared: Record<string, unknown> } | undefined
  readUpdate(payload: Buffer): SharedUpdate | undefined
  /** The method of a command to the gateway device itself. */
  readOwnCommand(payload: Buffer): string | undefined
  ownAnswer(answer: object): Buffer | string
  readGatewayCommand(payload: Buffer): GatewayCommand | undefined
  gatewayAnswer(command: GatewayCommand, data: object): Buffer | string
  /** Why ThingsBoard put out a device (v1/gateway/disconnect). */
  readDisconnect(payload: Buffer): number | undefined
  /** The gateway device's own client attributes. */
  readonly ownAttributesTopic: string
}

const jsonWire: Wire = {
  ownAttributesTopic: 'v1/devices/me/attributes',
  connect: (device, profile) => JSON.stringify({ device, type: profile }),
  disconnect: (device) => JSON.stringify({ device }),
  request: (method, params) => JSON.stringify({ method, params }),
  readAnswer: parseObject,
  attributesRequest: (client, shared) =>
    JSON.stringify({
      ...(client.length > 0 ? { clientKeys: client.join(',') } : {}),
      ...(shared.length > 0 ? { sharedKeys: shared.join(',') } : {}),
    }),
  readAttributes(payload) {
    const message = parseObject(payload)
    return message && { client: recordIn(message, 'client'), shared: recordIn(message, 'shared') }
  },
  readUpdate(payload) {
    const message = parseObject(payload)
    const deleted = message?.['deleted']
    return message && { values: message, deleted: Array.isArray(deleted) ? deleted.map(String) : [] }
  },
  readOwnCommand(payload) {
    const method = parseObject(payload)?.['method']
    return typeof method === 'string' ? method : ''
  },
  ownAnswer: (answer) => JSON.stringify(answer),
  readGatewayCommand(payload) {
    const message = parseObject(payload)
    const device = message?.['device']
    const data = message?.['data']
    if (typeof device !== 'string' || typeof data !== 'object' || data === null) return undefined
    const id: unknown = Reflect.get(data, 'id')
    return typeof id === 'number' ? { device, id } : undefined
  },
  gatewayAnswer: ({ device, id }, data) => JSON.stringify({ device, id, data }),
  readDisconnect(payload) {
    const code = parseObject(payload)?.['reason']
    return typeof code === 'number' ? code : undefined
  },
}

function recordIn(message: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = message[name]
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

export const protobufWire: Wire = {
  // The profile's own schema for attributes is unknown to us; the short topic takes JSON whatever the profile says.
  ownAttributesTopic: 'v2/a/j',
  connect: (device, profile) => new ProtoWriter().string(1, device).string(2, profile).end(),
  disconnect: (device) => new ProtoWriter().string(1, device).end(),
  request: (method, params) => new ProtoWriter().string(1, method).string(2, JSON.stringify(params)).end(),
  // ToServerRpcResponseMsg
  readAnswer: (payload) => read(payload, (fields) => parseObject(Buffer.from(stringIn(fields, 2)))),
  attributesRequest: (client, shared) =>
    new ProtoWriter().string(1, client.join(',')).string(2, shared.join(',')).end(),
  // GetAttributeResponseMsg
  readAttributes: (payload) =>
    read(payload, (fields) => ({ client: valuesIn(fields, 2), shared: valuesIn(fields, 3) })),
  // AttributeUpdateNotificationMsg
  readUpdate: (payload) =>
    read(payload, (fields) => ({
      values: valuesIn(fields, 1),
      deleted: fields.flatMap(({ field, value }) => (field === 2 && Buffer.isBuffer(value) ? [value.toString()] : [])),
    })),
  // RpcRequestMsg and RpcResponseMsg of a new profile
  readOwnCommand: (payload) => read(payload, (fields) => stringIn(fields, 1)),
  ownAnswer: (answer) => new ProtoWriter().string(1, JSON.stringify(answer)).end(),
  // GatewayDeviceRpcRequestMsg
  readGatewayCommand: (payload) =>
    read(payload, (fields) => ({ device: stringIn(fields, 1), id: integerIn(messagesIn(fields, 2)[0] ?? [], 1) })),
  gatewayAnswer: ({ device, id }, data) =>
    new ProtoWriter().string(1, device).integer(2, id).string(3, JSON.stringify(data)).end(),
  // GatewayDisconnectDeviceMsg
  readDisconnect: (payload) => read(payload, (fields) => integerIn(fields, 2)),
}

function read<T>(payload: Buffer, take: (fields: ProtoField[]) => T): T | undefined {
  try {
    return take(readProto(payload))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** TsKvProto entries as name -> value. */
function valuesIn(fields: readonly ProtoField[], field: number): Record<string, unknown> {
  const entries = messagesIn(fields, field).flatMap((entry) => messagesIn(entry, 2))
  return Object.fromEntries(entries.map((kv) => [stringIn(kv, 1), plainValue(kv)]))
}

/** KeyValueProto. */
function plainValue(kv: readonly ProtoField[]): unknown {
  switch (integerIn(kv, 2)) {
    case 0:
      return integerIn(kv, 3) === 1
    case 1:
      return integerIn(kv, 4)
    case 2: {
      const value = kv.findLast(({ field }) => field === 5)?.value
      return typeof value === 'number' ? value : 0
    }
    case 3:
      return stringIn(kv, 6)
    default:
      return stringIn(kv, 7)
  }
}

export const wireOf = (payload: 'json' | 'protobuf'): Wire => (payload === 'protobuf' ? protobufWire : jsonWire)
