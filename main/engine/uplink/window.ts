/** PUBACKs slower than this mean that messages queue somewhere; a live value would queue behind them (live p99 <= 2 s). */
const targetMs = 1000
/** Below it the line would idle between a PUBACK and the next message. Only a stall goes further down. */
const smallestForLatency = 2
const cutTo = 0.7
/** The best latency seen is forgotten by half within some 700 acknowledgements: the line may have changed. */
const forget = 1.001

/**
 * How many messages may be in flight. AIMD: one more per window acknowledged in good time; 0.7 of it, at most once per round
 * trip, when acknowledgements come late and later than the line itself explains; half of it when they stalled or 0x97 came.
 */
export class Window {
  #limit: number
  #size: number
  #bestMs = Number.POSITIVE_INFINITY
  #cutAtMs = Number.NEGATIVE_INFINITY

  constructor(limit: number) {
    this.#limit = limit
    this.#size = limit
  }

  get size(): number {
    return Math.floor(this.#size)
  }

  /** Of these, so many are kept free for messages that are no data, so that control never waits for a PUBACK of data. */
  get reserve(): number {
    return this.size < 2 ? 0 : Math.max(1, Math.floor(this.size * controlShare))
  }

  /** As many again are kept free of the backlog, so that a live value need not wait for a PUBACK of the backlog. */
  get backlogReserve(): number {
    return this.size < 4 ? this.reserve : 2 * this.reserve
  }

  /** The bound of a new session; what was learnt about the line stays. */
  setLimit(limit: number): void {
    if (this.#size >= this.#limit) this.#size = limit
    this.#limit = limit
    this.#size = Math.min(this.#size, limit)
    this.#bestMs = Number.POSITIVE_INFINITY
  }

  /** Times are monotonic. */
  acknowledged(sentAtMs: number, nowMs: number): void {
    const latencyMs = nowMs - sentAtMs
    this.#bestMs = Math.min(latencyMs, this.#bestMs * forget)
    if (latencyMs > targetMs && latencyMs > 2 * this.#bestMs) {
      // What was sent before the last cut says nothing about the window after it.
      if (sentAtMs < this.#cutAtMs) return
      this.#cutAtMs = nowMs
      this.#size = Math.max(Math.min(smallestForLatency, this.#size), this.#size * cutTo)
    } else if (this.#size < this.#limit) this.#size = Math.min(this.#limit, this.#size + 1 / this.#size)
  }

  /** PUBACKs stopped coming, or the server refused for the amount. */
  stalled(): void {
    this.#size = Math.max(1, this.#size / 2)
  }
}

/** Reference 5.5: live 60, backlog 30, control 10. */
const controlShare = 0.1
