import type { TextValue } from '../../../shared/api/opcua-requests.ts'

// From values of a node's history to a drawable line. Pure.

interface LinePoint {
  readonly ts: number
  readonly value: number
}

/** Runs without a gap: a bad value or one that is no number ends a run, it is never drawn through. */
export type LineRun = readonly LinePoint[]

export interface HistoryLine {
  readonly runs: readonly LineRun[]
  readonly min: number
  readonly max: number
  readonly bad: number
}

/** undefined when there is not one number in it. */
export function lineOf(points: readonly TextValue[]): HistoryLine | undefined {
  const runs: LinePoint[][] = []
  let run: LinePoint[] = []
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let bad = 0
  for (const point of points) {
    const value = numberOf(point)
    if (value === undefined) {
      if (/^bad/i.test(point.quality)) bad += 1
      if (run.length > 0) runs.push(run)
      run = []
      continue
    }
    min = Math.min(min, value)
    max = Math.max(max, value)
    run.push({ ts: point.ts, value })
  }
  if (run.length > 0) runs.push(run)
  return runs.length === 0 ? undefined : { runs, min, max, bad }
}

/**
 * At most four points per column of the drawing (first, lowest, highest, last), so that a peak is never lost and 50,000
 * values draw as fast as 500.
 */
export function thinned(run: LineRun, from: number, to: number, columns: number): LineRun {
  if (run.length <= columns * 4) return run
  const kept: LinePoint[] = []
  let column = -1
  let bucket: LinePoint[] = []
  const flush = (): void => {
    const extremes = new Set<LinePoint>()
    const [first] = bucket
    const last = bucket.at(-1)
    if (!first || !last) return
    let low = first
    let high = first
    for (const point of bucket) {
      if (point.value < low.value) low = point
      if (point.value > high.value) high = point
    }
    for (const point of [first, low, high, last]) extremes.add(point)
    kept.push(...[...extremes].sort((a, b) => a.ts - b.ts))
  }
  for (const point of run) {
    const at = Math.floor(((point.ts - from) / Math.max(1, to - from)) * columns)
    if (at !== column) {
      flush()
      bucket = []
      column = at
    }
    bucket.push(point)
  }
  flush()
  return kept
}

function numberOf({ value, type, quality }: TextValue): number | undefined {
  if (/^bad/i.test(quality) || value === '') return undefined
  if (type === 'Boolean') return value === 'true' ? 1 : 0
  if (type === 'String' || type === 'DateTime' || type.endsWith('[]')) return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}
