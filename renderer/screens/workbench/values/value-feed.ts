import type { ErrorReport, Result } from '../../../../shared/errors.ts'
import type { Attention } from '../../../api/readers.ts'
import type { LiveValue, ValueStore } from './value-store.ts'

/** Slow enough for a small PLC, fast enough to see a machine move. */
const everyMs = 1000
/** After an answer that took long, the source gets at least as long a rest. */
const restShare = 1
/** What one read may ask for (the contract's limit). */
const keysPerRead = 200
/** A row that has just come on screen is not left empty for a whole period. */
const soonMs = 120

/** Values in the order of the keys; undefined where there is none. */
export type AskValues = (keys: readonly string[]) => Promise<Result<readonly (LiveValue | undefined)[]>>

/**
 * Reads what somebody looks at, about once a second: one request under way, nothing while the window is hidden or nobody
 * looks. More than one request can carry is read in turn.
 */
export class ValueFeed {
  readonly #ask: AskValues
  readonly #store: ValueStore
  readonly #attention: Attention
  readonly #viewers = new Set<() => Iterable<string>>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #asking = false
  #turn = 0
  #undoAttention: (() => void) | undefined
  error: ErrorReport | undefined

  constructor(ask: AskValues, store: ValueStore, attention: Attention) {
    this.#ask = ask
    this.#store = store
    this.#attention = attention
  }

  /** `wants` is asked before every read. Returns the undo. */
  view(wants: () => Iterable<string>): () => void {
    this.#viewers.add(wants)
    this.#undoAttention ??= this.#attention.onChange(() => this.#schedule(0))
    this.#schedule(soonMs)
    return () => {
      this.#viewers.delete(wants)
      if (this.#viewers.size > 0) return
      clearTimeout(this.#timer)
      this.#undoAttention?.()
      this.#undoAttention = undefined
    }
  }

  /** Other rows are on screen. */
  soon(): void {
    this.#schedule(soonMs)
  }

  #schedule(ms: number): void {
    if (this.#asking) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#read(), ms)
  }

  async #read(): Promise<void> {
    if (this.#asking || this.#viewers.size === 0 || !this.#attention.awake()) return
    const keys = this.#nextKeys()
    if (keys.length === 0) return this.#schedule(everyMs)
    this.#asking = true
    const begun = performance.now()
    const result = await this.#ask(keys)
    this.#asking = false
    this.error = result.ok ? undefined : result.error
    if (result.ok) {
      keys.forEach((key, i) => {
        const value = result.value[i]
        if (value) this.#store.put(this.#store.slot(key), value)
      })
      this.#store.settled(Date.now())
    } else this.#store.failed()
    this.#schedule(Math.max(everyMs - (performance.now() - begun), (performance.now() - begun) * restShare, soonMs))
  }

  #nextKeys(): string[] {
    const wanted = [...new Set([...this.#viewers].flatMap((wants) => [...wants()]))]
    if (wanted.length <= keysPerRead) return wanted
    const from = (this.#turn++ * keysPerRead) % wanted.length
    return [...wanted.slice(from), ...wanted.slice(0, from)].slice(0, keysPerRead)
  }
}
