import { expect, test } from 'vitest'
import { admit, Growth, splitQuota } from '../../main/engine/store/quota.ts'

const quota = splitQuota(1 << 30)

test('database and twice the WAL fit into the configured size, however small', () => {
  for (const maxBytes of [1 << 20, 10 << 20, 2 ** 31, 2 ** 40]) {
    const { budgetBytes, walTargetBytes } = splitQuota(maxBytes)
    expect(budgetBytes + 2 * walTargetBytes).toBe(maxBytes)
    expect(budgetBytes).toBeGreaterThan(maxBytes / 2)
  }
})

test('an append larger than the whole store is not waited for', () => {
  expect(admit(quota.budgetBytes, 0, 1, quota, 'block')).toBe('too-large')
})

test('a full store does what the configuration says, a store with room stores', () => {
  const used = quota.budgetBytes - 10
  expect(admit(10, used, 0, quota, 'block')).toBe('store')
  expect(admit(11, used, 0, quota, 'block')).toBe('refuse')
  expect(admit(11, used, 0, quota, 'drop-oldest')).toBe('drop-oldest')
  expect(admit(11, used, 0, quota, 'drop-newest')).toBe('drop-newest')
})

test('time to full comes from growth only', () => {
  const growth = new Growth()
  expect(growth.secondsToFull(1000)).toBeUndefined()
  growth.add(0, 100)
  growth.add(1000, 110)
  expect(growth.secondsToFull(1000), 'too little is known').toBeUndefined()
  growth.add(10_000, 200)
  expect(growth.secondsToFull(1000)).toBe(80)
  growth.add(100_000, 200)
  growth.add(160_000, 200)
  expect(growth.secondsToFull(1000), 'it stands still').toBeUndefined()
})
