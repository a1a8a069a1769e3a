import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { History } from '../../main/engine/history/history.ts'
import { HistoryDb } from '../../main/engine/history/history-db.ts'
import { mergePoints } from '../../main/engine/history/merge-points.ts'
import { pinName, Sampler } from '../../main/engine/history/sampler.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { type LiveSeries, SeriesRegistry } from '../../main/engine/pipeline/series.ts'

const hour = 3_600_000
const folder = (): string => mkdtempSync(join(tmpdir(), 'history-'))

function series(registry: SeriesRegistry, device: string, key: string): LiveSeries {
  const made = registry.intern(device, 'default', key, 'telemetry')
  if (!made) throw new Error('the registry is full')
  return made
}

function put(one: LiveSeries, value: number | string | boolean | bigint, ts: number): void {
  Object.assign(one, { lastValue: value, lastTs: ts, count: one.count + 1 })
}

test('a peak between two drawn points is still seen', () => {
  const rows = Array.from({ length: 1000 }, (_, i) => ({ ts: i, value: i === 777 ? 99 : 1 }))
  const line = mergePoints(rows, 0, 1000, 10)
  expect(line.ts).toHaveLength(10)
  expect(Math.max(...line.max)).toBe(99)
  expect(line.last.every((value) => value === 1)).toBe(true)
})

test('few values are drawn as they are, and states as their changes', () => {
  expect(mergePoints([{ ts: 5, value: 2 }], 0, 10, 10)).toMatchObject({ kind: 'number', ts: [5], last: [2] })
  const states = ['RUN', 'RUN', 'STOP', 'RUN'].map((value, ts) => ({ ts, value }))
  expect(mergePoints(states, 0, 10, 10)).toMatchObject({ kind: 'text', ts: [0, 2, 3], texts: ['RUN', 'STOP', 'RUN'] })
  expect(mergePoints([], 0, 10, 10).kind).toBe('none')
})

test('a pinned key is sampled every second, the others in turn, and nothing twice', () => {
  const registry = new SeriesRegistry()
  const all = Array.from({ length: 100 }, (_, i) => series(registry, 'd', `k${i}`))
  const sampler = new Sampler(registry, { hours: 8, maxBytes: 268_435_456 })
  sampler.pin(new Set([pinName('d', 'k99')]))
  all.forEach((one, i) => void put(one, i, 1))
  const first = sampler.second()
  expect(first?.series).toHaveLength(100)
  expect(first?.rows.ids[0]).toBe(99)
  const seen = new Set(first?.rows.ids)
  for (let second = 1; second < 10; second += 1) {
    for (const id of sampler.second()?.rows.ids ?? []) {
      expect(seen.has(id)).toBe(false)
      seen.add(id)
    }
  }
  expect(seen.size).toBe(100)
  expect(sampler.second()).toBeUndefined()
})

test('with more series than there is room for, each is looked at less often', () => {
  const registry = new SeriesRegistry()
  for (let i = 0; i < 20_000; i += 1) series(registry, `d${i % 100}`, `k${i}`)
  const sampler = new Sampler(registry, { hours: 8, maxBytes: 16_777_216 })
  sampler.second()
  expect(sampler.roundSeconds).toBeGreaterThan(1000)
})

test('values that are no finite numbers are left out, others keep their meaning', () => {
  const registry = new SeriesRegistry()
  put(series(registry, 'd', 'nan'), Number.NaN, 1)
  put(series(registry, 'd', 'flag'), true, 1)
  put(series(registry, 'd', 'big'), 2n ** 60n, 1)
  put(series(registry, 'd', 'text'), 'x'.repeat(1000), 1)
  const sampler = new Sampler(registry, { hours: 8, maxBytes: 268_435_456 })
  const values = Array.from({ length: 10 }, () => sampler.second()?.rows.values ?? []).flat()
  expect(values).toEqual([1, 2 ** 60, 'x'.repeat(200)])
})

test('old half hours and those beyond the space go, newer ones stay', () => {
  const db = HistoryDb.open(join(folder(), 'history.db'), 1, 1_000_000)
  const names = [{ id: 0, device: 'd', key: 'k', kind: 'telemetry' as const }]
  const question = { items: [{ device: 'd', key: 'k' }], fromMs: 0, toMs: 100 * hour, points: 100 }
  db.append(10 * hour, names, { ids: [0], ts: [10 * hour], values: [1] })
  db.append(10 * hour, [], { ids: [0], ts: [10 * hour + 1], values: [2] })
  expect(db.read(question)[0]?.last).toEqual([1, 2])
  db.append(12 * hour, [], { ids: [0], ts: [12 * hour], values: [3] })
  expect(db.read(question)[0]?.last).toEqual([3])
  const many = Array.from({ length: 60_000 }, (_, i) => 12 * hour + 1 + i)
  db.append(12 * hour + 1_800_000, [], { ids: many.map(() => 0), ts: many, values: many.map(() => 1) })
  db.append(12 * hour + 1_800_000, [], { ids: [0], ts: [12 * hour + 1_800_000], values: [4] })
  expect(db.read(question)[0]?.last).toEqual([4])
  db.close()
})

test('a value dated years ahead or behind throws nothing out', () => {
  const db = HistoryDb.open(join(folder(), 'history.db'), 8, 268_435_456)
  const at = 1000 * hour
  const ids = [0, 0, 0]
  db.append(at, [{ id: 0, device: 'd', key: 'k', kind: 'telemetry' }], { ids, ts: [1, at, at * 9], values: [1, 2, 3] })
  const [line] = db.read({ items: [{ device: 'd', key: 'k' }], fromMs: 0, toMs: at * 10, points: 10 })
  expect(line?.last).toEqual([2])
  db.close()
})

test('a file that is no database is replaced, and what follows is kept over a restart', async () => {
  const path = join(folder(), 'history.db')
  writeFileSync(path, 'not a database at all, not even close to one'.repeat(100))
  const registry = new SeriesRegistry()
  const now = Date.now()
  put(series(registry, 'Motor', 'Speed'), 1480, now)
  const question = { items: [{ device: 'Motor', key: 'Speed' }], fromMs: now - 1000, toMs: now + 1000, points: 10 }
  const start = async (): Promise<History> => {
    const log = new LogBook(() => Date.now(), 'info').logger('history')
    const history = new History({ path, hours: 1, maxBytes: 16_777_216, registry, log, clock: systemClock })
    await history.start()
    return history
  }
  const first = await start()
  for (let second = 0; second < 10; second += 1) first.second()
  expect(await first.read(question)).toMatchObject([{ kind: 'number', last: [1480] }])
  await first.stop(Number.POSITIVE_INFINITY)
  const second = await start()
  expect(await second.read(question)).toMatchObject([{ kind: 'number', last: [1480] }])
  await second.stop(Number.POSITIVE_INFINITY)
})
