import type { Clock } from '../kit/clock.ts'

/** A clock set back by at most this is made up for; a larger step is a correction that everybody should see. */
const longestMs = 2000
/** Less is the rounding of the clocks. */
const noiseMs = 5
/** Of the time that passes, so much is used to fall back to the wall clock. */
const slew = 0.5

/**
 * The wall clock for values that bring no time of their own. When it is set back a little (time services do that), time goes
 * on slowly until the wall clock has caught up, so that within a series no value gets the time of an earlier one.
 */
export class ArrivalClock {
  readonly #clock: Clock
  #wallMs: number
  #monotonicMs: number
  #aheadMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#wallMs = clock.now()
    this.#monotonicMs = clock.monotonic()
  }

  now(): number {
    const wallMs = this.#clock.now()
    const monotonicMs = this.#clock.monotonic()
    const passed = monotonicMs - this.#monotonicMs
    const setBack = passed - (wallMs - this.#wallMs)
    this.#wallMs = wallMs
    this.#monotonicMs = monotonicMs
    this.#aheadMs = Math.max(0, this.#aheadMs - passed * slew)
    if (setBack > noiseMs) this.#aheadMs = setBack <= longestMs ? Math.min(longestMs, this.#aheadMs + setBack) : 0
    return Math.floor(wallMs + this.#aheadMs)
  }
}
