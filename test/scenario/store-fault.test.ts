import { expect, test, vi } from 'vitest'
import { isBalanced } from '../../shared/status.ts'
import { drain, openStore, temporaryFolder } from '../contract/store-kit.ts'
import { StoreProcess } from './store-process.ts'

test.skipIf(process.platform === 'win32')(
  'a failing write ends the process with 75 instead of trying again, and everything promised is there afterwards',
  async () => {
    const folder = temporaryFolder()
    // The reserve is written first; it is 8 MB, and the limit on the size of a file must let it pass.
    const child = new StoreProcess([folder, 'load', '0'], ['bash', '-c', 'ulimit -f 10240; exec "$@"', 'bash'])
    await vi.waitFor(() => expect(child.all('fault')).toHaveLength(1), { timeout: 60_000 })
    expect(await child.ended).toBe(75)
    expect(child.all('fault')).toMatchObject([{ code: 'STORE_FAULT', hint: expect.stringContaining('disk') }])
    const promised = Math.max(...child.all<number>('through'))
    const { store } = await openStore(folder)
    expect(isBalanced(store.balance.value)).toBe(true)
    const last = store.balance.value.accepted - 1
    expect(last).toBeGreaterThanOrEqual(promised)
    const rows = await drain(store)
    expect(rows.at(-1)?.ts ?? last).toBe(last)
  },
)
