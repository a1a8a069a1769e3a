import type { HistoryLine } from './protocol.ts'

export interface HistoryPoint {
  readonly ts: number
  readonly value: number | string
}

type Columns = Omit<HistoryLine, 'device' | 'key'>

/** At most `points` of them, oldest first, over the whole time: numbers keep the extremes of what was merged, texts their changes. */
export function mergePoints(rows: readonly HistoryPoint[], fromMs: number, toMs: number, points: number): Columns {
  const none: Columns = { kind: 'none', ts: [], min: [], max: [], last: [], texts: [] }
  const newest = rows.at(-1)
  if (!newest) return none
  // A key that changed its type is drawn as what it is now.
  if (typeof newest.value === 'string') return { ...none, kind: 'text', ...changesOf(rows, points) }
  const numbers = rows.filter((row): row is { ts: number; value: number } => typeof row.value === 'number')
  return { ...none, kind: 'number', ...bucketsOf(numbers, fromMs, toMs, points) }
}

function bucketsOf(rows: readonly { ts: number; value: number }[], fromMs: number, toMs: number, points: number) {
  const ts: number[] = []
  const min: number[] = []
  const max: number[] = []
  const last: number[] = []
  const width = rows.length <= points ? 0 : Math.max(1, (toMs - fromMs) / points)
  let bucket = -1
  for (const row of rows) {
    const own = width === 0 ? ts.length : Math.min(points - 1, Math.floor((row.ts - fromMs) / width))
    const at = ts.length - 1
    if (own !== bucket || at < 0) {
      bucket = own
      ts.push(row.ts)
      min.push(row.value)
      max.push(row.value)
      last.push(row.value)
      continue
    }
    ts[at] = row.ts
    last[at] = row.value
    if (row.value < (min[at] ?? row.value)) min[at] = row.value
    if (row.value > (max[at] ?? row.value)) max[at] = row.value
  }
  return { ts, min, max, last }
}

function changesOf(rows: readonly HistoryPoint[], points: number): { ts: number[]; texts: string[] } {
  const ts: number[] = []
  const texts: string[] = []
  for (const row of rows) {
    const text = String(row.value)
    if (text === texts.at(-1)) continue
    ts.push(row.ts)
    texts.push(text)
  }
  // The newest states matter; of a text that never repeats only those are shown.
  return { ts: ts.slice(-points), texts: texts.slice(-points) }
}
