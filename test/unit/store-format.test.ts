import { copyFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readBalance } from '../../main/engine/store/read-balance.ts'
import { selfcheck } from '../../main/engine/store/selfcheck.ts'
import { isBalanced } from '../../shared/status.ts'
import { doubles, drain, openStore, plain, seriesOf, temporaryFolder } from '../contract/store-kit.ts'

/**
 * Written by the program of format 1, all of it one file: 400 values of "temperature", 10 times 100 settled with one refused,
 * so 300 wait, and an attribute that replaced another one.
 */
const fixture = resolve(import.meta.dirname, '../contract/fixtures/store-format-1.db')

function upgraded(): string {
  const folder = temporaryFolder()
  copyFileSync(fixture, join(folder, 'store.db'))
  return folder
}

test('what a program of format 1 stored is delivered by this one, byte-equal, and its counts go on', async () => {
  const folder = upgraded()
  expect(readBalance(folder)?.balance).toMatchObject({ accepted: 402, pending: 301 })
  const { store, registry, issues } = await openStore(folder)
  expect(store.balance.value).toMatchObject({ accepted: 402, delivered: 99, quarantined: 1, dropped: 1, pending: 301 })
  expect(registry.device('Press 1')?.profile).toBe('press')
  const series = seriesOf(registry, 'Press 1', 'temperature')
  const more = doubles(series, 10, 1000)
  await store.append(more)
  expect(await drain(store)).toEqual([...doubles(series, 300, 100), ...more].map(plain))
  expect(await drain(store, 'attributes')).toMatchObject([{ key: 'firmware', ts: 2, value: '1.1' }])
  expect(store.balance.value).toMatchObject({ accepted: 412, delivered: 410, quarantined: 1, pending: 0 })
  expect(await store.quarantinePage({ offset: 0, limit: 10, filter: '' })).toMatchObject({
    total: 1,
    rows: [{ device: 'Press 1', key: 'temperature', ts: 7, value: '3.5', reasonCode: 0x99, attempts: 2 }],
  })
  expect(isBalanced(store.balance.value)).toBe(true)
  expect(issues.list(false)).toEqual([])
  await store.stop(Number.POSITIVE_INFINITY)
  expect(selfcheck(folder).results.filter(({ ok }) => !ok)).toEqual([])
})

test('an upgrade that is interrupted by a restart before anything was delivered loses nothing', async () => {
  const folder = upgraded()
  const first = await openStore(folder)
  await first.store.stop(Number.POSITIVE_INFINITY)
  const { store } = await openStore(folder)
  expect(await drain(store)).toHaveLength(300)
})
