import type { UnitsWords } from '../en-units.ts'

export const units: UnitsWords = {
  seconds: (n) => `${n} s`,
  minutes: (n) => `${n} min`,
  hours: (n) => `${n} h`,
  days: (n) => `${n} d`,
  milliseconds: (n) => `${n} ms`,
  overAYear: '> 1 Jahr',
  never: 'nie',
}
