import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { readBalance } from '../../main/engine/store/read-balance.ts'
import { openForWriting, sqliteVersion } from '../../main/engine/store/sqlite.ts'
import { isBalanced } from '../../shared/status.ts'
import { doubles, drain, makeStore, noise, openStore, plain, seriesOf, temporaryFolder } from '../contract/store-kit.ts'

const forever = Number.POSITIVE_INFINITY

/** A closed store with `count` undelivered values; returns them. */
async function filled(folder: string, count: number) {
  const { store, registry } = makeStore(folder)
  await store.start()
  const rows = doubles(seriesOf(registry, 'd', 'k'), count)
  for (let i = 0; i < count; i += 1000) await store.append(rows.slice(i, i + 1000))
  await store.stop(forever)
  return rows.map(plain)
}

const segment = (folder: string): string => join(folder, 'segments', 'seg-0001.db')

/** Runs SQL on a closed file, as somebody with an editor would. */
function meddle(folder: string, sql: string, path = segment(folder)): void {
  const db = openForWriting(path)
  db.exec(sql)
  db.close()
}

test('the durable settings are really on, and what is not accepted is refused', () => {
  const db = openForWriting(join(temporaryFolder(), 'any.db'))
  expect(db.pragma('synchronous', { simple: true })).toBe(2)
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  expect(db.pragma('wal_autocheckpoint', { simple: true })).toBe(0)
  expect(db.pragma('trusted_schema', { simple: true })).toBe(0)
  expect(db.pragma('cell_size_check', { simple: true })).toBe(1)
  expect(sqliteVersion(db).localeCompare('3.51.3', undefined, { numeric: true })).toBeGreaterThanOrEqual(0)
  db.close()
  expect(() => openForWriting(':memory:'), 'no WAL in memory').toThrow('journal_mode')
})

test('what was not settled is there after a restart, and series keep their names', async () => {
  const folder = temporaryFolder()
  const rows = await filled(folder, 3000)
  const { store, registry } = makeStore(folder)
  await store.start()
  expect(registry.device('d')?.profile).toBe('default')
  expect(store.balance.value).toMatchObject({ accepted: 3000, pending: 3000 })
  await store.take('live', { maxCount: 1000 })
  await store.stop(forever)
  const again = await openStore(folder)
  expect(again.store.balance.value).toMatchObject({ accepted: 3000, pending: 3000, inFlight: 0 })
  expect(await drain(again.store)).toEqual(rows)
})

test('a backlog found at start is announced', async () => {
  const folder = temporaryFolder()
  await filled(folder, 10)
  const { store } = makeStore(folder)
  const heard: string[] = []
  store.onAvailable((lane) => heard.push(lane))
  await store.start()
  expect(heard).toEqual(['live'])
  await store.stop(forever)
})

test('a series accepted after a drain and a restart is not mixed up with an older one', async () => {
  const folder = temporaryFolder()
  const first = await openStore(folder)
  await first.store.append(doubles(seriesOf(first.registry, 'd', 'old'), 5))
  await drain(first.store)
  await first.store.stop(forever)
  const second = await openStore(folder)
  await second.store.append(doubles(seriesOf(second.registry, 'd', 'new'), 5))
  await second.store.stop(forever)
  const third = await openStore(folder)
  expect((await drain(third.store)).map(({ key }) => key)).toEqual(Array(5).fill('new'))
  expect(third.store.balance.value).toMatchObject({ accepted: 10, delivered: 10 })
})

test('an older attribute that was in flight when the process died is not sent after the newer one', async () => {
  const folder = temporaryFolder()
  const { store, registry } = await openStore(folder)
  const a = seriesOf(registry, 'd', 'a', 'attribute')
  await store.append([{ series: a, ts: 1, type: 'integer', value: 1 }])
  await store.take('attributes', { maxCount: 1 })
  await store.append([{ series: a, ts: 2, type: 'integer', value: 2 }])
  await store.stop(forever)
  const again = await openStore(folder)
  expect(again.store.balance.value).toMatchObject({ accepted: 2, pending: 1, droppedByReason: { superseded: 1 } })
  expect(await drain(again.store, 'attributes')).toMatchObject([{ value: 2 }])
})

