import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isBalanced } from '../../shared/status.ts'
import { copyStore, doubles, drain, makeStore, openStore, seriesOf, temporaryFolder } from '../contract/store-kit.ts'
import { StoreProcess } from './store-process.ts'

// SQLite takes a missing WAL for an empty one and says nothing. What was accepted must be missed all the same.

function deleteWals(folder: string): number {
  const segments = join(folder, 'segments')
  const files = [folder, segments].flatMap((place) =>
    existsSync(place) ? readdirSync(place).map((f) => join(place, f)) : [],
  )
  const wals = files.filter((path) => /-wal$|-shm$/.test(path))
  for (const path of wals) rmSync(path)
  return wals.length
}

test('the WAL of the very first commit, deleted at once: every accepted value is missed', async () => {
  const folder = temporaryFolder()
  const { store, registry } = makeStore(folder)
  await store.start()
  await store.append(doubles(seriesOf(registry, 'd', 'k'), 700))
  const image = temporaryFolder()
  copyStore(folder, image)
  await store.stop(Number.POSITIVE_INFINITY)
  expect(deleteWals(image)).toBeGreaterThan(0)
  const opened = await openStore(image)
  expect(opened.store.balance.value).toMatchObject({ accepted: 700, pending: 0, droppedByReason: { 'tail-lost': 700 } })
  expect(opened.issues.list(false)).toMatchObject([{ code: 'STORE_TAIL_LOST', evidence: '700 values' }])
})

test('after kill -9 in the middle of the load, with every WAL gone, not one accepted value is forgotten', {
  timeout: 60_000,
}, async () => {
  for (let round = 0; round < 4; round++) {
    const folder = temporaryFolder()
    const child = new StoreProcess([folder, 'load'])
    // From the first commit on, long before the mark is synced.
    await expect.poll(() => child.all<number>('through').length, { timeout: 20_000 }).toBeGreaterThan(round * 10)
    await child.kill()
    const accepted = Math.max(...child.all<number>('through')) + 1
    expect(deleteWals(folder)).toBeGreaterThan(0)
    const { store } = await openStore(folder)
    const balance = store.balance.value
    expect(balance.accepted).toBeGreaterThanOrEqual(accepted)
    expect(balance.dropped).toBeGreaterThan(0)
    expect(isBalanced(balance)).toBe(true)
    const back = await drain(store)
    expect(back.length).toBe(balance.pending)
    await store.stop(Number.POSITIVE_INFINITY)
  }
})

test('also a record of what a source lost is missed', async () => {
  const folder = temporaryFolder()
  const { store } = makeStore(folder)
  await store.start()
  const loss = {
    kind: 'gap',
    source: 'plc',
    reason: 'r',
    tsMin: 1,
    tsMax: 2,
    entries: 3,
    count: 0,
    uncounted: 3,
  } as const
  await store.recordLosses([{ ...loss, series: new Map(), seriesCount: 0 }])
  const image = temporaryFolder()
  copyStore(folder, image)
  await store.stop(Number.POSITIVE_INFINITY)
  deleteWals(image)
  const opened = await openStore(image)
  expect(opened.store.status.value.gaps).toBe(3)
  const { rows } = await opened.store.ledgerPage({ offset: 0, limit: 10, filter: 'gap' })
  expect(rows).toMatchObject([{ kind: 'gap', entries: 3, uncounted: 3 }])
})
