import { unitsText as units } from './i18n/en-units.ts'
import { localeTag } from './i18n/locale.ts'

// Numbers, times and sizes as the operator reads them, in the page's language. The caller passes `now`.

export const clockStyles = ['auto', '24', '12'] as const
/** `auto` = as the language has it. */
export type ClockStyle = (typeof clockStyles)[number]

const whole = new Intl.NumberFormat(localeTag(), { maximumFractionDigits: 0 })
const oneDecimal = new Intl.NumberFormat(localeTag(), { maximumFractionDigits: 1 })
const day = new Intl.DateTimeFormat(localeTag(), { day: '2-digit', month: 'short' })
const fullDate = new Intl.DateTimeFormat(localeTag(), { day: '2-digit', month: 'short', year: 'numeric' })
let clock = clockFormat('auto', true)
let minuteClock = clockFormat('auto', false)

/** What is on screen already changes with its next drawing. */
export function setClockStyle(style: ClockStyle): void {
  clock = clockFormat(style, true)
  minuteClock = clockFormat(style, false)
}

function clockFormat(style: ClockStyle, seconds: boolean): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(localeTag(), {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    ...(style === 'auto' ? {} : { hourCycle: style === '24' ? 'h23' : 'h12' }),
  })
}

export const noValue = '–'

export function formatCount(n: number): string {
  return whole.format(n)
}

/** Values per second: one decimal below 10, so that a slow source does not read as 0. */
export function formatRate(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.05) return `< ${oneDecimal.format(0.1)}`
  return perSecond < 10 ? oneDecimal.format(perSecond) : whole.format(perSecond)
}

/** As long as nobody knows there is nothing to say. */
export const rateWords = (rate: number | undefined): string => (rate === undefined ? noValue : formatRate(rate))

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? whole.format(value) : oneDecimal.format(value)} ${units[unit]}`
}

/** Spelt out in the page's language, as it stands behind a field: "hours". */
export function unitName(unit: 'byte' | 'hour'): string {
  const parts = new Intl.NumberFormat(localeTag(), { style: 'unit', unit, unitDisplay: 'long' }).formatToParts(2)
  return parts.find(({ type }) => type === 'unit')?.value.trim() ?? unit
}

/** Two units at most: "12 s", "4 min", "3 h 20 min", "6 d 4 h". */
export function formatDuration(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  if (s < 60) return units.seconds(String(s))
  const minutes = Math.floor(s / 60)
  if (minutes < 60) return units.minutes(String(minutes))
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return two(units.hours, hours, units.minutes, minutes % 60)
  const days = Math.floor(hours / 24)
  if (days > 365) return units.overAYear
  return two(units.days, days, units.hours, hours % 24)
}

type Unit = (n: string) => string

function two(large: Unit, n: number, small: Unit, rest: number): string {
  return rest === 0 ? large(String(n)) : `${large(String(n))} ${small(String(rest))}`
}

export function formatMs(ms: number): string {
  if (ms < 1) return ms === 0 ? units.milliseconds('0') : `< ${units.milliseconds('1')}`
  if (ms < 1000) return units.milliseconds(String(Math.round(ms)))
  return ms < 60_000 ? units.seconds(oneDecimal.format(ms / 1000)) : formatDuration(ms / 1000)
}

/** Age of a moment; 0 and undefined mean "never". Clock differences do not produce negative ages. */
export function formatAge(ts: number | undefined, now: number): string {
  if (!ts) return units.never
  return formatDuration((now - ts) / 1000)
}

/** Time of day; with the date when it is not today. */
export function formatMoment(ts: number | undefined, now: number): string {
  if (!ts) return noValue
  const date = new Date(ts)
  const time = clock.format(date)
  return date.toDateString() === new Date(now).toDateString() ? time : `${day.format(date)} ${time}`
}

/** To the minute; with the date when it is not today. */
export function formatMomentMinute(ts: number, now: number): string {
  const date = new Date(ts)
  const time = minuteClock.format(date)
  return date.toDateString() === new Date(now).toDateString() ? time : `${day.format(date)} ${time}`
}

export function formatMinute(ts: number): string {
  return minuteClock.format(new Date(ts))
}

export function formatMomentMs(ts: number): string {
  const date = new Date(ts)
  return `${clock.format(date)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

export function formatDate(ts: number): string {
  return fullDate.format(new Date(ts))
}
