import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isBalanced } from '../../shared/status.ts'
import { drain, noise, openStore, seriesOf } from '../contract/store-kit.ts'
import { fill, smallVolume } from '../servers/small-volume.ts'

test('somebody fills the disk: appends are refused in words, the backlog still drains, room heals it', async (context) => {
  const folder = smallVolume(40)
  if (folder === undefined) return context.skip('mounting a small volume needs root')
  const { store, registry, issues, faults } = await openStore(folder, { whenFull: 'block' })
  const k = seriesOf(registry, 'd', 'k')
  for (let ts = 0; ts < 50; ts++) await store.append([noise(k, ts, 100_000)])
  fill(join(folder, 'somebody-elses'))

  let stored = 50
  const error = await (async () => {
    for (;;) {
      await store.append([noise(k, stored, 100_000)])
      stored++
    }
  })().catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'STORE_DISK_FULL' })
  expect(store.status.value.state).toBe('full')
  expect(issues.list(false)).toMatchObject([{ code: 'STORE_DISK_FULL' }])
  expect(isBalanced(store.balance.value)).toBe(true)
  await expect(store.append([noise(k, 1, 100)]), 'the reserve is not for new data').rejects.toMatchObject({
    code: 'STORE_DISK_FULL',
  })

  expect((await drain(store)).map(({ ts }) => ts)).toEqual(Array.from({ length: stored }, (_, i) => i))
  rmSync(join(folder, 'somebody-elses'))
  await expect.poll(() => store.status.value.state, { timeout: 10_000 }).toBe('ready')
  expect(issues.openCount).toBe(0)
  expect(await store.append([noise(k, stored, 100_000)])).toEqual({ kind: 'stored' })
  expect(store.balance.value).toMatchObject({ accepted: stored + 1, delivered: stored, pending: 1, dropped: 0 })
  expect(faults).toEqual([])
})
