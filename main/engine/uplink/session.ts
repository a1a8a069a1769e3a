import { Socket } from 'node:net'
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import type { Clock } from '../kit/clock.ts'
import { GatewayError } from '../kit/gateway-error.ts'
import { isTlsAlert } from '../kit/tls-alert.ts'
import { connectOptionsOf } from './connect-options.ts'
import { addressOf, endedByServer, linkError } from './errors.ts'
import { type Wire, wireOf } from './wire.ts'

// One MQTT connection to ThingsBoard, used once. ThingsBoard keeps no session, so neither do we: clean start, every
// subscription made again, and whoever published decides what to send again.

const subackTimeoutMs = 10_000

/** Everything ThingsBoard lets a gateway listen to; any other filter is refused. */
const subscriptions = [
  'v1/devices/me/attributes',
  'v1/devices/me/attributes/response/+',
  'v1/devices/me/rpc/request/+',
  'v1/devices/me/rpc/response/+',
  'v1/gateway/attributes',
  'v1/gateway/attributes/response',
  'v1/gateway/rpc',
]

/** Opens the MQTT connection: mqtt.js, or a simulated one. */
export type ConnectMqtt = (options: IClientOptions) => MqttClient

export interface SessionOptions {
  readonly config: ThingsboardConfig
  readonly connectMqtt?: ConnectMqtt | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
  onMessage(session: Session, topic: string, payload: Buffer): void
  /** Once, when an opened session ends for any reason but `close`. */
  onEnd(session: Session, error: GatewayError): void
}

