import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'

/** The backlog's own limit when the operator set one; adaptive means none beyond shares, window and the server's limits. */
export class BacklogRate {
  readonly #perMs: number
  #nextAtMs = 0

  constructor({ mode, valuesPerSecond }: ThingsboardConfig['backlog']) {
    this.#perMs = mode === 'fixed' ? valuesPerSecond / 1000 : Number.POSITIVE_INFINITY
  }

  waitMs(nowMs: number): number {
    return Math.max(0, Math.ceil(this.#nextAtMs - nowMs))
  }

  sent(values: number, nowMs: number): void {
    this.#nextAtMs = Math.max(this.#nextAtMs, nowMs) + values / this.#perMs
  }
}
