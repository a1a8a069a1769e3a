import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { Connection } from './connection.ts'
import type { StoredValue } from './json-values.ts'
import type { StandInCounters } from './records.ts'
import { StandInCore, type StandInFaults, type StandInOptions } from './stand-in-core.ts'

const rpcTimeoutMs = 10_000

/**
 * Answers like ThingsBoard's MQTT transport: reason codes, limits, closings, number rules. It routes and stores nothing
 * beyond what it is asked to remember. The demo's destination, and what the uplink is tested against.
 */
export class ThingsboardStandIn {
  readonly #core: StandInCore
  readonly #options: StandInOptions
  readonly #connections = new Set<Connection>()
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0
  #rpcId = 0

  constructor(options: StandInOptions = {}) {
    this.#options = options
    this.#core = new StandInCore(options)
  }

  get port(): number {
    return this.#port
  }

  get faults(): StandInFaults {
    return this.#core.faults
  }

  /** Listens; after `stop` on the same port again. */
  async start(): Promise<void> {
    const { tls, host = '127.0.0.1', port = 0 } = this.#options
    const accept = (socket: Socket) => this.#accept(socket)
    const server = tls
      ? createTlsServer({ ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: false }, accept)
      : createServer(accept)
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port || port, host, resolve)
    })
    const address = server.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
  }

  /** Stops listening and drops every connection; what was recorded stays. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  /** What was acknowledged while `faults.holdQueue` was set is gone, as after a restart with the queue in memory. */
  loseQueue(): void {
    this.#core.loseQueue()
  }

  /** Drops every connection and goes on listening. */
  dropConnections(): void {
    for (const connection of [...this.#connections]) connection.drop()
  }

  counters(): StandInCounters & { devices: number; connected: number } {
    const devices = this.#core.records.devices.size
    return { ...this.#core.counters, devices, connected: this.#connections.size }
  }

  /** Devices by name, with the profile they were created with. */
  profiles(): Map<string, string> {
    return new Map([...this.#core.records.devices.values()].map(({ name, profile }) => [name, profile]))
  }

  /** What is stored under a series, by timestamp. */
  points(device: string, key: string): ReadonlyMap<number, StoredValue> {
    return this.#core.records.devices.get(device)?.series.get(key)?.points ?? new Map()
  }

  latest(device: string, key: string): StoredValue | undefined {
    return this.#core.records.devices.get(device)?.series.get(key)?.latest
  }

  attributes(device: string): ReadonlyMap<string, StoredValue> {
    return this.#core.records.devices.get(device)?.attributes ?? new Map()
  }

  /** Filters the gateway has subscribed to in its present session. */
  subscriptions(): string[] {
    return [...this.#connections].flatMap(({ subscriptions }) => [...subscriptions])
  }

  /** Sets shared attributes of the gateway device and pushes them to whoever is connected. */
  setSharedAttributes(values: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(values)) this.#core.sharedAttributes.set(name, value)
    for (const connection of this.#connections) {
      if (connection.subscriptions.has('v1/devices/me/attributes'))
        connection.publish('v1/devices/me/attributes', values)
    }
  }

  /** A command to the gateway device, or to one of its devices. Rejects when no answer comes in time. */
  rpc(device: string | undefined, method: string, params: unknown): Promise<unknown> {
    const id = ++this.#rpcId
    const topic = device === undefined ? `v1/devices/me/rpc/request/${id}` : 'v1/gateway/rpc'
    const filter = device === undefined ? 'v1/devices/me/rpc/request/+' : topic
    const connection = [...this.#connections].find(({ subscriptions }) => subscriptions.has(filter))
    if (!connection) return Promise.reject(new Error(`nobody listens on ${filter}`))
    return new Promise((resolve, reject) => {
      const forget = this.#core.rpcSent(`${device ?? ''}/${id}`, (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
      const timer = setTimeout(() => {
        forget()
        reject(new Error(`no answer to ${method}`))
      }, rpcTimeoutMs)
      connection.publish(topic, device === undefined ? { method, params } : { device, data: { id, method, params } })
    })
  }

  #accept(socket: Socket): void {
    new Connection(socket, this.#core, {
      opened: (connection) => {
        for (const other of this.#connections) if (other.account === connection.account) other.close(0x8e)
        this.#connections.add(connection)
      },
      closed: (connection) => this.#connections.delete(connection),
    })
  }
}
