import { expect, onTestFinished, test } from 'vitest'
import { hurriedClock } from '../fakes/hurried-clock.ts'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startProxy } from '../servers/opcua-proxy.ts'
import { startRival } from '../servers/opcua-rival.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'

// A server that watches half of the nodes for us: the other half is read in turn until it has room.

const timeout = 20_000
const room = 5
const names = Array.from({ length: 2 * room }, (_, i) => `v${i}`)
const variables = names.map((name, i) => ({ name, value: { dataType: 'Int32', value: i } as const }))
const keys = names.map((name) => ({ node: `/Objects/Plant/${name}` }))
/** Of the server itself, for a rival to watch. */
const others = ['i=2255', 'i=2256', 'i=2257', 'i=2259', 'i=2267']

async function start() {
  const server = await startOpcuaServer({ variables, maxMonitoredItems: 2 * room })
  onTestFinished(() => server.close())
  const rival = await startRival(server.endpointUrl)
  onTestFinished(() => rival.leave())
  await rival.subscribe(others)
  const proxy = await startProxy(server.port)
  onTestFinished(() => proxy.close())
  const config = opcuaConfig(`opc.tcp://127.0.0.1:${proxy.port}`, keys, { samplingIntervalMs: 100 })
  const bench = await startCollector(config, undefined, { clock: hurriedClock(60) })
  onTestFinished(() => bench.close())
  const page = () => bench.collector.tagPage({ offset: 0, limit: 100, filter: '', onlyProblems: false }).rows
  const states = () => page().map((row) => row.state)
  const limits = () => bench.issues.list(false).filter((i) => i.code === 'OPCUA_SERVER_LIMIT')
  const allArrive = async (from: number): Promise<void> => {
    for (const [i, name] of names.entries()) server.set(name, { dataType: 'Int32', value: from + i })
    await expect
      .poll(() => names.map((_, tag) => bench.sink.last(tag)?.value), { timeout })
      .toEqual(names.map((_, i) => from + i))
  }
  return { server, rival, proxy, bench, page, states, limits, allArrive }
}

const halves = [...Array<string>(room).fill('watched'), ...Array<string>(room).fill('polled')]

test('what a server has no room to watch is read in turn, says so with the reason, and is watched when there is room', async () => {
  const { rival, bench, page, states, limits, allArrive } = await start()
  await allArrive(100)
  expect(states()).toEqual(halves)
  expect(page()[room]).toMatchObject({
    problem: expect.stringMatching(/no room to watch more nodes \(BadTooManyMonitoredItems\)/),
    nodeId: expect.stringContaining('v5'),
    status: 'Good',
    samplingMs: 100,
    queueSize: undefined,
  })
  expect(limits()).toEqual([
    expect.objectContaining({
      severity: 'warning',
      message: expect.stringMatching(/watches 5 nodes .* 5 are read in turn instead/),
    }),
  ])
  await expect
    .poll(() => bench.collector.status.value, { timeout })
    .toMatchObject({ detail: expect.stringContaining('5 of 10 nodes are watched, 5 are read in turn'), tagsGood: 10 })
  await allArrive(200)
  await allArrive(300)

  await rival.leave()
  await expect.poll(states, { timeout }).toEqual(names.map(() => 'watched'))
  await expect.poll(limits, { timeout }).toEqual([])
  expect(page().map((row) => row.problem)).toEqual(names.map(() => ''))
  await allArrive(400)
  expect(bench.gaps).toEqual([])
  await expect.poll(() => bench.collector.status.value.detail, { timeout }).toContain('10 of 10 nodes are watched')
})

test('after a cut the half that is watched lacks nothing, and for the half that is read the interval is declared', async () => {
  const { proxy, bench, states, allArrive } = await start()
  await allArrive(100)
  proxy.refuse(true)
  proxy.cut()
  await expect.poll(() => bench.collector.status.value.state, { timeout }).not.toBe('online')
  proxy.refuse(false)
  await allArrive(200)
  expect(states()).toEqual(halves)
  await expect.poll(() => bench.gaps.length, { timeout }).toBe(1)
  expect(bench.gaps[0]).toMatchObject({ nodeCount: room, cause: expect.stringContaining('no room to watch') })
})

test('where only subscribing will do, nothing is read', async () => {
  const server = await startOpcuaServer({ variables, maxMonitoredItems: room })
  onTestFinished(() => server.close())
  const bench = await startCollector(opcuaConfig(server.endpointUrl, keys, { mode: 'subscribe' }))
  onTestFinished(() => bench.close())
  const states = () =>
    bench.collector.tagPage({ offset: 0, limit: 100, filter: '', onlyProblems: false }).rows.map((row) => row.state)
  await expect.poll(states, { timeout }).toEqual(halves.map((state) => (state === 'polled' ? 'refused' : state)))
  expect(bench.sink.samples.every(({ tag }) => tag < room)).toBe(true)
})
