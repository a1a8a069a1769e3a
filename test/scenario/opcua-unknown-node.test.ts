import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

test('nodes that do not exist are each an issue of their own and stop no other node', async () => {
  const server = await startOpcuaServer({
    variables: [{ name: 'good', value: { dataType: 'Boolean', value: true } }],
    operationLimits: { maxMonitoredItemsPerCall: 2 },
  })
  const nodes = [
    `nsu=${namespaceUri};s=missing`,
    'ns=99;s=no-such-namespace',
    'nsu=urn:not:here;s=x',
    '/Objects/Plant/absent',
    'i=4294967295',
    `nsu=${namespaceUri};s=Plant`,
    '/Objects/Plant/good',
  ]
  const bench = await startCollector(
    opcuaConfig(
      server.endpointUrl,
      nodes.map((node) => ({ node })),
    ),
  )
  try {
    await expect.poll(() => bench.sink.last(6), { timeout: 10_000 }).toMatchObject({ type: 'boolean', value: true })
    await expect.poll(() => bench.collector.status.value.state).toBe('online')
    const issues = bench.issues.list(false).filter((i) => i.severity === 'error')
    expect(issues.map((i) => i.code).sort()).toEqual(
      [...Array(5).fill('OPCUA_NODE_UNKNOWN'), 'OPCUA_NODE_REFUSED'].sort(),
    )
    expect(issues.find((i) => i.message.includes('urn:not:here'))?.hint).toContain(namespaceUri)
    await expect.poll(() => bench.collector.status.value, { timeout: 5000 }).toMatchObject({ tags: 7, tagsGood: 1 })
  } finally {
    await bench.close()
    await server.close()
  }
})
