import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type IPublishPacket, MqttClient } from 'mqtt'
import type { MqttConnectorConfig } from '../../../../shared/config/mqtt.ts'
import type { Clock } from '../../kit/clock.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import { type Deadline, settledBy } from '../../kit/lifecycle.ts'
import { isTlsAlert } from '../../kit/tls-alert.ts'
import { brokerError, closedEarly, connectionLost, disconnectError, timedOut, wantsTls } from './broker-errors.ts'
import { clientOptions, loadTlsFiles, type TlsFiles } from './connect-options.ts'
import { holdPubacks, writePubacks } from './hold-pubacks.ts'

/** From the first packet to CONNACK. */
const connectTimeoutMs = 15_000
/** SUBACK may come behind a queue of kept messages. */
const subscribeTimeoutMs = 30_000
/** Filters per SUBSCRIBE: AWS IoT Core hangs up on more. */
const filtersPerSubscribe = 8

export type ConnectStep = 'name' | 'port' | 'tls' | 'sign-in'

export interface BrokerConnectionOptions {
  readonly config: MqttConnectorConfig
  readonly clientId: string
  /** False for a test: nothing is left behind at the broker. */
  readonly keepsSession: boolean
  readonly clock: Clock
  /** A PUBLISH; nothing more is parsed until `done` was called. QoS 1 is acknowledged by `acknowledge` only. */
  readonly received: (packet: IPublishPacket, done: () => void) => void
  /** The established connection ended, once; not called after `close`. */
  readonly ended: (error: GatewayError) => void
  readonly stepDone?: (step: ConnectStep) => void
}

export interface Subscription {
  readonly filter: string
  readonly qos: 0 | 1
}

/** One TCP or TLS connection with one MQTT session on it. Used once: a new try is a new object. */
export class BrokerConnection {
  readonly #options: BrokerConnectionOptions
  #client: MqttClient | undefined
  #step: ConnectStep = 'name'
  #isOpen = false
  #isClosing = false
  /** The broker has sent its FIN: it ends the connection on purpose. */
  #endSeen = false
  #fail: (error: GatewayError) => void = () => {}

  constructor(options: BrokerConnectionOptions) {
    this.#options = options
  }

