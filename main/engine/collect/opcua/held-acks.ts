import type { Mark } from './durable-mark.ts'

// What is committed but not acknowledged yet: where the gateway goes on after its own restart, the server may forget a
// notification only when the mark that covers it is on disk, too.

/** Acknowledgements held back until the marks are on disk; a disk that fails for longer must not fill the memory. */
const heldLimit = 10_000

export class HeldAcks {
  /** By subscription, oldest first. */
  readonly #held = new Map<number, number[]>()
  readonly #acknowledge: (subscriptionId: number, sequenceNumber: number) => void

  constructor(acknowledge: (subscriptionId: number, sequenceNumber: number) => void) {
    this.#acknowledge = acknowledge
  }

  hold(id: number, sequenceNumber: number): void {
    const held = this.#held.get(id) ?? []
    this.#held.set(id, held)
    held.push(sequenceNumber)
    if (held.length > heldLimit) this.#acknowledge(id, held.shift()!)
  }

  /** Sequence numbers wrap around after 4 billion, in which case what is held waits for the next marks. */
  release(marks: ReadonlyMap<number, Mark>): void {
    for (const [id, { sequence: upTo }] of marks) {
      const held = this.#held.get(id)
      if (!held) continue
      const later: number[] = []
      for (const sequence of held) {
        if (sequence <= upTo) this.#acknowledge(id, sequence)
        else later.push(sequence)
      }
      this.#held.set(id, later)
    }
  }
}
