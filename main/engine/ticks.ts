import type { Clock } from './kit/clock.ts'
import { Cleanup } from './kit/lifecycle.ts'

export interface Ticks {
  second(): void
  /** At most 4 per second. */
  status(): void
  halfMinute(): void
  /** The process did not run for `ms`: sleep, a stopped virtual machine. */
  woke(ms: number): void
}

const statusMs = 500
/** A tick this late was not a busy moment but sleep. */
const sleepMs = 10_000

/** The engine's regular work; returns the undo of all of it. */
export function startTicks(clock: Clock, ticks: Ticks): () => void {
  const cleanup = new Cleanup()
  let last = clock.now()
  cleanup.add(
    clock.every(1000, () => {
      // The monotonic clock stands still during sleep on some systems, so the wall clock tells; it may also have been set.
      const now = clock.now()
      const gap = now - last
      last = now
      if (gap > sleepMs) ticks.woke(gap)
      ticks.second()
    }),
  )
  cleanup.add(clock.every(statusMs, () => ticks.status()))
  cleanup.add(clock.every(30_000, () => ticks.halfMinute()))
  return () => cleanup.run()
}
