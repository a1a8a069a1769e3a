import { type Clock, systemClock } from '../../main/engine/kit/clock.ts'

/** Real time, but whoever waits for `fromMs` or longer waits `factor` times shorter: patience without the test's own. */
export function hurriedClock(factor: number, fromMs = 10_000): Clock {
  return {
    ...systemClock,
    after: (ms, task) => systemClock.after(ms >= fromMs ? ms / factor : ms, task),
  }
}
