import type { Clock } from './kit/clock.ts'
import type { IssueSink } from './observe/issues.ts'
import type { Log } from './observe/log.ts'

/** Older than this software: a PC whose clock battery is empty starts in 1970 or at its BIOS date. */
const earliestMs = Date.UTC(2026, 0, 1)
const subject = 'gateway'
const subjectName = 'Gateway'

/** Tells the operator about a wall clock that was set or that can not be right; values without own time carry its time. */
export class ClockWatch {
  readonly #clock: Clock
  readonly #issues: IssueSink
  readonly #log: Log
  #wrong = false

  constructor(clock: Clock, issues: IssueSink, log: Log) {
    this.#clock = clock
    this.#issues = issues
    this.#log = log
  }

  check(): void {
    const wrong = this.#clock.now() < earliestMs
    if (wrong === this.#wrong) return
    this.#wrong = wrong
    if (!wrong) {
      this.#issues.clear(subject, 'CLOCK_WRONG')
      return
    }
    const shown = new Date(this.#clock.now()).toISOString().slice(0, 10)
    this.#issues.raise({
      code: 'CLOCK_WRONG',
      severity: 'error',
      subject,
      subjectName,
      message: `The clock of this PC says ${shown}, which can not be right: values without a time of their own arrive with it, and certificates look invalid.`,
      hint: 'Set date and time, and switch on automatic time (NTP). If it comes back after a power cut, replace the clock battery.',
      evidence: shown,
    })
  }

  stepped(ms: number): void {
    this.#log.warn('clock.stepped', { ms: Math.round(ms) })
    const by = words(Math.abs(ms) / 1000)
    this.#issues.raise({
      code: 'CLOCK_STEPPED',
      severity: 'info',
      subject,
      subjectName,
      message: `The clock of this PC was set ${ms > 0 ? 'forward' : 'back'} by ${by}. Values that bring no time of their own ${ms > 0 ? 'show a gap' : 'overlap with earlier ones'} of that length.`,
      hint: 'Nothing is lost and waiting times are not affected. If it happens often, check the time service of this PC.',
      evidence: `${Math.round(ms)} ms`,
    })
    this.check()
  }
}

function words(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} hours`
  return `${Math.round(seconds / 86_400)} days`
}
