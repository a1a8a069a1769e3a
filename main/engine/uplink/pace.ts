import { type SessionLimits, TokenBuckets } from './limits.ts'

/** Halved at each refusal. A refusal costs the connection, so near the refused rate it creeps: doubled in about a minute … */
const raiseEveryMs = 2500
const creepBy = 1.025
/** … and well below it, where nothing was refused yet, it comes back fast: doubled in five seconds. */
const recoverBy = 1.5
const wellBelow = 0.7
/** Above it the brake is off: no ThingsBoard limit is expressed in so many messages. */
const unlimitedPerSecond = 2000
/** Each refusal costs a connection: when nothing at all is taken (API usage used up), one try a minute is enough. */
const slowestPerSecond = 1 / 60
/** While the brake is on, messages that are no data may still go this often. */
const controlPerSecond = 1
const measureMs = 10_000
const longestSavingSeconds = 2

/**
 * When the next message may go: the server's published limits as token buckets, and below them a brake of our own that
 * 0x97 (quota exceeded) pulls when the published limits were not the whole truth. Survives reconnects.
 */
export class Pace {
  #buckets: ReturnType<typeof bucketsOf>
  #limits: string
  #perSecond = Number.POSITIVE_INFINITY
  /** The brake's rate when it was refused last. */
  #refusedPerSecond = Number.POSITIVE_INFINITY
  #raisedAt = 0
  #nextAt = 0
  #nextControlAt = 0
  #sent = 0
  #sentSince: number

  constructor(limits: SessionLimits, nowMs: number) {
    this.#limits = JSON.stringify(limits)
    this.#buckets = bucketsOf(limits, nowMs)
    this.#sentSince = nowMs
  }

  /** New buckets only when the limits changed: a reconnect must not refill what the server still counts. */
  adopt(limits: SessionLimits, nowMs: number): void {
    if (JSON.stringify(limits) === this.#limits) return
    this.#limits = JSON.stringify(limits)
    this.#buckets = bucketsOf(limits, nowMs)
  }

  /**
   * Datapoints one message may have: not more than the server takes at once, and not more than it takes in two seconds, or a
   * message of the backlog that saves up its tokens would keep live values waiting.
   */
  get maxDatapoints(): number {
    const { capacity, perSecond } = this.#buckets.datapoints
    return Math.min(capacity, Math.max(1, Math.floor(perSecond * longestSavingSeconds)))
  }

  get braking(): boolean {
    return this.#perSecond !== Number.POSITIVE_INFINITY
  }

  /** Milliseconds until a message with `devices` entries and `datapoints` may go; 0 = now, and then it counts as sent. */
  data(devices: number, datapoints: number, nowMs: number): number {
    const wait = Math.max(
      this.#brakeMs(nowMs),
      this.#buckets.telemetryMessages.waitMs(devices, nowMs),
      this.#buckets.datapoints.waitMs(datapoints, nowMs),
    )
    if (wait > 0) return wait
    this.#buckets.telemetryMessages.take(devices)
    this.#buckets.datapoints.take(datapoints)
    this.#count(nowMs)
    return 0
  }

  /** The same for a message without datapoints on behalf of a device (connect). It never waits behind data. */
  control(nowMs: number): number {
    const brakeMs = this.#brakeMs(nowMs) > 0 ? Math.ceil(this.#nextControlAt - nowMs) : 0
    const wait = Math.max(brakeMs, this.#buckets.messages.waitMs(1, nowMs))
    if (wait > 0) return wait
    this.#buckets.messages.take(1)
    this.#nextControlAt = nowMs + 1000 / Math.max(controlPerSecond, this.#perSecond)
    return 0
  }

  /** The gateway device's own few messages (answers, requests) go at once and are only counted. */
  own(nowMs: number): void {
    this.#buckets.own.waitMs(1, nowMs)
    this.#buckets.own.take(1)
  }

  /** The server said 0x97. */
  slowDown(nowMs: number): void {
    const seconds = Math.max(1, (nowMs - this.#sentSince) / 1000)
    const seen = Math.max(this.#sent / seconds, 1)
    this.#refusedPerSecond = this.braking ? this.#perSecond : seen
    this.#perSecond = Math.max(slowestPerSecond, Math.min(this.#perSecond, seen) / 2)
    this.#raisedAt = nowMs
    this.#nextAt = nowMs + 1000 / this.#perSecond
  }

  #brakeMs(nowMs: number): number {
    if (!this.braking) return 0
    while (nowMs - this.#raisedAt >= raiseEveryMs) {
      this.#raisedAt += raiseEveryMs
      this.#perSecond *= this.#perSecond < wellBelow * this.#refusedPerSecond ? recoverBy : creepBy
    }
    if (this.#perSecond > unlimitedPerSecond) this.#perSecond = Number.POSITIVE_INFINITY
    return Math.max(0, Math.ceil(this.#nextAt - nowMs))
  }

  #count(nowMs: number): void {
    if (nowMs - this.#sentSince > measureMs) {
      // Keep the last rate as the start of the new measurement, so that it is never empty.
      this.#sent /= 2
      this.#sentSince = nowMs - (nowMs - this.#sentSince) / 2
    }
    this.#sent++
    if (this.braking) this.#nextAt = Math.max(this.#nextAt, nowMs) + 1000 / this.#perSecond
  }
}

function bucketsOf(limits: SessionLimits, nowMs: number) {
  return {
    messages: new TokenBuckets(limits.devices.messages, nowMs),
    telemetryMessages: new TokenBuckets(limits.devices.telemetryMessages, nowMs),
    datapoints: new TokenBuckets(limits.devices.telemetryDataPoints, nowMs),
    own: new TokenBuckets(limits.own.messages, nowMs),
  }
}

/** The shortest of some waits, where 0 is none. */
export function soonest(...waits: number[]): number {
  const times = waits.filter((ms) => ms > 0)
  return times.length > 0 ? Math.min(...times) : 0
}
