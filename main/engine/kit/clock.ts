/** Time behind an interface, so that tests move it. */
export interface Clock {
  /** Milliseconds since the epoch; may jump. */
  now(): number
  /** Monotonic milliseconds; never jumps back. */
  monotonic(): number
  /** Runs `task` once after `ms`; returns the undo. */
  after(ms: number, task: () => void): () => void
  /** Runs `task` every `ms`; returns the undo. */
  every(ms: number, task: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
  every(ms, task) {
    const timer = setInterval(task, ms)
    return () => clearInterval(timer)
  },
}
