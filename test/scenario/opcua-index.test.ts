import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type NodeIdLike, OPCUAClient } from 'node-opcua'
import { afterEach, expect, test } from 'vitest'
import type { OpcuaTools } from '../../main/engine/collect/opcua/opcua-tools.ts'
import type { IndexStatus } from '../../shared/api/opcua-requests.ts'
import type { OpcuaConnectorConfig } from '../../shared/config/opcua.ts'
import { opcuaConfig } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'
import { startTools, type ToolsUnderTest } from '../servers/opcua-tools.ts'

let server: TestServer
let bench: ToolsUnderTest

afterEach(async () => {
  await bench?.close()
  await server?.close()
})

const variables = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `v${i}`, value: { dataType: 'Int32', value: i } }))
const signal = () => AbortSignal.timeout(30_000)

async function indexed(tools: OpcuaTools, config: OpcuaConnectorConfig): Promise<IndexStatus> {
  return expect
    .poll(() => tools.index(config, 'status'), { timeout: 120_000, interval: 50 })
    .toMatchObject({ isReading: false })
    .then(() => tools.index(config, 'status'))
}

/** All nodes of the pages but the diagnostics of sessions, which come and go. */
async function everyNode(tools: OpcuaTools, config: OpcuaConnectorConfig) {
  const nodes = await allRows(tools, config)
  const passing = new Set<number>()
  return nodes.filter((node, row) => {
    const isPassing = passing.has(node.parent) || nodes[node.parent]?.nodeId === 'i=2274'
    if (isPassing) passing.add(row)
    return !isPassing
  })
}

async function allRows(tools: OpcuaTools, config: OpcuaConnectorConfig) {
  const nodes: { nodeId: string; name: string; parent: number; nodeClass: number; type: string }[] = []
  for (let total = 1; nodes.length < total; ) {
    const page = await tools.indexPage(config, { offset: nodes.length, limit: 2000 })
    total = page.total
    page.nodeIds.forEach((nodeId, i) => {
      nodes.push({
        nodeId,
        name: page.names[i]!,
        parent: page.parents[i]!,
        nodeClass: page.classes[i]!,
        type: page.typeNames[page.types[i]!]!,
      })
    })
  }
  return nodes
}

test('the index has every node the server has, once, also with few references per answer and cycles', async () => {
  server = await startOpcuaServer({
    variables: variables(1200),
    operationLimits: { maxNodesPerBrowse: 20, maxNodesPerRead: 30 },
  })
  const space = server.server.engine.addressSpace!
  const namespace = space.getNamespace(server.namespaceIndex)
  const plant = space.findNode(`ns=${server.namespaceIndex};s=Plant`)!
  const below = namespace.addObject({ componentOf: server.variable('v5'), browseName: 'Below' })
  const deep = namespace.addVariable({ componentOf: below, browseName: 'Deep', dataType: 'Double' })
  // A cycle, a second parent, and a GUID and an opaque NodeId.
  below.addReference({ referenceType: 'Organizes', nodeId: plant })
  space.rootFolder.objects.addReference({ referenceType: 'Organizes', nodeId: deep })
  const guid = `ns=${server.namespaceIndex};g=72962B91-FA75-4AE6-8D28-B404DC7DAF63`
  namespace.addVariable({ organizedBy: plant as never, browseName: 'Guid', nodeId: guid, dataType: 'Double' })
  const opaque = `ns=${server.namespaceIndex};b=AQIDBA==`
  namespace.addVariable({ organizedBy: plant as never, browseName: 'Opaque', nodeId: opaque, dataType: 'Double' })

  bench = await startTools()
  const config = opcuaConfig(server.endpointUrl, [])
  const { tools } = bench
  await tools.index(config, 'start')
  const status = await indexed(tools, config)
  expect(status).toMatchObject({ state: 'complete', isComplete: true })
  expect(status.detail).toMatch(/^[\d,]+ nodes, complete, read just now$/)

  const nodes = await everyNode(tools, config)
  expect(new Set(nodes.map((n) => n.nodeId)).size).toBe(nodes.length)
  const ids = new Set(nodes.map((n) => n.nodeId))
  for (let i = 0; i < 1200; i++) expect(ids).toContain(`nsu=${namespaceUri};s=v${i}`)
  expect(ids).toContain(`nsu=${namespaceUri};g=72962B91-FA75-4AE6-8D28-B404DC7DAF63`)
  expect(ids).toContain(`nsu=${namespaceUri};b=AQIDBA==`)
  const rows = await allRows(tools, config)
  expect(rows.every((n, row) => n.parent < row)).toBe(true)
  // Types and views too.
  expect(ids).toContain('i=58')
  expect(ids).toContain('i=2041')
  expect(nodes.find((n) => n.name === 'v7')).toMatchObject({ nodeClass: 2, type: 'BaseDataVariableType' })

  expect(nodes).toHaveLength(await reachable(server))
})

