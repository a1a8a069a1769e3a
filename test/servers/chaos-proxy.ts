import { connect, createServer, type Socket } from 'node:net'

// A cable with a will of its own between an MQTT client and its server; the words are those of toxiproxy.

export interface Chaos {
  /** Each direction, before bytes go on; jitter is added at random. Order is kept. */
  latencyMs: number
  jitterMs: number
  /** Bytes go nowhere in this direction and nobody is told: half-open. */
  swallow: 'none' | 'up' | 'down' | 'both'
  /** The proxy stops reading, so that buffers fill up and writes stall. */
  stalled: boolean
  /** Bytes per second in each direction; 0 = no limit. */
  bytesPerSecond: number
  /** New connections are closed at once. */
  refusing: boolean
  /** This many PUBACKs, of either side, never arrive. */
  losePubacks: number
  /** This many PUBACKs arrive twice. */
  repeatPubacks: number
}

const calm = (): Chaos => ({
  latencyMs: 0,
  jitterMs: 0,
  swallow: 'none',
  stalled: false,
  bytesPerSecond: 0,
  refusing: false,
  losePubacks: 0,
  repeatPubacks: 0,
})

const pubackType = 4

export class ChaosProxy {
  /** May be changed at any time; see `calmDown`. */
  readonly chaos = calm()
  readonly #server = createServer((near) => this.#accept(near))
  readonly #pairs = new Set<readonly [near: Socket, far: Socket]>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #targetPort: number
  /** When each connection was asked for, monotonic ms: a loop shows here. */
  readonly connectedAt: number[] = []

  private constructor(targetPort: number) {
    this.#targetPort = targetPort
  }

  static async start(targetPort: number): Promise<ChaosProxy> {
    const proxy = new ChaosProxy(targetPort)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** Connections asked for within any `ms`, at most. */
  busiest(ms: number): number {
    return this.connectedAt.reduce((most, from) => {
      return Math.max(most, this.connectedAt.filter((at) => at >= from && at < from + ms).length)
    }, 0)
  }

  /** Both ends see an orderly end. */
  cut(): void {
    for (const [near, far] of this.#pairs) {
      near.end()
      far.end()
    }
  }

  /** Both ends see RST. */
  reset(): void {
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
  }

  calmDown(): void {
    Object.assign(this.chaos, calm())
    for (const pair of this.#pairs) for (const socket of pair) socket.resume()
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(near: Socket): void {
    this.connectedAt.push(performance.now())
    near.on('error', () => near.destroy())
    if (this.chaos.refusing) {
      near.destroy()
      return
    }
    const far = connect(this.#targetPort, '127.0.0.1')
    const pair = [near, far] as const
    this.#pairs.add(pair)
    far.on('error', () => far.destroy())
    this.#carry(near, far, 'up')
    this.#carry(far, near, 'down')
    for (const socket of pair) {
      socket.setNoDelay(true)
      socket.on('close', () => {
        this.#pairs.delete(pair)
        // Half-open: the other end never hears of it.
        if (this.chaos.swallow === 'none') for (const other of pair) other.destroy()
      })
    }
  }

  #carry(from: Socket, to: Socket, direction: 'up' | 'down'): void {
    let freeAt = 0
    const packets = new PacketSplitter()
    from.on('data', (chunk: Buffer) => {
      const { chaos } = this
      if (chaos.stalled) from.pause()
      if (chaos.swallow === direction || chaos.swallow === 'both') return
      const bytes = this.#pubacks(packets.push(chunk))
      if (bytes.length === 0) return
      const { latencyMs, jitterMs, bytesPerSecond } = chaos
      const now = performance.now()
      const arrival = Math.max(freeAt, now + latencyMs + Math.random() * jitterMs)
      const transferMs = bytesPerSecond > 0 ? (bytes.length / bytesPerSecond) * 1000 : 0
      freeAt = arrival + transferMs
      if (freeAt <= now) {
        to.write(bytes)
        return
      }
      // A thin line pushes back instead of gathering everything in memory.
      if (bytesPerSecond > 0) from.pause()
      this.#after(freeAt - now, () => {
        if (bytesPerSecond > 0 && !chaos.stalled) from.resume()
        if (to.writable) to.write(bytes)
      })
    })
    from.on('end', () => {
      if (this.chaos.swallow === 'none') this.#after(Math.max(0, freeAt - performance.now()), () => to.end())
    })
  }

  #pubacks(packets: readonly Buffer[]): Buffer {
    const { chaos } = this
    const out: Buffer[] = []
    for (const packet of packets) {
      if ((packet[0] ?? 0) >> 4 !== pubackType) out.push(packet)
      else if (chaos.losePubacks > 0) chaos.losePubacks--
      else if (chaos.repeatPubacks > 0) {
        chaos.repeatPubacks--
        out.push(packet, packet)
      } else out.push(packet)
    }
    return Buffer.concat(out)
  }

  #after(ms: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      task()
    }, ms)
    this.#timers.add(timer)
  }
}

/** Whole MQTT packets out of a stream (MQTT 5, 2.1.4: type byte, length in up to four bytes, the rest). */
class PacketSplitter {
  #rest = Buffer.alloc(0)

  push(chunk: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, chunk])
    const packets: Buffer[] = []
    for (;;) {
      const length = packetLength(this.#rest)
      if (length === undefined || this.#rest.length < length) return packets
      packets.push(this.#rest.subarray(0, length))
      this.#rest = this.#rest.subarray(length)
    }
  }
}

function packetLength(bytes: Buffer): number | undefined {
  let length = 0
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[i]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 128 ** (i - 1)
    if ((byte & 0x80) === 0) return 1 + i + length
  }
  throw new Error('not MQTT')
}
