/** Growth is judged over this long. */
const growthWindowMs = 60_000
const leastWindowMs = 5000

/** Estimates when the store will be full from its size over the last minute. */
export class Growth {
  readonly #points: { at: number; bytes: number }[] = []

  add(at: number, bytes: number): void {
    this.#points.push({ at, bytes })
    while (this.#points.length > 2 && at - (this.#points[0]?.at ?? at) > growthWindowMs) this.#points.shift()
  }

  /** undefined when it does not grow or nothing is known yet. */
  secondsToFull(limitBytes: number): number | undefined {
    const first = this.#points[0]
    const last = this.#points.at(-1)
    if (!first || !last || last.at - first.at < leastWindowMs || last.bytes <= first.bytes) return undefined
    const bytesPerMs = (last.bytes - first.bytes) / (last.at - first.at)
    return Math.max(0, Math.round((limitBytes - last.bytes) / bytesPerMs / 1000))
  }
}
