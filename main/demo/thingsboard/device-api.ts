import { decodeProto } from './codec.ts'
import type { GatewayReply, Outcome } from './gateway-api.ts'
import { storedValue } from './json-values.ts'
import type { StandInCore } from './stand-in-core.ts'

// v1/devices/me/*: the gateway device itself. Errors here end the connection (0x83) without a PUBACK.

const acked: Outcome = { kind: 'ack', code: 0 }
const malformed: Outcome = { kind: 'malformed' }
const request = /^v1\/devices\/me\/(attributes|rpc)\/request\/(\d+)$/
const rpcResponse = /^v1\/devices\/me\/rpc\/response\/(\d+)$/

export function handleDevice(core: StandInCore, topic: string, payload: Buffer, reply: GatewayReply): Outcome {
  const answered = rpcResponse.exec(topic)
  if (answered) {
    core.rpcAnswered(`/${answered[1]}`, parse(core, topic, payload))
    return acked
  }
  const body = parse(core, topic, payload)
  const asked = request.exec(topic)
  if (asked) {
    if (typeof body !== 'object' || body === null) return malformed
    const [, what, id = '0'] = asked
    if (what === 'rpc') clientRpc(core, id, body as Record<string, unknown>, reply)
    else attributes(core, id, body as Record<string, unknown>, reply)
    return acked
  }
  if (topic === 'v1/devices/me/attributes' || topic === 'v1/devices/me/telemetry' || topic === 'v2/a/j') {
    if (typeof body !== 'object' || body === null) return malformed
    if (!topic.endsWith('telemetry')) keepOwn(core, body)
    return acked
  }
  return topic === 'v1/devices/me/claim' ? acked : { kind: 'ack', code: 0x90 }
}

function clientRpc(core: StandInCore, id: string, body: Record<string, unknown>, reply: GatewayReply): void {
  if (core.faults.hideLimits) return
  const answer = body['method'] === 'getSessionLimits' ? core.limits() : { error: 'timeout' }
  reply.publish(`v1/devices/me/rpc/response/${id}`, answer)
}

function attributes(core: StandInCore, id: string, body: Record<string, unknown>, reply: GatewayReply): void {
  const names = (list: unknown): string[] => (typeof list === 'string' ? list.split(',') : [])
  const shared = names(body['sharedKeys']).filter((name) => core.sharedAttributes.has(name))
  const own = core.gatewayDevice.attributes
  const client = names(body['clientKeys']).filter((name) => own.has(name))
  reply.publish(`v1/devices/me/attributes/response/${id}`, {
    ...(client.length > 0 ? { client: Object.fromEntries(client.map((name) => [name, own.get(name)?.text])) } : {}),
    ...(shared.length > 0
      ? { shared: Object.fromEntries(shared.map((name) => [name, core.sharedAttributes.get(name)])) }
      : {}),
  })
}

function keepOwn(core: StandInCore, values: object): void {
  for (const [key, value] of Object.entries(values)) {
    const stored = storedValue(value)
    if (stored) core.queue(() => core.gatewayDevice.attributes.set(key, stored))
  }
}

function parse(core: StandInCore, topic: string, payload: Buffer): unknown {
  try {
    return core.protobuf ? decodeProto(topic, payload) : JSON.parse(payload.toString())
  } catch {
    return undefined
  }
}
