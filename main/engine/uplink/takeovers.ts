import { GatewayError } from '../kit/gateway-error.ts'

/** Taken over this often within this time is no accident of a reconnect but a second gateway with our credentials. */
const takeoverLimit = 3
const takeoverWindowMs = 600_000

/** Tells our own old socket, whose end the server had not noticed, from somebody else with our credentials. */
export class Takeovers {
  readonly #at: number[] = []
  /** Until then a takeover is our own doing: a connection test with the same credentials. */
  #expectedUntilMs = Number.NEGATIVE_INFINITY

  expect(untilMs: number): void {
    this.#expectedUntilMs = untilMs
  }

  /** What to make of the error with which the session ended. */
  judge(error: GatewayError, nowMs: number): GatewayError {
    const { message, hint, detail } = error
    const harmless = () => new GatewayError('CONNECTION_LOST', message, { hint, detail })
    if (nowMs < this.#expectedUntilMs) return harmless()
    while (this.#at[0] !== undefined && nowMs - this.#at[0] > takeoverWindowMs) this.#at.shift()
    this.#at.push(nowMs)
    if (this.#at.length < takeoverLimit) return harmless()
    this.#at.length = 0
    return new GatewayError('UPLINK_DUPLICATE_IDENTITY', message, { retry: 'after-config-change', hint, detail })
  }
}
