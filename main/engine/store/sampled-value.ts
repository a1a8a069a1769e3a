import type { Observable } from '../kit/observable.ts'

/** An observable whose value is worked out when somebody looks, so it is always exact; listeners hear of it at `publish`. */
export class SampledValue<T> implements Observable<T> {
  readonly #read: () => T
  readonly #listeners = new Set<(value: T) => void>()

  constructor(read: () => T) {
    this.#read = read
  }

  get value(): T {
    return this.#read()
  }

  subscribe(listener: (value: T) => void): () => void {
    this.#listeners.add(listener)
    listener(this.#read())
    return () => this.#listeners.delete(listener)
  }

  publish(): void {
    if (this.#listeners.size === 0) return
    const value = this.#read()
    for (const listener of [...this.#listeners]) listener(value)
  }
}
