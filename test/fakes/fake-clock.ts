import type { Clock } from '../../main/engine/kit/clock.ts'

interface Task {
  readonly at: number
  readonly order: number
  readonly everyMs: number | undefined
  readonly run: () => void
}

/** Time that moves when told. `jump` moves the wall clock alone, as setting the clock or sleep does. */
export class FakeClock implements Clock {
  #wall = 1_700_000_000_000
  #monotonic = 0
  #order = 0
  readonly #tasks = new Map<number, Task>()

  now(): number {
    return this.#wall
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(ms: number, task: () => void): () => void {
    return this.#add(ms, undefined, task)
  }

  every(ms: number, task: () => void): () => void {
    return this.#add(ms, ms, task)
  }

  jump(ms: number): void {
    this.#wall += ms
  }

  get waiting(): number {
    return this.#tasks.size
  }

  /** Moves time by `ms`, runs what is due in order, and lets promises settle in between. */
  async run(ms: number): Promise<void> {
    const end = this.#monotonic + ms
    await settle()
    for (let next = this.#next(end); next; next = this.#next(end)) {
      const [id, task] = next
      this.#moveTo(task.at)
      if (task.everyMs === undefined) this.#tasks.delete(id)
      else this.#tasks.set(id, { ...task, at: task.at + task.everyMs })
      task.run()
      await settle()
    }
    this.#moveTo(end)
  }

  #moveTo(monotonic: number): void {
    this.#wall += monotonic - this.#monotonic
    this.#monotonic = monotonic
  }

  #next(end: number): [number, Task] | undefined {
    let first: [number, Task] | undefined
    for (const entry of this.#tasks) {
      if (entry[1].at > end) continue
      if (!first || entry[1].at < first[1].at || (entry[1].at === first[1].at && entry[1].order < first[1].order))
        first = entry
    }
    return first
  }

  #add(ms: number, everyMs: number | undefined, run: () => void): () => void {
    const id = ++this.#order
    this.#tasks.set(id, { at: this.#monotonic + ms, order: id, everyMs, run })
    return () => this.#tasks.delete(id)
  }
}

/** Enough turns of the microtask queue for chains of a few awaits. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}
