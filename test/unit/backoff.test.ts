import { expect, test } from 'vitest'
import { backoffMs } from '../../main/engine/kit/backoff.ts'

test('never waits longer than the cap nor less than the minimum', () => {
  expect(backoffMs(0, { baseMs: 1000, capMs: 60_000, random: () => 1 })).toBe(1000)
  expect(backoffMs(50, { baseMs: 1000, capMs: 60_000, random: () => 1 })).toBe(60_000)
  expect(backoffMs(3, { baseMs: 1000, capMs: 60_000, random: () => 0 })).toBe(50)
})
