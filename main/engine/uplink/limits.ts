import * as z from 'zod'
import { asIs, type Said, said } from '../../../shared/said/said.ts'

// What the server allows, as it says itself in the answer to `getSessionLimits` (ThingsBoard >= 3.8).

/** We use this part of every limit: clocks and counting differ a little, and going over costs the connection. */
export const shareOfLimit = 0.8

/** `tokens` per `seconds`, refilled evenly. */
export interface RateWindow {
  readonly tokens: number
  readonly seconds: number
}

export interface RateLimits {
  readonly messages: readonly RateWindow[]
  readonly telemetryMessages: readonly RateWindow[]
  readonly telemetryDataPoints: readonly RateWindow[]
}

export interface SessionLimits {
  /** Undefined when the server does not say. */
  readonly maxPayloadBytes: number | undefined
  readonly maxInFlight: number | undefined
  /** Messages of the gateway device itself. */
  readonly own: RateLimits
  /** Messages on behalf of devices, all of them together. */
  readonly devices: RateLimits
}

const noRates: RateLimits = { messages: [], telemetryMessages: [], telemetryDataPoints: [] }
export const unknownLimits: SessionLimits = {
  maxPayloadBytes: undefined,
  maxInFlight: undefined,
  own: noRates,
  devices: noRates,
}

const cloudRates: RateLimits = {
  messages: parseRateText('10:1,60:60'),
  telemetryMessages: parseRateText('10:1,60:60'),
  telemetryDataPoints: parseRateText('10:1,300:60'),
}
const cloudHost = /(^|\.)(thingsboard\.cloud|demo\.thingsboard\.io)$/i

/** What holds for a server that does not say: the public clouds have limits all the same (those ThingsBoard's own SDK uses). */
export function assumedLimits(host: string): SessionLimits {
  return cloudHost.test(host) ? { ...unknownLimits, own: cloudRates, devices: cloudRates } : unknownLimits
}

/** Values and messages per second that the devices of this gateway may send in the long run; Infinity = no limit. */
export function allowedPerSecond({ devices }: SessionLimits): { readonly messages: number; readonly values: number } {
  const tightest = (windows: readonly RateWindow[]) =>
    Math.min(Number.POSITIVE_INFINITY, ...windows.map(({ tokens, seconds }) => tokens / seconds))
  return { messages: tightest(devices.telemetryMessages), values: tightest(devices.telemetryDataPoints) }
}

/** For the operator: `10 messages/s and 5 values/s`; empty when there is no limit. */
export function limitWords(limits: SessionLimits): Said {
  const { messages, values } = allowedPerSecond(limits)
  const finite = (count: number) => (Number.isFinite(count) ? count : undefined)
  if (finite(messages) === undefined && finite(values) === undefined) return asIs('')
  return said('uplink.limit', { messages: finite(messages), values: finite(values) })
}

const rateText = z.string().nullish()
const ratesSchema = z
  .object({ messages: rateText, telemetryMessages: rateText, telemetryDataPoints: rateText })
  .nullish()
  .catch(undefined)
const positive = z.number().positive().optional().catch(undefined)
const answerSchema = z.object({
  maxPayloadSize: positive,
  maxInflightMessages: positive,
  rateLimits: ratesSchema,
  gatewayRateLimits: ratesSchema,
})

/** The limits in an answer to `getSessionLimits`; undefined when it is none (older servers answer with an error). */
export function parseSessionLimits(answer: unknown): SessionLimits | undefined {
  const parsed = answerSchema.safeParse(answer)
  if (!parsed.success) return undefined
  const { maxPayloadSize, maxInflightMessages, rateLimits, gatewayRateLimits } = parsed.data
  if (maxPayloadSize === undefined && maxInflightMessages === undefined && !rateLimits && !gatewayRateLimits) {
    return undefined
  }
  return {
    maxPayloadBytes: maxPayloadSize,
    maxInFlight: maxInflightMessages,
    own: parseRates(rateLimits),
    devices: parseRates(gatewayRateLimits),
  }
}

function parseRates(rates: z.infer<typeof ratesSchema>): RateLimits {
  if (!rates) return noRates
  return {
    messages: parseRateText(rates.messages),
    telemetryMessages: parseRateText(rates.telemetryMessages),
    telemetryDataPoints: parseRateText(rates.telemetryDataPoints),
  }
}

/** `"20:1,600:60"` -> 20 per second and 600 per minute. Empty, null and parts that make no sense mean no limit. */
export function parseRateText(text: string | null | undefined): RateWindow[] {
  const windows: RateWindow[] = []
  for (const part of (text ?? '').split(',')) {
    const match = /^\s*(\d+)\s*:\s*(\d+)\s*$/.exec(part)
    const tokens = Number(match?.[1])
    const seconds = Number(match?.[2])
    if (tokens > 0 && seconds > 0) windows.push({ tokens, seconds })
  }
  return windows
}

/** All windows of one limit at 80 %. `take` never waits: it says how long until it would have worked. */
export class TokenBuckets {
  readonly #buckets: { readonly capacity: number; readonly perMs: number; tokens: number; at: number }[]

  constructor(windows: readonly RateWindow[], nowMs: number) {
    this.#buckets = windows.map(({ tokens, seconds }) => {
      const capacity = Math.max(1, Math.floor(tokens * shareOfLimit))
      return { capacity, perMs: (tokens * shareOfLimit) / (seconds * 1000), tokens: capacity, at: nowMs }
    })
  }

  /** The most that can ever be taken at once. */
  get capacity(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#buckets.map((b) => b.capacity))
  }

  /** What the tightest window refills. */
  get perSecond(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#buckets.map((b) => b.perMs * 1000))
  }

  /** Milliseconds until `count` can be taken; 0 = now. More than the capacity waits for a full bucket. */
  waitMs(count: number, nowMs: number): number {
    let wait = 0
    for (const bucket of this.#buckets) {
      bucket.tokens = Math.min(bucket.capacity, bucket.tokens + Math.max(0, nowMs - bucket.at) * bucket.perMs)
      bucket.at = nowMs
      // A hair under the whole number is the whole number: 0.1 ms of refill added ten times is not 1.
      const missing = Math.min(count, bucket.capacity) - bucket.tokens - 1e-6
      if (missing > 0) wait = Math.max(wait, Math.ceil(missing / bucket.perMs))
    }
    return wait
  }

  /** Takes what was asked about; may leave a debt that the next `waitMs` waits for. */
  take(count: number): void {
    for (const bucket of this.#buckets) bucket.tokens -= count
  }
}
