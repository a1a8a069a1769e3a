import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { openForWriting } from '../../main/engine/store/sqlite.ts'
import { doubles, openStore, seriesOf, temporaryFolder } from '../contract/store-kit.ts'

const entry = resolve(import.meta.dirname, '../../main/headless/tb-gateway.ts')

function selfcheck(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [entry, 'selfcheck', ...args], (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

async function filled(folder: string): Promise<void> {
  const { store, registry } = await openStore(folder)
  await store.append(doubles(seriesOf(registry, 'd', 'k'), 3000))
  const batch = await store.take('live', { maxCount: 2000 })
  if (batch) await store.settle(batch, [{ row: 5, reasonCode: 0x99, reason: 'refused', attempts: 1 }])
  await store.stop(Number.POSITIVE_INFINITY)
}

test('a sound store passes with 0 and says what it found', async () => {
  const folder = temporaryFolder()
  await filled(folder)
  const { code, stdout } = await selfcheck('--data', folder, '--json')
  expect(code).toBe(0)
  const report = JSON.parse(stdout)
  expect(report).toMatchObject({ ok: true, running: false, values: 1000, chunks: 1 })
  expect(new Set(report.results.map((r: { check: string }) => r.check))).toEqual(
    new Set(['structure', 'settings', 'conservation', 'ledger', 'checksums', 'high-water']),
  )
  expect((await selfcheck('--data', folder)).stdout).toContain('All is well: 1000 values')
})

test('an attribute that is not what was written is found out', async () => {
  const folder = temporaryFolder()
  const { store, registry } = await openStore(folder)
  await store.append([{ series: seriesOf(registry, 'd', 'a', 'attribute'), ts: 1, type: 'string', value: 'right' }])
  await store.stop(Number.POSITIVE_INFINITY)
  const db = openForWriting(join(folder, 'store.db'))
  db.exec("UPDATE attributes SET value = 'wrong'")
  db.close()
  const { code, stdout } = await selfcheck('--data', folder)
  expect(code).toBe(75)
  expect(stdout).toContain('1 attributes and newest-only values')
})

test.each([
  ['checksums', 'UPDATE chunks SET crc = crc + 1'],
  ['conservation', 'DELETE FROM chunks'],
  ['ledger', 'DELETE FROM ledger'],
  ['settings', 'PRAGMA user_version = 1'],
  ['high-water', "UPDATE counters SET value = value - 10 WHERE name = 'accepted'"],
])('a store with wrong %s is found out: exit 75 and the name of it', async (check, sql) => {
  const folder = temporaryFolder()
  await filled(folder)
  const db = openForWriting(join(folder, 'segments', 'seg-0001.db'))
  db.exec(sql)
  db.close()
  const { code, stdout, stderr } = await selfcheck('--data', folder, '--json')
  expect(code).toBe(75)
  expect(stderr).toContain('something is wrong')
  const failed = JSON.parse(stdout).results.filter(({ ok }: { ok: boolean }) => !ok)
  expect(failed.map((result: { check: string }) => result.check)).toContain(check)
})

test('while a gateway runs it says so, exits with 75 and touches nothing', async () => {
  const folder = temporaryFolder()
  await openStore(folder)
  const { code, stdout, stderr } = await selfcheck('--data', folder, '--json')
  expect(code).toBe(75)
  expect(JSON.parse(stdout)).toEqual({ running: true, ok: false })
  expect(stderr).toContain('Stop it first')
})

test('a folder that does not exist is a usage error', async () => {
  expect((await selfcheck('--data', '/nowhere/at/all')).code).toBe(64)
})
