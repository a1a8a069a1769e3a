/** 2100-01-01: a later time is a broken clock, not a measurement. */
const latest = 4_102_444_800_000

/** Whole milliseconds; a time no clock shows (NaN, before 1970, after 2100) is replaced by the gateway's. */
export function wholeMs(ts: number, receivedAt: number): number {
  return ts > 0 && ts < latest ? Math.floor(ts) : Math.floor(receivedAt)
}

export type TimeFormat = 'ms' | 's' | 'iso'

/** Milliseconds since the epoch, or undefined when `value` is no such time. */
export function parseTime(value: unknown, format: TimeFormat): number | undefined {
  const ms = format === 'iso' ? isoMs(value) : numericMs(value, format === 's' ? 1000 : 1)
  return ms !== undefined && ms > 0 && ms < latest ? Math.floor(ms) : undefined
}

function numericMs(value: unknown, factor: number): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Number) return Number(value) * factor
  return typeof value === 'string' && value.trim() !== '' ? Number(value) * factor : undefined
}

/** ISO 8601 with date; a time without zone is taken as UTC, so that moving the gateway's time zone moves no value. */
function isoMs(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  const match = iso.exec(value.trim())
  if (!match) return undefined
  const [, date, time, zone] = match
  return Date.parse(time === undefined ? `${date}` : `${date}T${time}${zone?.toUpperCase() ?? 'Z'}`)
}

const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s?(Z|z|[+-]\d{2}:\d{2})?)?$/
