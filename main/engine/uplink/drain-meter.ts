import type { Lane } from '../pipeline/stages.ts'

/** Long enough that a batch more or less does not make the estimate jump, short enough to follow a changed limit. */
const windowSeconds = 30

/** Values acknowledged per lane, and from that how long the backlog still takes. Fed once a second. */
export class DrainMeter {
  readonly #acknowledged: Record<Lane, number> = { live: 0, backlog: 0, attributes: 0 }
  readonly #history: { readonly live: number; readonly backlog: number }[] = []

  acknowledged(lane: Lane, values: number): void {
    this.#acknowledged[lane] += values
  }

  second(): void {
    const { live, backlog } = this.#acknowledged
    this.#history.push({ live, backlog })
    if (this.#history.length > windowSeconds + 1) this.#history.shift()
  }

  /** Nothing is acknowledged while there is no session; that is no rate. */
  reset(): void {
    this.#history.length = 0
  }

  get perSecond(): { readonly live: number; readonly backlog: number } {
    const first = this.#history[0]
    const last = this.#history.at(-1)
    const seconds = this.#history.length - 1
    if (!first || !last || seconds < 1) return { live: 0, backlog: 0 }
    return { live: (last.live - first.live) / seconds, backlog: (last.backlog - first.backlog) / seconds }
  }

  /** Undefined when nothing waits, or nothing moves. */
  secondsLeft(backlogValues: number): number | undefined {
    const { backlog } = this.perSecond
    return backlogValues > 0 && backlog > 0 ? Math.ceil(backlogValues / backlog) : undefined
  }
}