test('a file of a newer version is refused and left alone', async () => {
  const folder = temporaryFolder()
  await filled(folder, 10)
  meddle(folder, 'PRAGMA user_version = 99', join(folder, 'store.db'))
  const before = readFileSync(join(folder, 'store.db'))
  const { store } = makeStore(folder)
  await expect(store.start()).rejects.toMatchObject({ code: 'STORE_VERSION', hint: expect.stringContaining('99') })
  expect(store.status.value.state).toBe('faulted')
  await store.stop(forever)
  expect(readFileSync(join(folder, 'store.db'))).toEqual(before)
})

test('a database of somebody else is refused', async () => {
  const folder = temporaryFolder()
  meddle(
    folder,
    'CREATE TABLE theirs (x); PRAGMA application_id = 1; PRAGMA user_version = 3',
    join(folder, 'store.db'),
  )
  const { store } = makeStore(folder)
  await expect(store.start()).rejects.toMatchObject({ code: 'STORE_VERSION' })
  await store.stop(forever)
})

test('an attribute that is not what was written is given up and counted, the others are delivered', async () => {
  const folder = temporaryFolder()
  const first = await openStore(folder)
  const attributes = ['a', 'b', 'c'].map((key) => seriesOf(first.registry, 'd', key, 'attribute'))
  await first.store.append(attributes.map((series, ts) => ({ series, ts, type: 'string', value: 'right' })))
  await first.store.stop(forever)
  meddle(folder, "UPDATE attributes SET value = 'wrong' WHERE seq = 2", join(folder, 'store.db'))
  const { store, issues } = await openStore(folder)
  expect((await drain(store, 'attributes')).map(({ key, value }) => `${key} ${value}`)).toEqual(['a right', 'c right'])
  expect(store.balance.value).toMatchObject({ delivered: 2, pending: 0, droppedByReason: { corrupt: 1 } })
  expect(issues.list(false)).toMatchObject([{ code: 'STORE_CORRUPT', evidence: '1 values' }])
  const { rows } = await store.ledgerPage({ offset: 0, limit: 10, filter: 'corrupt' })
  expect(rows).toMatchObject([{ series: [{ name: 'd / b', count: 1 }] }])
})

test('a chunk that is not what was written is set aside and counted, the others are delivered', async () => {
  const folder = temporaryFolder()
  const rows = await filled(folder, 5000)
  meddle(
    folder,
    `UPDATE chunks SET body = CAST(substr(body, 1, 50) || x'ff' || substr(body, 52) AS BLOB) WHERE seq = 2001`,
  )
  const { store, issues } = await openStore(folder)
  expect(await drain(store)).toEqual([...rows.slice(0, 2000), ...rows.slice(3000)])
  expect(issues.list(false)).toMatchObject([{ code: 'STORE_CORRUPT', evidence: '1000 values' }])
  expect(store.balance.value).toMatchObject({ delivered: 4000, pending: 0, droppedByReason: { corrupt: 1000 } })
  expect(isBalanced(store.balance.value)).toBe(true)
})

test.each(['seq = 4001', 'seq >= 0'])('damaged chunks at the end do not stop later data (%s)', async (which) => {
  const folder = temporaryFolder()
  await filled(folder, 5000)
  meddle(folder, `UPDATE chunks SET crc = crc + 1 WHERE ${which}`)
  const { store, registry } = await openStore(folder)
  await drain(store)
  const more = doubles(seriesOf(registry, 'd', 'k'), 10, 9000)
  await store.append(more)
  expect(await drain(store)).toEqual(more.map(plain))
  expect(isBalanced(store.balance.value)).toBe(true)
})

