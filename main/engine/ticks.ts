import { uptime } from 'node:os'
import { driftBetween, type Moment } from './drift.ts'
import type { Clock } from './kit/clock.ts'
import { Cleanup } from './kit/lifecycle.ts'

export interface Ticks {
  second(): void
  /** At most 4 per second. */
  status(): void
  halfMinute(): void
  /** The process did not run for `ms`: sleep, a stopped virtual machine. */
  woke(ms: number): void
  /** The wall clock was set by `ms` (negative: back). */
  stepped(ms: number): void
}

const secondMs = 1000
const statusMs = 500

/** The engine's regular work; returns the undo of all of it. */
export function startTicks(clock: Clock, ticks: Ticks, bootMs: () => number = () => uptime() * 1000): () => void {
  const cleanup = new Cleanup()
  const moment = (): Moment => ({ wallMs: clock.now(), monotonicMs: clock.monotonic(), bootMs: bootMs() })
  let last = moment()
  cleanup.add(
    clock.every(secondMs, () => {
      const now = moment()
      const { sleptMs, steppedMs } = driftBetween(last, now, secondMs)
      last = now
      if (sleptMs > 0) ticks.woke(sleptMs)
      if (steppedMs !== 0) ticks.stepped(steppedMs)
      ticks.second()
    }),
  )
  cleanup.add(clock.every(statusMs, () => ticks.status()))
  cleanup.add(clock.every(30_000, () => ticks.halfMinute()))
  return () => cleanup.run()
}
