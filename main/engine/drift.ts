/** What three clocks say at one moment. Which of them go on during sleep differs between operating systems. */
export interface Moment {
  readonly wallMs: number
  readonly monotonicMs: number
  /** Since the machine was booted, sleep included (os.uptime). */
  readonly bootMs: number
}

/** A tick this much late was not a busy moment but sleep, a stopped process or a stopped virtual machine. */
const sleepMs = 10_000
/** The wall clock may differ from the others by this much: slewing, and the resolution of the boot clock. */
const stepMs = 2000

/**
 * What happened between two ticks: for how long nothing ran, and by how much the wall clock was set (negative: back). Where
 * the boot clock follows the wall clock (macOS) a clock set forward looks like sleep, which is harmless.
 */
export function driftBetween(before: Moment, after: Moment, tickMs: number): { sleptMs: number; steppedMs: number } {
  const passed = Math.max(after.monotonicMs - before.monotonicMs, after.bootMs - before.bootMs)
  const stepped = after.wallMs - before.wallMs - passed
  const late = passed - tickMs
  return { sleptMs: late > sleepMs ? late : 0, steppedMs: Math.abs(stepped) > stepMs ? stepped : 0 }
}