/** Resolves after CONNACK and SUBACK; rejects with a GatewayError. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { config, signal } = options
  const connectOptions = await connectOptionsOf(config)
  signal.throwIfAborted()
  const client = (options.connectMqtt ?? connect)(connectOptions)
  const abort = () => client.end(true)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await connected(client, config, signal)
    const session = new Session(client, options)
    await session.subscribe()
    return session
  } catch (error) {
    client.end(true)
    throw linkError(error, config)
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function connected(client: MqttClient, config: ThingsboardConfig, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: unknown
    let reached = false
    let handshaking = config.tls.enabled
    const { stream } = client
    // Small messages must not wait for the acknowledgement of the segment before them (Nagle's algorithm).
    if (stream instanceof Socket) stream.setNoDelay(true)
    stream.once('connect', () => {
      reached = true
    })
    stream.once('secureConnect', () => {
      handshaking = false
    })
    if (!config.tls.enabled && stream instanceof Socket) {
      stream.once('data', (bytes: Buffer) => {
        if (isTlsAlert(bytes)) failure = wantsTls(config)
      })
    }
    client.on('error', (error) => {
      // mqtt.js has one time-out for reaching the host and for its answer; they have different cures.
      const unanswered = !reached && Reflect.get(error, 'code') === undefined
      failure ??= unanswered ? Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }) : error
    })
    client.once('connect', () => resolve())
    client.once('close', () => {
      if (signal.aborted) reject(new GatewayError('STOPPED', 'Connecting to ThingsBoard was stopped.'))
      else reject(linkError(failure ?? closedEarly(config), config, handshaking))
    })
  })
}

const wantsTls = (config: ThingsboardConfig) =>
  new GatewayError('TLS_FAILED', `ThingsBoard at ${addressOf(config)} wants TLS on this port.`, {
    retry: 'after-config-change',
    hint: 'Switch TLS on in the ThingsBoard settings, or use the MQTT port without TLS (usually 1883).',
  })

const closedEarly = (config: ThingsboardConfig) =>
  new GatewayError('CONNECTION_LOST', `ThingsBoard at ${addressOf(config)} closed the connection during the sign-in.`, {
    hint: config.tls.enabled
      ? 'Check that this port speaks MQTT with TLS (usually 8883).'
      : 'Check that this is the MQTT port without TLS (usually 1883); if the server asks for TLS, switch it on.',
  })

export class Session {
  readonly #client: MqttClient
  readonly #options: SessionOptions
  readonly #wire: Wire
  readonly #requests = new Map<string, (answer: unknown) => void>()
  #requestId = 0
  #failure: unknown
  #opened = false
  #ended = false
  /** Monotonic ms of the last packet from the server, of any kind: it is alive even when it does not answer us. */
  lastHeardMs: number

  constructor(client: MqttClient, options: SessionOptions) {
    this.#client = client
    this.#options = options
    this.#wire = wireOf(options.config.payload)
    this.lastHeardMs = options.clock.monotonic()
    client.on('error', (error) => {
      this.#failure ??= error
    })
    client.on('disconnect', ({ reasonCode }) => {
      this.#failure ??= endedByServer(reasonCode ?? 0, options.config)
    })
    client.on('packetreceive', () => {
      this.lastHeardMs = options.clock.monotonic()
    })
    client.on('message', (topic, payload) => {
      if (!this.#ended) options.onMessage(this, topic, payload)
    })
    client.once('close', () => this.#end())
  }

  async subscribe(): Promise<void> {
    const { config, clock } = this.#options
    let undo = () => {}
    const late = new Promise<never>((_, reject) => {
      const error = new GatewayError(
        'TIMEOUT',
        `ThingsBoard at ${addressOf(config)} does not answer the subscription.`,
        {
          hint: 'The server is overloaded or this is no ThingsBoard. The gateway tries again by itself.',
        },
      )
      undo = clock.after(subackTimeoutMs, () => reject(error))
    })
    const gone = new Promise<never>((_, reject) => {
      this.#client.once('close', () => reject(this.#failure ?? new Error('closed')))
    })
    try {
      const granted = await Promise.race([this.#client.subscribeAsync(subscriptions, { qos: 1 }), late, gone])
      const refused = granted.find(({ qos }) => qos > 2)
      if (refused) throw new Error(refused.topic)
      if (this.#ended) throw new Error('closed')
      this.#opened = true
    } catch (error) {
      this.#ended = true
      if (error instanceof GatewayError || !this.#client.connected) throw error
      throw new GatewayError('MQTT_SUBSCRIPTION_REFUSED', `${addressOf(config)} refuses ThingsBoard's own topics.`, {
        hint: 'This address is some other MQTT broker, not ThingsBoard. Check host and port.',
        retry: 'after-config-change',
        cause: error,
      })
    } finally {
      undo()
    }
  }

  /** QoS 1. `acked` gets the PUBACK reason code (0 in MQTT 3.1.1); it is not called when the session ends before. */
  publish(topic: string, payload: Buffer | string, acked: (reasonCode: number) => void): void {
    this.#client.publish(topic, payload, { qos: 1 }, (error) => {
      const code: unknown = error ? Reflect.get(error, 'code') : 0
      if (typeof code === 'number' && !this.#ended) acked(code)
    })
  }

  /** A client-side RPC of the gateway device; undefined when no answer comes in time. */
  request(body: { method: string; params: object }, timeoutMs: number, clock: Clock): Promise<unknown> {
    return new Promise((resolve) => {
      const id = ++this.#requestId
      const topic = `v1/devices/me/rpc/response/${id}`
      const settle = (answer: unknown) => {
        undo()
        this.#requests.delete(topic)
        resolve(answer)
      }
      const undo = clock.after(timeoutMs, () => settle(undefined))
      this.#requests.set(topic, settle)
      this.publish(`v1/devices/me/rpc/request/${id}`, this.#wire.request(body.method, body.params), () => {})
    })
  }

  /** True when the message answers a `request`. */
  receiveResponse(topic: string, payload: Buffer): boolean {
    const settle = this.#requests.get(topic)
    settle?.(this.#wire.readAnswer(payload))
    return settle !== undefined
  }

  /** Asks for a sign of life, which shows in `lastHeardMs`. */
  ping(): void {
    if (!this.#ended) this.#client.sendPing()
  }

  /** DISCONNECT, and a moment for it to leave; `onEnd` is not called. */
  async close(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    for (const settle of [...this.#requests.values()]) settle(undefined)
    await new Promise<void>((resolve) => {
      const undo = this.#options.clock.after(closeMs, () => {
        this.#client.end(true)
        resolve()
      })
      // `force` would skip DISCONNECT, without it mqtt.js waits for PUBACKs that are no longer wanted.
      this.#client.once('close', () => {
        undo()
        resolve()
      })
      this.#client.outgoing = {}
      this.#client.end(false)
    })
  }

  /** Drops the socket at once: nothing is to be expected of the other side. */
  abandon(error: GatewayError): void {
    this.#failure ??= error
    this.#client.end(true)
    this.#end()
  }

  #end(): void {
    for (const settle of [...this.#requests.values()]) settle(undefined)
    if (this.#ended) return
    this.#ended = true
    if (this.#opened) this.#options.onEnd(this, linkError(this.#failure ?? new Error('closed'), this.#options.config))
  }
}

const closeMs = 1000
