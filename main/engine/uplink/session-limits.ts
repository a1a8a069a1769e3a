import type { Clock } from '../kit/clock.ts'
import { assumedLimits, parseSessionLimits, type SessionLimits } from './limits.ts'
import type { Session } from './session.ts'

/** Servers before 3.8 hand the question to the rule chain, which does not answer. */
const answerTimeoutMs = 5000
/** One that did not answer once will hardly do so now; data must not wait for it at every reconnect. */
const knownSilentTimeoutMs = 1000

/** What the server allows, or what is assumed of such a host when it does not say in time. Never rejects. */
export class SessionLimitsQuestion {
  readonly #clock: Clock
  readonly #host: string
  #silent = false

  constructor(clock: Clock, host: string) {
    this.#clock = clock
    this.#host = host
  }

  async ask(session: Session): Promise<SessionLimits> {
    const timeoutMs = this.#silent ? knownSilentTimeoutMs : answerTimeoutMs
    const answer = await session.request({ method: 'getSessionLimits', params: {} }, timeoutMs, this.#clock)
    this.#silent = answer === undefined
    return parseSessionLimits(answer) ?? assumedLimits(this.#host)
  }
}
