import { expect, test, vi } from 'vitest'
import { isBalanced } from '../../shared/status.ts'
import { drain, makeStore, temporaryFolder } from '../contract/store-kit.ts'
import { StoreProcess } from './store-process.ts'

const rounds = 20

test(`SIGKILL under load, ${rounds} times: nothing accepted is lost, changed or out of order`, async () => {
  const folder = temporaryFolder()
  let next = 0
  for (let round = 0; round < rounds; round++) {
    const child = new StoreProcess([folder, 'load', String(next)])
    const groups = 1 + Math.floor(Math.random() * 30)
    await vi.waitFor(() => expect(child.all('through').length).toBeGreaterThanOrEqual(groups), { timeout: 30_000 })
    await child.kill()
    next = await verify(folder, next, child)
  }
}, 180_000)

/** Opens what the dead process left, compares it with what it had promised, drains it. Returns the next number. */
async function verify(folder: string, first: number, child: StoreProcess): Promise<number> {
  const promised = Math.max(...child.all<number>('through'))
  const settled = Math.max(first - 1, ...child.all<number>('settled'))
  const settling = Math.max(first - 1, ...child.all<number>('settling'))
  const { store, issues } = makeStore(folder)
  await store.start()
  try {
    expect(isBalanced(store.balance.value)).toBe(true)
    const rows = await drain(store)
    const numbers = rows.map(({ ts }) => ts)
    const from = numbers[0] ?? settling + 1
    expect(from, 'delivered values are gone, others are not').toBeGreaterThan(settled)
    expect(from).toBeLessThanOrEqual(settling + 1)
    const last = from + numbers.length - 1
    expect(last, 'every promised value is there').toBeGreaterThanOrEqual(promised)
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => from + i))
    for (const row of rows) {
      const n = row.ts
      const value = n % 3 === 0 ? `value ${n} ${'x'.repeat(n % 50)}` : n / 3
      if (row.value !== value || row.device !== `device ${n % 7}` || row.key !== `key ${n % 13}`) {
        expect(row).toEqual({ device: `device ${n % 7}`, key: `key ${n % 13}`, ts: n, type: row.type, value })
      }
    }
    expect(store.balance.value).toMatchObject({ pending: 0, dropped: 0, quarantined: 0 })
    expect(store.balance.value.accepted, 'contiguous over all rounds').toBe(last + 1)
    expect(issues.list(false)).toEqual([])
    return last + 1
  } finally {
    await store.stop(Number.POSITIVE_INFINITY)
  }
}
