import type { Result } from '../../../../shared/errors.ts'
import type { Attention } from '../../../api/readers.ts'

/** What a server allows with a variable and keeps of it. */
export interface NodeAccess {
  readonly isWritable: boolean
  readonly isHistorizing: boolean
}

type AskAccess = (keys: readonly string[]) => Promise<Result<readonly NodeAccess[]>>

/** Whoever scrolls past rows asks about none of them. */
const settleMs = 250
/** Between two questions, and after one that failed. */
const restMs = 100
const failedMs = 10_000
/** What one question may ask for (the contract's limit). */
const keysPerRead = 200
/** Rows whose answer is kept: they change with the server's model only. */
const keptLimit = 100_000

/**
 * Reads once, of the variables that came to rest on screen, whether they can be written and have a history: many in one
 * question, one question under way, nothing while hidden. What was read is kept.
 */
export class AccessFeed {
  readonly #ask: AskAccess
  readonly #attention: Attention
  readonly #known = new Map<string, NodeAccess>()
  readonly #listeners = new Set<() => void>()
  #wants: () => readonly string[] = () => []
  #timer: ReturnType<typeof setTimeout> | undefined
  #isAsking = false
  #version = 0

  constructor(ask: AskAccess, attention: Attention) {
    this.#ask = ask
    this.#attention = attention
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) clearTimeout(this.#timer)
    }
  }

  readonly version = (): number => this.#version

  of(key: string): NodeAccess | undefined {
    return this.#known.get(key)
  }

  /** These variables are on screen now. */
  show(wants: () => readonly string[]): void {
    this.#wants = wants
    this.#schedule(settleMs)
  }

  #schedule(ms: number): void {
    if (this.#isAsking) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#read(), ms)
  }

  async #read(): Promise<void> {
    if (this.#isAsking || this.#listeners.size === 0 || !this.#attention.awake()) return
    const keys = this.#wants()
      .filter((key) => !this.#known.has(key))
      .slice(0, keysPerRead)
    if (keys.length === 0) return
    this.#isAsking = true
    const result = await this.#ask(keys)
    this.#isAsking = false
    if (result.ok) {
      if (this.#known.size > keptLimit) this.#known.clear()
      for (const [i, key] of keys.entries()) {
        const access = result.value[i]
        if (access) this.#known.set(key, access)
      }
      this.#version++
      for (const listener of this.#listeners) listener()
    }
    this.#schedule(result.ok ? restMs : failedMs)
  }
}
