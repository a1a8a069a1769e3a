// A set of keys per source that outlives the window, in localStorage. Broken storage is an empty list, never an error.

const empty: ReadonlySet<string> = new Set()

export class KeptList {
  readonly #storageKey: string
  readonly #limit: number
  readonly #listeners = new Set<() => void>()
  #lists: ReadonlyMap<string, ReadonlySet<string>>

  /** `limit` entries per source. */
  constructor(storageKey: string, limit: number) {
    this.#storageKey = storageKey
    this.#limit = limit
    this.#lists = read(storageKey)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get limit(): number {
    return this.#limit
  }

  /** The same set until it changes. */
  of(sourceId: string): ReadonlySet<string> {
    return this.#lists.get(sourceId) ?? empty
  }

  /** False when not all of them found room. */
  add(sourceId: string, keys: readonly string[]): boolean {
    const list = new Set([...this.of(sourceId), ...keys])
    const kept = [...list].slice(0, this.#limit)
    this.#set(sourceId, new Set(kept))
    return kept.length === list.size
  }

  remove(sourceId: string, keys: readonly string[]): void {
    this.#set(sourceId, new Set([...this.of(sourceId)].filter((key) => !keys.includes(key))))
  }

  toggle(sourceId: string, key: string): void {
    if (this.of(sourceId).has(key)) this.remove(sourceId, [key])
    else this.add(sourceId, [key])
  }

  #set(sourceId: string, list: ReadonlySet<string>): void {
    this.#lists = new Map([...this.#lists, [sourceId, list]])
    const plain = Object.fromEntries([...this.#lists].map(([id, keys]) => [id, [...keys]]))
    try {
      localStorage.setItem(this.#storageKey, JSON.stringify(plain))
    } catch {
      // Full or forbidden: it lasts as long as the window then.
    }
    for (const listener of this.#listeners) listener()
  }
}

function read(storageKey: string): Map<string, ReadonlySet<string>> {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    if (typeof parsed !== 'object' || parsed === null) return new Map()
    return new Map(
      Object.entries(parsed).flatMap(([id, keys]) => (Array.isArray(keys) ? [[id, new Set(keys.map(String))]] : [])),
    )
  } catch {
    return new Map()
  }
}
