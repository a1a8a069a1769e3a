import { expect, test } from 'vitest'
import { type Clock, systemClock } from '../../main/engine/kit/clock.ts'
import type { LiveSeries } from '../../main/engine/pipeline/series.ts'
import type { Retention } from '../../shared/config/mapping.ts'
import { isBalanced } from '../../shared/status.ts'
import {
  doubles,
  drain,
  noise,
  type OpenedStore,
  openStore,
  plain,
  seriesOf,
  temporaryFolder,
} from '../contract/store-kit.ts'

const maxBytes = 2 << 20
const length = 60_000

function keyOf({ registry }: OpenedStore, key: string, retention: Retention): LiveSeries {
  const series = seriesOf(registry, 'd', key)
  series.retention = retention
  return series
}

test('guaranteed values make sources wait although the store drops otherwise, and recent ones give way to them', async () => {
  const opened = await openStore(temporaryFolder(), { maxBytes, whenFull: 'drop-oldest' })
  const { store, issues } = opened
  const recent = keyOf(opened, 'recent', 'recent')
  const guaranteed = keyOf(opened, 'guaranteed', 'guaranteed')
  for (let ts = 0; ts < 10; ts++) await store.append([noise(recent, ts, length)])
  let kept = 0
  while ((await store.append([noise(guaranteed, kept, length)])).kind === 'stored') kept++
  expect(store.balance.value).toMatchObject({ dropped: 10, droppedByReason: { 'full-oldest': 10 }, pending: kept })
  expect(store.status.value.state).toBe('full')
  expect(await store.append([noise(recent, 99, length)]), 'nothing may give way to it').toEqual({
    kind: 'dropped',
    reason: 'full-newest',
  })
  expect(issues.list(false).map(({ code }) => code)).toContain('STORE_FULL')
  const rows = await drain(store)
  expect(rows.map(({ key, ts }) => `${key} ${ts}`)).toEqual(Array.from({ length: kept }, (_, ts) => `guaranteed ${ts}`))
  expect(store.status.value.state).toBe('ready')
  expect(isBalanced(store.balance.value)).toBe(true)
})

test('recent values give way to newer ones although sources wait otherwise', async () => {
  const opened = await openStore(temporaryFolder(), { maxBytes, whenFull: 'block' })
  const recent = keyOf(opened, 'recent', 'recent')
  for (let ts = 0; ts < 80; ts++) expect((await opened.store.append([noise(recent, ts, length)])).kind).toBe('stored')
  const { dropped } = opened.store.balance.value
  expect(dropped).toBeGreaterThan(10)
  expect((await drain(opened.store))[0]?.ts).toBe(dropped)
})

test('of a key of class latest only the newest value waits; the others are counted and in the ledger', async () => {
  const folder = temporaryFolder()
  const opened = await openStore(folder)
  const { store } = opened
  const latest = keyOf(opened, 'state', 'latest')
  const other = seriesOf(opened.registry, 'd', 'k')
  for (let ts = 0; ts < 5; ts++) await store.append([...doubles(latest, 1, ts), ...doubles(other, 1, ts)])
  expect(store.balance.value).toMatchObject({ accepted: 10, pending: 6, droppedByReason: { superseded: 4 } })
  expect(store.status.value.lanes.live.pending).toBe(6)
  await store.stop(Number.POSITIVE_INFINITY)
  const again = await openStore(folder)
  const rows = await drain(again.store)
  expect(rows).toHaveLength(6)
  expect(rows.filter(({ key }) => key === 'state')).toMatchObject([{ ts: 4, value: 2, type: 'double' }])
  expect(again.store.balance.value).toMatchObject({ delivered: 6, pending: 0 })
  const { totals } = await again.store.ledgerPage({ offset: 0, limit: 10, filter: '' })
  expect(totals).toEqual([{ kind: 'dropped', reason: 'superseded', count: 4, entries: 4, uncounted: 0 }])
})

test('a newer value of class latest is announced when the one in flight is settled', async () => {
  const opened = await openStore(temporaryFolder())
  const { store } = opened
  const latest = keyOf(opened, 'state', 'latest')
  const heard: string[] = []
  store.onAvailable((lane) => heard.push(lane))
  await store.append(doubles(latest, 1, 1))
  expect(heard).toEqual(['live'])
  const batch = await store.take('live', { maxCount: 10 })
  expect(batch?.lane).toBe('live')
  await store.append(doubles(latest, 1, 2))
  expect(await store.take('live', { maxCount: 10 })).toBeUndefined()
  if (batch) await store.settle(batch, [])
  expect(heard).toEqual(['live', 'live'])
  expect(await drain(store)).toMatchObject([{ ts: 2 }])
})

test('small commits of a slow plant are merged on disk: fewer bytes, same values, same order', {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder()
  const past: Clock = { ...systemClock, now: () => systemClock.now() - 60_000 }
  const first = await openStore(folder, {}, past)
  const rows = Array.from({ length: 400 }, (_, i) =>
    Array.from({ length: 10 }, (_, n) => doubles(seriesOf(first.registry, 'd', `k${n}`), 4, i * 4)).flat(),
  )
  for (const group of rows) await first.store.append(group)
  const before = first.store.status.value.backlogBytes
  await first.store.stop(Number.POSITIVE_INFINITY)
  const { store } = await openStore(folder)
  await expect.poll(() => store.status.value.backlogBytes, { timeout: 20_000 }).toBeLessThan(before / 2)
  expect(store.balance.value).toMatchObject({ accepted: 16_000, pending: 16_000 })
  store.splitLanes()
  expect(await drain(store, 'backlog')).toEqual(rows.flat().map(plain))
  expect(isBalanced(store.balance.value)).toBe(true)
})

test('the store says how full it is at 70, 85 and 95 percent, and when it is well again', async () => {
  const opened = await openStore(temporaryFolder(), { maxBytes: 16 << 20, whenFull: 'block' })
  const { store, issues, registry } = opened
  const k = seriesOf(registry, 'd', 'k')
  const alarms = new Set<string>()
  const said = new Set<string>()
  for (let ts = 0; (await store.append([noise(k, ts, 200_000)])).kind === 'stored'; ts++) {
    alarms.add(store.status.value.alarm)
    for (const { code, message } of issues.list(false)) if (code === 'STORE_FILLING') said.add(message)
  }
  expect([...alarms].slice(0, 3)).toEqual(['none', 'filling', 'nearly-full'])
  expect(said.size).toBeGreaterThanOrEqual(2)
  await drain(store)
  expect(store.status.value.alarm).toBe('none')
  expect(issues.list(false)).toEqual([])
})
