import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Clock, systemClock } from '../../main/engine/kit/clock.ts'
import type { Store } from '../../main/engine/pipeline/stages.ts'
import { isBalanced } from '../../shared/status.ts'
import { drain, noise, openStore, seriesOf, temporaryFolder } from '../contract/store-kit.ts'

const maxBytes = 2 << 20
/** Hardly compressible text of this length per append. */
const length = 60_000

function diskUse(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.db(-wal)?$/.test(name))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

test('block: the store says full, keeps everything, and takes more when there is room again', async () => {
  const folder = temporaryFolder()
  const { store, registry, issues } = await openStore(folder, { maxBytes, whenFull: 'block' })
  const k = seriesOf(registry, 'd', 'k')
  let stored = 0
  while ((await store.append([noise(k, stored, length)])).kind === 'stored') stored++
  expect(stored).toBeGreaterThan(10)
  expect(store.status.value.state).toBe('full')
  expect(issues.list(false)).toMatchObject([{ code: 'STORE_FULL' }])
  expect(store.balance.value).toMatchObject({ accepted: stored, pending: stored, dropped: 0 })
  expect(diskUse(folder)).toBeLessThanOrEqual(maxBytes)
  expect((await drain(store)).map(({ ts }) => ts)).toEqual(Array.from({ length: stored }, (_, i) => i))
  expect(store.status.value.state).toBe('ready')
  expect(issues.openCount).toBe(0)
  expect(await store.append([noise(k, 1, length)])).toEqual({ kind: 'stored' })
})

test('drop-oldest: the newest stay, the oldest are counted, the disk stays within its bound', async () => {
  const folder = temporaryFolder()
  const { store, registry, issues } = await openStore(folder, { maxBytes, whenFull: 'drop-oldest' })
  const k = seriesOf(registry, 'd', 'k')
  for (let ts = 0; ts < 100; ts++) expect(await store.append([noise(k, ts, length)])).toEqual({ kind: 'stored' })
  const { dropped, pending } = store.balance.value
  expect(store.balance.value).toMatchObject({ accepted: 100, droppedByReason: { 'full-oldest': dropped } })
  expect(dropped).toBeGreaterThan(20)
  expect(store.status.value.state).toBe('ready')
  expect(issues.list(false)).toMatchObject([{ code: 'STORE_FULL', message: expect.stringContaining('oldest') }])
  expect(diskUse(folder)).toBeLessThanOrEqual(maxBytes)
  expect((await drain(store)).map(({ ts }) => ts)).toEqual(Array.from({ length: pending }, (_, i) => dropped + i))
  expect(isBalanced(store.balance.value)).toBe(true)
})

test('drop-oldest: what is in flight is not dropped', async () => {
  const { store, registry } = await openStore(temporaryFolder(), { maxBytes, whenFull: 'drop-oldest' })
  const k = seriesOf(registry, 'd', 'k')
  for (let ts = 0; ts < 5; ts++) await store.append([noise(k, ts, length)])
  const batch = await store.take('live', { maxCount: 3 })
  if (!batch) throw new Error('nothing to take')
  for (let ts = 5; ts < 100; ts++) await store.append([noise(k, ts, length)])
  await store.settle(batch, [])
  expect(store.balance.value).toMatchObject({ accepted: 100, delivered: 3, inFlight: 0 })
  expect((await drain(store))[0]?.ts).toBe(3 + store.balance.value.dropped)
  expect(isBalanced(store.balance.value)).toBe(true)
})

test('drop-oldest: with everything in flight the new data is given up instead', async () => {
  const { store, registry } = await openStore(temporaryFolder(), { maxBytes, whenFull: 'drop-oldest' })
  const k = seriesOf(registry, 'd', 'k')
  let outcome = await store.append([noise(k, 0, length)])
  for (let ts = 1; ts < 100 && outcome.kind === 'stored'; ts++) {
    await store.take('live', { maxCount: 1 })
    outcome = await store.append([noise(k, ts, length)])
  }
  await store.take('live', { maxCount: 1 })
  expect(await store.append([noise(k, 1000, length * 2)])).toEqual({ kind: 'dropped', reason: 'full-newest' })
  expect(isBalanced(store.balance.value)).toBe(true)
})

