import type { Clock } from './clock.ts'

/** A moment on the monotonic clock, in ms; Infinity = no hurry. */
export type Deadline = number

/**
 * Constructors wire and do no I/O. `start` resolves when running, not when connected. `stop` never rejects, respects its
 * deadline and lets go afterwards; a second call returns the first call's promise. A stopped service is not restarted.
 */
export interface Service {
  readonly name: string
  start(): Promise<void>
  stop(deadline: Deadline): Promise<void>
}

type Undo = () => void

/** What has to be undone when its owner ends, last first. Undoing twice does nothing. */
export class Cleanup {
  #undos: Undo[] = []

  /** Registers `undo` and returns it. */
  add(undo: Undo): Undo {
    this.#undos.push(undo)
    return undo
  }

  get size(): number {
    return this.#undos.length
  }

  run(): void {
    for (const undo of this.#undos.splice(0).reverse()) undo()
  }
}

/** Resolves to true when `promise` settles before the deadline, false when the deadline comes first. Never rejects. */
export async function settledBy(promise: Promise<unknown>, deadline: Deadline, clock: Clock): Promise<boolean> {
  if (deadline === Number.POSITIVE_INFINITY) {
    await promise.catch(() => undefined)
    return true
  }
  let undo: Undo = () => {}
  const late = new Promise<boolean>((resolve) => {
    undo = clock.after(Math.max(0, deadline - clock.monotonic()), () => resolve(false))
  })
  const done = promise.then(
    () => true,
    () => true,
  )
  const inTime = await Promise.race([done, late])
  undo()
  return inTime
}

/** Runs `task` at most once; every call returns the same promise. */
export function once<A extends readonly unknown[], T>(task: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let running: Promise<T> | undefined
  return (...args) => {
    running ??= task(...args)
    return running
  }
}
