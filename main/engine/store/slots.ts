/*
 * Who has which chunk. A chunk that the store's thread hands to the engine's half (sealed after its commit, or read ahead) gets
 * a slot: one byte shared by both threads. The engine moves it from `offered` to `taken` before it sends the chunk; the thread
 * moves it from `offered` to `dropped` before it gives the chunk up. Both by compare-and-exchange, so nothing in flight is ever
 * dropped, and nothing dropped is ever sent. Chunks without a slot are the thread's alone. A slot is free again when the chunk
 * was settled, or when the engine says that it has let go of it.
 */
export type Slots = Int8Array<SharedArrayBuffer>

const offered = 0
const taken = 1
const dropped = 2

/** The uplink has 262,144 values in flight at most, the cache holds 65,536 chunks: one slot each and as many again. */
const slotCount = 1 << 20

export const makeSlots = (): SharedArrayBuffer => new SharedArrayBuffer(slotCount)

/** The engine's side. False: the thread gave it up. */
export function takeSlot(slots: Slots, slot: number): boolean {
  return Atomics.compareExchange(slots, slot, offered, taken) === offered
}

/** The engine's side: given back, so that the thread may drop it again. */
export function offerSlot(slots: Slots, slot: number): void {
  Atomics.store(slots, slot, offered)
}

/** The thread's side. */
export class HandedChunks {
  readonly #slots: Slots
  readonly #slotOf = new Map<number, number>()
  readonly #seqOf = new Map<number, number>()
  readonly #free: number[] = []
  #used = 0

  constructor(slots: Slots) {
    this.#slots = slots
  }

  has(seq: number): boolean {
    return this.#slotOf.has(seq)
  }

  /** A slot for a chunk that is about to be handed over; undefined when all are in use or it was handed over already. */
  offer(seq: number): number | undefined {
    if (this.#slotOf.has(seq)) return undefined
    const slot = this.#free.pop() ?? (this.#used < slotCount ? this.#used++ : undefined)
    if (slot === undefined) return undefined
    Atomics.store(this.#slots, slot, offered)
    this.#slotOf.set(seq, slot)
    this.#seqOf.set(slot, seq)
    return slot
  }

  /** The engine reads what it was given before and has lost: a new slot, unless it is being sent. The old one is not used again. */
  offerAgain(seq: number): number | undefined {
    const before = this.#slotOf.get(seq)
    if (before !== undefined) {
      if (!this.claim(seq)) return undefined
      this.#slotOf.delete(seq)
      this.#seqOf.delete(before)
    }
    return this.offer(seq)
  }

  isTaken(seq: number): boolean {
    const slot = this.#slotOf.get(seq)
    return slot !== undefined && Atomics.load(this.#slots, slot) === taken
  }

  /** False when the engine has taken it. */
  claim(seq: number): boolean {
    const slot = this.#slotOf.get(seq)
    if (slot === undefined) return true
    const before = Atomics.compareExchange(this.#slots, slot, offered, dropped)
    return before !== taken
  }

  /** It was settled: the engine has no use for it any more. */
  settled(seq: number): void {
    const slot = this.#slotOf.get(seq)
    if (slot !== undefined) this.#release(slot)
  }

  /** The engine has let go of these. */
  forget(slots: readonly number[]): void {
    for (const slot of slots) this.#release(slot)
  }

  #release(slot: number): void {
    const seq = this.#seqOf.get(slot)
    if (seq === undefined) return
    this.#seqOf.delete(slot)
    this.#slotOf.delete(seq)
    this.#free.push(slot)
  }
}
