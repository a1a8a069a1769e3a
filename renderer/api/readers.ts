/** When nothing may be asked: hidden window or lost link. */
export interface Attention {
  readonly awake: () => boolean
  readonly onChange: (listener: () => void) => () => void
}

/**
 * Who reads something the engine is asked for again and again. Asking begins with the first reader, at once, goes on when the
 * window is looked at again, and ends with the last one.
 */
export class Readers {
  readonly #attention: Attention
  readonly #ask: () => void
  readonly #rest: () => void
  readonly #listeners = new Set<() => void>()
  #stopAttention: (() => void) | undefined

  /** `rest` is called when nobody reads any more. */
  constructor(attention: Attention, ask: () => void, rest: () => void) {
    this.#attention = attention
    this.#ask = ask
    this.#rest = rest
  }

  /** Returns the undo. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) {
      this.#stopAttention = this.#attention.onChange(() => this.#ask())
      this.#ask()
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#rest()
      this.#stopAttention?.()
    }
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0
  }

  tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
