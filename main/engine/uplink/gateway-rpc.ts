import type { SeriesRegistry } from '../pipeline/series.ts'
import type { Wire } from './wire.ts'

// Commands from ThingsBoard. The names and the shape of the answers are those of the ThingsBoard gateway, so that existing
// dashboards keep working. Nothing here changes anything: control of devices needs an explicit mapping.

/** A larger command is not for us. */
const payloadLimit = 65_536
/** Names in one answer, so that it stays below every payload limit. */
const devicesInAnswer = 400

export interface RpcOptions {
  readonly wire: Wire
  readonly registry: SeriesRegistry
  readonly version: string
  readonly gatewayName: string
  readonly startedAt: number
  now(): number
  statistics(): object
}

export interface RpcAnswer {
  readonly topic: string
  readonly payload: Buffer | string
}

const gatewayRequest = /^v1\/devices\/me\/rpc\/request\/(\d+)$/

/** The answer to publish, or undefined when the message is no command or can not be answered. */
export function answerRpc(topic: string, payload: Buffer, options: RpcOptions): RpcAnswer | undefined {
  const { wire } = options
  const id = gatewayRequest.exec(topic)?.[1]
  if (id !== undefined) {
    const answer = wire.ownAnswer(gatewayAnswer(wire.readOwnCommand(payload) ?? '', options))
    return { topic: `v1/devices/me/rpc/response/${id}`, payload: answer }
  }
  const command = topic === 'v1/gateway/rpc' ? wire.readGatewayCommand(payload) : undefined
  if (!command) return undefined
  const error = 'Control of devices is not configured on this gateway. Nothing was written.'
  return { topic: 'v1/gateway/rpc', payload: wire.gatewayAnswer(command, { error }) }
}

function gatewayAnswer(method: string, options: RpcOptions): object {
  switch (method) {
    case 'gateway_ping':
      return { code: 200, resp: 'pong' }
    case 'gateway_version':
      return { code: 200, resp: { current_version: options.version, name: options.gatewayName } }
    case 'gateway_devices':
      return { code: 200, resp: devicesOf(options.registry) }
    case 'gateway_stats':
      return {
        code: 200,
        resp: { ...options.statistics(), uptimeSeconds: Math.round((options.now() - options.startedAt) / 1000) },
      }
    default:
      return { code: 404, error: `This gateway does not know the method "${method.slice(0, 100)}".` }
  }
}

/** Device name -> connector, as the ThingsBoard gateway answers it. */
function devicesOf(registry: SeriesRegistry): Record<string, string> {
  const devices: [string, string][] = []
  for (const device of registry.devices()) {
    if (devices.length >= devicesInAnswer) break
    devices.push([device.name, device.connectorId])
  }
  return Object.fromEntries(devices)
}

/** The JSON object in a message from ThingsBoard, or undefined. */
export function parseObject(payload: Buffer): Record<string, unknown> | undefined {
  if (payload.length > payloadLimit) return undefined
  try {
    const value: unknown = JSON.parse(payload.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
