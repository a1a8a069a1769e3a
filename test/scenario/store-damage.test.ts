import { closeSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isBalanced } from '../../shared/status.ts'
import {
  doubles,
  drain,
  makeStore,
  noise,
  type OpenedStore,
  openStore,
  plain,
  seriesOf,
  temporaryFolder,
} from '../contract/store-kit.ts'

const forever = Number.POSITIVE_INFINITY
const count = 40_000

const segment = (folder: string): string => join(folder, 'segments', 'seg-0001.db')

/** A closed store with undelivered values in chunks of 1,000. */
async function filled(folder: string) {
  const { store, registry } = makeStore(folder)
  await store.start()
  const rows = doubles(seriesOf(registry, 'd', 'k'), count)
  for (let i = 0; i < count; i += 1000) await store.append(rows.slice(i, i + 1000))
  await store.stop(forever)
  return rows.map(plain)
}

function overwrite(path: string, from: number, length: number): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(length, 0xa5), 0, length, from)
  closeSync(file)
}

async function salvaged({ store }: OpenedStore): Promise<void> {
  await expect.poll(() => store.status.value.salvaging, { timeout: 20_000 }).toBe(0)
}

test.each([
  ['garbage', (path: string) => writeFileSync(path, Buffer.alloc(50_000, 'garbage')), 0, 0],
  ['cut in the middle', (path: string) => truncateSync(path, statSync(path).size / 2), 5000, count - 5000],
  ['without its first page', (path: string) => overwrite(path, 0, 4096), count, count],
  ['with a broken schema page', (path: string) => overwrite(path, 100, 3000), count, count],
  [
    'with one broken page',
    (path: string) => overwrite(path, Math.floor(statSync(path).size / 8192) * 4096, 4096),
    count - 15_000,
    count,
  ],
] as const)(
  'a segment %s: intake goes on, what can be saved is sent, the rest is counted exactly',
  async (_name, damage, least, most) => {
    const folder = temporaryFolder()
    const rows = await filled(folder)
    damage(segment(folder))
    const opened = await openStore(folder)
    const { store, registry, issues } = opened
    const more = doubles(seriesOf(registry, 'd', 'k'), 10, 1_000_000)
    expect(await store.append(more)).toEqual({ kind: 'stored' })
    expect(isBalanced(store.balance.value)).toBe(true)
    await salvaged(opened)
    expect(isBalanced(store.balance.value)).toBe(true)
    const { dropped, pending } = store.balance.value
    expect(pending - 10).toBeGreaterThanOrEqual(least)
    expect(pending - 10).toBeLessThanOrEqual(most)
    expect(store.balance.value).toMatchObject({ accepted: count + 10, dropped: count + 10 - pending })
    const back = [...(await drain(store, 'backlog')), ...(await drain(store))]
    expect(back).toHaveLength(pending)
    expect(back.slice(-10)).toEqual(more.map(plain))
    const known = new Map(rows.map((row) => [row.ts, row]))
    for (const row of back.slice(0, -10)) expect(row).toEqual(known.get(row.ts))
    expect(store.balance.value).toMatchObject({ delivered: pending, pending: 0, dropped })
    if (_name !== 'with one broken page') expect(issues.list(false)).toMatchObject([{ code: 'STORE_CORRUPT' }])
    await store.stop(forever)
    const again = await openStore(folder)
    expect(again.store.status.value.salvaging, 'nothing is salvaged twice').toBe(0)
    expect(again.store.balance.value).toMatchObject({ accepted: count + 10, pending: 0, dropped })
  },
)

test('a damaged store.db is replaced, its attributes are counted, the telemetry is not touched', async () => {
  const folder = temporaryFolder()
  await filled(folder)
  const first = await openStore(folder)
  const a = seriesOf(first.registry, 'd', 'a', 'attribute')
  await first.store.append([{ series: a, ts: 1, type: 'integer', value: 1 }])
  await first.store.stop(forever)
  writeFileSync(join(folder, 'store.db'), 'nothing')
  const opened = await openStore(folder)
  const { store } = opened
  await salvaged(opened)
  expect(isBalanced(store.balance.value)).toBe(true)
  expect(store.balance.value).toMatchObject({ accepted: count + 1, pending: count, droppedByReason: { corrupt: 1 } })
  expect(await drain(store)).toHaveLength(count)
})

