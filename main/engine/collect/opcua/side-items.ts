import type { Log } from '../../observe/log.ts'
import type { EventWatch } from './event-watch.ts'
import { watchModel } from './model-events.ts'
import type { RawSession } from './raw-session.ts'
import type { SessionAccess } from './session-access.ts'

/** What is watched beside the values, once for these subscriptions however often they move: events, and changes of nodes. */
export class SideItems {
  readonly #log: Log
  #modelItem: number | undefined
  #eventsOn: number | undefined

  constructor(log: Log) {
    this.#log = log
  }

  /** Asks to be told when nodes come or go. */
  async watchModel(session: RawSession, subscription: () => Promise<number>): Promise<void> {
    this.#modelItem ??= await watchModel(session, await subscription(), this.#log)
  }

  /** A second time only what could not be watched the first time. */
  async watchEvents(access: SessionAccess, events: EventWatch, subscription: () => Promise<number>): Promise<void> {
    if (events.isEmpty) return
    if (this.#eventsOn !== undefined) return events.resume(access, this.#eventsOn)
    const subscriptionId = await subscription()
    await events.watch(access, subscriptionId)
    this.#eventsOn = subscriptionId
  }
}
