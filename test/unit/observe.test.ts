import { expect, test } from 'vitest'
import { Histogram } from '../../main/engine/observe/histogram.ts'
import { IssueBook, type IssueReport } from '../../main/engine/observe/issues.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { RateMeter } from '../../main/engine/observe/rate.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

const report = (over: Partial<IssueReport> = {}): IssueReport => ({
  code: 'OPCUA_NODE_UNKNOWN',
  severity: 'warning',
  subject: 'plc',
  subjectName: 'PLC',
  message: 'There is no node ns=2;s=X',
  hint: 'Pick it again',
  ...over,
})

test('the same issue again counts up and keeps its beginning', async () => {
  const clock = new FakeClock()
  const book = new IssueBook(clock)
  book.raise(report({ key: 'a' }))
  await clock.run(5000)
  book.raise(report({ key: 'a' }))
  book.raise(report({ key: 'b' }))
  const [, repeated] = book.list(false).sort((a, b) => a.count - b.count)
  expect(book.openCount).toBe(2)
  expect(repeated).toMatchObject({ count: 2 })
  expect((repeated?.lastSeen ?? 0) - (repeated?.since ?? 0)).toBe(5000)
})

test('clearing by subject, by code and by key closes exactly those', () => {
  const book = new IssueBook(new FakeClock())
  book.raise(report({ key: 'a' }))
  book.raise(report({ key: 'b' }))
  book.raise(report({ code: 'OPCUA_SILENT' }))
  book.raise(report({ subject: 'other' }))
  book.clear('plc', 'OPCUA_NODE_UNKNOWN', 'a')
  expect(book.openCount).toBe(3)
  book.clear('plc', 'OPCUA_NODE_UNKNOWN')
  expect(book.list(false).map((i) => [i.subject, i.code])).toEqual([
    ['plc', 'OPCUA_SILENT'],
    ['other', 'OPCUA_NODE_UNKNOWN'],
  ])
  book.clear('plc')
  expect(book.openCount).toBe(1)
  expect(book.list(true)).toHaveLength(3)
})

test('a hundred thousand bad nodes do not become a hundred thousand issues', () => {
  const book = new IssueBook(new FakeClock())
  for (let i = 0; i < 100_000; i++) book.raise(report({ key: String(i) }))
  expect(book.openCount).toBeLessThanOrEqual(501)
})

test('an event-like issue closes itself after it has been quiet, a lasting one does not', async () => {
  const clock = new FakeClock()
  const book = new IssueBook(clock)
  book.raise(report({ code: 'MQTT_PAYLOAD_MALFORMED' }))
  book.raise(report({ code: 'OPCUA_SILENT' }))
  await clock.run(11 * 60_000)
  book.sweep()
  expect(book.list(false).map((i) => i.code)).toEqual(['OPCUA_SILENT'])
})

test('quantiles are exact to one bucket and forget after two rotations', () => {
  const histogram = new Histogram()
  histogram.observe(0.01, 99)
  histogram.observe(1)
  expect(histogram.quantileMs(0.5)).toBeGreaterThanOrEqual(10)
  expect(histogram.quantileMs(0.5)).toBeLessThan(11.1)
  expect(histogram.quantileMs(0.999)).toBeGreaterThanOrEqual(1000)
  histogram.rotate()
  histogram.rotate()
  expect(histogram.quantileMs(0.5)).toBe(0)
})

test('exposed buckets are cumulative and end in the count', () => {
  const histogram = new Histogram()
  histogram.observe(0.005)
  histogram.observe(0.05)
  histogram.observe(500)
  const lines = histogram.expose('x_seconds', 'Help.').split('\n')
  expect(lines).toContain('x_seconds_bucket{le="0.01"} 1')
  expect(lines).toContain('x_seconds_bucket{le="0.1"} 2')
  expect(lines).toContain('x_seconds_bucket{le="+Inf"} 3')
  expect(lines).toContain('x_seconds_count 3')
})

test('the log keeps the newest entries, filters by level and text, newest first', () => {
  const book = new LogBook(() => 0)
  const log = book.logger('store')
  for (let i = 0; i < 12_000; i++) log.info('store.committed', { rows: i })
  log.warn('store.slow', { ms: 415 })
  const page = book.page({ offset: 0, limit: 10, level: 'info', text: '' })
  expect(page.total).toBeLessThanOrEqual(5001)
  expect(page.entries[0]).toMatchObject({ event: 'store.slow', fields: 'ms=415' })
  expect(book.page({ offset: 0, limit: 10, level: 'warn', text: 'SLOW' }).total).toBe(1)
})

test('a rate is per second over the window and starts over when the counter does', () => {
  const rate = new RateMeter()
  for (const total of [0, 100, 200, 300]) rate.tick(total)
  expect(rate.perSecond).toBe(100)
  rate.tick(5)
  expect(rate.perSecond).toBe(0)
})
