/** The three limits of a tenant profile, e.g. `20:1,600:60`; empty = none. */
export interface RateLimitTexts {
  readonly messages?: string
  readonly telemetryMessages?: string
  readonly telemetryDataPoints?: string
}

/** Buckets as ThingsBoard's (Bucket4j, greedy refill): all windows of one limit have to agree. */
class Limit {
  readonly #windows: { readonly capacity: number; readonly perMs: number; tokens: number; at: number }[]

  constructor(text: string | undefined) {
    this.#windows = (text ?? '')
      .split(',')
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const [tokens = 0, seconds = 1] = part.split(':').map(Number)
        return { capacity: tokens, perMs: tokens / (seconds * 1000), tokens, at: performance.now() }
      })
  }

  consume(count: number): boolean {
    const now = performance.now()
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

  constructor(texts: RateLimitTexts = {}) {
    this.texts = texts
    this.#messages = new Limit(texts.messages)
    this.#telemetryMessages = new Limit(texts.telemetryMessages)
    this.#datapoints = new Limit(texts.telemetryDataPoints)
  }

  message(): boolean {
    return this.#messages.consume(1)
  }

  telemetry(datapoints: number): boolean {
    return this.#telemetryMessages.consume(1) && this.#datapoints.consume(datapoints)
  }
}
