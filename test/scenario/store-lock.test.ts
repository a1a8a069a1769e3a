import { expect, test, vi } from 'vitest'
import { temporaryFolder } from '../contract/store-kit.ts'
import { StoreProcess } from './store-process.ts'

test('two processes can not share a data folder, and a killed one leaves no stale lock', async () => {
  const folder = temporaryFolder()
  const first = new StoreProcess([folder, 'hold'])
  await vi.waitFor(() => expect(first.all('opened')).toHaveLength(1), { timeout: 20_000 })
  const second = new StoreProcess([folder, 'hold'])
  expect(await second.ended).toBe(3)
  expect(second.all('refused')).toMatchObject([{ code: 'STORE_LOCKED', hint: expect.stringMatching(/process \d+/) }])
  await first.kill()
  const third = new StoreProcess([folder, 'hold'])
  await vi.waitFor(() => expect(third.all('opened')).toHaveLength(1), { timeout: 20_000 })
  await third.kill()
})
