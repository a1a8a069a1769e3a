import type { Clock } from './clock.ts'
import { type LinkInput, type LinkPolicy, type LinkState, nextLink } from './connection-machine.ts'
import { asGatewayError, type GatewayError } from './gateway-error.ts'

export interface LinkActions {
  /** Makes the connection; rejects with a GatewayError. Afterwards call `link.lost` when it ends. */
  connect(signal: AbortSignal): Promise<void>
  /** Told after every change; `error` is the reason of a wait, `nextTryAt` in ms since the epoch. */
  changed(state: LinkState, error: GatewayError | undefined, nextTryAt: number | undefined): void
}

/** Drives the pure connection machine with a clock: one try at a time, waits between, stops for good. */
export class Link {
  #state: LinkState = { kind: 'idle' }
  #undoWait: () => void = () => {}
  #abort = new AbortController()
  readonly #policy: LinkPolicy
  readonly #clock: Clock
  readonly #actions: LinkActions

  constructor(policy: LinkPolicy, clock: Clock, actions: LinkActions) {
    this.#policy = policy
    this.#clock = clock
    this.#actions = actions
  }

  get state(): LinkState {
    return this.#state
  }

  start(): void {
    this.#feed({ kind: 'start' })
  }

  /** The established connection ended. Safe to call more than once. */
  lost(error: unknown): void {
    this.#fail(error)
  }

  /** Tries now when it is waiting. */
  retry(): void {
    this.#feed({ kind: 'retry' })
  }

  /** No further tries; a running one is aborted. */
  stop(): void {
    this.#abort.abort()
    this.#feed({ kind: 'stop' })
  }

  #fail(error: unknown): void {
    const reason = asGatewayError(error)
    this.#feed({ kind: 'failed', patient: reason.retry !== 'soon', nowMs: this.#clock.monotonic() }, reason)
  }

  #feed(input: LinkInput, error?: GatewayError): void {
    const before = this.#state
    const [state, effect] = nextLink(before, input, this.#policy)
    this.#state = state
    if (state === before) return
    this.#undoWait()
    const nextTryAt = effect?.kind === 'wait' ? this.#clock.now() + effect.delayMs : undefined
    this.#actions.changed(state, error, nextTryAt)
    if (effect?.kind === 'connect') void this.#connect()
    if (effect?.kind === 'wait') this.#undoWait = this.#clock.after(effect.delayMs, () => this.#feed({ kind: 'due' }))
  }

  async #connect(): Promise<void> {
    try {
      await this.#actions.connect(this.#abort.signal)
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#feed({ kind: 'connected', nowMs: this.#clock.monotonic() })
  }
}
