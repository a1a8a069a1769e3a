import { qualityOf } from '../../../../shared/sample.ts'

// What is known of the newest value of each tag, as columns by slot: 100,000 tags, 100,000 values a second.

/** StatusCode, Part 4, 7.39.1: InfoType DataValue and the Overflow bit. */
const overflowBits = 0x480

const unknown = 0
const good = 1
const notGood = 2

/** ms since the epoch. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export class TagStates {
  /** unknown, good, notGood. */
  #states: Uint8Array
  /** Timestamp of the newest value, ms since the epoch, 0 = none since the start. */
  #newest: Float64Array
  #statuses: Uint32Array
  #goodCount = 0
  #overflows = 0
  /** By slot: between these two values some are missing. */
  #overflowed = new Map<number, Span>()

  constructor(size: number) {
    this.#states = new Uint8Array(size)
    this.#newest = new Float64Array(size)
    this.#statuses = new Uint32Array(size)
  }

  get goodCount(): number {
    return this.#goodCount
  }

  /** Values the server threw away because its queue was full, since the last call. */
  takeOverflows(): number {
    const count = this.#overflows
    this.#overflows = 0
    return count
  }

  /** Where values were thrown away, since the last call. */
  takeOverflowed(): ReadonlyMap<number, Span> {
    const spans = this.#overflowed
    if (spans.size > 0) this.#overflowed = new Map()
    return spans
  }

  /** ms since the epoch, 0 = no value yet. */
  newestOf(slot: number): number {
    return this.#newest[slot] ?? 0
  }

  /** StatusCode of the newest value; undefined before the first one. */
  statusOf(slot: number): number | undefined {
    return this.#states[slot] ? this.#statuses[slot] : undefined
  }

  grow(size: number): void {
    if (size <= this.#states.length) return
    const room = Math.max(size, this.#states.length * 2)
    this.#states = grown(this.#states, new Uint8Array(room))
    this.#newest = grown(this.#newest, new Float64Array(room))
    this.#statuses = grown(this.#statuses, new Uint32Array(room))
  }

  /** The newest value of a slot; good after good, by far the most, costs one comparison. */
  note(slot: number, statusCode: number, ts: number): void {
    if (statusCode !== 0 || this.#states[slot] !== good) this.#noteStatus(slot, statusCode, ts)
    this.#newest[slot] = ts
  }

  forgetSlot(slot: number): void {
    if (this.#states[slot] === good) this.#goodCount--
    this.#states[slot] = unknown
  }

  forget(): void {
    this.#states.fill(unknown)
    this.#goodCount = 0
  }

  #noteStatus(slot: number, statusCode: number, ts: number): void {
    this.#statuses[slot] = statusCode
    if ((statusCode & overflowBits) === overflowBits) this.#noteOverflow(slot, ts)
    const state = qualityOf(statusCode) === 'good' ? good : notGood
    const before = this.#states[slot]
    if (state === before) return
    if (state === good) this.#goodCount++
    else if (before === good) this.#goodCount--
    this.#states[slot] = state
  }

  #noteOverflow(slot: number, ts: number): void {
    this.#overflows++
    const before = this.#overflowed.get(slot)
    const from = before?.fromMs ?? (this.#newest[slot] || ts)
    this.#overflowed.set(slot, { fromMs: Math.min(from, ts), toMs: Math.max(before?.toMs ?? ts, ts) })
  }
}

function grown<T extends Uint8Array | Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
