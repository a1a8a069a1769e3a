import { expect, test } from 'vitest'
import type { SourceLoss } from '../../main/engine/pipeline/stages.ts'
import { isBalanced, type LedgerRow } from '../../shared/status.ts'
import { doubles, noise, type OpenedStore, openStore, seriesOf, temporaryFolder } from '../contract/store-kit.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

const everything = { offset: 0, limit: 1000, filter: '' }
const ledger = async ({ store }: OpenedStore): Promise<LedgerRow[]> => (await store.ledgerPage(everything)).rows

const loss: SourceLoss = {
  kind: 'gap',
  source: 'plc',
  reason: 'the line was down',
  tsMin: 1000,
  tsMax: 2000,
  entries: 1,
  count: 0,
  uncounted: 1,
  series: new Map([['Line / speed', 0]]),
  seriesCount: 1,
}

test('a drop names its class, its series with their share, and how many there were', async () => {
  const opened = await openStore(temporaryFolder(), { maxBytes: 2 << 20, whenFull: 'drop-oldest' })
  const series = Array.from({ length: 12 }, (_, i) => seriesOf(opened.registry, 'd', `k${i}`))
  const recent = seriesOf(opened.registry, 'd', 'recent')
  recent.retention = 'recent'
  await opened.store.append([noise(recent, 1, 60_000), ...doubles(recent, 2, 2)])
  await opened.store.append(series.map((one, i) => noise(one, 100 + i, 40_000)))
  const filler = seriesOf(opened.registry, 'd', 'filler')
  for (let ts = 1000; !(opened.store.balance.value.dropped > 15); ts++)
    await opened.store.append([noise(filler, ts, 60_000)])
  const rows = await ledger(opened)
  expect(rows.find((row) => row.class === 'recent')).toMatchObject({
    kind: 'dropped',
    reason: 'full-oldest',
    count: 3,
    seriesCount: 1,
    series: [{ name: 'd / recent', count: 3 }],
    tsMin: 1,
    tsMax: 3,
  })
  const others = rows.find((row) => row.class === '')
  expect(others?.seriesCount).toBeGreaterThanOrEqual(12)
  expect(others?.series).toHaveLength(8)
  expect(others?.series[0]).toEqual({ name: 'd / k0', count: 1 })
})

test('what sources lost is in the ledger after a restart, added up per minute, and no part of the balance', async () => {
  const folder = temporaryFolder()
  const clock = new FakeClock()
  const opened = await openStore(folder, {}, clock)
  await opened.store.append(doubles(seriesOf(opened.registry, 'd', 'k'), 10))
  await opened.store.recordLosses([loss, { ...loss, kind: 'overflow', count: 7, uncounted: 0 }])
  const later = new Map([['Line / level', 0]])
  await opened.store.recordLosses([{ ...loss, tsMin: 500, entries: 2, uncounted: 2, series: later }])
  expect(opened.store.status.value).toMatchObject({ gaps: 3, overflows: 1 })
  await opened.store.stop(Number.POSITIVE_INFINITY)
  const again = await openStore(folder, {}, clock)
  await again.store.recordLosses([{ ...loss, source: 'other' }])
  await again.store.recordLosses([loss])
  const rows = await ledger(again)
  expect(rows.find((row) => row.kind === 'gap' && row.source === 'plc')).toMatchObject({
    reason: 'the line was down',
    lane: '',
    tsMin: 500,
    tsMax: 2000,
    count: 0,
    entries: 4,
    uncounted: 4,
    series: [
      { name: 'Line / speed', count: 0 },
      { name: 'Line / level', count: 0 },
    ],
  })
  expect(rows.find((row) => row.kind === 'overflow')).toMatchObject({ count: 7, uncounted: 0, entries: 1 })
  expect(again.store.status.value).toMatchObject({ gaps: 5, overflows: 1 })
  expect(again.store.balance.value).toMatchObject({ accepted: 10, pending: 10, dropped: 0 })
  expect(isBalanced(again.store.balance.value)).toBe(true)
  expect((await again.store.ledgerPage({ ...everything, filter: 'level' })).total).toBe(1)
})

test('minutes older than a day are added up per day when there are many, and every number stays', async () => {
  const clock = new FakeClock()
  clock.jump(86_400_000 - (clock.now() % 86_400_000))
  const opened = await openStore(temporaryFolder(), {}, clock)
  for (let i = 0; i < 60; i++) {
    const losses = Array.from({ length: 100 }, (_, n) => ({ ...loss, reason: `cause ${n}`, count: 1, uncounted: 0 }))
    await opened.store.recordLosses(losses)
    clock.jump(60_000)
  }
  const before = await opened.store.ledgerPage({ ...everything, limit: 1 })
  expect(before.total).toBe(6000)
  clock.jump(25 * 3_600_000)
  await clock.run(1000)
  await expect.poll(async () => (await opened.store.ledgerPage(everything)).total).toBe(100)
  const { rows, totals } = await opened.store.ledgerPage(everything)
  expect(rows[0]).toMatchObject({
    count: 60,
    entries: 60,
    seriesCount: 1,
    series: [{ name: 'Line / speed', count: 0 }],
  })
  expect(totals.reduce((sum, { count }) => sum + count, 0)).toBe(6000)
})

test('in a small store a minute older than an hour is added up, so that the ledger leaves the room to the data', async () => {
  const clock = new FakeClock()
  clock.jump(86_400_000 - (clock.now() % 86_400_000))
  const opened = await openStore(temporaryFolder(), { maxBytes: 1 << 20 }, clock)
  for (let i = 0; i < 300; i++) {
    await opened.store.recordLosses([{ ...loss, series: new Map([[`${i} ${'x'.repeat(100)}`, 0]]) }])
    clock.jump(60_000)
    if (i % 50 === 0) await clock.run(1000)
  }
  await clock.run(1000)
  await expect.poll(async () => (await opened.store.ledgerPage(everything)).total).toBeLessThan(70)
  const { totals } = await opened.store.ledgerPage(everything)
  expect(totals).toMatchObject([{ kind: 'gap', entries: 300 }])
  expect((await opened.store.append(attribute(opened))).kind).toBe('stored')
  expect(opened.store.balance.value.dropped).toBe(0)
})

const attribute = ({ registry }: OpenedStore) => [
  { series: seriesOf(registry, 'd', 'a', 'attribute'), ts: 1, type: 'integer', value: 1 } as const,
]
