import type { DeviceRow, KeyRow } from '../../../shared/api/contract.ts'
import { pageLimit } from '../../../shared/api/page.ts'
import { qualityOf } from '../../../shared/sample.ts'
import type { LiveDevice, LiveSeries, SeriesRegistry } from '../pipeline/series.ts'
import type { TagPage } from '../pipeline/stages.ts'

// Devices and keys with their last values, read from the slots of the series. Pages only: 100,000 devices are possible.

/** A value longer than this is cut in tables; the device view shows no more either, it is for looking, not for export. */
const valueTextLimit = 200

export interface DevicePage {
  readonly total: number
  readonly rows: DeviceRow[]
}

/** Sorted by name; `filter` matches name and profile, case-insensitively. */
export function devicePage(
  registry: SeriesRegistry,
  query: { offset: number; limit: number; filter: string },
  now: number,
): DevicePage {
  const wanted = query.filter.toLowerCase()
  const matches: LiveDevice[] = []
  for (const device of registry.devices()) {
    if (!wanted || device.name.toLowerCase().includes(wanted) || device.profile.toLowerCase().includes(wanted))
      matches.push(device)
  }
  matches.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return {
    total: matches.length,
    rows: matches.slice(query.offset, query.offset + query.limit).map((d) => deviceRow(d, now)),
  }
}

export function deviceKeys(device: LiveDevice): KeyRow[] {
  return device.series.slice(0, pageLimit).map((series) => ({
    key: series.key,
    kind: series.kind,
    type: series.count > 0 ? series.lastType : '',
    value: valueText(series),
    unit: series.unit,
    ts: series.lastTs,
    deliveredAt: series.deliveredAt,
    quality: series.count > 0 || series.lastStatusCode !== 0 ? qualityOf(series.lastStatusCode) : '',
    count: series.count,
  }))
}

/** Rows of tags with the newest value of the series each feeds. */
export function withValues(registry: SeriesRegistry, page: TagPage): TagPage {
  const known = new Map<string, Map<string, LiveSeries>>()
  const seriesOf = (name: string, key: string): LiveSeries | undefined => {
    let keys = known.get(name)
    if (!keys) {
      keys = new Map(registry.device(name)?.series.map((series) => [series.key, series]))
      known.set(name, keys)
    }
    return keys.get(key)
  }
  const rows = page.rows.map((row) => {
    const series = seriesOf(row.device, row.key)
    return series && series.count > 0 ? { ...row, value: `${valueText(series)} ${series.unit}`.trim() } : row
  })
  return { total: page.total, rows }
}

export function deviceRow(device: LiveDevice, now: number): DeviceRow {
  let newest: LiveSeries | undefined
  let delivered = 0
  let badKeys = 0
  for (const series of device.series) {
    if (series.count > 0 && (!newest || series.lastTs > newest.lastTs)) newest = series
    if (series.deliveredAt > delivered) delivered = series.deliveredAt
    if (qualityOf(series.lastStatusCode) === 'bad') badKeys++
  }
  return {
    name: device.name,
    profile: device.profile,
    connectorId: device.connectorId,
    keys: device.series.length,
    lastKey: newest?.key ?? '',
    lastValue: newest ? valueText(newest) : '',
    lastTs: newest?.lastTs ?? 0,
    lastDeliveredAt: delivered,
    valuesPerMinute: perMinute(device, now),
    badKeys,
  }
}

export function valueText({ lastValue, count }: LiveSeries): string {
  if (count === 0) return ''
  const text = String(lastValue)
  return text.length > valueTextLimit ? `${text.slice(0, valueTextLimit)}…` : text
}

/** Remembered per device between two looks: count and moment of the last one at least `rateWindowMs` old. */
const marks = new WeakMap<LiveDevice, { at: number; count: number; perMinute: number | undefined }>()
const rateWindowMs = 5000

function perMinute(device: LiveDevice, now: number): number | undefined {
  let count = 0
  for (const series of device.series) count += series.count
  const mark = marks.get(device)
  if (!mark) {
    marks.set(device, { at: now, count, perMinute: undefined })
    return undefined
  }
  const elapsed = now - mark.at
  if (elapsed < rateWindowMs) return mark.perMinute
  const rate = Math.round(((count - mark.count) * 60_000) / elapsed)
  marks.set(device, { at: now, count, perMinute: rate })
  return rate
}
