import type { Clock } from '../kit/clock.ts'

/** Values acknowledged per minute, over the last one; sampled once a second. */
export class DeliveryMeter {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #samples: { readonly at: number; readonly delivered: number }[] = []

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  second(delivered: number): void {
    const at = this.#clock.monotonic()
    this.#samples.push({ at, delivered })
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? 0) <= at - windowMs) this.#samples.shift()
  }

  /** Undefined until it was measured long enough to mean something. */
  get perMinute(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    if (!first || !last || last.at - first.at < leastMs) return undefined
    return Math.round(((last.delivered - first.delivered) * 60_000) / (last.at - first.at))
  }

  /** Whether anything was acknowledged in the last `ms`, at most a minute. */
  movedWithin(ms: number): boolean {
    const last = this.#samples.at(-1)
    const early = this.#samples.find(({ at }) => last !== undefined && at >= last.at - ms)
    return last !== undefined && early !== undefined && last.delivered > early.delivered
  }

  reset(): void {
    this.#samples.length = 0
  }
}

const windowMs = 60_000
const leastMs = 5000
