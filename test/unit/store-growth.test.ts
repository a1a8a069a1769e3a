import { expect, test } from 'vitest'
import { Growth } from '../../main/engine/store/growth.ts'

/** One point per second; bytes per second as given, so many seconds each. */
function grown(...phases: readonly (readonly [seconds: number, bytesPerSecond: number])[]): Growth {
  const growth = new Growth()
  let [at, bytes] = [1000, 0]
  growth.add(at, bytes)
  for (const [seconds, rate] of phases) {
    for (let i = 0; i < seconds; i++) {
      at += 1000
      bytes += rate
      growth.add(at, bytes)
    }
  }
  return growth
}

test('steady growth gives the time that is left', () => {
  expect(grown([60, 100]).secondsToFull(12_000)).toBe(60)
  expect(grown([3, 100]).secondsToFull(12_000), 'too early to tell').toBeUndefined()
})

test('ten seconds after growth has stopped, and as soon as it drains, nothing is filling any more', () => {
  expect(grown([60, 100], [11, 0]).secondsToFull(12_000)).toBeUndefined()
  expect(grown([60, 100], [6, -150]).secondsToFull(12_000)).toBeUndefined()
})

test('a slower growth counts at once, not what was before', () => {
  expect(grown([50, 100], [10, 10]).secondsToFull(6100)).toBe(100)
})
