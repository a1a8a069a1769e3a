import { expect, test } from 'vitest'
import { isBalanced } from '../../shared/status.ts'
import { drain, openStore, temporaryFolder } from '../contract/store-kit.ts'
import { StoreProcess } from './store-process.ts'

test.skipIf(process.platform === 'win32').each([1, 2])(
  'killed while it goes over to file %i, the store opens at once and has everything that was promised',
  { timeout: 60_000 },
  async (file) => {
    const folder = temporaryFolder()
    const child = new StoreProcess(
      [folder, 'load', '0'],
      ['env', `TB_GW_FAILPOINT=rotating:${file}`, `STORE_BYTES=${8 << 20}`],
    )
    await child.ended
    expect(child.all('fault')).toEqual([])
    const promised = Math.max(-1, ...child.all<number>('through'))
    const settled = Math.max(-1, ...child.all<number>('settled'))
    const { store, issues } = await openStore(folder)
    expect(isBalanced(store.balance.value)).toBe(true)
    const numbers = (await drain(store)).map(({ ts }) => ts)
    if (file > 1) expect(promised, 'the kill was not at the start').toBeGreaterThan(1000)
    expect(numbers[0] ?? settled + 1).toBeGreaterThan(settled)
    const first = numbers[0] ?? promised + 1
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => first + i))
    expect(first + numbers.length - 1).toBeGreaterThanOrEqual(promised)
    expect(issues.list(false)).toEqual([])
  },
)
