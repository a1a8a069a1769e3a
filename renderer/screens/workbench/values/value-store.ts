// Live values, outside of React: a plain store keyed by small integers and one painter per animation frame that writes the
// text of what is on screen and touches nothing else.

export const quality = { none: 0, good: 1, uncertain: 2, bad: 3 } as const

/** Values kept of rows that were looked at: about forty screens. The oldest go first. */
const defaultCapacity = 2048
/** Points a sparkline shows. */
const trailLength = 120
/** A change is shown by a fading background at most this often (three flashes a second at most, WCAG 2.2, 2.3.1). */
const flashEveryMs = 400

export interface LiveValue {
  readonly text: string
  readonly quality: number
  /** Name of the StatusCode, empty while there is none. */
  readonly status: string
  readonly type: string
  /** ms since the epoch, by the server. */
  readonly ts: number
}

const nothing: LiveValue = { text: '', quality: quality.none, status: '', type: '', ts: 0 }

/** A place on screen that shows one value. */
interface Cell {
  key: string
  readonly element: HTMLElement
  shown: LiveValue | undefined
  flashedAt: number
}

/** The last numbers of one key, oldest first. */
export interface Trail {
  readonly times: number[]
  readonly values: (number | null)[]
}

export class ValueStore {
  readonly #capacity: number
  readonly #slots = new Map<string, number>()
  readonly #free: number[] = []
  readonly #values: LiveValue[] = []
  readonly #held = new Map<number, LiveValue>()
  readonly #cells = new Set<Cell>()
  readonly #trails = new Map<string, Trail & { users: number }>()
  readonly #listeners = new Set<() => void>()
  #heldChanges = 0
  #isPaused = false
  #isStale = false
  #frame = 0
  #version = 0

  constructor(capacity = defaultCapacity) {
    this.#capacity = capacity
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly version = (): number => this.#version

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Changes that came while nothing was shown. */
  get heldChanges(): number {
    return this.#heldChanges
  }

  get isStale(): boolean {
    return this.#isStale
  }

  get(key: string): LiveValue {
    const slot = this.#slots.get(key)
    return slot === undefined ? nothing : (this.#values[slot] ?? nothing)
  }

  /** The number a key goes by; taken from the one not asked for longest when there are too many. */
  slot(key: string): number {
    const known = this.#slots.get(key)
    if (known !== undefined) return known
    if (this.#slots.size >= this.#capacity) this.#forgetOldest()
    const slot = this.#free.pop() ?? this.#values.length
    this.#slots.set(key, slot)
    this.#values[slot] = nothing
    return slot
  }

  put(slot: number, value: LiveValue): void {
    const before = (this.#isPaused ? this.#held.get(slot) : undefined) ?? this.#values[slot]
    if (before && before.text === value.text && before.ts === value.ts && before.status === value.status) return
    if (this.#isPaused) {
      this.#held.set(slot, value)
      this.#heldChanges += 1
    } else this.#values[slot] = value
    this.#paintSoon()
  }

  /** Once per answer of the source: records the trails and tells who shows more than text. */
  settled(now: number): void {
    if (!this.#isPaused) {
      for (const [key, trail] of this.#trails) {
        trail.times.push(now)
        trail.values.push(numberOf(this.get(key)))
        if (trail.times.length > trailLength) {
          trail.times.shift()
          trail.values.shift()
        }
      }
    }
    this.#setStale(false)
    this.#changed()
  }

  /** The source does not answer: what is shown is what was known. */
  failed(): void {
    this.#setStale(true)
    this.#changed()
  }

  pause(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return
    this.#isPaused = isPaused
    for (const [slot, value] of this.#held) this.#values[slot] = value
    this.#held.clear()
    this.#heldChanges = 0
    this.#paintSoon()
    this.#changed()
  }

  /** Records the last numbers of a key until the undo is called. */
  follow(key: string): () => void {
    const trail = this.#trails.get(key) ?? { times: [], values: [], users: 0 }
    trail.users += 1
    this.#trails.set(key, trail)
    return () => {
      trail.users -= 1
      if (trail.users === 0) this.#trails.delete(key)
    }
  }

  trail(key: string): Trail | undefined {
    return this.#trails.get(key)
  }

  /** Shows the value of a key in an element from now on; returns the undo. */
  show(element: HTMLElement, key: string): () => void {
    const cell: Cell = { key, element, shown: undefined, flashedAt: 0 }
    this.#cells.add(cell)
    this.#paint(cell, performance.now(), false)
    return () => this.#cells.delete(cell)
  }

  #setStale(isStale: boolean): void {
    if (isStale === this.#isStale) return
    this.#isStale = isStale
    for (const cell of this.#cells) cell.shown = undefined
    this.#paintSoon()
  }

  #paintSoon(): void {
    if (this.#frame === 0 && this.#cells.size > 0) this.#frame = requestAnimationFrame((now) => this.#paintAll(now))
  }

  #paintAll(now: number): void {
    this.#frame = 0
    for (const cell of this.#cells) this.#paint(cell, now, true)
  }

  #paint(cell: Cell, now: number, flashes: boolean): void {
    const value = this.get(cell.key)
    if (value === cell.shown) return
    const { element } = cell
    element.textContent = value.text
    const mark = value.quality === quality.bad ? 'bad' : value.quality === quality.uncertain ? 'uncertain' : ''
    element.dataset['mark'] = this.#isStale && value.quality !== quality.none ? 'stale' : mark
    if (flashes && cell.shown !== undefined && now - cell.flashedAt > flashEveryMs) {
      cell.flashedAt = now
      // Two names for the same animation: the other one starts it again.
      element.dataset['flash'] = element.dataset['flash'] === 'a' ? 'b' : 'a'
    }
    cell.shown = value
  }

  #forgetOldest(): void {
    const shown = new Set([...this.#cells].map((cell) => cell.key))
    for (const [key, slot] of this.#slots) {
      if (shown.has(key) || this.#trails.has(key)) continue
      this.#slots.delete(key)
      this.#held.delete(slot)
      this.#free.push(slot)
      return
    }
  }

  #changed(): void {
    this.#version += 1
    for (const listener of this.#listeners) listener()
  }
}

/** What a line can be drawn of; null leaves a gap. */
export function numberOf({ text, quality: own, type }: LiveValue): number | null {
  if (own === quality.bad || own === quality.none || text === '') return null
  if (text === 'true') return 1
  if (text === 'false') return 0
  if (type === 'String' || type === 'DateTime' || type === 'string' || type.endsWith('[]')) return null
  const number = Number(text)
  return Number.isFinite(number) ? number : null
}

export function qualityOf(status: string): number {
  if (/^good/i.test(status)) return quality.good
  return /^uncertain/i.test(status) ? quality.uncertain : quality.bad
}
