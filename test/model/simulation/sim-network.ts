import { EventEmitter } from 'node:events'
import type { Random } from './random.ts'
import type { SimTime } from './sim-time.ts'

/** What the cable does at this moment; the world changes it as it runs. */
export interface NetworkWeather {
  /** Both directions, ms. */
  latency: number
  jitter: number
  /** New connections: accepted, refused at once, or never answered. */
  door: 'open' | 'refused' | 'black-hole'
}

/** One direction of a connection: packets arrive in order, later, or not at all. */
class Pipe {
  #last = 0
  readonly #time: SimTime
  readonly #arrive: (bytes: Buffer, tag: unknown) => void
  readonly #weather: NetworkWeather
  readonly #random: Random
  /** Bytes vanish, nobody is told. */
  swallowed = false
  cut = false

  constructor(time: SimTime, random: Random, weather: NetworkWeather, arrive: (bytes: Buffer, tag: unknown) => void) {
    this.#time = time
    this.#random = random
    this.#weather = weather
    this.#arrive = arrive
  }

  send(bytes: Buffer, tag: unknown): void {
    this.later(() => {
      if (!this.swallowed) this.#arrive(bytes, tag)
    })
  }

  /** After everything sent so far. */
  later(task: () => void): void {
    const delay = this.#weather.latency + this.#random.unit() * this.#weather.jitter
    this.#last = Math.max(this.#last, this.#time.ms + delay)
    this.#time.after(this.#last - this.#time.ms, () => {
      if (!this.cut) task()
    })
  }
}

/** One TCP connection. `near` is the gateway's end, `far` ThingsBoard's. */
export class SimCable {
  readonly near: SimSocket
  readonly far: SimSocket
  readonly #up: Pipe
  readonly #down: Pipe
  #half = false

  constructor(time: SimTime, random: Random, weather: NetworkWeather) {
    this.near = new SimSocket(time)
    this.far = new SimSocket(time)
    this.#up = new Pipe(time, random, weather, (bytes, tag) => this.far.receive(bytes, tag))
    this.#down = new Pipe(time, random, weather, (bytes, tag) => this.near.receive(bytes, tag))
    this.near.plug(
      (bytes, tag) => this.#up.send(bytes, tag),
      () => this.#ended(this.#up, this.far),
    )
    this.far.plug(
      (bytes, tag) => this.#down.send(bytes, tag),
      () => this.#ended(this.#down, this.near),
    )
  }

  get open(): boolean {
    return !this.near.closed || !this.far.closed
  }

  /** A reset: what is on the way is lost, both ends hear of it. */
  reset(): void {
    this.#up.cut = true
    this.#down.cut = true
    this.near.closedByPeer()
    this.far.closedByPeer()
  }

  /** The cable is pulled out somewhere in the middle: nobody hears anything any more. */
  halfOpen(): void {
    this.#half = true
    this.#up.swallowed = true
    this.#down.swallowed = true
  }

  /** Only one direction is lost. */
  deafen(direction: 'up' | 'down'): void {
    if (direction === 'up') this.#up.swallowed = true
    else this.#down.swallowed = true
  }

  #ended(pipe: Pipe, other: SimSocket): void {
    if (this.#half || pipe.swallowed) return
    pipe.later(() => other.closedByPeer())
  }
}

/** As much of a Node socket as the stand-in's connection and the simulated MQTT client use. */
export class SimSocket extends EventEmitter {
  closed = false
  /** What the arriving packet belongs to, while it is being handled. */
  tag: unknown
  readonly #time: SimTime
  #send: (bytes: Buffer, tag: unknown) => void = () => {}
  #end: () => void = () => {}
  #idleMs = 0
  #undoIdle: () => void = () => {}

  constructor(time: SimTime) {
    super()
    this.#time = time
  }

  plug(send: (bytes: Buffer, tag: unknown) => void, end: () => void): void {
    this.#send = send
    this.#end = end
  }

  get writable(): boolean {
    return !this.closed
  }

  write(bytes: Buffer | string, tag?: unknown): boolean {
    if (!this.closed) this.#send(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, tag)
    return true
  }

  receive(bytes: Buffer, tag: unknown): void {
    if (this.closed) return
    this.#watchIdle()
    this.tag = tag
    this.emit('data', bytes)
    this.tag = undefined
  }

  end(): void {
    this.#close(true)
  }

  destroy(): void {
    this.#close(true)
  }

  closedByPeer(): void {
    this.#close(false)
  }

  setTimeout(ms: number): void {
    this.#idleMs = ms
    this.#watchIdle()
  }

  setNoDelay(): void {}
  cork(): void {}
  uncork(): void {}

  #watchIdle(): void {
    this.#undoIdle()
    if (this.#idleMs > 0) this.#undoIdle = this.#time.after(this.#idleMs, () => this.emit('timeout'))
  }

  #close(tell: boolean): void {
    if (this.closed) return
    this.closed = true
    this.#undoIdle()
    if (tell) this.#end()
    this.emit('close')
  }
}
