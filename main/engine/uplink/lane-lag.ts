import type { Clock } from '../kit/clock.ts'
import type { Store } from '../pipeline/stages.ts'
import type { Outbox } from './outbox.ts'

/** Live data older than this has lost the race: it goes on as backlog, so that what is new is current again. */
const liveLagSeconds = 10
/** What waited at the end of a short interruption keeps its place in the live lane. */
const reconnectLagSeconds = 2
/** Splitting again helps only when there was time to send something since. */
const splitAgainMs = 10_000

/** Decides when waiting live data becomes backlog. */
export class LaneLag {
  readonly #store: Store
  readonly #outbox: Outbox
  readonly #clock: Clock
  #splitAtMs = Number.NEGATIVE_INFINITY

  constructor(store: Store, outbox: Outbox, clock: Clock) {
    this.#store = store
    this.#outbox = outbox
    this.#clock = clock
  }

  online(): void {
    if (this.#lagSeconds() > reconnectLagSeconds) this.#split()
  }

  tick(): void {
    if (this.#clock.monotonic() - this.#splitAtMs < splitAgainMs) return
    if (this.#lagSeconds() > liveLagSeconds) this.#split()
  }

  /** By acceptance: the oldest live value nobody took, or that was taken and waits for its turn. */
  #lagSeconds(): number {
    const taken = this.#outbox.oldestLiveMs()
    const waiting = this.#store.status.value.lanes.live.oldestSeconds
    return Math.max(waiting, taken === undefined ? 0 : (this.#clock.monotonic() - taken) / 1000)
  }

  #split(): void {
    this.#splitAtMs = this.#clock.monotonic()
    this.#store.splitLanes()
    this.#outbox.demoteLive()
  }
}
