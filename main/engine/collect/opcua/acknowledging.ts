import { DurableMark, type Mark } from './durable-mark.ts'
import { HeldAcks } from './held-acks.ts'

// How far each subscription is committed, and what may be acknowledged: only what is committed, and where a next process is
// to go on from the marks, only once these are on disk.

export interface AcknowledgingOptions {
  /** True: acknowledgements wait until `release` says that the marks were written. */
  readonly holds: boolean
  readonly acknowledge: (subscriptionId: number, sequence: number) => void
}

export class Acknowledging {
  readonly #options: AcknowledgingOptions
  readonly #marks = new Map<number, DurableMark>()
  readonly #held: HeldAcks

  constructor(options: AcknowledgingOptions) {
    this.#options = options
    this.#held = new HeldAcks(options.acknowledge)
  }

  marks(): Map<number, Mark> {
    return new Map([...this.#marks].map(([id, mark]) => [id, mark.value]))
  }

  /** A subscription of which everything up to this mark is stored. */
  add(id: number, after: Mark): void {
    this.#marks.set(id, new DurableMark(after))
  }

  /** Nothing was sent until this time of the server's clock. */
  quiet(id: number, timeMs: number): void {
    this.#marks.get(id)?.quiet(timeMs)
  }

  taken(id: number, sequence: number, timeMs: number): void {
    this.#marks.get(id)?.taken(sequence, timeMs)
  }

  /** The commit that holds it has returned. */
  settled(id: number, sequence: number): void {
    this.#marks.get(id)?.settled(sequence)
    if (this.#options.holds) this.#held.hold(id, sequence)
    else this.#options.acknowledge(id, sequence)
  }

  /** The marks are on disk: what they cover may be acknowledged. */
  release(marks: ReadonlyMap<number, Mark>): void {
    this.#held.release(marks)
  }

  /** What the process before had stored but not acknowledged would stay with the server for ever. */
  stored(id: number, available: readonly number[]): void {
    const stored = this.#marks.get(id)?.value.sequence ?? 0
    for (const sequence of available) if (sequence <= stored) this.#options.acknowledge(id, sequence)
  }
}
