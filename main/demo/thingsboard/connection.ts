import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import {
  generate,
  type IConnectPacket,
  type IPublishPacket,
  type ISubscribePacket,
  type Packet,
  parser,
} from 'mqtt-packet'
import { encodeProto } from './codec.ts'
import { handleDevice } from './device-api.ts'
import { handleGateway, type Outcome } from './gateway-api.ts'
import type { StandInAccount, StandInCore } from './stand-in-core.ts'

/** Everything a device may subscribe to; any other filter gets 0x8F. */
const allowedFilters = new Set([
  'v1/devices/me/attributes',
  'v1/devices/me/attributes/response/+',
  'v1/devices/me/rpc/request/+',
  'v1/devices/me/rpc/response/+',
  'v1/gateway/attributes',
  'v1/gateway/attributes/response',
  'v1/gateway/rpc',
])

export interface ConnectionOwner {
  /** Signed in: whoever was with this account before is put out. */
  opened(connection: Connection): void
  closed(connection: Connection): void
}

/** One MQTT connection, 3.1.1 or 5, answered as MqttTransportHandler does. */
export class Connection {
  readonly subscriptions = new Set<string>()
  account: StandInAccount | undefined
  readonly #core: StandInCore
  readonly #socket: Socket
  readonly #owner: ConnectionOwner
  readonly #parserSettings = { protocolVersion: 4 }
  readonly #parser = parser(this.#parserSettings)
  readonly #timers = new Set<NodeJS.Timeout>()
  #version = 4
  #messageId = 0
  #closed = false

  constructor(socket: Socket, core: StandInCore, owner: ConnectionOwner) {
    this.#socket = socket
    this.#core = core
    this.#owner = owner
    socket.setNoDelay(true)
    this.#parser.on('packet', (packet) => this.#receive(packet))
    this.#parser.on('error', () => this.close(0x81))
    socket.on('data', (chunk) => {
      socket.cork()
      this.#parser.parse(chunk)
      socket.uncork()
    })
    socket.on('error', () => socket.destroy())
    socket.on('timeout', () => this.close(0x8d))
    socket.on('close', () => {
      this.#closed = true
      for (const timer of this.#timers) clearTimeout(timer)
      owner.closed(this)
    })
  }

  /** To the client, QoS 1; only what it subscribed to arrives. */
  publish(topic: string, payload: object): void {
    this.#messageId = (this.#messageId % 65_535) + 1
    const body = this.#core.protobuf ? encodeProto(topic, payload) : JSON.stringify(payload)
    this.#send({ cmd: 'publish', topic, payload: body, qos: 1, dup: false, retain: false, messageId: this.#messageId })
  }

  /** MQTT 5: DISCONNECT with the reason, then the end; 3.1.1 has only the end. */
  close(reasonCode: number): void {
    if (this.#closed) return
    if (this.#version === 5 && !this.#core.faults.silent) this.#send({ cmd: 'disconnect', reasonCode })
    this.#closed = true
    this.#socket.end()
  }

  drop(): void {
    this.#closed = true
    this.#socket.destroy()
  }

  #receive(packet: Packet): void {
    if (this.#closed || this.#core.faults.silent) return
    if ((packet.length ?? 0) > (this.#core.options.maxPayloadSize ?? 65_536)) {
      this.close(0x81)
      return
    }
    if (packet.cmd === 'connect') {
      this.#connect(packet)
      return
    }
    // Nothing before CONNECT was accepted [MQTT-3.1.0-1].
    if (this.account === undefined) {
      this.drop()
      return
    }
    switch (packet.cmd) {
      case 'publish':
        this.#publishReceived(packet)
        return
      case 'subscribe':
        this.#subscribe(packet)
        return
      case 'unsubscribe':
        this.#send({
          cmd: 'unsuback',
          messageId: packet.messageId ?? 0,
          granted: packet.unsubscriptions.map(() => 0),
        })
        return
      case 'pingreq':
        this.#send({ cmd: 'pingresp' })
        return
      case 'disconnect':
        this.#closed = true
        this.#socket.end()
        return
      default:
    }
  }

  #connect(packet: IConnectPacket): void {
    this.#version = packet.protocolVersion ?? 4
    this.#parserSettings.protocolVersion = this.#version
    if (packet.keepalive) this.#socket.setTimeout(packet.keepalive * 1500)
    const account = this.#core.accounts.find((candidate) => this.#matches(candidate, packet))
    if (!account) {
      const wrongPassword = this.#core.accounts.some((a) => a.username !== undefined && a.username === packet.username)
      const code = this.#version === 5 ? (wrongPassword ? 0x86 : 0x87) : wrongPassword ? 4 : 5
      this.#send({ cmd: 'connack', reasonCode: code, returnCode: code, sessionPresent: false })
      this.#closed = true
      this.#socket.end()
      return
    }
    this.account = account
    this.#core.counters.connections++
    this.#owner.opened(this)
    // ThingsBoard keeps no session, yet says the opposite of clean start here, and sends no properties.
    this.#send({ cmd: 'connack', reasonCode: 0, returnCode: 0, sessionPresent: !packet.clean })
  }

  #matches(account: StandInAccount, { username, password, clientId }: IConnectPacket): boolean {
    if (account.token !== undefined) return username === account.token && !password?.length
    if (account.fingerprint !== undefined) {
      const certificate = this.#socket instanceof TLSSocket ? this.#socket.getPeerCertificate() : undefined
      return certificate?.fingerprint256 === account.fingerprint
    }
    return (
      account.username === username &&
      (account.password === undefined || account.password === password?.toString()) &&
      (account.clientId === undefined || account.clientId === clientId)
    )
  }

