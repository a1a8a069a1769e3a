import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AccessFeed } from '../../renderer/screens/workbench/source-pane/access-feed.ts'
import { failed, ok } from '../../shared/errors.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const attention = { awake: () => true, onChange: () => () => {} }
const keys = Array.from({ length: 500 }, (_, n) => `s=${n}`)

function feedOf(answer: (asked: readonly string[]) => boolean = () => true) {
  const asked: (readonly string[])[] = []
  const feed = new AccessFeed(async (some) => {
    asked.push(some)
    if (!answer(some)) return failed({ code: 'TIMEOUT', message: 'no answer', hint: '' })
    return ok(some.map((key) => ({ isWritable: key === 's=1', isHistorizing: false })))
  }, attention)
  feed.subscribe(() => {})
  return { feed, asked }
}

test('rows that came to rest are asked for together, at most 200 at once, and once only', async () => {
  const { feed, asked } = feedOf()
  feed.show(() => keys.slice(0, 50))
  await vi.advanceTimersByTimeAsync(100)
  feed.show(() => keys)
  await vi.advanceTimersByTimeAsync(240)
  expect(asked).toEqual([])
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked.map(({ length }) => length)).toEqual([200, 200, 100])
  feed.show(() => keys)
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked.length).toBe(3)
  expect([feed.of('s=1')?.isWritable, feed.of('s=2')?.isWritable, feed.of('s=900')]).toEqual([true, false, undefined])
})

test('a server that does not answer is left alone for a while', async () => {
  const { feed, asked } = feedOf(() => false)
  feed.show(() => keys.slice(0, 3))
  await vi.advanceTimersByTimeAsync(5000)
  expect(asked.length).toBe(1)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked.length).toBe(2)
})
