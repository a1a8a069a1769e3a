import { expect, test, vi } from 'vitest'
import { IndexTable } from '../../main/engine/collect/opcua/index-table.ts'
import { IndexWalk } from '../../main/engine/collect/opcua/index-walk.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { FakeAddressSpace, type FakeSpaceOptions } from '../fakes/fake-address-space.ts'

function walkOf(options: FakeSpaceOptions, more: { signal?: AbortSignal; limit?: number; timeoutMs?: number } = {}) {
  const space = new FakeAddressSpace(options)
  const table = new IndexTable()
  const walk = new IndexWalk({
    table,
    use: (ask) => ask(space),
    signal: more.signal ?? new AbortController().signal,
    clock: systemClock,
    timeoutMs: more.timeoutMs ?? 10_000,
    ...(more.limit === undefined ? {} : { limit: more.limit }),
  })
  return { space, table, walk }
}

const refusal = (status: string) =>
  Object.assign(new Error(status), { response: { responseHeader: { serviceResult: { name: status } } } })

test('one request is in flight at a time, and no node is missed or found twice', async () => {
  const { space, table, walk } = walkOf({ nodes: 20_000, width: 7, cycleEvery: 3 })
  expect(await walk.run()).toBe('complete')
  // Root and Objects are node 0's way in.
  expect(table.count).toBe(20_001)
  expect(space.mostAtOnce).toBe(1)
  expect(table.furtherParents).toBeGreaterThan(1000)
  for (const node of [1, 7, 1234, 19_999])
    expect(table.find(table.namespaces.indexOf('urn:fake'), 'i', node)).toBeGreaterThan(0)
  expect(walk.counts).toMatchObject({ refused: 0, cut: 0, browsed: 20_001 })
})

test('wide folders are drained although the server keeps one continuation point only', async () => {
  const { space, table, walk } = walkOf({ nodes: 30_000, width: 150, points: 1 })
  expect(await walk.run()).toBe('complete')
  expect(table.count).toBe(30_001)
  expect(walk.counts.cut).toBe(0)
  expect(space.openPoints).toBe(0)
})

test('a folder of a hundred thousand children comes in answers of bounded size', async () => {
  const { space, table, walk } = walkOf({ nodes: 100_001, width: 100_000 })
  expect(await walk.run()).toBe('complete')
  expect(table.count).toBe(100_002)
  expect(space.largestAnswer).toBeLessThanOrEqual(5000)
})

test('batches stay within what the server says, and below what it really takes', async () => {
  const said = walkOf({ nodes: 5000, width: 5, nodesPerBrowse: 30 })
  await said.walk.run()
  expect(said.space.largestBatch).toBeLessThanOrEqual(30)

  let refused = 0
  const lying = walkOf({
    nodes: 5000,
    width: 5,
    before: (nodes) => {
      if (nodes <= 12) return
      refused++
      throw refusal('BadTooManyOperations')
    },
  })
  expect(await lying.walk.run()).toBe('complete')
  expect(lying.table.count).toBe(5001)
  expect(refused).toBeLessThan(6)
})

test('a server that is short of resources is given a pause and asked for less', async () => {
  let calls = 0
  const { table, walk } = walkOf({
    nodes: 500,
    width: 5,
    before: () => {
      if (++calls === 3) throw refusal('BadOutOfMemory')
    },
  })
  expect(await walk.run()).toBe('complete')
  expect(table.count).toBe(501)
})

test('a node the server can not stand costs its own children only', async () => {
  const { table, walk } = walkOf({ nodes: 200, width: 4 })
  const space = new FakeAddressSpace({ nodes: 200, width: 4 })
  const browse = space.session.browse
  space.session.browse = async (nodes) => {
    if (nodes.some((n) => String(n.nodeId).endsWith('i=5'))) throw refusal('BadInternalError')
    return browse(nodes)
  }
  const own = new IndexWalk({
    table,
    use: (ask) => ask(space),
    signal: new AbortController().signal,
    clock: systemClock,
    timeoutMs: 1000,
  })
  await expect(own.run()).resolves.toBe('complete')
  expect(own.counts.refused).toBe(1)
  expect(walk.counts.browsed).toBe(0)
})

test('a slow browse is cancelled at once, not when the server answers', async () => {
  const abort = new AbortController()
  const { table, walk } = walkOf({ nodes: 1_000_000, width: 10, delayMs: 60_000 }, { signal: abort.signal })
  const ended = walk.run()
  abort.abort(new Error('enough'))
  await expect(ended).rejects.toThrow()
  expect(table.count).toBeLessThan(10)
})

test('a walk ends at its limit and says that it is not complete', async () => {
  const { table, walk } = walkOf({ nodes: 100_000, width: 10 }, { limit: 1000 })
  expect(await walk.run()).toBe('limited')
  expect(table.count).toBe(1000)
})

test('while it walks it knows about how many nodes there are', async () => {
  const abort = new AbortController()
  const { space, table, walk } = walkOf({ nodes: 50_000, width: 10 }, { signal: abort.signal })
  const browse = space.session.browse
  space.session.browse = async (nodes) => {
    if (table.count > 10_000) abort.abort(new Error('enough'))
    return browse(nodes)
  }
  await expect(walk.run()).rejects.toThrow()
  expect(walk.counts.about).toBeGreaterThan(table.count)
  expect(walk.counts.about).toBeLessThan(200_000)
})

test('a million nodes with cycles take less than 250 MB of columns', async () => {
  const { table, walk } = walkOf({ nodes: 1_000_000, width: 20, cycleEvery: 5 })
  expect(await walk.run()).toBe('complete')
  expect(table.count).toBe(1_000_001)
  expect(table.bytes).toBeLessThan(250_000_000)
}, 120_000)

test('a walk in full swing over a million nodes is cancelled within a second', async () => {
  const abort = new AbortController()
  const { space, table, walk } = walkOf({ nodes: 1_000_000, width: 20, delayMs: 1 }, { signal: abort.signal })
  const ended = walk.run().catch(() => 'cancelled')
  await vi.waitFor(() => expect(table.count).toBeGreaterThan(20_000), { timeout: 30_000 })
  abort.abort(new Error('enough'))
  const late = new Promise((done) => setTimeout(done, 1000, 'late'))
  expect(await Promise.race([ended, late])).toBe('cancelled')
  const { calls } = space
  await new Promise((done) => setImmediate(done))
  expect(space.calls).toBe(calls)
})
