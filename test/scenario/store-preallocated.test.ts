import { readdirSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isBalanced } from '../../shared/status.ts'
import { drain, noise, openStore, seriesOf } from '../contract/store-kit.ts'
import { fill, smallVolume } from '../servers/small-volume.ts'

test('with 0 bytes free on the disk appending and draining both go on within what was taken beforehand', {
  timeout: 120_000,
}, async (context) => {
  const folder = smallVolume(300)
  if (folder === undefined) return context.skip('mounting a small volume needs root')
  const { store, registry, faults } = await openStore(folder, {
    maxBytes: 32 << 20,
    whenFull: 'block',
    preallocate: true,
  })
  const k = seriesOf(registry, 'd', 'k')
  let next = 0
  const append = async () =>
    await store.append([noise(k, next, 100_000)]).catch((error: { code: string }) => error.code)
  await append()
  next++
  const segments = join(folder, 'segments')
  // A segment is ready when its WAL has its size as well.
  const prepared = () =>
    readdirSync(segments).filter((name) => name.endsWith('-wal') && statSync(join(segments, name)).size >= 1 << 20)
      .length
  await expect.poll(prepared, { timeout: 60_000, interval: 200 }).toBeGreaterThanOrEqual(3)
  await expect.poll(() => readdirSync(segments).some((name) => name.endsWith('.new')), { timeout: 30_000 }).toBe(false)
  fill(join(folder, 'somebody-elses'))
  expect(statfsSync(folder).bavail).toBe(0)

  let appended = 0
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 20; i++, next++, appended++) {
      const outcome = await append()
      expect(outcome).toEqual({ kind: 'stored' })
    }
    const batch = await store.take('live', { maxCount: 20 })
    if (batch) await store.settle(batch, [])
    await drain(store)
  }
  expect(appended).toBe(400)
  expect(statfsSync(folder).bavail).toBe(0)
  expect(store.balance.value).toMatchObject({ accepted: next, delivered: next, pending: 0, dropped: 0 })
  // Until what was prepared is full: then it is said in words, and nothing is lost.
  let stored = 0
  let outcome = await append()
  for (; typeof outcome === 'object' && outcome.kind === 'stored'; outcome = await append()) {
    next++
    stored++
  }
  expect(outcome === 'STORE_DISK_FULL' || (typeof outcome === 'object' && outcome.kind === 'full')).toBe(true)
  expect(stored).toBeGreaterThan(100)
  expect(await drain(store)).toHaveLength(stored)
  expect(isBalanced(store.balance.value)).toBe(true)
  expect(faults).toEqual([])
})
