import { fileURLToPath } from 'node:url'
import { DataType, type UAVariable, VariantArrayType } from 'node-opcua'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toSample } from '../../main/engine/collect/opcua/data-value.ts'
import { readHistory } from '../../main/engine/collect/opcua/history.ts'
import { type OpcuaBench, opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startRival } from '../servers/opcua-rival.ts'
import { namespaceUri, startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'
import { startTools } from '../servers/opcua-tools.ts'

// Structures of a type that only this server knows: its definition is read before the value is, wherever the value comes from.

const nodesets = [fileURLToPath(new URL('../servers/nodesets/batch.xml', import.meta.url))]
const timeout = 20_000

let server: TestServer
let node: UAVariable

beforeEach(async () => {
  server = await startOpcuaServer({ nodesets })
  const space = server.server.engine.addressSpace!
  const namespace = space.getNamespace(server.namespaceIndex)
  const add = (name: string, valueRank: number) =>
    namespace.addVariable({
      organizedBy: space.rootFolder.objects,
      browseName: name,
      nodeId: `ns=${server.namespaceIndex};s=${name}`,
      dataType: batchType(),
      valueRank,
      minimumSamplingInterval: 0,
    })
  node = add('Batch', -1)
  set(1)
  space.installHistoricalDataNode(node, { maxOnlineValues: 1000 })
  const value = [batch(1), batch(2)]
  add('Batches', 1).setValueFromSource({ dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value })
})
afterEach(() => server?.close())

function batchType() {
  const space = server.server.engine.addressSpace!
  return space.findDataType('Batch', space.getNamespaceIndex('urn:test:types'))!
}

function batch(number: number) {
  const space = server.server.engine.addressSpace!
  const ingredient = space.findDataType('Ingredient', space.getNamespaceIndex('urn:test:types'))!
  const ingredients = ['salt', 'flour'].map((name, i) =>
    space.constructExtensionObject(ingredient, { name, weight: i + 0.5 }),
  )
  return space.constructExtensionObject(batchType(), { number: [0, number], share: Math.fround(0.1), ingredients })
}

function set(number: number): void {
  node.setValueFromSource({ dataType: DataType.ExtensionObject, value: batch(number) })
}

const json = (number: number) => ({
  number,
  share: 0.1,
  ingredients: [
    { name: 'salt', weight: 0.5 },
    { name: 'flour', weight: 1.5 },
  ],
})
const nodeId = (name: string) => `nsu=${namespaceUri};s=${name}`
const parsed = (bench: OpcuaBench, tag: number): unknown[] =>
  bench.sink.samples.filter((s) => s.tag === tag && typeof s.value === 'string').map((s) => JSON.parse(String(s.value)))

test.for(['subscribe', 'poll'] as const)(
  '%s: structures and arrays of them arrive as JSON of their fields',
  async (mode) => {
    const keys = [{ node: nodeId('Batch') }, { node: nodeId('Batches') }]
    const bench = await startCollector(opcuaConfig(server.endpointUrl, keys, { mode }))
    try {
      await expect.poll(() => parsed(bench, 0), { timeout }).toEqual([json(1)])
      await expect.poll(() => parsed(bench, 1), { timeout }).toEqual([[json(1), json(2)]])
      set(7)
      await expect.poll(() => parsed(bench, 0).at(-1), { timeout }).toEqual(json(7))
      expect(bench.sink.samples[0]?.type).toBe('json')
    } finally {
      await bench.close()
    }
  },
)

test('what is looked up in the history is JSON, too, by the first session that ever asks', async () => {
  for (let i = 2; i <= 20; i++) set(i)
  const tools = await startTools()
  try {
    const question = { nodeId: nodeId('Batch'), fromMs: Date.now() - 600_000, toMs: Date.now() + 60_000, limit: 1000 }
    const { points } = await tools.tools.history(
      opcuaConfig(server.endpointUrl, []),
      question,
      AbortSignal.timeout(timeout),
    )
    expect(points.map((p) => JSON.parse(p.value))).toEqual(Array.from({ length: 20 }, (_, i) => json(i + 1)))
  } finally {
    await tools.close()
  }
})

test('what fills a gap is JSON, too, on a session that has seen no structure before', async () => {
  for (let i = 2; i <= 5; i++) set(i)
  const fresh = await startRival(server.endpointUrl)
  const texts: string[] = []
  try {
    const failures = await readHistory(fresh.session, {
      nodes: [{ nodeId: node.nodeId, of: 0 }],
      fromMs: Date.now() - 600_000,
      toMs: Date.now() + 60_000,
      nodesPerCall: 10,
      signal: AbortSignal.timeout(timeout),
      page: async (_of, values) => {
        for (const value of values) texts.push(String(toSample(0, value, 'source', 0).value))
      },
    })
    expect(failures).toEqual([])
    expect(texts.map((text) => JSON.parse(text))).toEqual([json(1), json(2), json(3), json(4), json(5)])
  } finally {
    await fresh.leave()
  }
})