test('search finds parts of names, patterns with levels, and a NodeId, and says how complete it is', async () => {
  server = await startOpcuaServer({ variables: variables(30) })
  bench = await startTools()
  const config = opcuaConfig(server.endpointUrl, [])
  const { tools } = bench
  expect((await tools.index(config, 'status')).detail).toBe('Not read yet')
  // Without any index a NodeId is found by asking for it.
  const direct = await tools.search(config, `nsu=${namespaceUri};s=v3`, { offset: 0, limit: 10 }, signal())
  expect(direct.rows).toMatchObject([{ row: -1, name: 'v3', path: '/Objects/Plant/v3', nodeClass: 2 }])
  await tools.index(config, 'start')
  await indexed(tools, config)
  const names = async (text: string, limit = 2000) =>
    (await tools.search(config, text, { offset: 0, limit }, signal())).rows.map((r) => r.name)

  expect(await names('V2')).toEqual(expect.arrayContaining(['v2', 'v20', 'v29']))
  expect(await names('Objects/Plant/v?')).toEqual(['v0', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'v9'])
  expect(await names('/Objects/**/v1')).toEqual(['v1'])
  expect(await names('plant/v29')).toEqual(['v29'])
  expect(await names(`nsu=${namespaceUri};s=v3`)).toEqual(['v3'])
  expect(await names(`ns=${server.namespaceIndex};s=v3`)).toEqual(['v3'])
  expect(await names('no such node')).toEqual([])
  expect(await names(`nsu=${namespaceUri};s=nobody`)).toEqual([])
  const second = await tools.search(config, 'Objects/Plant/v??', { offset: 5, limit: 3 }, signal())
  expect(second).toMatchObject({ total: 20, isCut: false, status: { isComplete: true } })
  expect(second.rows.map((r) => r.path)).toEqual(['/Objects/Plant/v15', '/Objects/Plant/v16', '/Objects/Plant/v17'])
})

test('after a restart the index comes from disk at once; reading again says what is new and what is gone', async () => {
  server = await startOpcuaServer({ variables: variables(20) })
  bench = await startTools()
  const config = opcuaConfig(server.endpointUrl, [])
  await bench.tools.index(config, 'start')
  const first = await indexed(bench.tools, config)

  bench = await bench.restart()
  const { tools } = bench
  const loaded = await tools.index(config, 'status')
  expect(loaded).toMatchObject({ isComplete: true, isReading: false, nodes: first.nodes })
  expect((await tools.search(config, 'v19', { offset: 0, limit: 10 }, signal())).rows).toHaveLength(1)

  server.addVariable({ name: 'fresh', value: { dataType: 'Double', value: 1 } })
  server.server.engine.addressSpace!.deleteNode(server.variable('v3').nodeId)
  const again = await tools.index(config, 'refresh')
  expect(again).toMatchObject({ isReading: true, nodes: first.nodes, isComplete: true })
  expect(again.detail).toContain('being read again')
  const done = await indexed(tools, config)
  expect(done.diff).toEqual({
    added: 1,
    gone: 1,
    addedPaths: ['/Objects/Plant/fresh'],
    gonePaths: ['/Objects/Plant/v3'],
  })
  expect(done.generation).not.toBe(loaded.generation)
  expect(done.detail).toContain('1 new, 1 gone')
})

test('a damaged file is as good as none', async () => {
  server = await startOpcuaServer({ variables: variables(3) })
  bench = await startTools()
  const config = opcuaConfig(server.endpointUrl, [])
  await bench.tools.index(config, 'start')
  await indexed(bench.tools, config)
  bench = await bench.restart()
  const folder = join(bench.folder, 'index')
  const [file] = await expect
    .poll(() => readdir(folder), { timeout: 10_000 })
    .toHaveLength(1)
    .then(() => readdir(folder))
  await writeFile(join(folder, file!), 'not an index\n')
  expect(await bench.tools.index(config, 'status')).toMatchObject({ state: 'none', nodes: 0 })
  await bench.tools.index(config, 'start')
  expect(await indexed(bench.tools, config)).toMatchObject({ isComplete: true })
})

