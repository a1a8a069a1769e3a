import type { StoreStatus } from '../../../shared/status.ts'
import type { Clock } from '../kit/clock.ts'
import { asGatewayError, type GatewayError } from '../kit/gateway-error.ts'
import { type Deadline, settledBy } from '../kit/lifecycle.ts'
import type { Log } from '../observe/log.ts'
import type { FromThread, Opened, OpenOptions } from './protocol.ts'
import type { StoreIssues } from './store-issues.ts'
import { ThreadLink } from './thread-link.ts'
import { stopped, storeDied } from './translate.ts'

interface SessionOptions {
  readonly clock: Clock
  readonly log: Log
  readonly issues: StoreIssues
  onFault(error: GatewayError): void
  message(message: FromThread): void
  /** The state is another one. */
  changed(): void
}

/**
 * The one life of the store's thread: opening, ready or full, closed. From any of them it may go to 'faulted' and stays there:
 * whoever waits is told, and nobody asks it any more.
 */
export class ThreadSession {
  readonly #options: SessionOptions
  #link: ThreadLink | undefined
  #opening: { resolve(opened: Opened): void; reject(error: GatewayError): void } | undefined
  #closed: () => void = () => {}
  #state: StoreStatus['state'] = 'opening'
  #error: GatewayError | undefined
  #nextId = 1

  constructor(options: SessionOptions) {
    this.#options = options
  }

  get state(): StoreStatus['state'] {
    return this.#state
  }

  get error(): GatewayError | undefined {
    return this.#error
  }

  get running(): boolean {
    return this.#state === 'ready' || this.#state === 'full'
  }

  /** In whatever state it is. */
  get link(): ThreadLink | undefined {
    return this.#link
  }

  /** Throws when the store is not open. */
  openLink(): ThreadLink {
    if (this.#state === 'faulted' && this.#error) throw this.#error
    if (!this.#link || !this.running) throw stopped()
    return this.#link
  }

  /** Of requests and batches. */
  nextId(): number {
    return this.#nextId++
  }

  async open(options: OpenOptions, opened: (opened: Opened) => void): Promise<void> {
    const link = new ThreadLink({
      message: this.#options.message,
      died: (reason) => this.fault(storeDied(reason)),
    })
    this.#link = link
    try {
      const answer = await new Promise<Opened>((resolve, reject) => {
        this.#opening = { resolve, reject }
        link.post({ kind: 'open', options })
      })
      opened(answer)
    } catch (error) {
      this.setState('faulted', asGatewayError(error))
      await link.end()
      throw error
    } finally {
      this.#opening = undefined
    }
  }

  async close(deadline: Deadline): Promise<void> {
    const link = this.#link
    const wasRunning = this.running
    if (this.#state !== 'faulted') this.setState('closed')
    if (!link) return
    if (wasRunning) {
      link.expectEnd()
      const closed = new Promise<void>((resolve) => {
        this.#closed = resolve
      })
      link.post({ kind: 'close' })
      const inTime = await settledBy(closed, deadline, this.#options.clock)
      if (!inTime) this.#options.log.warn('store-close-late')
    }
    await link.end()
    link.failAll(stopped())
  }

  opened(opened: Opened): void {
    this.#opening?.resolve(opened)
  }

  notOpened(error: GatewayError): void {
    this.#opening?.reject(error)
  }

  closed(): void {
    this.#closed()
  }

  fault(error: GatewayError): void {
    if (this.#opening) {
      this.#opening.reject(error)
      return
    }
    if (this.#state === 'faulted' || this.#state === 'closed') return
    this.setState('faulted', error)
    this.#options.issues.faulted(error)
    this.#options.log.error('store-faulted', { code: error.code, ...error.detail })
    this.#link?.failAll(error)
    this.#options.onFault(error)
  }

  setState(state: StoreStatus['state'], error?: GatewayError): void {
    if (this.#state === state) return
    this.#state = state
    this.#error = error
    this.#options.changed()
  }
}
