import { DataType } from 'node-opcua'
import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'

test('an enumeration is a number or its text, as the key asks; a number without a name stays a number', async () => {
  const server = await startOpcuaServer()
  const space = server.server.engine.addressSpace!
  const namespace = space.getNamespace(server.namespaceIndex)
  const states = namespace.addEnumerationType({ browseName: 'StateType', enumeration: ['Stopped', 'Running', 'Fault'] })
  const state = namespace.addVariable({
    organizedBy: space.rootFolder.objects,
    browseName: 'State',
    nodeId: `ns=${server.namespaceIndex};s=State`,
    dataType: states.nodeId,
    minimumSamplingInterval: 0,
  })
  state.setValueFromSource({ dataType: DataType.Int32, value: 1 })
  const keys = [
    { node: '/Objects/State', enum: 'text' },
    { node: '/Objects/State', enum: 'number' },
  ]
  const bench = await startCollector(opcuaConfig(server.endpointUrl, keys))
  const values = () => [bench.sink.last(0), bench.sink.last(1)].map((s) => [s?.type, s?.value])
  try {
    await expect.poll(values, { timeout: 10_000 }).toEqual([
      ['string', 'Running'],
      ['integer', 1],
    ])
    state.setValueFromSource({ dataType: DataType.Int32, value: 9 })
    await expect.poll(values, { timeout: 10_000 }).toEqual([
      ['integer', 9],
      ['integer', 9],
    ])
  } finally {
    await bench.close()
    await server.close()
  }
})
