import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import { type PolledNode, Poller, type PollerOptions } from './poller.ts'
import type { RawSession } from './raw-session.ts'
import type { SessionAccess } from './session-access.ts'

// Nodes that the server has no room to watch are read in turn until it has. What is watched beside them stays watched.

export interface SurplusOptions extends Omit<PollerOptions, 'wanted'> {
  readonly config: Pick<OpcuaConnectorConfig, 'mode'>
  /** Nothing was read of these slots since then, ms since the epoch. */
  readonly missing: (slots: Iterable<number>, sinceMs: number) => void
}

export class Surplus {
  readonly #options: SurplusOptions
  #slots: ReadonlySet<number> = new Set()
  #poller: Poller | undefined
  /** Undefined while nothing is read. */
  #session: RawSession | undefined
  #isPaused = false

  constructor(options: SurplusOptions) {
    this.#options = options
  }

  /** How many are read. */
  get size(): number {
    return this.#poller?.size ?? 0
  }

  /** Undefined while nothing is read. */
  get poller(): Poller | undefined {
    return this.#poller
  }

  /** Of a slot that is read. */
  nodeOf(slot: number): PolledNode | undefined {
    return this.#poller?.nodeOf(slot)
  }

  /** From now on these are read, and no others; false when the configuration wants them watched or not at all. */
  async read(access: SessionAccess, slots: ReadonlySet<number>): Promise<boolean> {
    if (this.#options.config.mode !== 'auto') return false
    const poller = this.#poller
    if (slots.size === 0) {
      this.#forget()
      await poller?.release(access)
      return true
    }
    if (this.#session === access.session && isSame(slots, this.#slots)) return true
    if (this.#session !== access.session) this.#tellMissing(slots)
    this.#slots = slots
    this.#session = access.session
    const wanted = () => [...this.#slots].filter((slot) => this.#options.tags.isActive(slot))
    this.#poller ??= new Poller({ ...this.#options, wanted })
    this.#poller.pause(this.#isPaused)
    await this.#poller.attach(access)
    return true
  }

  pause(paused: boolean): void {
    this.#isPaused = paused
    this.#poller?.pause(paused)
  }

  /** Until the connection is back. */
  suspend(): void {
    this.#poller?.suspend()
    this.#session = undefined
  }

  /** Somebody else reads these nodes from now on. */
  end(): void {
    this.suspend()
    this.#tellMissing(this.#slots)
    this.#forget()
  }

  #tellMissing(slots: ReadonlySet<number>): void {
    const poller = this.#poller
    if (poller && poller.roundAt > 0)
      this.#options.missing(
        [...poller.slots].filter((slot) => slots.has(slot)),
        poller.roundAt,
      )
  }

  #forget(): void {
    this.#poller = undefined
    this.#slots = new Set()
    this.#session = undefined
  }
}

function isSame(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  return one.size === other.size && [...one].every((slot) => other.has(slot))
}
