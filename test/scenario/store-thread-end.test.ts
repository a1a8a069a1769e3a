import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test, vi } from 'vitest'
import { doubles, drain, makeStore, openStore, plain, seriesOf, temporaryFolder } from '../contract/store-kit.ts'

const entry = new URL('./store-child.ts', import.meta.url)

async function startCode(folder: string): Promise<string | undefined> {
  const { store } = makeStore(folder)
  const error = await store.start().catch((reason: { code: string }) => reason)
  await store.stop(Number.POSITIVE_INFINITY)
  return error?.code
}

test('an engine thread that is terminated frees the data folder within the same process', async () => {
  const folder = temporaryFolder()
  const engine = new Worker(entry, { argv: [folder, 'hold'] })
  // Opening the folder before the thread holds it would take it away from the thread.
  await vi.waitFor(() => expect(existsSync(join(folder, 'lock.pid'))).toBe(true), { timeout: 20_000 })
  expect(await startCode(folder)).toBe('STORE_LOCKED')
  await engine.terminate()
  const { store, registry } = await openStore(folder)
  const rows = doubles(seriesOf(registry, 'd', 'k'), 10)
  await store.append(rows)
  expect(await drain(store)).toEqual(rows.map(plain))
})
