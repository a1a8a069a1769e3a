/** Events per second over the last few seconds, from a counter that is read once a second. */
export class RateMeter {
  readonly #counts: number[] = []
  #perSecond = 0
  #isKnown = false

  /** A whole window was seen. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  get perSecond(): number {
    return this.#perSecond
  }

  /** `total` is the counter now; call every second. A counter that went back (new connector) starts over. */
  tick(total: number): void {
    const last = this.#counts.at(-1)
    if (last !== undefined && total < last) this.#counts.length = 0
    this.#counts.push(total)
    if (this.#counts.length > windowSeconds + 1) this.#counts.shift()
    if (this.#counts.length > windowSeconds) this.#isKnown = true
    const seconds = this.#counts.length - 1
    this.#perSecond = seconds > 0 ? ((this.#counts.at(-1) ?? 0) - (this.#counts[0] ?? 0)) / seconds : 0
  }
}

const windowSeconds = 5
