// How far one subscription is safely stored: everything up to `sequence` is committed, later numbers may be. Commits of a
// store that refused values for a while come out of order, hence the queue.

interface Pending {
  readonly sequence: number
  readonly time: number
  done: boolean
}

export interface Mark {
  readonly sequence: number
  /** ms since the epoch by the server's clock: nothing that was reported before is missing. */
  readonly time: number
}

export class DurableMark {
  #mark: Mark
  readonly #pending: Pending[] = []
  readonly #bySequence = new Map<number, Pending>()

  constructor(mark: Mark) {
    this.#mark = mark
  }

  get value(): Mark {
    return this.#mark
  }

  taken(sequence: number, time: number): void {
    const pending = { sequence, time, done: false }
    this.#pending.push(pending)
    this.#bySequence.set(sequence, pending)
  }

  settled(sequence: number): void {
    const pending = this.#bySequence.get(sequence)
    if (!pending) return
    pending.done = true
    this.#bySequence.delete(sequence)
    let count = 0
    for (; this.#pending[count]?.done; count++) {
      const { sequence, time } = this.#pending[count]!
      this.#mark = { sequence, time: Math.max(time, this.#mark.time) }
    }
    this.#pending.splice(0, count)
  }

  /** A keep-alive: up to `time` there was nothing more than what was taken. */
  quiet(time: number): void {
    if (this.#pending.length === 0 && time > this.#mark.time) this.#mark = { ...this.#mark, time }
  }
}