test('rows that vanished from the file are reported and entered in the ledger', async () => {
  const folder = temporaryFolder()
  await filled(folder, 3000)
  meddle(folder, 'DELETE FROM chunks WHERE seq = 1001')
  const { store, issues } = makeStore(folder)
  await store.start()
  expect(issues.list(false)).toMatchObject([{ code: 'BALANCE_BROKEN', evidence: 'difference 1000' }])
  expect(store.balance.value).toMatchObject({ accepted: 3000, pending: 2000, droppedByReason: { unaccounted: 1000 } })
  expect(await drain(store)).toHaveLength(2000)
  await store.stop(forever)
  expect(ledger(folder)).toMatchObject([{ kind: 'dropped', reason: 'unaccounted', count: 1000 }])
})

test('refused values are kept with their reason and covered by the ledger', async () => {
  const folder = temporaryFolder()
  const { store, registry } = await openStore(folder)
  await store.append([noise(seriesOf(registry, 'd', 'k'), 7, 20), ...doubles(seriesOf(registry, 'd', 'k2'), 2)])
  const batch = await store.take('live', { maxCount: 10 })
  if (!batch) throw new Error('nothing to take')
  await store.settle(batch, [{ row: 0, reasonCode: 0x99, reason: 'payload-invalid', attempts: 2 }])
  await store.stop(forever)
  const db = openForWriting(segment(folder))
  const kept = db.prepare('SELECT device, key, ts, type, reason_code, reason, attempts FROM quarantine').all()
  db.close()
  expect(kept).toEqual([
    { device: 'd', key: 'k', ts: 7, type: 'string', reason_code: 0x99, reason: 'payload-invalid', attempts: 2 },
  ])
  expect(ledger(folder)).toMatchObject([
    { kind: 'quarantined', reason: 'payload-invalid', ts_min: 7, ts_max: 7, count: 1 },
  ])
})

function ledger(folder: string): unknown[] {
  const db = openForWriting(segment(folder))
  const rows = db.prepare('SELECT * FROM ledger').all()
  db.close()
  return rows
}

test('the counts can be read beside the running engine, after it and where nothing is', async () => {
  const folder = temporaryFolder()
  expect(readBalance(folder)).toBeUndefined()
  const { store, registry } = await openStore(folder)
  await store.append(doubles(seriesOf(registry, 'd', 'k'), 100))
  await store.append([{ series: seriesOf(registry, 'd', 'a', 'attribute'), ts: 1, type: 'boolean', value: true }])
  const running = readBalance(folder, systemClock.now() + 5000)
  expect(running?.balance).toMatchObject({ accepted: 101, pending: 101, delivered: 0 })
  expect(running?.oldestSeconds).toBeGreaterThanOrEqual(5)
  expect(running?.backlogBytes).toBeGreaterThan(0)
  await drain(store)
  await store.stop(forever)
  const after = readBalance(folder)
  expect(after?.balance).toMatchObject({ accepted: 101, pending: 1, delivered: 100 })
  mkdirSync(join(folder, 'other'))
  copyFileSync(join(folder, 'lock.pid'), join(folder, 'other', 'store.db'))
  expect(() => readBalance(join(folder, 'other'))).toThrow('could not be read')
  // As the engine leaves it for the blink of an eye while it makes it.
  mkdirSync(join(folder, 'new'))
  writeFileSync(join(folder, 'new', 'store.db'), '')
  expect(readBalance(join(folder, 'new'))?.balance).toMatchObject({ accepted: 0, pending: 0 })
})

test('a second store on the same folder is refused while the first runs, and works after it', async () => {
  const folder = temporaryFolder()
  const first = await openStore(folder)
  const second = makeStore(folder)
  await expect(second.store.start()).rejects.toMatchObject({
    code: 'STORE_LOCKED',
    hint: expect.stringContaining(String(process.pid)),
  })
  await second.store.stop(forever)
  await first.store.stop(forever)
  await openStore(folder)
})

test('a folder that can not be made is told in words', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), '')
  const { store } = makeStore(join(folder, 'file', 'sub'))
  await expect(store.start()).rejects.toMatchObject({
    code: 'STORE_FAULT',
    hint: expect.stringContaining('data folder'),
  })
  await store.stop(forever)
})
