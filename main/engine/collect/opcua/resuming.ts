import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import type { RawSession } from './raw-session.ts'
import type { Subscriptions } from './subscriptions.ts'

/** Tries to fetch what was sent meanwhile before the subscriptions are given up. */
const triesLimit = 2

/** A server that never answers Republish would keep us out for good: after some tries everything is built anew instead. */
export class Resuming {
  readonly #log: Log
  /** One after the other. */
  #failed = 0

  constructor(log: Log) {
    this.#log = log
  }

  /** False when the subscriptions are to be given up. Rejects when another connection may do better. */
  async resume(subscriptions: Subscriptions, session: RawSession): Promise<boolean> {
    try {
      const isResumed = await subscriptions.resume(session)
      this.#failed = 0
      return isResumed
    } catch (error) {
      if (++this.#failed < triesLimit) throw error
      this.#failed = 0
      this.#log.warn('resume-failed', { cause: causeText(error) })
      return false
    }
  }
}