  /** Resolves at CONNACK; rejects with a GatewayError and leaves nothing open. */
  async open(signal: AbortSignal): Promise<void> {
    const { config, clock } = this.#options
    const files = config.tls.enabled ? await loadTlsFiles(config) : undefined
    const opened = Promise.withResolvers<void>()
    this.#fail = opened.reject
    const abort = () => opened.reject(new GatewayError('STOPPED', 'The connection attempt was stopped'))
    const undoTimer = clock.after(connectTimeoutMs, () => opened.reject(this.#timedOut()))
    signal.addEventListener('abort', abort, { once: true })
    try {
      signal.throwIfAborted()
      this.#connect(files, opened.resolve)
      await opened.promise
    } catch (error) {
      this.#isClosing = true
      this.#client?.end(true)
      throw brokerError(signal.aborted ? new GatewayError('STOPPED', 'Stopped') : error, config, this.#options.clientId)
    } finally {
      undoTimer()
      signal.removeEventListener('abort', abort)
    }
  }

  /** One code per subscription, in order: the granted QoS, or >= 0x80 (MQTT 5, 3.9.3; 3.1.1, 3.9.3). */
  async subscribe(subscriptions: readonly Subscription[], isStalled: () => boolean): Promise<number[]> {
    const codes: number[] = new Array<number>(subscriptions.length).fill(0)
    const jobs: Promise<void>[] = []
    for (const qos of [0, 1] as const) {
      const positions = [...subscriptions.keys()].filter((i) => subscriptions[i]?.qos === qos)
      for (let i = 0; i < positions.length; i += filtersPerSubscribe) {
        const part = positions.slice(i, i + filtersPerSubscribe)
        const filters = part.map((p) => subscriptions[p]?.filter ?? '')
        jobs.push(
          this.#subscribePart(filters, qos).then((granted) => {
            for (const [n, position] of part.entries()) codes[position] = granted[n] ?? 0x80
          }),
        )
      }
    }
    await this.#inTime(Promise.all(jobs), isStalled)
    return codes
  }

  acknowledge(messageIds: readonly number[]): void {
    if (this.#client && this.#isOpen) writePubacks(this.#client, messageIds)
  }

  /** Keeps the connection alive while nothing is parsed, PINGRESP included: TCP notices a dead broker. */
  ping(): void {
    if (!this.#isOpen) return
    this.#client?.sendPing()
    this.#client?.reschedulePing(true)
  }

  /** DISCONNECT when there is time, else just the end of the socket. Never rejects. */
  async close(deadline: Deadline): Promise<void> {
    this.#isClosing = true
    const client = this.#client
    if (!client) return
    if (this.#isOpen) {
      const ended = new Promise<void>((resolve) => client.end(false, {}, () => resolve()))
      if (await settledBy(ended, Math.min(deadline, this.#options.clock.monotonic() + 1000), this.#options.clock))
        return
    }
    client.end(true)
    client.stream.destroy()
  }

  /** Ends it now, without DISCONNECT: the broker sends again what was not acknowledged. */
  abandon(): void {
    this.#isClosing = true
    this.#client?.end(true)
  }

  #connect(files: TlsFiles | undefined, opened: () => void): void {
    const { config, clientId, keepsSession, received } = this.#options
    const client = new MqttClient(
      () => {
        const socket = openSocket(config, files, (step) => this.#stepDone(step))
        if (!config.tls.enabled)
          socket.once('data', (bytes: Buffer) => {
            if (isTlsAlert(bytes)) this.#fail(wantsTls(config))
          })
        return socket.once('end', () => {
          this.#endSeen = true
        })
      },
      clientOptions(config, clientId, keepsSession),
    )
    this.#client = client
    holdPubacks(client)
    client.handleMessage = (packet, done) => received(packet as IPublishPacket, () => done())
    client.on('connect', () => {
      this.#isOpen = true
      this.#fail = (error) => {
        if (this.#isClosing) return
        this.#isClosing = true
        client.end(true)
        this.#options.ended(error)
      }
      this.#stepDone('sign-in')
      opened()
    })
    client.on('error', (error) => this.#fail(brokerError(error, config, clientId)))
    client.on('disconnect', (packet) => this.#fail(disconnectError(packet.reasonCode ?? 0, config, clientId)))
    client.on('close', () => {
      const wasOpen = this.#isOpen
      this.#isOpen = false
      this.#fail(wasOpen ? connectionLost(config, this.#endSeen) : closedEarly(config))
    })
  }

  #stepDone(step: ConnectStep): void {
    this.#options.stepDone?.(step)
    const after = { name: 'port', port: this.#options.config.tls.enabled ? 'tls' : 'sign-in', tls: 'sign-in' } as const
    this.#step = step === 'sign-in' ? step : after[step]
  }

  #timedOut(): GatewayError {
    const { config } = this.#options
    const what = {
      name: `The name ${config.host} was not resolved`,
      port: `${config.host} did not answer on port ${config.port}`,
      tls: 'The TLS handshake was not finished',
      'sign-in': 'The broker did not answer the sign-in',
    }[this.#step]
    return timedOut(what, config, connectTimeoutMs / 1000)
  }

  #subscribePart(filters: string[], qos: 0 | 1): Promise<readonly number[]> {
    const { config, clientId } = this.#options
    return new Promise((resolve, reject) => {
      // rh 1: retained messages come with a new subscription, not again at every reconnect (MQTT 5, 3.8.3.1).
      this.#client?.subscribe(
        filters,
        config.protocolVersion === 5 ? { qos, rh: 1 } : { qos },
        (error, _subscriptions, packet) => {
          if (packet) resolve(packet.granted as number[])
          else reject(error ? brokerError(error, config, clientId) : connectionLost(config))
        },
      )
    })
  }

  /** Time during which the broker's answer can not be read, because the pipe is full, does not count. */
  async #inTime(work: Promise<unknown>, isStalled: () => boolean): Promise<void> {
    const { clock, config } = this.#options
    const late = Promise.withResolvers<void>()
    let undo = () => {}
    const arm = () => {
      undo = clock.after(subscribeTimeoutMs, () => {
        if (isStalled()) arm()
        else late.reject(timedOut('The broker did not answer the subscriptions', config, subscribeTimeoutMs / 1000))
      })
    }
    arm()
    try {
      await Promise.race([work, late.promise])
    } finally {
      undo()
    }
  }
}

/** The chain and the host name are always verified: there is no setting that switches this off. */
function openSocket(
  config: MqttConnectorConfig,
  files: TlsFiles | undefined,
  stepDone: (step: ConnectStep) => void,
): Socket {
  const { host, port } = config
  const socket = files
    ? connectTls({ ...files, host, port, minVersion: 'TLSv1.2', ...(isIP(host) ? {} : { servername: host }) })
    : connectTcp({ host, port })
  socket.setNoDelay(true)
  if (isIP(host)) stepDone('name')
  else socket.once('lookup', (error: Error | null) => error ?? stepDone('name'))
  socket.once('connect', () => stepDone('port'))
  if (files) socket.once('secureConnect', () => stepDone('tls'))
  return socket
}
