import { EventEmitter } from 'node:events'
import type { IClientOptions, MqttClient } from 'mqtt'
import { generate, type Packet, parser } from 'mqtt-packet'
import type { Clock } from '../../../main/engine/kit/clock.ts'
import type { SimSocket } from './sim-network.ts'

/** A publish on its way: which process sent it and what the server found in it. */
export interface Shipment {
  readonly process: number
  /** The oracle's, when it was sent. */
  readonly epoch: number
  /** Row ids the server has taken from it. */
  readonly rows: number[]
  acknowledged: boolean
}

export interface SimClientOptions {
  readonly clock: Clock
  readonly process: number
  epoch(): number
  /** The cable's near end, or why there is none. */
  dial(): SimSocket | 'refused' | 'black-hole'
  /** The client has read the PUBACK. */
  acknowledged(shipment: Shipment, reasonCode: number): void
}

const connectTimeoutMs = 10_000

/** As much of mqtt.js as the uplink's session uses, on simulated sockets and time; real MQTT packets go over the cable. */
export class SimMqttClient extends EventEmitter {
  readonly stream = new EventEmitter()
  connected = false
  outgoing: object = {}
  readonly #options: SimClientOptions
  readonly #connect: IClientOptions
  readonly #settings: { protocolVersion: number }
  readonly #parser
  readonly #waiting = new Map<number, (code: number, granted: readonly number[]) => void>()
  #socket: SimSocket | undefined
  #messageId = 0
  #closed = false
  #pingSentMs: number | undefined
  #undoKeepAlive: () => void = () => {}

  constructor(options: SimClientOptions, connect: IClientOptions) {
    super()
    this.#options = options
    this.#connect = connect
    this.#settings = { protocolVersion: connect.protocolVersion ?? 5 }
    this.#parser = parser(this.#settings)
    this.#parser.on('packet', (packet) => this.#receive(packet))
    options.clock.after(0, () => this.#dial())
  }

  /** What session.ts takes for a real client. */
  get asMqttClient(): MqttClient {
    return this as unknown as MqttClient
  }

  publish(topic: string, payload: Buffer | string, _: object, callback: (error?: Error) => void): this {
    const messageId = this.#nextId()
    const shipment: Shipment = {
      process: this.#options.process,
      epoch: this.#options.epoch(),
      rows: [],
      acknowledged: false,
    }
    this.#waiting.set(messageId, (code) => {
      shipment.acknowledged = true
      this.#options.acknowledged(shipment, code)
      callback(code < 0x80 ? undefined : Object.assign(new Error('refused'), { code }))
    })
    this.#send({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId }, shipment)
    return this
  }

  subscribeAsync(filters: readonly string[], { qos }: { qos: 0 | 1 | 2 }): Promise<{ topic: string; qos: number }[]> {
    const messageId = this.#nextId()
    return new Promise((resolve) => {
      this.#waiting.set(messageId, (_, granted) =>
        resolve(filters.map((topic, i) => ({ topic, qos: granted[i] ?? 0x80 }))),
      )
      this.#send({ cmd: 'subscribe', messageId, subscriptions: filters.map((topic) => ({ topic, qos })) })
    })
  }

  sendPing(): void {
    this.#pingSentMs ??= this.#options.clock.monotonic()
    this.#send({ cmd: 'pingreq' })
  }

  end(force: boolean): this {
    if (!force) this.#send({ cmd: 'disconnect', reasonCode: 0 })
    this.#socket?.destroy()
    this.#close()
    return this
  }

  #dial(): void {
    if (this.#closed) return
    const { clock } = this.#options
    const answer = this.#options.dial()
    if (answer === 'refused') {
      this.#fail(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
      return
    }
    const undo = clock.after(connectTimeoutMs, () => {
      if (!this.connected) this.#fail(new Error('connack timeout'))
    })
    this.once('close', undo)
    if (answer === 'black-hole') return
    this.#socket = answer
    answer.on('data', (bytes: Buffer) => this.#parser.parse(bytes))
    answer.on('close', () => this.#close())
    this.stream.emit('connect')
    const { username, password, clientId = '', keepalive = 30 } = this.#connect
    this.#send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: this.#settings.protocolVersion as 4 | 5,
      clean: true,
      clientId,
      keepalive,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password: Buffer.from(String(password)) }),
    })
  }

  /** Keep-alive as mqtt.js does it: PINGREQ when nothing was sent, the end when nothing came back for one and a half. */
  #keepAlive(): void {
    const { clock } = this.#options
    const everyMs = (this.#connect.keepalive ?? 30) * 1000
    this.#undoKeepAlive = clock.every(everyMs / 2, () => {
      if (this.#pingSentMs === undefined) this.sendPing()
      else if (clock.monotonic() - this.#pingSentMs >= everyMs) this.#fail(new Error('Keepalive timeout'))
    })
  }

  #receive(packet: Packet): void {
    if (this.#closed) return
    this.emit('packetreceive', packet)
    switch (packet.cmd) {
      case 'connack':
        if ((packet.reasonCode ?? packet.returnCode ?? 0) !== 0) {
          this.#fail(Object.assign(new Error('refused'), { code: packet.reasonCode ?? packet.returnCode }))
          return
        }
        this.connected = true
        this.#keepAlive()
        this.emit('connect')
        return
      case 'puback':
      case 'suback': {
        const id = packet.messageId ?? 0
        const done = this.#waiting.get(id)
        this.#waiting.delete(id)
        const granted = packet.cmd === 'suback' ? packet.granted.map(Number) : []
        done?.(packet.cmd === 'puback' ? (packet.reasonCode ?? 0) : 0, granted)
        return
      }
      case 'publish':
        if (packet.qos === 1) this.#send({ cmd: 'puback', messageId: packet.messageId ?? 0, reasonCode: 0 })
        this.emit('message', packet.topic, Buffer.from(packet.payload))
        return
      case 'pingresp':
        this.#pingSentMs = undefined
        return
      case 'disconnect':
        this.emit('disconnect', packet)
    }
  }

  #nextId(): number {
    this.#messageId = (this.#messageId % 65_535) + 1
    return this.#messageId
  }

  #send(packet: Packet, shipment?: Shipment): void {
    this.#socket?.write(generate(packet, this.#settings), shipment)
  }

  #fail(error: Error): void {
    if (this.#closed) return
    this.emit('error', error)
    this.#socket?.destroy()
    this.#close()
  }

  #close(): void {
    if (this.#closed) return
    this.#closed = true
    this.connected = false
    this.#undoKeepAlive()
    this.#waiting.clear()
    this.#options.clock.after(0, () => this.emit('close'))
  }
}
