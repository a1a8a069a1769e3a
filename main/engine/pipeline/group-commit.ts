import type { Clock } from '../kit/clock.ts'
import { failpoint } from '../kit/failpoint.ts'
import { asGatewayError, GatewayError, isGatewayError } from '../kit/gateway-error.ts'
import { ObservableValue } from '../kit/observable.ts'
import type { AppendOutcome, Datapoint, Store } from './stages.ts'

// Group commit: one fsync for everything that arrived while the last one ran. Promise to the callers: `add` resolves after
// the COMMIT that holds their datapoints, in the order of `add`, and rejects only when the store is broken or closing. At most
// one append is under way; what arrives meanwhile waits in the next group. When the store is full or the disk is, the group
// waits with everything behind it: nothing is acknowledged upstream, nothing is thrown away here.

/** Datapoints in memory (waiting or being committed) at which sources are asked to pause, and at which they may go on. */
export const pressureHigh = 100_000
const pressureLow = 25_000
/** Sources that ignore the pressure are refused beyond this: about 200 bytes each. */
const pendingLimit = 1_000_000
/** A group this large is committed at once: about 20 chunks, some 10 ms of work for the store. */
const groupLimit = 20_000
/** Between tries while the store is full or the disk is. */
const retryMs = 500

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: GatewayError) => void
}

export interface GroupCommitOptions {
  readonly store: Store
  readonly clock: Clock
  readonly commitIntervalMs: number
}

export class GroupCommit {
  readonly #options: GroupCommitOptions
  readonly pressure = new ObservableValue(false)
  #datapoints: Datapoint[] = []
  #waiters: Waiter[] = []
  #pending = 0
  #committing: Promise<void> | undefined
  /** The waiting group's time is up; it goes as soon as the present commit is done. */
  #due = false
  #undoTimer: (() => void) | undefined
  #closed: GatewayError | undefined

  constructor(options: GroupCommitOptions) {
    this.#options = options
  }

  /** Datapoints that are not committed yet. */
  get waiting(): number {
    return this.#pending
  }

  /** Takes the array's content (the array itself stays the caller's); resolves after COMMIT. */
  add(datapoints: readonly Datapoint[]): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closed)
    if (this.#pending > pendingLimit) {
      const hint = 'The store does not keep up with the sources: see the Queue stage.'
      return Promise.reject(new GatewayError('BUSY', 'Too many values wait for their commit', { hint }))
    }
    for (const datapoint of datapoints) this.#datapoints.push(datapoint)
    this.#pending += datapoints.length
    this.#updatePressure()
    const done = new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }))
    if (this.#datapoints.length >= groupLimit) this.#flush()
    else this.#undoTimer ??= this.#options.clock.after(this.#options.commitIntervalMs, () => this.#flush())
    return done
  }

  /** Commits what waits; afterwards `add` rejects with STOPPED. */
  async close(): Promise<void> {
    const stopped = new GatewayError('STOPPED', 'The gateway is stopping')
    this.#flush()
    while (this.#committing !== undefined) await this.#committing
    this.#closed ??= stopped
    this.#undoTimer?.()
  }

  /** Ends every wait at once: the store is gone and will not come back in this engine. */
  abort(error: GatewayError): void {
    this.#closed ??= error
    for (const waiter of this.#waiters.splice(0)) waiter.reject(this.#closed)
    this.#datapoints = []
  }

  #flush(): void {
    this.#undoTimer?.()
    this.#undoTimer = undefined
    this.#due = this.#committing !== undefined && this.#waiters.length > 0
    if (this.#committing !== undefined || this.#waiters.length === 0) return
    const datapoints = this.#datapoints
    const waiters = this.#waiters
    this.#datapoints = []
    this.#waiters = []
    this.#committing = this.#commit(datapoints, waiters).finally(() => {
      this.#committing = undefined
      if (this.#due) this.#flush()
    })
  }

  async #commit(datapoints: readonly Datapoint[], waiters: readonly Waiter[]): Promise<void> {
    try {
      if (datapoints.length > 0) await this.#appendWhenPossible(datapoints)
      failpoint('committed')
      for (const waiter of waiters) waiter.resolve()
    } catch (error) {
      const reason = asGatewayError(error)
      for (const waiter of waiters) waiter.reject(reason)
    } finally {
      this.#pending -= datapoints.length
      this.#updatePressure()
    }
  }

  async #appendWhenPossible(datapoints: readonly Datapoint[]): Promise<void> {
    for (;;) {
      if (this.#closed) throw this.#closed
      const outcome = await this.#tryAppend(datapoints)
      if (outcome.kind !== 'full') return
      this.pressure.set(true)
      await new Promise<void>((resolve) => this.#options.clock.after(retryMs, resolve))
    }
  }

  async #tryAppend(datapoints: readonly Datapoint[]): Promise<AppendOutcome> {
    try {
      return await this.#options.store.append(datapoints)
    } catch (error) {
      if (isGatewayError(error, 'STORE_DISK_FULL')) return { kind: 'full' }
      throw error
    }
  }

  #updatePressure(): void {
    if (this.#pending >= pressureHigh) this.pressure.set(true)
    else if (this.#pending <= pressureLow) this.pressure.set(false)
  }
}
