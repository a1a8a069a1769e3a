import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReportFilter } from '../../main/engine/analyze/report-filter.ts'
import { LiveDevice, LiveSeries } from '../../main/engine/pipeline/series.ts'
import type { Datapoint } from '../../main/engine/pipeline/stages.ts'
import type { ReportConfig } from '../../shared/config/mapping.ts'

const start = 1_700_000_000_000

class Bench {
  readonly filter = new ReportFilter()
  readonly series = new LiveSeries(new LiveDevice('D', 'default'), 'k', 'telemetry')
  now = start

  constructor(report?: Partial<ReportConfig>) {
    if (report) this.series.report = { onChange: false, ...report }
  }

  point(value: Datapoint['value'], type: Datapoint['type'] = 'double'): Datapoint {
    return { series: this.series, ts: this.now, type, value }
  }

  send(...values: Datapoint['value'][]): unknown[] {
    const out: Datapoint[] = []
    this.filter.filter(
      values.map((value) => this.point(value)),
      this.now,
      out,
    )
    return out.map((d) => d.value)
  }

  wait(ms: number): Datapoint[] {
    const out: Datapoint[] = []
    const end = this.now + ms
    while (this.now < end) {
      this.now = Math.min(end, this.now + 100)
      this.filter.due(this.now, out)
    }
    return out
  }
}

test('without a strategy everything passes', () => {
  expect(new Bench().send(1, 1, 1)).toEqual([1, 1, 1])
})

test('on change: the same value passes once, NaN equals NaN, another type is a change', () => {
  const bench = new Bench({ onChange: true })
  expect(bench.send(1, 1, 2, 2, Number.NaN, Number.NaN, 'a', 'a', 1)).toEqual([1, 2, Number.NaN, 'a', 1])
  const out: Datapoint[] = []
  bench.filter.filter([bench.point(1, 'integer')], bench.now, out)
  expect(out).toHaveLength(1)
})

test('a deadband compares with the last value passed on, so a slow drift is seen', () => {
  expect(new Bench({ deadband: 1 }).send(10, 10.4, 10.8, 11.2, 11.3, 10.2)).toEqual([10, 11.2, 10.2])
  expect(new Bench({ deadband: 0 }).send(1, 1, 1.0001)).toEqual([1, 1.0001])
  expect(new Bench({ deadband: 5 }).send(1, Number.NaN, Number.NaN, 2)).toEqual([1, Number.NaN, 2])
  expect(new Bench({ deadband: 2 }).send(2n ** 60n, 2n ** 60n + 1n, 2n ** 60n + 2n)).toEqual([
    2n ** 60n,
    2n ** 60n + 2n,
  ])
})

test('at most every: the newest value is passed when the time is up', () => {
  const bench = new Bench({ atMostEveryMs: 1000 })
  expect(bench.send(1, 2, 3)).toEqual([1])
  expect(bench.wait(900)).toEqual([])
  expect(bench.wait(100).map((d) => d.value)).toEqual([3])
  expect(bench.wait(5000)).toEqual([])
})

test('a value that came back to the last one passed on is not reported late', () => {
  const bench = new Bench({ onChange: true, atMostEveryMs: 1000 })
  expect(bench.send(1, 2, 1)).toEqual([1])
  expect(bench.wait(2000)).toEqual([])
})

test('at least every: the newest value is repeated with the time of the gateway', () => {
  const bench = new Bench({ deadband: 10, atLeastEveryMs: 1000 })
  expect(bench.send(1)).toEqual([1])
  bench.wait(500)
  expect(bench.send(2)).toEqual([])
  const repeats = bench.wait(2500)
  expect(repeats.map((d) => [d.value, d.ts - start])).toEqual([
    [2, 1000],
    [2, 2000],
    [2, 3000],
  ])
})

test('a held value is flushed when the gateway stops', () => {
  const bench = new Bench({ atMostEveryMs: 60_000 })
  bench.send(1, 2, 3)
  const out: Datapoint[] = []
  bench.filter.flush(out)
  bench.filter.flush(out)
  expect(out.map((d) => d.value)).toEqual([3])
})

test('a clock set back does not hold values until the old time comes again', () => {
  const bench = new Bench({ atMostEveryMs: 1000, atLeastEveryMs: 2000 })
  bench.send(1, 2)
  bench.now -= 3_600_000
  expect(bench.wait(1100).map((d) => d.value)).toEqual([2])
  expect(bench.wait(2000).map((d) => d.value)).toEqual([2])
})

test('a new strategy takes over without losing what the old one held', () => {
  const bench = new Bench({ atMostEveryMs: 60_000 })
  bench.send(1, 2)
  bench.series.report = { onChange: true }
  expect(bench.send(3)).toEqual([2, 3])
  bench.series.report = undefined
  expect(bench.send(3, 3)).toEqual([3, 3])
})

test('whatever comes when, the last changed value arrives and no interval is shorter than asked', () => {
  const step = fc.record({ value: fc.integer({ min: 0, max: 3 }), pause: fc.integer({ min: 0, max: 700 }) })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const bench = new Bench({ onChange: true, atMostEveryMs: 500 })
      const passed: { value: unknown; at: number }[] = []
      for (const { value, pause } of steps) {
        for (const v of bench.send(value)) passed.push({ value: v, at: bench.now })
        const until = bench.now + pause
        while (bench.now < until)
          for (const d of bench.wait(Math.min(100, until - bench.now))) passed.push({ value: d.value, at: bench.now })
      }
      for (const d of bench.wait(1000)) passed.push({ value: d.value, at: bench.now })
      expect(passed.at(-1)?.value).toBe(steps.at(-1)?.value)
      for (let i = 1; i < passed.length; i++) {
        expect((passed[i]?.at ?? 0) - (passed[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(500)
        expect(passed[i]?.value).not.toBe(passed[i - 1]?.value)
      }
    }),
  )
})
