import type { Clock } from '../../kit/clock.ts'
import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { EnumNames } from './enum-names.ts'
import type { Intake } from './intake.ts'
import type { RuleChange, Rules } from './rules.ts'
import type { SessionAccess } from './session-access.ts'
import type { TagTable } from './tag-table.ts'

// When the rules are looked over: before anything is subscribed on a new session, soon after the server says that its nodes
// changed, and from time to time for the servers that never say so.

/** Servers that tell of new nodes tell of many at once. */
const delayMs = 1000

export interface RuleWatchOptions {
  readonly rules: Rules
  readonly tags: TagTable
  readonly intake: () => Intake
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  /** The session of now; undefined while there is none. */
  readonly access: () => SessionAccess | undefined
  /** Tags came or went while connected. */
  readonly changed: (retired: readonly number[]) => Promise<void>
}

export class RuleWatch {
  readonly enums = new EnumNames()
  readonly #options: RuleWatchOptions
  #undo: () => void = () => {}
  #turn: Promise<void> = Promise.resolve()

  constructor(options: RuleWatchOptions) {
    this.#options = options
  }

  /** Tags and enumerations as this session has them. */
  async prepare(access: SessionAccess): Promise<RuleChange> {
    const { rules, tags, intake, log, signal } = this.#options
    const change = await rules.expand(access, signal)
    intake().grow()
    await this.enums.load(access, tags, log)
    for (const slot of change.retired) intake().forgetSlot(slot)
    return change
  }

  /** Soon, once for all changes of the same moment. */
  soon(): void {
    if (this.#options.rules.isEmpty) return
    this.#undo()
    this.#undo = this.#options.clock.after(delayMs, () => {
      this.#turn = this.#turn.then(() => this.#look())
    })
  }

  stop(): void {
    this.#undo()
  }

  async #look(): Promise<void> {
    const access = this.#options.access()
    if (!access || this.#options.signal.aborted) return
    try {
      const { added, retired } = await this.prepare(access)
      if (added > 0 || retired.length > 0) await this.#options.changed(retired)
    } catch (error) {
      // A lost connection says so itself, and the next one looks again.
      this.#options.log.info('rescan-failed', { cause: causeText(error) })
    }
  }
}
