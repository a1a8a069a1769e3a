import type { Sight } from './oracle.ts'

/** What one run came to. */
export interface Outcome {
  readonly seed: number
  readonly sights: ReadonlySet<Sight>
  readonly rows: number
  readonly arrivals: number
  readonly duplicates: number
  readonly quarantined: number
  readonly dropped: number
  readonly crashes: number
  readonly connections: number
  readonly connectionsPerMinute: number
  readonly simulatedMs: number
  /** Of everything that arrived, in order, and when it ended: two runs of one seed must agree. */
  readonly fingerprint: string
}

/** The most of `times` within one minute. */
export function busiestMinute(times: readonly number[]): number {
  let most = 0
  let first = 0
  times.forEach((ms, i) => {
    while (ms - (times[first] as number) > 60_000) first++
    most = Math.max(most, i - first + 1)
  })
  return most
}