test('a server that is switched off in the middle is gone on with when it is back', async () => {
  server = await startOpcuaServer({ variables: variables(500), operationLimits: { maxNodesPerBrowse: 1 } })
  bench = await startTools()
  const { tools } = bench
  const config = opcuaConfig(server.endpointUrl, [])
  await tools.index(config, 'start')
  await expect.poll(async () => (await tools.index(config, 'status')).nodes, { timeout: 30_000 }).toBeGreaterThan(300)
  await server.restart()
  expect(await indexed(tools, config)).toMatchObject({ isComplete: true })
  expect(await everyNode(tools, config)).toHaveLength(await reachable(server))
})

test('a server that can not be reached says so and what to do', async () => {
  server = await startOpcuaServer()
  bench = await startTools()
  const config = opcuaConfig(server.endpointUrl, [])
  await server.stop()
  await bench.tools.index(config, 'start')
  const status = await indexed(bench.tools, config)
  expect(status).toMatchObject({ state: 'failed', isComplete: false })
  expect(status.detail).toContain('refused the connection')
  expect(status.hint).toContain('server runs')
})

/** Nodes the server shows to us, asked for one by one without any limit, but what is below ServerDiagnostics. */
async function reachable({ endpointUrl }: TestServer): Promise<number> {
  const client = OPCUAClient.create({ endpointMustExist: false })
  const seen = new Set<string>()
  await client.withSessionAsync(endpointUrl, async (session) => {
    const open: NodeIdLike[] = ['ns=0;i=84']
    for (let node = open.pop(); node; node = open.pop()) {
      if (seen.has(node.toString())) continue
      seen.add(node.toString())
      if (node.toString() === 'ns=0;i=2274') continue
      const { references } = await session.browse({
        nodeId: node,
        referenceTypeId: 'HierarchicalReferences',
        includeSubtypes: true,
        browseDirection: 0,
        resultMask: 1,
      })
      open.push(...(references ?? []).map((r) => r.nodeId as NodeIdLike))
    }
  })
  return seen.size
}

test('a node below several parents is found by each of its paths and by its NodeId, and says where else it is', async () => {
  server = await startOpcuaServer({ variables: variables(3) })
  const space = server.server.engine.addressSpace!
  const namespace = space.getNamespace(server.namespaceIndex)
  const other = namespace.addFolder(space.rootFolder.objects, {
    browseName: 'ByArea',
    nodeId: `ns=${server.namespaceIndex};s=ByArea`,
  })
  other.addReference({ referenceType: 'Organizes', nodeId: server.variable('v1') })
  // And round again.
  server.variable('v1').addReference({ referenceType: 'Organizes', nodeId: other })
  bench = await startTools()
  const config = opcuaConfig(server.endpointUrl, [])
  const { tools } = bench
  await tools.index(config, 'start')
  await indexed(tools, config)
  const found = async (text: string) => (await tools.search(config, text, { offset: 0, limit: 10 }, signal())).rows
  const nodeId = `nsu=${namespaceUri};s=v1`
  const [first] = await found('Plant/v1')
  const [second] = await found('ByArea/v1')
  const [byId] = await found(nodeId)
  expect(first).toMatchObject({ nodeId, path: '/Objects/Plant/v1', otherPaths: ['/Objects/ByArea/v1'] })
  expect(second).toMatchObject({ nodeId, path: '/Objects/ByArea/v1', otherPaths: ['/Objects/Plant/v1'] })
  expect([byId?.path, ...(byId?.otherPaths ?? [])].toSorted()).toEqual(['/Objects/ByArea/v1', '/Objects/Plant/v1'])
  const details = await tools.node(config, nodeId, signal())
  expect([details.path, ...details.otherPaths].toSorted()).toEqual(['/Objects/ByArea/v1', '/Objects/Plant/v1'])
  expect(details.pathsCut).toBe(false)
})

test('what the plant has comes before what the standard defines', async () => {
  server = await startOpcuaServer({ variables: [{ name: 'LineServerStatus', value: { dataType: 'Int32', value: 1 } }] })
  bench = await startTools()
  const config = opcuaConfig(server.endpointUrl, [])
  await bench.tools.index(config, 'start')
  await indexed(bench.tools, config)
  const { rows } = await bench.tools.search(config, 'serverstatus', { offset: 0, limit: 10 }, signal())
  expect(rows[0]?.name).toBe('LineServerStatus')
  expect(rows.some((row) => row.nodeId === 'i=2256')).toBe(true)
})
