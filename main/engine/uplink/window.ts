/**
 * How many messages may be in flight: the configured bound at first, half of it after each time the acknowledgements
 * stalled (a thin line needs longer for a full window than the PUBACK time-out), one more per window acknowledged.
 */
export class Window {
  #limit: number
  #size: number

  constructor(limit: number) {
    this.#limit = limit
    this.#size = limit
  }

  get size(): number {
    return Math.floor(this.#size)
  }

  /** The bound of a new session; what was learnt about the line stays. */
  setLimit(limit: number): void {
    if (this.#size >= this.#limit) this.#size = limit
    this.#limit = limit
    this.#size = Math.min(this.#size, limit)
  }

  acknowledged(): void {
    if (this.#size < this.#limit) this.#size = Math.min(this.#limit, this.#size + 1 / this.#size)
  }

  stalled(): void {
    this.#size = Math.max(1, this.#size / 2)
  }
}
