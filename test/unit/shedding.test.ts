import { expect, test } from 'vitest'
import { type Load, Shedding } from '../../main/engine/shedding.ts'

const calm: Load = { pressure: false, heapShare: 0.1, tickLateMs: 5 }

test('pictures go first, debug logging second, and both come back only after a calm while', () => {
  const shedding = new Shedding()
  expect(shedding.second(calm)).toBe(0)
  expect(shedding.second({ ...calm, pressure: true })).toBe(1)
  expect(shedding.second({ ...calm, heapShare: 0.9 })).toBe(2)
  expect([1, 2, 3, 4, 5].map(() => shedding.second(calm))).toEqual([2, 2, 2, 2, 0])
})

test('one busy second in between starts the calm anew', () => {
  const shedding = new Shedding()
  shedding.second({ ...calm, tickLateMs: 800 })
  for (let i = 0; i < 4; i++) shedding.second(calm)
  expect(shedding.second({ ...calm, pressure: true })).toBe(1)
  expect([1, 2, 3, 4].map(() => shedding.second(calm))).toEqual([1, 1, 1, 1])
})