test('a segment that goes bad while it is used is put aside within two seconds, and nothing stops', async () => {
  const folder = temporaryFolder()
  const opened = await openStore(folder, { maxBytes: 8 << 20, whenFull: 'block' })
  const { store, registry, issues, faults } = opened
  const k = seriesOf(registry, 'd', 'k')
  let stored = 0
  // Until the second segment is in use.
  while (readdirSync(join(folder, 'segments')).filter((name) => name.endsWith('.db')).length < 2)
    await store.append([noise(k, stored++, 50_000)])
  await store.splitLanes()
  const path = segment(folder)
  const size = statSync(path).size
  for (let at = 4096 * 12; at < size; at += 4096) overwrite(path, at, 16)
  const started = performance.now()
  const taken = await store.take('backlog', { maxCount: 1 })
  await store.append([noise(k, stored++, 50_000)])
  expect(performance.now() - started).toBeLessThan(2000)
  if (taken) await store.settle(taken, [])
  await expect
    .poll(
      async () => {
        const rows = await drain(store, 'backlog')
        return rows.length === 0 && store.status.value.salvaging === 0 && store.balance.value.pending <= stored
      },
      { timeout: 20_000 },
    )
    .toBe(true)
  await drain(store)
  expect(store.balance.value.pending).toBe(0)
  expect(isBalanced(store.balance.value)).toBe(true)
  expect(store.balance.value.accepted).toBe(stored)
  expect(store.balance.value.dropped).toBeGreaterThan(0)
  expect(issues.list(false).map(({ code }) => code)).toContain('STORE_CORRUPT')
  expect(faults).toEqual([])
})

test('a cut WAL loses commits without an error; the high-water mark knows exactly how many', async () => {
  const folder = temporaryFolder()
  const { store, registry } = makeStore(folder)
  await store.start()
  const k = seriesOf(registry, 'd', 'k')
  for (let i = 0; i < 20; i++) await store.append(doubles(k, 100, i * 100))
  const image = temporaryFolder()
  const { copyStore } = await import('../contract/store-kit.ts')
  copyStore(folder, image)
  await store.stop(forever)
  const wal = `${segment(image)}-wal`
  truncateSync(wal, Math.floor(statSync(wal).size * 0.6))
  const opened = await openStore(image)
  const { dropped, pending } = opened.store.balance.value
  expect(dropped).toBeGreaterThan(0)
  expect(opened.store.balance.value).toMatchObject({ accepted: 2000, pending: 2000 - dropped })
  expect(opened.store.balance.value.droppedByReason).toEqual({ 'tail-lost': dropped })
  expect(isBalanced(opened.store.balance.value)).toBe(true)
  expect(opened.issues.list(false)).toMatchObject([{ code: 'STORE_TAIL_LOST', evidence: `${dropped} values` }])
  expect((await drain(opened.store)).map(({ ts }) => ts)).toEqual(Array.from({ length: pending }, (_, i) => i))
  const ledger = await opened.store.ledgerPage({ offset: 0, limit: 10, filter: '' })
  expect(ledger.totals).toMatchObject([{ kind: 'dropped', reason: 'tail-lost', count: dropped }])
  // Numbers are not used again.
  await opened.store.append(doubles(seriesOf(opened.registry, 'd', 'k'), 5, 5000))
  expect(await drain(opened.store)).toHaveLength(5)
})

test('a deleted segment is noticed: its rows are counted as lost and named', async () => {
  const folder = temporaryFolder()
  await filled(folder)
  rmSync(segment(folder))
  const { store, issues } = await openStore(folder)
  expect(store.balance.value).toMatchObject({ accepted: count, pending: 0, droppedByReason: { unaccounted: count } })
  expect(issues.list(false)).toMatchObject([{ code: 'BALANCE_BROKEN' }])
})
