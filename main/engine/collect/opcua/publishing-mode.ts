import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import type { RawSession } from './raw-session.ts'

/** Whether the server is to send or to keep the values in its queues; one request after the other, the last wish wins. */
export class PublishingMode {
  readonly #log: Log
  #isPaused = false
  /** As the server last confirmed. */
  #isPublishing = true
  #turn: Promise<void> = Promise.resolve()

  constructor(log: Log) {
    this.#log = log
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** False when nothing changes by it. */
  pause(paused: boolean): boolean {
    if (paused === this.#isPaused) return false
    this.#isPaused = paused
    return true
  }

  /** `now` says which subscriptions of which session there are when the turn comes. */
  apply(now: () => { readonly session: RawSession | undefined; readonly ids: number[] }): void {
    this.#turn = this.#turn.then(async () => {
      const { session, ids } = now()
      if (!session || ids.length === 0) return
      const enabled = !this.#isPaused
      try {
        await session.setPublishingMode(enabled, ids)
        if (enabled !== this.#isPublishing) this.#log.info('publishing-mode', { enabled })
        this.#isPublishing = enabled
      } catch (error) {
        // Asked again after the next change or reconnect; values then only come although nobody waits for them.
        this.#log.warn('publishing-mode-refused', { enabled, cause: causeText(error) })
      }
    })
  }
}
