// Numbers and times inside sentences of the engine, as a language writes them. Catalogues are made before a language is
// installed, so they name theirs.

export function figuresOf(tag: string) {
  const whole = new Intl.NumberFormat(tag, { maximumFractionDigits: 0 })
  const oneDecimal = new Intl.NumberFormat(tag, { maximumFractionDigits: 1 })
  const units = Object.fromEntries(
    (['second', 'minute', 'hour', 'day'] as const).map((unit) => [
      unit,
      new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }),
    ]),
  )
  const inUnit = (unit: string, value: number): string => units[unit]?.format(Math.max(1, value)) ?? ''
  return {
    count: (n: number): string => whole.format(n),
    /** A rate: one decimal below 10. */
    rate: (n: number): string => (n >= 10 ? whole : oneDecimal).format(n),
    /** Rounded as somebody says it: `3 hours`. */
    duration: (seconds: number): string => {
      if (seconds < 90) return inUnit('second', seconds)
      if (seconds < 5400) return inUnit('minute', seconds / 60)
      return seconds < 172_800 ? inUnit('hour', seconds / 3600) : inUnit('day', seconds / 86_400)
    },
    /** `2027-03-01` as a date of the language. */
    day: (iso: string): string => {
      const at = Date.parse(iso)
      return Number.isNaN(at) ? iso : new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeZone: 'UTC' }).format(at)
    },
  }
}
