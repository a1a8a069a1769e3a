/** The three limits of a tenant profile, e.g. `20:1,600:60`; empty = none. */
export interface RateLimitTexts {
  readonly messages?: string
  readonly telemetryMessages?: string
  readonly telemetryDataPoints?: string
}

/** Buckets as ThingsBoard's (Bucket4j, greedy refill): all windows of one limit have to agree. */
class Limit {
  readonly #monotonic: () => number
  readonly #windows: { readonly capacity: number; readonly perMs: number; tokens: number; at: number }[]

  constructor(text: string | undefined, monotonic: () => number) {
    this.#monotonic = monotonic
    this.#windows = (text ?? '')
      .split(',')
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const [tokens = 0, seconds = 1] = part.split(':').map(Number)
        return { capacity: tokens, perMs: tokens / (seconds * 1000), tokens, at: monotonic() }
      })
  }

  consume(count: number): boolean {
    const now = this.#monotonic()
    for (const w of this.#windows) {
      w.tokens = Math.min(w.capacity, w.tokens + (now - w.at) * w.perMs)
      w.at = now
    }
    if (this.#windows.some((w) => w.tokens < count)) return false
    for (const w of this.#windows) w.tokens -= count
    return true
  }
}

export class RateLimiter {
  readonly texts: RateLimitTexts
  readonly #messages: Limit
  readonly #telemetryMessages: Limit
  readonly #datapoints: Limit

  constructor(texts: RateLimitTexts = {}, monotonic: () => number = () => performance.now()) {
    this.texts = texts
    this.#messages = new Limit(texts.messages, monotonic)
    this.#telemetryMessages = new Limit(texts.telemetryMessages, monotonic)
    this.#datapoints = new Limit(texts.telemetryDataPoints, monotonic)
  }

  message(): boolean {
    return this.#messages.consume(1)
  }

  telemetry(datapoints: number): boolean {
    return this.#telemetryMessages.consume(1) && this.#datapoints.consume(datapoints)
  }
}
