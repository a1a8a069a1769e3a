import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Intake } from './intake.ts'
import { type PolledNode, Poller } from './poller.ts'
import type { ServerIssues } from './server-issues.ts'
import type { SessionAccess } from './session-access.ts'
import { Surplus } from './surplus.ts'
import type { TagTable } from './tag-table.ts'

// Whether a server is read in turn instead of subscribed to: by choice, because it can not subscribe, or only until it has
// room for our subscriptions again; and the nodes it has no room for beside those it watches.

/** A server without room for subscriptions is asked again after this. */
const subscribeAgainMs = 60_000

export interface ReadingInTurnOptions {
  readonly config: Pick<OpcuaConnectorConfig, 'mode'>
  readonly tags: TagTable
  readonly intake: Intake
  readonly issues: ServerIssues
  readonly clock: Clock
  /** The session failed while reading. */
  readonly lost: (error: unknown) => void
  /** Tries to subscribe. */
  readonly again: () => void
  /** Nothing was read of these slots since then, ms since the epoch. */
  readonly missing: (slots: Iterable<number>, sinceMs: number) => void
}

export class ReadingInTurn {
  readonly #options: ReadingInTurnOptions
  readonly #surplus: Surplus
  #poller: Poller | undefined
  #isStopgap = false
  #isPaused = false
  #undo: () => void = () => {}

  constructor(options: ReadingInTurnOptions) {
    this.#options = options
    this.#surplus = new Surplus(options)
  }

  /** How many nodes are read. */
  get size(): number {
    return this.#poller?.size ?? this.#surplus.size
  }

  /** Of a slot that is read. */
  nodeOf(slot: number): PolledNode | undefined {
    return this.#poller?.nodeOf(slot) ?? this.#surplus.nodeOf(slot)
  }

  /** Undefined while the server is subscribed to. */
  get poller(): Poller | undefined {
    return this.#poller
  }

  /** What is read, be it all nodes or those beside the watched ones, and up to when it is stored. */
  get reading(): Pick<Poller, 'slots' | 'roundAt'> | undefined {
    return this.#poller ?? this.#surplus.poller
  }

  /** There is no use in asking this server for a subscription. */
  get isLasting(): boolean {
    return this.#options.config.mode === 'poll' || (this.#poller !== undefined && !this.#isStopgap)
  }

  pause(paused: boolean): void {
    this.#isPaused = paused
    this.#poller?.pause(paused)
    this.#surplus.pause(paused)
  }

  /** These are not watched for want of room; false where they are not read either. */
  readSurplus(access: SessionAccess, slots: ReadonlySet<number>): Promise<boolean> {
    return this.#surplus.read(access, slots)
  }

  /** The server gave no subscription; `isStopgap`: it may later. */
  refused(isStopgap: boolean): void {
    this.#isStopgap = isStopgap
  }

  /** Reads every node once, then in turn. */
  async begin(access: SessionAccess): Promise<void> {
    const { config, issues, tags, missing } = this.#options
    this.#surplus.end()
    this.#poller ??= new Poller({ ...this.#options, wanted: () => tags.activeSlots() })
    const poller = this.#poller
    poller.pause(this.#isPaused)
    issues.polling(config.mode !== 'poll')
    if (poller.roundAt > 0) missing(poller.slots, poller.roundAt)
    await poller.attach(access)
    this.later()
  }

  /** Another try to subscribe, in a while. */
  later(): void {
    this.#undo()
    if (this.#isStopgap) this.#undo = this.#options.clock.after(subscribeAgainMs, this.#options.again)
  }

  /** Until the connection is back. */
  suspend(): void {
    this.#undo()
    this.#poller?.suspend()
    this.#surplus.suspend()
  }

  /** The server is subscribed to. */
  async end(access: SessionAccess): Promise<void> {
    this.#undo()
    const poller = this.#poller
    this.#poller = undefined
    await poller?.release(access)
    this.#isStopgap = false
    this.#options.issues.subscribed()
  }
}
