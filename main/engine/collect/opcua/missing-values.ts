import type { Clock } from '../../kit/clock.ts'
import type { Log } from '../../observe/log.ts'
import type { Backfill } from './backfill.ts'
import type { Kept } from './kept.ts'
import type { SessionAccess } from './session-access.ts'

// What went missing with subscriptions that were given up, until a new session can have it read from the history, or
// declared; and what was lost on its way while a subscription lives.

const forgotten = 'the server had forgotten our subscriptions'
const notRunning = 'the gateway did not run, and the server did not hand the subscriptions over'
export const causes = {
  polled: 'the connection was away, and a server that is polled keeps nothing for us',
  notPolled: 'the gateway did not run, and a server that is polled keeps nothing for us',
  unwatched: 'the connection was away, and what a server has no room to watch it does not keep for us',
} as const

export interface MissingValuesOptions {
  readonly backfill: Backfill
  readonly clock: Clock
  readonly log: Log
}

export class MissingValues {
  readonly #options: MissingValuesOptions
  /** By slot: until when values are complete. */
  readonly #until = new Map<number, number>()
  #cause = forgotten

  constructor(options: MissingValuesOptions) {
    this.#options = options
  }

  /** True while something is missing that was not handed on to be filled. */
  get isOpen(): boolean {
    return this.#until.size > 0
  }

  /** These subscriptions are given up: everything they watch is missing from where they were complete. */
  givenUp({ subscriptions, nodes, session }: Kept): void {
    this.#cause = session ? forgotten : notRunning
    const until = subscriptions.completeUntil()
    for (const [slot, { granted }] of nodes.items) {
      const time = until.get(granted.subscriptionId) ?? 0
      this.#until.set(slot, Math.min(this.#until.get(slot) ?? time, time))
    }
  }

  /** Of nodes that are read in turn: since the last round. */
  since(slots: Iterable<number>, fromMs: number): void {
    for (const slot of slots) this.#until.set(slot, fromMs)
  }

  /** Everything is watched anew: what happened between is read from the history, or declared missing. */
  async account(access: SessionAccess, cause = this.#cause): Promise<void> {
    if (this.#until.size === 0) return
    const toMs = (await access.readServerTime()) ?? this.#options.clock.now()
    const slots = new Map(this.#until)
    this.#until.clear()
    this.#options.backfill.add({
      slots,
      toMs,
      cause,
      hint: 'Nothing to do if the server was restarted. Otherwise raise the lifetime above the longest outage.',
    })
  }

  /** Notifications the server no longer had when they were asked for again. */
  onTheirWay(kept: Kept | undefined, id: number, messages: number, evidence: string, fromMs: number, toMs: number) {
    const { log, backfill } = this.#options
    log.warn('notifications-lost', { messages, evidence })
    const slots = new Map<number, number>()
    for (const [slot, { granted }] of kept?.nodes.items ?? [])
      if (granted.subscriptionId === id) slots.set(slot, fromMs)
    backfill.add({
      slots,
      toMs,
      cause: `${messages} notifications were lost on their way`,
      hint: 'Look for a slow network or an overloaded server.',
    })
  }
}
