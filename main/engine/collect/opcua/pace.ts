// How many operations go into one call: what the server says, made smaller by what it does. Lives as long as the connector, so
// that a server which closes the connection over a large request gets a smaller one next time.

/** One call should not hold up the server for longer: a PLC does its control work beside. */
const goalMs = 250
/** Smaller than this no server needs. */
const smallest = 1

/** Calls without a refusal after which a larger one is tried. */
const forgetAfter = 50

export class Pace {
  #size: number
  #largest: number
  /** As the server says. */
  #allowed: number
  #inARow = 0

  constructor(largest: number, first = largest) {
    this.#largest = Math.max(smallest, largest)
    this.#allowed = this.#largest
    this.#size = Math.min(this.#largest, Math.max(smallest, first))
  }

  get size(): number {
    return this.#size
  }

  /** A new session says what it takes; what was learnt stays where it is smaller. */
  limit(largest: number): void {
    this.#allowed = Math.max(smallest, largest)
    this.#largest = Math.min(this.#largest, this.#allowed)
    this.#size = Math.min(this.#size, this.#largest)
  }

  /** A call of `count` was answered after `ms`. */
  took(count: number, ms: number): void {
    // A connection that broke for another reason must not leave us slow for ever.
    if (++this.#inARow % forgetAfter === 0) this.#largest = Math.min(this.#allowed, this.#largest * 2)
    if (ms > goalMs * 2) this.#size = Math.max(smallest, Math.ceil(this.#size / 2))
    else if (ms < goalMs && count >= this.#size) this.#size = Math.min(this.#largest, this.#size * 2)
  }

  /** A call of `count` was too much for the server, whatever it says: not as many again for a long time. */
  tooLarge(count: number): void {
    this.#inARow = 0
    this.#largest = Math.max(smallest, Math.ceil(count / 2))
    this.#size = Math.min(this.#size, this.#largest)
  }
}
