/** Growth is judged over this long, and over the last of it: what has stopped growing is not filling any more. */
const growthWindowMs = 60_000
const recentWindowMs = 10_000
const leastWindowMs = 5000

/** Estimates when the store will be full from its size over the last minute. */
export class Growth {
  readonly #points: { at: number; bytes: number }[] = []

  add(at: number, bytes: number): void {
    // The clock was set back: what was before says nothing.
    if (at < (this.#points.at(-1)?.at ?? at)) this.#points.length = 0
    this.#points.push({ at, bytes })
    while (this.#points.length > 2 && at - (this.#points[0]?.at ?? at) > growthWindowMs) this.#points.shift()
  }

  /** undefined when it does not grow now, or nothing is known yet. */
  secondsToFull(limitBytes: number): number | undefined {
    const last = this.#points.at(-1)
    if (!last) return undefined
    const bytesPerMs = Math.min(this.#rateSince(last.at - growthWindowMs), this.#rateSince(last.at - recentWindowMs))
    if (bytesPerMs <= 0) return undefined
    return Math.max(0, Math.round((limitBytes - last.bytes) / bytesPerMs / 1000))
  }

  /** Bytes per ms from the first point at or after `from`; 0 when that is too short to tell. */
  #rateSince(from: number): number {
    const first = this.#points.find(({ at }) => at >= from)
    const last = this.#points.at(-1)
    if (!first || !last || last.at - first.at < leastWindowMs) return 0
    return (last.bytes - first.bytes) / (last.at - first.at)
  }
}