test('drop-newest: the oldest stay, the new ones are counted', async () => {
  const { store, registry, issues } = await openStore(temporaryFolder(), { maxBytes, whenFull: 'drop-newest' })
  const k = seriesOf(registry, 'd', 'k')
  let stored = 0
  while ((await store.append([noise(k, stored, length)])).kind === 'stored') stored++
  expect(await store.append([noise(k, 999, length)])).toEqual({ kind: 'dropped', reason: 'full-newest' })
  expect(store.balance.value).toMatchObject({
    accepted: stored + 2,
    pending: stored,
    droppedByReason: { 'full-newest': 2 },
  })
  expect(issues.list(false)).toMatchObject([{ code: 'STORE_FULL', message: expect.stringContaining('new data') }])
  expect((await drain(store)).map(({ ts }) => ts)).toEqual(Array.from({ length: stored }, (_, i) => i))
})

test('a value larger than the whole store is given up instead of blocking for ever', async () => {
  const { store, registry } = await openStore(temporaryFolder(), { maxBytes, whenFull: 'block' })
  const huge = noise(seriesOf(registry, 'd', 'k'), 1, 6_000_000)
  expect(await store.append([huge])).toEqual({ kind: 'dropped', reason: 'too-large' })
  expect(isBalanced(store.balance.value)).toBe(true)
})

test('data older than the age limit is given up, counted as expired; what is in flight is not', async () => {
  const folder = temporaryFolder()
  let offset = 0
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + offset }
  const { store, registry } = await openStore(folder, { maxAgeHours: 1 }, clock)
  const k = seriesOf(registry, 'd', 'k')
  for (let ts = 0; ts < 3; ts++) await store.append([noise(k, ts, 100)])
  const batch = await store.take('live', { maxCount: 1 })
  offset = 3_700_000
  await expect.poll(() => expired(store), { timeout: 10_000 }).toBe(2)
  expect(store.balance.value).toMatchObject({ accepted: 3, inFlight: 1, pending: 0 })
  if (batch) await store.settle(batch, [])
  expect(isBalanced(store.balance.value)).toBe(true)
})

function expired(store: Store): number | undefined {
  return store.balance.value.droppedByReason['expired']
}

test('a drained store has its room back although the file does not shrink', async () => {
  const folder = temporaryFolder()
  const { store, registry } = await openStore(folder, { maxBytes, whenFull: 'block' })
  const k = seriesOf(registry, 'd', 'k')
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 15; i++) expect((await store.append([noise(k, i, length)])).kind).toBe('stored')
    expect(await drain(store)).toHaveLength(15)
  }
  expect(store.status.value.backlogBytes).toBe(0)
  expect(diskUse(folder)).toBeLessThanOrEqual(maxBytes)
})

test('drop-oldest against a busy uplink: every value is delivered once or counted as dropped, never both', async () => {
  const { store, registry } = await openStore(temporaryFolder(), { maxBytes, whenFull: 'drop-oldest' })
  const k = seriesOf(registry, 'd', 'k')
  const delivered: number[] = []
  const total = 600
  let appending = true
  const consumer = (async () => {
    while (appending || store.balance.value.pending > 0) {
      const batch = await store.take('live', { maxCount: 3 })
      if (!batch) {
        await new Promise((resolve) => setImmediate(resolve))
        continue
      }
      for (let row = 0; row < batch.count; row++) delivered.push(batch.tsAt(row))
      await store.settle(batch, [])
    }
  })()
  // Several at a time, so that the store overflows although the uplink works.
  for (let ts = 0; ts < total; ts += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.append([noise(k, ts + i, length)])))
  }
  appending = false
  await consumer
  expect(delivered, 'in order, nothing twice').toEqual([...new Set(delivered)].sort((a, b) => a - b))
  expect(store.balance.value).toMatchObject({ accepted: total, delivered: delivered.length, pending: 0, inFlight: 0 })
  expect(store.balance.value.dropped).toBeGreaterThan(0)
  expect(isBalanced(store.balance.value)).toBe(true)
})
