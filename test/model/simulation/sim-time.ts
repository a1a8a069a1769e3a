import type { Clock } from '../../../main/engine/kit/clock.ts'

interface Task {
  readonly at: number
  readonly order: number
  readonly run: () => void
  cancelled: boolean
}

/**
 * The time of a simulated world: tasks in a heap by time and order of asking. Between two tasks every promise chain runs to
 * its end, so nothing depends on how fast the machine is.
 */
export class SimTime {
  #wallOffset = 1_700_000_000_000
  #ms = 0
  #order = 0
  readonly #heap: Task[] = []

  get ms(): number {
    return this.#ms
  }

  get wall(): number {
    return this.#wallOffset + this.#ms
  }

  /** Somebody sets the clock of the PC. */
  jumpWall(ms: number): void {
    this.#wallOffset += ms
  }

  after(ms: number, run: () => void): () => void {
    const task: Task = { at: this.#ms + Math.max(0, ms), order: ++this.#order, run, cancelled: false }
    this.#push(task)
    return () => {
      task.cancelled = true
    }
  }

  /** Runs what is due until `end`; `idle` is awaited between two tasks. Stops early when `until` says so. */
  async run(end: number, idle: () => Promise<void>, until: () => boolean = () => false): Promise<void> {
    await idle()
    for (;;) {
      const task = this.#heap[0]
      if (!task || task.at > end || until()) break
      this.#pop()
      if (task.cancelled) continue
      this.#ms = Math.max(this.#ms, task.at)
      task.run()
      await idle()
    }
    if (!until()) this.#ms = Math.max(this.#ms, end)
  }

  #push(task: Task): void {
    const heap = this.#heap
    let i = heap.push(task) - 1
    while (i > 0) {
      const up = (i - 1) >> 1
      if (!before(task, heap[up] as Task)) break
      heap[i] = heap[up] as Task
      i = up
    }
    heap[i] = task
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop() as Task
    if (heap.length === 0) return
    let i = 0
    for (;;) {
      let down = 2 * i + 1
      if (down >= heap.length) break
      if (down + 1 < heap.length && before(heap[down + 1] as Task, heap[down] as Task)) down++
      if (!before(heap[down] as Task, last)) break
      heap[i] = heap[down] as Task
      i = down
    }
    heap[i] = last
  }
}

const before = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** The clock one process sees. After its death none of its timers fires any more. */
export class ProcessClock implements Clock {
  readonly #time: SimTime
  #dead = false

  constructor(time: SimTime) {
    this.#time = time
  }

  get dead(): boolean {
    return this.#dead
  }

  kill(): void {
    this.#dead = true
  }

  now(): number {
    return this.#time.wall
  }

  monotonic(): number {
    return this.#time.ms
  }

  after(ms: number, task: () => void): () => void {
    return this.#time.after(ms, () => {
      if (!this.#dead) task()
    })
  }

  every(ms: number, task: () => void): () => void {
    let undo = () => {}
    const next = () => {
      undo = this.after(ms, () => {
        next()
        task()
      })
    }
    next()
    return () => undo()
  }
}
