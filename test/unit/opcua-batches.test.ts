import { expect, test } from 'vitest'
import { inBatches, limitsOf } from '../../main/engine/collect/opcua/operation-limits.ts'

const fault = (name: string): Error =>
  Object.assign(new Error(name), { response: { responseHeader: { serviceResult: { name } } } })
const items = Array.from({ length: 20 }, (_, i) => i)

test('one item the server chokes on costs only itself', async () => {
  const call = async (part: number[]) => {
    if (part.includes(13)) throw fault('BadDecodingError')
    return part.map((i) => i * 2)
  }
  const results = await inBatches(items, 8, call, () => -1)
  expect(results).toEqual(items.map((i) => (i === 13 ? -1 : i * 2)))
})

test('a server that takes less than it says is asked for less', async () => {
  const sizes: number[] = []
  const call = async (part: number[]) => {
    sizes.push(part.length)
    if (part.length > 3) throw fault('BadTooManyOperations')
    return part
  }
  expect(await inBatches(items, 16, call, () => -1)).toEqual(items)
  expect(sizes.filter((s) => s > 3)).toEqual([16, 8, 4])
})

test('a lost connection is not mistaken for a bad item', async () => {
  const lost = async () => Promise.reject(new Error('socket closed'))
  await expect(inBatches(items, 8, lost, () => -1)).rejects.toThrow('socket closed')
  await expect(
    inBatches(
      items,
      8,
      async () => Promise.reject(fault('BadSessionIdInvalid')),
      () => -1,
    ),
  ).rejects.toThrow()
})

test('a short answer gives a result for every item', async () => {
  expect(
    await inBatches(
      [1, 2, 3],
      3,
      async () => [1],
      () => -1,
    ),
  ).toEqual([1, -1, -1])
})

test('0 and absent limits mean our own', () => {
  expect(limitsOf([0, undefined, 5, 100_000])).toMatchObject({
    nodesPerRead: 1000,
    nodesPerBrowse: 200,
    nodesPerTranslate: 5,
    monitoredItemsPerCall: 1000,
  })
})
