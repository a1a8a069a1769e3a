/** Added at once to a subscription that is full already, because the server gives no other. */
const sharedItems = 1000

/** How many items each subscription has, and which one has room. */
export class ItemRoom {
  readonly #sizes = new Map<number, number>()

  get ids(): number[] {
    return [...this.#sizes.keys()]
  }

  set(id: number, size: number): void {
    this.#sizes.set(id, size)
  }

  added(id: number, count: number): void {
    this.#sizes.set(id, (this.#sizes.get(id) ?? 0) + count)
  }

  removed(id: number, count: number): void {
    const size = this.#sizes.get(id)
    if (size !== undefined) this.#sizes.set(id, Math.max(0, size - count))
  }

  /** A subscription that is not full, and how many items go on it. */
  free(itemsPerSubscription: number): readonly [id: number, room: number] | undefined {
    for (const [id, size] of this.#sizes) if (size < itemsPerSubscription) return [id, itemsPerSubscription - size]
    return undefined
  }

  /** The smallest one, where the server gives no further subscription. */
  shared(): readonly [id: number, room: number] | undefined {
    const [smallest] = [...this.#sizes].sort(([, a], [, b]) => a - b)
    return smallest && [smallest[0], sharedItems]
  }
}