  #subscribe({ subscriptions, messageId }: ISubscribePacket): void {
    const granted = subscriptions.map(({ topic, qos }) => {
      if (!allowedFilters.has(topic)) return this.#version === 5 ? 0x8f : 0x80
      this.subscriptions.add(topic)
      return Math.min(qos, 1)
    })
    this.#send({ cmd: 'suback', messageId: messageId ?? 0, granted })
  }

  #publishReceived({ topic, payload, qos, messageId = 0 }: IPublishPacket): void {
    const { counters } = this.#core
    counters.messages++
    counters.bytes += payload.length
    const buffer = typeof payload === 'string' ? Buffer.from(payload) : payload
    const reply = { publish: (to: string, body: object) => this.publish(to, body) }
    if (topic.startsWith('v1/gateway/')) {
      // Only logged by the real server: a device that is no gateway waits for ever.
      if (this.account?.gateway !== true) counters.unanswered++
      else this.#answer(handleGateway(this.#core, topic, buffer, reply), qos === 1 ? messageId : 0)
    } else {
      this.#answer(handleDevice(this.#core, topic, buffer, reply), qos === 1 ? messageId : 0)
    }
  }

  #answer(outcome: Outcome, messageId: number): void {
    const v5 = this.#version === 5
    switch (outcome.kind) {
      case 'ack':
        if (outcome.code >= 0x80) this.#core.counters.refused++
        for (let i = 0; i < (outcome.times ?? 1); i++) this.#ack(messageId, outcome.code)
        return
      case 'malformed':
        this.#core.counters.refused++
        if (v5) this.#ack(messageId, 0x99)
        else this.close(0)
        return
      case 'runtime-error':
        this.#core.counters.refused++
        this.#ack(messageId, v5 ? 0x83 : 0)
        this.close(0x83)
        return
      case 'limited':
        this.#core.counters.refused++
        if (v5) this.publish('v1/gateway/disconnect', { device: outcome.device, reason: 150 })
        if (this.#core.aggregatesAcks) this.#ack(messageId, v5 ? 0x97 : 0)
        this.#closed = true
        this.#socket.end()
        return
      case 'close':
        this.#core.counters.unanswered++
        this.drop()
        return
      case 'silence':
        this.#core.counters.unanswered++
    }
  }

  #ack(messageId: number, code: number): void {
    if (messageId === 0) return
    const { faults } = this.#core
    if (faults.loseAcks > 0) {
      faults.loseAcks--
      return
    }
    // By hand: at full load there are tens of thousands per second.
    const bytes =
      this.#version === 5
        ? Buffer.of(0x40, 4, messageId >> 8, messageId & 0xff, code, 0)
        : Buffer.of(0x40, 2, messageId >> 8, messageId & 0xff)
    if (faults.ackDelayMs === 0) {
      this.#socket.write(bytes)
      return
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.#closed) this.#socket.write(bytes)
    }, faults.ackDelayMs)
    this.#timers.add(timer)
  }

  #send(packet: Packet): void {
    if (!this.#closed && this.#socket.writable) this.#socket.write(generate(packet, this.#parserSettings))
  }
}
