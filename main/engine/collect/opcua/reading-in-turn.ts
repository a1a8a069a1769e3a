import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { Clock } from '../../kit/clock.ts'
import type { SampleSink } from '../../pipeline/stages.ts'
import type { Intake } from './intake.ts'
import { Poller } from './poller.ts'
import type { ServerIssues } from './server-issues.ts'
import type { SessionAccess } from './session-access.ts'
import type { TagTable } from './tag-table.ts'

// Whether a server is read in turn instead of subscribed to: by choice, because it can not subscribe, or only until it has
// room for our subscriptions again.

/** A server without room for subscriptions is asked again after this. */
const subscribeAgainMs = 60_000

export interface ReadingInTurnOptions {
  readonly config: Pick<OpcuaConnectorConfig, 'mode'>
  readonly tags: TagTable
  readonly intake: Intake
  readonly sink: SampleSink
  readonly issues: ServerIssues
  readonly clock: Clock
}

export class ReadingInTurn {
  readonly #options: ReadingInTurnOptions
  readonly #lost: (error: unknown) => void
  /** Tries to subscribe. */
  readonly #again: () => void
  #poller: Poller | undefined
  #isStopgap = false
  #isPaused = false
  #undo: () => void = () => {}

  constructor(options: ReadingInTurnOptions, lost: (error: unknown) => void, again: () => void) {
    this.#options = options
    this.#lost = lost
    this.#again = again
  }

  /** Undefined while the server is subscribed to. */
  get poller(): Poller | undefined {
    return this.#poller
  }

  /** There is no use in asking this server for a subscription. */
  get isLasting(): boolean {
    return this.#options.config.mode === 'poll' || (this.#poller !== undefined && !this.#isStopgap)
  }

  pause(paused: boolean): void {
    this.#isPaused = paused
    this.#poller?.pause(paused)
  }

  /** The server gave no subscription; `isStopgap`: it may later. */
  refused(isStopgap: boolean): void {
    this.#isStopgap = isStopgap
  }

  /** Reads every node once, then in turn. Nodes that were read before have `missing` told since when. */
  async begin(access: SessionAccess, missing: (slots: Iterable<number>, sinceMs: number) => void): Promise<void> {
    const { config, issues } = this.#options
    this.#poller ??= new Poller({ ...this.#options, lost: this.#lost })
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
    if (this.#isStopgap) this.#undo = this.#options.clock.after(subscribeAgainMs, this.#again)
  }

  /** Until the connection is back. */
  suspend(): void {
    this.#undo()
    this.#poller?.suspend()
  }

  /** The server is subscribed to. */
  end(): void {
    this.suspend()
    this.#poller = undefined
    this.#isStopgap = false
    this.#options.issues.subscribed()
  }
}
