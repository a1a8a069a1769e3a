import type { ErrorReport, Result } from '../../shared/errors.ts'
import { type Attention, Readers } from './readers.ts'

export interface LiveQuerySnapshot<T> {
  /** The last good answer, kept through errors so that the screen shows what was known. */
  readonly value: T | undefined
  readonly error: ErrorReport | undefined
  /** ms since the epoch of the last good answer; 0 = none yet. */
  readonly at: number
}

/**
 * One question that is asked again while somebody looks: starts with the first subscriber, stops with the last, asks
 * nothing while hidden or offline, and never has two requests of its own under way.
 */
export class LiveQuery<T> {
  readonly #ask: () => Promise<Result<T>>
  readonly #everyMs: number
  readonly #attention: Attention
  readonly #readers: Readers
  readonly subscribe: Readers['subscribe']
  #snapshot: LiveQuerySnapshot<T> = { value: undefined, error: undefined, at: 0 }
  #timer: ReturnType<typeof setTimeout> | undefined
  #asking = false
  #askAgain = false

  /** `everyMs` 0 = ask once and then only on `refresh()`. */
  constructor(ask: () => Promise<Result<T>>, everyMs: number, attention: Attention) {
    this.#ask = ask
    this.#everyMs = everyMs
    this.#attention = attention
    this.#readers = new Readers(
      attention,
      () => this.refresh(),
      () => clearTimeout(this.#timer),
    )
    this.subscribe = this.#readers.subscribe
  }

  readonly snapshot = (): LiveQuerySnapshot<T> => this.#snapshot

  refresh(): void {
    if (this.#asking) {
      this.#askAgain = true
      return
    }
    if (this.#readers.isEmpty || !this.#attention.awake()) return
    clearTimeout(this.#timer)
    this.#asking = true
    void this.#ask().then((result) => this.#answered(result))
  }

  #answered(result: Result<T>): void {
    this.#asking = false
    this.#snapshot = result.ok
      ? { value: result.value, error: undefined, at: Date.now() }
      : { ...this.#snapshot, error: result.error }
    this.#readers.tell()
    if (this.#askAgain) {
      this.#askAgain = false
      this.refresh()
    } else if (this.#everyMs > 0 && !this.#readers.isEmpty) {
      this.#timer = setTimeout(() => this.refresh(), this.#everyMs)
    }
  }
}
