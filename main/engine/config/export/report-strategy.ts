import type { ReportConfig } from '../../../../shared/config/mapping.ts'

export interface Strategy {
  readonly item: { readonly reportStrategy?: { readonly type: string; readonly reportPeriod?: number } }
  /** What the ThingsBoard gateway does otherwise; '' = it does the same. */
  readonly note: string
}

/** The importer and the ThingsBoard gateway take no shorter period. */
const shortestMs = 100

/** When a key passes values on, as a `reportStrategy`. */
export function strategyOf(report: ReportConfig | undefined): Strategy {
  if (!report) return { item: {}, note: '' }
  const { onChange, deadband, atMostEveryMs: most, atLeastEveryMs: least } = report
  const notes = [...(deadband === undefined ? [] : ['any difference counts as a change, there is no deadband'])]
  if (onChange) {
    if (most !== undefined) notes.push('changes are sent as often as they come')
    const item =
      least === undefined ? { type: 'ON_CHANGE' } : { type: 'ON_CHANGE_OR_REPORT_PERIOD', reportPeriod: least }
    return { item: { reportStrategy: item }, note: notes.join('; ') }
  }
  if (most !== undefined) {
    if (least !== most) notes.push('the last value is also repeated when no new one has come')
    const reportPeriod = Math.max(shortestMs, most)
    if (reportPeriod !== most) notes.push(`at most every ${shortestMs} ms`)
    return { item: { reportStrategy: { type: 'ON_REPORT_PERIOD', reportPeriod } }, note: notes.join('; ') }
  }
  if (least !== undefined) notes.push('every value is sent, and none is repeated')
  return { item: {}, note: notes.join('; ') }
}
