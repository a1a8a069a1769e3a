import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

test('300 nodes on a server that takes 100 per call give 300 right values', async () => {
  const server = await startOpcuaServer({
    variables: Array.from({ length: 300 }, (_, i) => ({
      name: `v${i}`,
      value: { dataType: 'Double', value: i + 0.5 },
    })),
    operationLimits: {
      maxNodesPerRead: 100,
      maxMonitoredItemsPerCall: 100,
      maxNodesPerBrowse: 50,
      maxNodesPerTranslateBrowsePathsToNodeIds: 70,
    },
  })
  const keys = Array.from({ length: 300 }, (_, i) => ({
    node:
      i % 3 === 0 ? `nsu=${namespaceUri};s=v${i}` : i % 3 === 1 ? `/Objects/2:Plant/2:v${i}` : `/Objects/Plant/v${i}`,
  }))
  const bench = await startCollector(opcuaConfig(server.endpointUrl, keys))
  try {
    await expect.poll(() => bench.sink.samples.length, { timeout: 15_000 }).toBe(300)
    for (let tag = 0; tag < 300; tag++)
      expect(bench.sink.last(tag)).toMatchObject({ type: 'double', value: tag + 0.5, statusCode: 0 })
    await expect
      .poll(() => bench.collector.status.value, { timeout: 5000 })
      .toMatchObject({ state: 'online', tags: 300, tagsGood: 300 })
    expect(bench.issues.list(false)).toHaveLength(1)
  } finally {
    await bench.close()
    await server.close()
  }
})
