import type { SeriesKind } from '../../../shared/datapoint.ts'
import type { Clock } from '../kit/clock.ts'

// Which devices and keys the rules of the running sources have made so far: of nodes a selection found, of messages a topic
// brought. For the eyes of an integrator; nothing in the pipe depends on it. In memory only, and bounded.

/** A key that nobody configured by itself. */
export interface MadeKey {
  readonly device: string
  readonly profile: string
  readonly key: string
  readonly kind: SeriesKind
  /** Place of the rule, or topic, in the running configuration of its source. */
  readonly rule: number
  /** Which key of that rule it comes from. */
  readonly part: number
  /** The node, or the topic that brought it first. */
  readonly from: string
}

export interface MadePage {
  /** Another one: the list was made anew, earlier pages mean nothing. */
  readonly generation: number
  readonly total: number
  /** Keys that are collected but not listed. */
  readonly beyond: number
  readonly keys: readonly MadeKey[]
}

/** Listed per source: about 20 MB. A topic template fed with random device names must not fill the memory. */
export const madeLimit = 200_000

export class MadeBook {
  readonly #sources = new Map<string, MadeKeys>()
  /** No generation comes twice, not even over a restart of the engine. */
  #generation: number

  constructor(clock: Pick<Clock, 'now'>) {
    this.#generation = clock.now()
  }

  /** The source starts anew: its rules may be others now. */
  renew(connectorId: string): MadeKeys {
    const keys = new MadeKeys(() => ++this.#generation)
    this.#sources.set(connectorId, keys)
    return keys
  }

  page(connectorId: string, offset: number, limit: number): MadePage {
    return this.#sources.get(connectorId)?.page(offset, limit) ?? { generation: 0, total: 0, beyond: 0, keys: [] }
  }

  /** The first rule of the source that made this key. */
  find(connectorId: string, device: string, key: string): MadeKey | undefined {
    return this.#sources.get(connectorId)?.find(device, key)
  }
}

/** Of one source: a list that only grows, until something went away and it is made anew. */
export class MadeKeys {
  readonly #next: () => number
  #generation: number
  #keys: MadeKey[] = []
  #beyond = 0

  constructor(next: () => number) {
    this.#next = next
    this.#generation = next()
  }

  add(key: MadeKey): void {
    if (this.#keys.length < madeLimit) this.#keys.push(key)
    else this.#beyond++
  }

  /** What is left after some of them went. */
  replace(keys: readonly MadeKey[]): void {
    this.#generation = this.#next()
    this.#keys = keys.slice(0, madeLimit)
    this.#beyond = keys.length - this.#keys.length
  }

  page(offset: number, limit: number): MadePage {
    const keys = this.#keys.slice(offset, offset + limit)
    return { generation: this.#generation, total: this.#keys.length, beyond: this.#beyond, keys }
  }

  find(device: string, key: string): MadeKey | undefined {
    return this.#keys.find((one) => one.key === key && one.device === device)
  }
}
