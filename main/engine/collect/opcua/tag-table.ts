import type { OpcuaTag } from './tags.ts'

// The tags of one connector and the client handles they have on the server. Tags are only ever added, so that the slot of a
// tag stays what it is; a tag whose node vanished is retired. Handles outlive our process, slots do not: after a restart the
// handles of before are mapped to the slots of now.

/** Slot of a handle nobody has. */
export const noSlot = -1

export class TagTable {
  readonly #tags: OpcuaTag[]
  readonly #retired = new Set<number>()
  /** Slot by handle. */
  #slots: number[] = [noSlot]
  /** Handle by slot, 0 = none yet. */
  #handles: number[] = []

  constructor(tags: readonly OpcuaTag[]) {
    this.#tags = [...tags]
    this.resetHandles()
  }

  get size(): number {
    return this.#tags.length
  }

  /** Tags that should be watched. */
  get active(): number {
    return this.#tags.length - this.#retired.size
  }

  at(slot: number): OpcuaTag | undefined {
    return this.#tags[slot]
  }

  tags(): readonly OpcuaTag[] {
    return this.#tags
  }

  isActive(slot: number): boolean {
    return slot < this.#tags.length && !this.#retired.has(slot)
  }

  activeSlots(): number[] {
    const slots: number[] = []
    for (let slot = 0; slot < this.#tags.length; slot++) if (this.isActive(slot)) slots.push(slot)
    return slots
  }

  /** Returns the slot of the first one. */
  add(tags: readonly OpcuaTag[]): number {
    const first = this.#tags.length
    this.#tags.push(...tags)
    for (let slot = first; slot < this.#tags.length; slot++) this.#giveHandle(slot)
    return first
  }

  retire(slot: number): void {
    this.#retired.add(slot)
  }

  /** The same tag at another node. */
  replace(slot: number, tag: OpcuaTag): void {
    this.#tags[slot] = tag
  }

  revive(slot: number): void {
    this.#retired.delete(slot)
  }

  slotOf(handle: number): number {
    return this.#slots[handle] ?? noSlot
  }

  handleOf(slot: number): number {
    return this.#handles[slot] ?? 0
  }

  /** For subscriptions made anew. */
  resetHandles(): void {
    this.#slots = [noSlot]
    this.#handles = []
    for (let slot = 0; slot < this.#tags.length; slot++) this.#giveHandle(slot)
  }

  /** Handles as they are on the server; every other tag gets one that is free there. */
  restoreHandles(pairs: Iterable<readonly [handle: number, slot: number]>): void {
    this.#slots = [noSlot]
    this.#handles = []
    let highest = 0
    for (const [handle, slot] of pairs) {
      highest = Math.max(highest, handle)
      this.#slots[handle] = slot
      if (slot !== noSlot) this.#handles[slot] = handle
    }
    this.#slots.length = highest + 1
    for (let slot = 0; slot < this.#tags.length; slot++) if (!this.#handles[slot]) this.#giveHandle(slot)
  }

  #giveHandle(slot: number): void {
    this.#handles[slot] = this.#slots.length
    this.#slots.push(slot)
  }
}
