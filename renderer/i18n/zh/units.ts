import type { UnitsWords } from '../en-units.ts'

export const units: UnitsWords = {
  seconds: (n) => `${n} 秒`,
  minutes: (n) => `${n} 分钟`,
  hours: (n) => `${n} 小时`,
  days: (n) => `${n} 天`,
  milliseconds: (n) => `${n} ms`,
  overAYear: '> 1 年',
  never: '从未',
}
