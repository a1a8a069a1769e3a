import { type Words, words } from './locale.ts'

/** Durations and words around times, as short as a table needs them. */
const unitsEnglish = {
  seconds: (n: string) => `${n} s`,
  minutes: (n: string) => `${n} min`,
  hours: (n: string) => `${n} h`,
  days: (n: string) => `${n} d`,
  milliseconds: (n: string) => `${n} ms`,
  overAYear: '> 1 year',
  never: 'never',
} as const

export type UnitsWords = Words<typeof unitsEnglish>
export const unitsText = words('units', unitsEnglish)
