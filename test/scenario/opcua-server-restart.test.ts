import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

test('a restarted server is watched again by itself and delivers new values', async () => {
  const server = await startOpcuaServer({ variables: [{ name: 'speed', value: { dataType: 'Double', value: 1 } }] })
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [{ node: `nsu=${namespaceUri};s=speed` }]))
  try {
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(1)
    await server.stop()
    await expect
      .poll(() => bench.issues.list(false).map((i) => i.code), { timeout: 10_000 })
      .toContain('CONNECTION_REFUSED')
    expect(bench.collector.status.value.state).toMatch(/waiting|connecting/)
    await server.restart()
    server.set('speed', { dataType: 'Double', value: 2 })
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 20_000 }).toBe(2)
    server.set('speed', { dataType: 'Double', value: 3 })
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(3)
    expect(bench.issues.list(false).filter((i) => i.severity === 'error')).toEqual([])
  } finally {
    await bench.close()
    await server.close()
  }
})

test('a server that comes back with other namespace indexes is watched at the same nodes, and the gap is said', async () => {
  const variables = ['speed', 'level'].map((name, i) => ({ name, value: { dataType: 'Int32', value: i } as const }))
  const server = await startOpcuaServer({ variables })
  const keys = [{ node: `nsu=${namespaceUri};s=speed` }, { node: `/Objects/{${namespaceUri}}Plant/level` }]
  const bench = await startCollector(opcuaConfig(server.endpointUrl, keys))
  try {
    await expect.poll(() => bench.sink.samples.length, { timeout: 10_000 }).toBe(2)
    const before = server.namespaceIndex
    await server.restart(['urn:added:first', 'urn:added:second'])
    expect(server.namespaceIndex).toBe(before + 2)
    server.set('speed', { dataType: 'Int32', value: 10 })
    server.set('level', { dataType: 'Int32', value: 11 })
    await expect
      .poll(() => [bench.sink.last(0)?.value, bench.sink.last(1)?.value], { timeout: 20_000 })
      .toEqual([10, 11])
    await expect.poll(() => bench.gaps.length, { timeout: 10_000 }).toBe(1)
    expect(bench.gaps[0]).toMatchObject({ nodeCount: 2, nodes: keys.map((k) => k.node) })
    expect(bench.gaps[0]?.cause).toContain('the server had forgotten our subscriptions')
  } finally {
    await bench.close()
    await server.close()
  }
})
