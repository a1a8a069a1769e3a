import type { LiveDevice } from '../pipeline/series.ts'
import type { Envelope } from './outbox.ts'

// Messages that are suspected of ending the connection. Guarantees: each goes with nothing beside it, so that the end of the
// connection says which one it was; everything else goes on in between; what a culprit costs is bounded: a death per level of
// the search (`partsPerDeath` in culprits.ts) and three of the value itself, each twice as long after the one before. One
// value among a thousand costs some ten connections, whatever else flows.

/** In flight at the end of this many sessions: the first may have been the network. */
const suspectLosses = 2
/** Deaths count this long: a plant with one bad value a day finds it as fast as on the first day. */
const rememberMs = 300_000
/** Beyond it the wait has reached any cap. */
const longestMemory = 30

export interface HoldOff {
  /** Of a new session, before the first probe; doubles with every death. */
  readonly baseMs: number
  readonly capMs: number
}

export class Probes {
  readonly #holdOff: HoldOff
  /** These and the followers are bounded by what the outbox holds. */
  #waiting: Envelope[] = []
  #onTheWay: Envelope | undefined
  /** Live messages of devices that have a live message under suspicion: what comes later must not overtake it (D8). */
  #followers: Envelope[] = []
  #heldDevices = new Set<LiveDevice>()
  /** Who is held has to be looked at again. */
  #stale = false
  #notBeforeMs = 0
  #diedAtMs: number[] = []
  /** Sessions that ended on a message of the device, in this search: the others are heard first. */
  readonly #deaths = new Map<LiveDevice, number>()
  /** After a probe that passed, what else waits gets a window before the next. */
  #othersFirst = false

  constructor(holdOff: HoldOff) {
    this.#holdOff = holdOff
  }

  isSuspect(envelope: Envelope): boolean {
    return envelope.losses >= suspectLosses
  }

  /** One is on the way: nothing else may go. */
  get busy(): boolean {
    return this.#onTheWay !== undefined
  }

  get searching(): boolean {
    return this.#diedAtMs.length > 0 && this.#waiting.length + (this.busy ? 1 : 0) > 0
  }

  /** Values under suspicion that wait here. */
  get values(): number {
    return this.#waiting.reduce(
      (sum, { publish }) => sum + publish.rows.length,
      this.#onTheWay?.publish.rows.length ?? 0,
    )
  }

  add(envelope: Envelope): void {
    this.#waiting.push(envelope)
    this.#hold(envelope)
  }

  /** It could not go yet. */
  putBack(envelope: Envelope): void {
    this.#waiting.push(envelope)
  }

  /** Keeps a message that must not overtake a suspect; `freed` gives it back. */
  follow(envelope: Envelope): boolean {
    if (this.#heldDevices.size === 0 || !isLive(envelope)) return false
    const held = envelope.publish.devices.some((device) => this.#heldDevices.has(device))
    if (held) this.#followers.push(envelope)
    return held
  }

  /** Messages that need not wait behind a suspect any longer. */
  freed(): readonly Envelope[] {
    if (!this.#stale) return []
    this.#stale = false
    this.#heldDevices.clear()
    if (this.#onTheWay) this.#hold(this.#onTheWay)
    for (const envelope of this.#waiting) this.#hold(envelope)
    const followers = this.#followers
    this.#followers = []
    return followers.filter((envelope) => !this.follow(envelope))
  }

  /** What was live may be backlog by now, and what was on probation may have passed. Returns whether anything waits here. */
  tick(): boolean {
    this.#stale ||= this.#heldDevices.size > 0 || this.#followers.length > 0
    return this.#waiting.length > 0 || this.#followers.length > 0
  }

  #suspicion({ publish: { devices } }: Envelope): number {
    return Math.min(...devices.map((device) => this.#deaths.get(device) ?? 0))
  }

  #hold(envelope: Envelope): void {
    if (isLive(envelope)) for (const device of envelope.publish.devices) this.#heldDevices.add(device)
  }

  /** A session begins: it has to stand before it is put at risk. */
  online(nowMs: number): void {
    this.#diedAtMs = this.#diedAtMs.filter((at) => nowMs - at < rememberMs)
    const { baseMs, capMs } = this.#holdOff
    this.#notBeforeMs = nowMs + Math.min(capMs, baseMs * 2 ** this.#diedAtMs.length)
    this.#othersFirst = false
    if (this.#waiting.length === 0) this.#deaths.clear()
  }

  /** True when the next one is to go as soon as nothing else is on the way. */
  due(nowMs: number): boolean {
    return this.#waiting.length > 0 && !this.#othersFirst && nowMs >= this.#notBeforeMs
  }

  /** Until the next one may go; 0 when nothing waits for time. */
  waitMs(nowMs: number): number {
    return this.#waiting.length > 0 ? Math.max(0, this.#notBeforeMs - nowMs) : 0
  }

  /** The least suspected device first; in the order of acceptance where that is the same. */
  next(): Envelope | undefined {
    this.#stale = true
    let best = 0
    for (let i = 1; i < this.#waiting.length; i++) {
      const [a, b] = [this.#waiting[i], this.#waiting[best]]
      if (a && b && (this.#suspicion(a) - this.#suspicion(b) || a.order - b.order) < 0) best = i
    }
    return this.#waiting.splice(best, 1)[0]
  }

  sent(envelope: Envelope): void {
    this.#onTheWay = envelope
  }

  /** Answered in some way. */
  answered(envelope: Envelope): void {
    if (this.#onTheWay !== envelope) return
    this.#onTheWay = undefined
    this.#stale = true
    this.#othersFirst = true
  }

  /** Called when nothing else can be sent. Returns whether the probes had waited for that. */
  othersHadTheirTurn(): boolean {
    const waited = this.#othersFirst && !this.busy
    if (waited) this.#othersFirst = false
    return waited
  }

  /** The session ended. Returns the probe that was on the way. */
  offline(): Envelope | undefined {
    const probe = this.#onTheWay
    this.#onTheWay = undefined
    this.#stale = true
    return probe
  }

  /** A session ended on this probe. */
  died(probe: Envelope, nowMs: number): void {
    for (const device of probe.publish.devices) this.#deaths.set(device, (this.#deaths.get(device) ?? 0) + 1)
    this.#diedAtMs.push(nowMs)
    if (this.#diedAtMs.length > longestMemory) this.#diedAtMs.shift()
  }
}

const isLive = ({ open }: Envelope): boolean => open.queue.lane === 'live'
