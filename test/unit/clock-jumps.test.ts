import { describe, expect, test } from 'vitest'
import { ClockWatch } from '../../main/engine/clock-watch.ts'
import { driftBetween } from '../../main/engine/drift.ts'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { ArrivalClock } from '../../main/engine/pipeline/arrival-clock.ts'
import { startTicks } from '../../main/engine/ticks.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

const hour = 3_600_000
const zero = { wallMs: 0, monotonicMs: 0, bootMs: 0 }

describe('what three clocks say about one tick', () => {
  test.each([
    ['an ordinary second', { wallMs: 1000, monotonicMs: 1001, bootMs: 1000 }, 0, 0],
    ['a busy moment', { wallMs: 4000, monotonicMs: 4000, bootMs: 4000 }, 0, 0],
    ['a stopped process', { wallMs: 90_000, monotonicMs: 90_000, bootMs: 90_000 }, 89_000, 0],
    [
      'sleep with a monotonic clock that stands still',
      { wallMs: hour, monotonicMs: 1000, bootMs: hour },
      hour - 1000,
      0,
    ],
    ['the clock set forward', { wallMs: hour + 1000, monotonicMs: 1000, bootMs: 1000 }, 0, hour],
    ['the clock set back', { wallMs: 1000 - hour, monotonicMs: 1000, bootMs: 1000 }, 0, -hour],
    ['a time service that slews', { wallMs: 1500, monotonicMs: 1000, bootMs: 1000 }, 0, 0],
    ['sleep, and a clock set afterwards', { wallMs: 3 * hour, monotonicMs: 1000, bootMs: hour }, hour - 1000, 2 * hour],
  ])('%s', (_what, after, sleptMs, steppedMs) => {
    expect(driftBetween(zero, after, 1000)).toEqual({ sleptMs, steppedMs })
  })
})

function ticking() {
  const clock = new FakeClock()
  const seen = { seconds: 0, woke: [] as number[], stepped: [] as number[] }
  startTicks(
    clock,
    {
      second: () => seen.seconds++,
      status: () => {},
      halfMinute: () => {},
      woke: (ms) => seen.woke.push(ms),
      stepped: (ms) => seen.stepped.push(ms),
    },
    () => clock.monotonic(),
  )
  return { clock, seen }
}

test.each([hour, -hour, -1_700_000_000_000, 12 * 365 * 24 * hour])(
  'a step of %d ms is told once and stops no tick',
  async (ms) => {
    const { clock, seen } = ticking()
    await clock.run(5000)
    clock.jump(ms)
    await clock.run(5000)
    expect(seen).toEqual({ seconds: 10, woke: [], stepped: [ms] })
  },
)

test('a clock that can not be right is an issue until it is', () => {
  const clock = new FakeClock()
  clock.jump(100_000_000_000)
  const issues = new IssueBook(clock)
  const watch = new ClockWatch(clock, issues, new LogBook(() => 0).logger('clock'))
  watch.check()
  expect(issues.list(false)).toEqual([])
  clock.jump(-1_800_000_000_000)
  watch.stepped(-1_800_000_000_000)
  expect(issues.list(false).map(({ code }) => code)).toEqual(expect.arrayContaining(['CLOCK_WRONG', 'CLOCK_STEPPED']))
  expect(issues.list(false).find(({ code }) => code === 'CLOCK_STEPPED')?.message).toContain('set back by')
  clock.jump(1_800_000_000_000)
  watch.check()
  expect(issues.list(false).map(({ code }) => code)).toEqual(['CLOCK_STEPPED'])
})

describe('time of arrival', () => {
  test('a small step back makes no value older than the one before', async () => {
    const clock = new FakeClock()
    const arrival = new ArrivalClock(clock)
    let last = arrival.now()
    for (let i = 0; i < 100; i++) {
      await clock.run(100)
      if (i === 20) clock.jump(-1500)
      const now = arrival.now()
      expect(now).toBeGreaterThan(last)
      last = now
    }
    expect(arrival.now()).toBe(clock.now())
  })

  test('a large step is followed at once, in both directions', async () => {
    const clock = new FakeClock()
    const arrival = new ArrivalClock(clock)
    for (const step of [-hour, hour, -10_000]) {
      clock.jump(step)
      expect(arrival.now()).toBe(clock.now())
      await clock.run(1000)
    }
  })
})
