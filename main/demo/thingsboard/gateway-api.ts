import { decodeProto } from './codec.ts'
import { NumberText, parseWithNumberText, storedValue } from './json-values.ts'
import type { Arrival, DeviceRecord } from './records.ts'
import type { StandInCore } from './stand-in-core.ts'

// v1/gateway/*: what ThingsBoard's gateway session does with each message, and how it answers (reason codes and closings
// of MqttTransportHandler and AbstractGatewaySessionHandler, ThingsBoard 4.x).

export type Outcome =
  /** PUBACK with the code, once per entry of `times`; stays open. */
  | { readonly kind: 'ack'; readonly code: number; readonly times?: number }
  /** Not readable: 0x99, or the end of the connection in MQTT 3.1.1. */
  | { readonly kind: 'malformed' }
  /** RuntimeException in the server: 0x83 and the end of the connection. */
  | { readonly kind: 'runtime-error' }
  /** Rate limit: 0x97 and the end of the connection. */
  | { readonly kind: 'limited'; readonly device: string }
  | { readonly kind: 'silence' }
  /** A fault switch: the connection ends without an answer. */
  | { readonly kind: 'close' }

const acked: Outcome = { kind: 'ack', code: 0 }
const malformed: Outcome = { kind: 'malformed' }
const runtimeError: Outcome = { kind: 'runtime-error' }

export interface GatewayReply {
  publish(topic: string, payload: object): void
}

export function handleGateway(core: StandInCore, topic: string, payload: Buffer, reply: GatewayReply): Outcome {
  const name = topic.slice('v1/gateway/'.length)
  let message: unknown
  try {
    if (core.protobuf) message = decodeProto(topic, payload)
    else {
      const text = payload.toString()
      message = name === 'telemetry' && core.recordsText ? parseWithNumberText(text) : JSON.parse(text)
    }
  } catch {
    return malformed
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return runtimeError
  const object = message as Record<string, unknown>
  switch (name) {
    case 'telemetry':
      return telemetry(core, object)
    case 'attributes':
      return attributes(core, object)
    case 'connect':
      return connect(core, object)
    case 'disconnect':
      return typeof object['device'] === 'string' ? acked : malformed
    case 'attributes/request':
      return attributesRequest(core, object, reply)
    case 'rpc':
      return rpcAnswer(core, object)
    case 'claim':
      return Object.keys(object).length > 0 ? acked : runtimeError
    default:
      return { kind: 'ack', code: 0x90 }
  }
}

function connect(core: StandInCore, { device, type }: Record<string, unknown>): Outcome {
  if (typeof device !== 'string') return malformed
  const made = core.deviceOf(device, typeof type === 'string' ? type : 'default')
  return made.kind === 'made' ? acked : made
}

function telemetry(core: StandInCore, message: Record<string, unknown>): Outcome {
  const entries = Object.entries(message).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
  if (entries.length === 0) return runtimeError
  let answers = 0
  let silent = false
  for (const [name, elements] of entries) {
    // The callback counts elements: none, and it is never called.
    if (elements.length === 0) silent = true
    const outcome = deviceTelemetry(core, name, elements)
    if (outcome.kind !== 'ack' || outcome.code !== 0) return outcome
    answers++
  }
  if (silent) return { kind: 'silence' }
  return { kind: 'ack', code: 0, times: core.aggregatesAcks ? 1 : answers }
}

function deviceTelemetry(core: StandInCore, name: string, elements: unknown[]): Outcome {
  const made = core.deviceOf(name, 'default')
  if (made.kind !== 'made') return made
  if (core.faults.limitNext > 0) {
    core.faults.limitNext--
    return { kind: 'limited', device: name }
  }
  const points = core.recordsText ? toArrivals(core, name, elements) : undefined
  if (core.recordsText && points === undefined) return malformed
  const { refuse, closeOn } = core.faults
  if (points && closeOn && points.some((p) => closeOn(p.device, p.key, p.value))) return { kind: 'close' }
  if (points && refuse && points.some((p) => refuse(p.device, p.key, p.value))) return malformed
  const count = points ? points.length : countValues(elements)
  if (!core.gatewayLimits.telemetry(count)) return { kind: 'limited', device: name }
  core.queue(() => {
    if (points) for (const point of points) core.keep(made.device, point)
    else countArrivals(core, made.device, elements)
  })
  return acked
}

/** Undefined when one element can not be converted: ThingsBoard then refuses the whole device. */
function toArrivals(core: StandInCore, device: string, elements: unknown[]): Arrival[] | undefined {
  const out: Arrival[] = []
  for (const element of elements) {
    if (typeof element !== 'object' || element === null || Array.isArray(element)) return undefined
    if (element instanceof NumberText) return undefined
    const { ts, values } = element as Record<string, unknown>
    const timed = ts !== undefined && typeof values === 'object' && values !== null
    const at = timed ? Math.trunc(Number(ts instanceof NumberText ? ts.text : Number.NaN)) : core.now()
    if (Number.isNaN(at)) return undefined
    for (const [key, value] of Object.entries(timed ? values : element)) {
      const stored = storedValue(value)
      if (stored) out.push({ device, key, ts: at, value: stored })
    }
  }
  return out
}

function countValues(elements: unknown[]): number {
  let count = 0
  for (const element of elements as { values?: object }[]) {
    for (const _ in element.values ?? element) count++
  }
  return count
}

function countArrivals(core: StandInCore, device: DeviceRecord, elements: unknown[]): void {
  for (const element of elements as { ts?: number; values?: Record<string, unknown> }[]) {
    const { ts = 0, values } = element
    for (const key in values) core.records.count(device, key, ts, values[key])
  }
}

function attributes(core: StandInCore, message: Record<string, unknown>): Outcome {
  if (Object.keys(message).length === 0) return runtimeError
  let answers = 0
  for (const [name, values] of Object.entries(message)) {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return malformed
    const made = core.deviceOf(name, 'default')
    if (made.kind !== 'made') return made
    const entries = Object.entries(values)
    if (!core.gatewayLimits.telemetry(entries.length)) return { kind: 'limited', device: name }
    for (const [key, value] of entries) {
      const stored = storedValue(value)
      if (!stored) continue
      if (core.faults.refuse?.(name, key, stored)) return malformed
      core.queue(() => made.device.attributes.set(key, stored))
      core.counters.attributes++
    }
    answers++
  }
  return { kind: 'ack', code: 0, times: core.aggregatesAcks ? 1 : answers }
}

function attributesRequest(core: StandInCore, message: Record<string, unknown>, reply: GatewayReply): Outcome {
  const { id, device, client, key, keys } = message
  if (typeof id !== 'number' || typeof device !== 'string' || typeof client !== 'boolean') return runtimeError
  const made = core.deviceOf(device, 'default')
  if (made.kind !== 'made') return made
  const wanted = Array.isArray(keys) ? keys.map(String) : typeof key === 'string' ? [key] : []
  const found = client
    ? wanted.flatMap((k) => {
        const value = made.device.attributes.get(k)
        return value ? [[k, value.text]] : []
      })
    : []
  const [first] = found
  const answer =
    found.length === 0 ? {} : found.length === 1 ? { value: first?.[1] } : { values: Object.fromEntries(found) }
  reply.publish('v1/gateway/attributes/response', { id, device, ...answer })
  return acked
}

function rpcAnswer(core: StandInCore, { device, id, data }: Record<string, unknown>): Outcome {
  if (typeof device !== 'string' || typeof id !== 'number') return runtimeError
  core.rpcAnswered(`${device}/${id}`, data)
  return acked
}
