import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'

test('a deadband keeps small changes at the server, one the server refuses is an issue and the values still come', async () => {
  const server = await startOpcuaServer({
    variables: ['filtered', 'noRange', 'plain'].map((name) => ({ name, value: { dataType: 'Double', value: 0 } })),
  })
  const keys = [
    { node: '/Objects/Plant/filtered', deadband: { type: 'absolute', value: 5 } },
    // The node has no EURange, so percent means nothing (Part 8, 6.2).
    { node: '/Objects/Plant/noRange', deadband: { type: 'percent', value: 5 } },
    { node: '/Objects/Plant/plain' },
  ]
  const bench = await startCollector(opcuaConfig(server.endpointUrl, keys))
  try {
    await expect.poll(() => bench.sink.samples.length, { timeout: 10_000 }).toBe(3)
    const issues = bench.issues.list(false).filter((i) => i.code === 'OPCUA_NODE_REFUSED')
    expect(issues).toMatchObject([{ severity: 'warning', message: expect.stringContaining('/Objects/Plant/noRange') }])
    for (const value of [1, 20]) {
      for (const name of ['filtered', 'noRange', 'plain']) server.set(name, { dataType: 'Double', value })
      await expect
        .poll(() => [bench.sink.last(1)?.value, bench.sink.last(2)?.value], { timeout: 5000 })
        .toEqual([value, value])
    }
    await expect.poll(() => bench.sink.samples.filter((s) => s.tag === 0).map((s) => s.value)).toEqual([0, 20])
  } finally {
    await bench.close()
    await server.close()
  }
})

test('a queue that overflows in the server is an issue with a count', async () => {
  const server = await startOpcuaServer({ variables: [{ name: 'fast', value: { dataType: 'Int32', value: 0 } }] })
  const config = opcuaConfig(server.endpointUrl, [{ node: '/Objects/Plant/fast', queueSize: 2 }], {
    publishingIntervalMs: 1000,
  })
  const bench = await startCollector(config)
  let count = 0
  const counting = setInterval(() => server.set('fast', { dataType: 'Int32', value: ++count }), 60)
  try {
    await expect
      .poll(() => bench.issues.list(false).map((i) => i.code), { timeout: 15_000 })
      .toContain('OPCUA_OVERFLOW')
    expect(bench.sink.samples.some((s) => (s.statusCode & 0x480) === 0x480)).toBe(true)
    expect(bench.collector.status.value.tagsGood).toBe(1)
  } finally {
    clearInterval(counting)
    await bench.close()
    await server.close()
  }
})
