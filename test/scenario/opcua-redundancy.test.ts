import { DataType, DataValue, type UAVariable, Variant } from 'node-opcua'
import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'

const key = { node: `nsu=${namespaceUri};s=speed` }
const speed = (value: number) => [{ name: 'speed', value: { dataType: 'Int32', value } as const }]

/** Part 4, 6.6.2.4.2: 255 healthy, below 100 no data worth having. */
function setLevel(server: TestServer, level: number): void {
  const node = server.server.engine.addressSpace!.findNode('i=2267') as UAVariable
  const value = new Variant({ dataType: DataType.Byte, value: level })
  node.bindVariable({ timestamped_get: () => new DataValue({ value, sourceTimestamp: new Date() }) }, true)
}

test('a server that says it is not well is left for its alternate', { timeout: 60_000 }, async () => {
  const [first, second] = [
    await startOpcuaServer({ variables: speed(1) }),
    await startOpcuaServer({ variables: speed(2) }),
  ]
  setLevel(first, 255)
  setLevel(second, 255)
  const bench = await startCollector(opcuaConfig(first.endpointUrl, [key], { alternates: [second.endpointUrl] }))
  try {
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(1)
    setLevel(first, 50)
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 30_000 }).toBe(2)
    await expect.poll(() => bench.collector.status.value.detail, { timeout: 5000 }).toContain('on the alternate')
  } finally {
    await bench.close()
    await first.close()
    await second.close()
  }
})

test('a server that is gone is left for its alternate, and back when that one goes', { timeout: 60_000 }, async () => {
  const [first, second] = [
    await startOpcuaServer({ variables: speed(1) }),
    await startOpcuaServer({ variables: speed(2) }),
  ]
  const bench = await startCollector(opcuaConfig(first.endpointUrl, [key], { alternates: [second.endpointUrl] }))
  try {
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(1)
    await first.stop()
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 30_000 }).toBe(2)
    await first.restart()
    await second.stop()
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 30_000 }).toBe(1)
    // Each change of server is a gap, or is filled from a history: here there is none.
    await expect.poll(() => bench.gaps.length, { timeout: 10_000 }).toBe(2)
  } finally {
    await bench.close()
    await first.close()
    await second.close()
  }
})
