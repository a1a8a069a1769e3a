import type { ErrorReport, Result } from '../../shared/errors.ts'

export interface LiveQuerySnapshot<T> {
  /** The last good answer, kept through errors so that the screen shows what was known. */
  readonly value: T | undefined
  readonly error: ErrorReport | undefined
  /** ms since the epoch of the last good answer; 0 = none yet. */
  readonly at: number
}

/** When nothing may be asked: hidden window or lost link. */
export interface Attention {
  readonly awake: () => boolean
  readonly onChange: (listener: () => void) => () => void
}

/**
 * One question that is asked again while somebody looks: starts with the first subscriber, stops with the last, asks
 * nothing while hidden or offline, and never has two requests of its own under way.
 */
export class LiveQuery<T> {
  readonly #ask: () => Promise<Result<T>>
  readonly #everyMs: number
  readonly #attention: Attention
  readonly #listeners = new Set<() => void>()
  #snapshot: LiveQuerySnapshot<T> = { value: undefined, error: undefined, at: 0 }
  #timer: ReturnType<typeof setTimeout> | undefined
  #asking = false
  #askAgain = false
  #stopAttention: (() => void) | undefined

  /** `everyMs` 0 = ask once and then only on `refresh()`. */
  constructor(ask: () => Promise<Result<T>>, everyMs: number, attention: Attention) {
    this.#ask = ask
    this.#everyMs = everyMs
    this.#attention = attention
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) {
      this.#stopAttention = this.#attention.onChange(() => this.refresh())
      this.refresh()
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      clearTimeout(this.#timer)
      this.#stopAttention?.()
    }
  }

  readonly snapshot = (): LiveQuerySnapshot<T> => this.#snapshot

  refresh(): void {
    if (this.#asking) {
      this.#askAgain = true
      return
    }
    if (this.#listeners.size === 0 || !this.#attention.awake()) return
    clearTimeout(this.#timer)
    this.#asking = true
    void this.#ask().then((result) => this.#answered(result))
  }

  #answered(result: Result<T>): void {
    this.#asking = false
    this.#snapshot = result.ok
      ? { value: result.value, error: undefined, at: Date.now() }
      : { ...this.#snapshot, error: result.error }
    for (const listener of this.#listeners) listener()
    if (this.#askAgain) {
      this.#askAgain = false
      this.refresh()
    } else if (this.#everyMs > 0 && this.#listeners.size > 0) {
      this.#timer = setTimeout(() => this.refresh(), this.#everyMs)
    }
  }
}
