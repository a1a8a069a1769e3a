import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { layoutOf } from '../../main/engine/store/layout.ts'
import { isBalanced } from '../../shared/status.ts'
import { drain, noise, openStore, seriesOf, temporaryFolder } from '../contract/store-kit.ts'

const maxBytes = 48 << 20

test('the first segment of a new folder gets its size while it is written to, and nothing of it counts as used', {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder()
  const { store, registry } = await openStore(folder, { maxBytes, preallocate: true, whenFull: 'block' })
  const first = join(folder, 'segments', 'seg-0001.db')
  const k = seriesOf(registry, 'd', 'k')
  let next = 0
  const { segment } = layoutOf(maxBytes)
  const wanted = segment.budgetBytes - 16 * 4096
  await expect
    .poll(
      async () => {
        await store.append([noise(k, next++, 20_000)])
        const { usedBytes } = store.status.value
        expect(usedBytes, 'data and the fixed pages of the files').toBeLessThan(next * 24_000 + (2 << 20))
        return statSync(first).size
      },
      { timeout: 40_000, interval: 50 },
    )
    .toBeGreaterThanOrEqual(wanted)
  expect(statSync(first).size).toBeLessThanOrEqual(segment.fileBytes)
  // All of it can be filled with data, and the file does not become larger.
  await expect
    .poll(() => readdirSync(join(folder, 'segments')).filter((n) => n.endsWith('.db')).length)
    .toBeGreaterThan(0)
  for (let i = 0; i < 600; i++) expect((await store.append([noise(k, next++, 20_000)])).kind).toBe('stored')
  expect(statSync(first).size).toBeLessThanOrEqual(segment.fileBytes)
  const rows = await drain(store)
  expect(rows.length).toBe(next)
  expect(isBalanced(store.balance.value)).toBe(true)
})

test('killed while it grows, the file opens with its data and without the filling', { timeout: 60_000 }, async () => {
  const { copyStore } = await import('../contract/store-kit.ts')
  const folder = temporaryFolder()
  const { store, registry } = await openStore(folder, { maxBytes, preallocate: true })
  await store.append([noise(seriesOf(registry, 'd', 'k'), 1, 20_000)])
  const first = join(folder, 'segments', 'seg-0001.db')
  await expect.poll(() => statSync(first).size, { timeout: 30_000 }).toBeGreaterThan(3 << 20)
  const image = temporaryFolder()
  copyStore(folder, image)
  const opened = await openStore(image, { maxBytes })
  expect(opened.store.status.value.usedBytes).toBeLessThan(1 << 20)
  expect(await drain(opened.store)).toHaveLength(1)
  expect(isBalanced(opened.store.balance.value)).toBe(true)
})
