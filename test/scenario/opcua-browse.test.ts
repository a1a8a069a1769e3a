import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OpcuaTools } from '../../main/engine/collect/opcua/opcua-tools.ts'
import type { Pki } from '../../main/engine/collect/opcua/pki.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { makePki, opcuaConfig } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'

const children = 2500
let server: TestServer
let tools: OpcuaTools
let pki: Pki
let folder: string
const signal = () => AbortSignal.timeout(20_000)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opcua-browse-'))
  pki = await makePki(join(folder, 'pki'))
  tools = new OpcuaTools({ pki, log: new LogBook(() => Date.now()).logger('tools'), clock: systemClock })
  server = await startOpcuaServer({
    variables: Array.from({ length: children }, (_, i) => ({ name: `v${i}`, value: { dataType: 'Int32', value: i } })),
    operationLimits: { maxNodesPerBrowse: 30, maxNodesPerRead: 50 },
  })
})
afterAll(async () => {
  await tools.stop(Number.POSITIVE_INFINITY)
  await server.close()
  await pki.stop(Number.POSITIVE_INFINITY)
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

test('a folder larger than one answer is shown complete, with names, types and addresses ready to use', async () => {
  const config = opcuaConfig(server.endpointUrl, [])
  const top = await tools.browse(config, '', 2000, signal())
  const plant = top.nodes.find((n) => n.displayName === 'Plant')
  expect(plant).toMatchObject({
    nodeId: `nsu=${namespaceUri};s=Plant`,
    nodeClass: 'Object',
    typeName: 'FolderType',
    hasChildren: true,
  })

  const all = await tools.browse(config, plant?.nodeId ?? '', 5000, signal())
  expect(all.truncated).toBe(false)
  expect(all.nodes.map((n) => n.displayName).sort()).toEqual(Array.from({ length: children }, (_, i) => `v${i}`).sort())
  expect(all.nodes[0]).toMatchObject({ nodeClass: 'Variable', typeName: 'BaseDataVariableType', hasChildren: false })
})

test('more children than asked for are cut and said to be', async () => {
  const config = opcuaConfig(server.endpointUrl, [])
  const some = await tools.browse(config, '/Objects/Plant', 2000, signal())
  expect(some.nodes).toHaveLength(2000)
  expect(some.truncated).toBe(true)
})

test('values are read in the order asked for, and unknown nodes say so', async () => {
  const nodes = ['/Objects/Plant/v7', 'i=999999', `nsu=${namespaceUri};s=v0`, 'nsu=urn:nowhere;i=1']
  const values = await tools.read(opcuaConfig(server.endpointUrl, []), nodes, signal())
  expect(values.map((v) => [v.value, v.type, v.quality])).toEqual([
    ['7', 'Int32', 'Good'],
    ['', 'Null', 'BadNodeIdUnknown'],
    ['0', 'Int32', 'Good'],
    ['', '', 'BadNodeIdUnknown'],
  ])
})

test('a server that was restarted between two questions is asked again', async () => {
  const config = opcuaConfig(server.endpointUrl, [])
  await tools.read(config, ['/Objects/Plant/v1'], signal())
  await server.restart()
  expect(await tools.read(config, ['/Objects/Plant/v1'], signal())).toMatchObject([{ value: '1' }])
})

test('a test says which step failed and what to do, an unknown certificate comes with its fingerprint', async () => {
  const secured = await startOpcuaServer({
    security: ['SignAndEncrypt'],
    variables: [{ name: 'v', value: { dataType: 'Boolean', value: true } }],
  })
  const config = opcuaConfig(secured.endpointUrl, [{ node: '/Objects/Plant/v' }, { node: '/Objects/Plant/w' }])
  try {
    const first = await tools.test(config, signal())
    expect(first.steps.map((s) => s.state)).toEqual(['ok', 'ok', 'ok', 'failed', 'skipped', 'skipped', 'skipped'])
    expect(first.certificate).toMatchObject({ state: 'rejected', applicationUri: 'urn:test:server' })
    await pki.trust(first.certificate?.fingerprint ?? '')

    const second = await tools.test(config, signal())
    expect(second.steps.map((s) => [s.step, s.state])).toContainEqual(['Session', 'ok'])
    expect(second.steps.at(-1)).toMatchObject({ step: 'Nodes', state: 'warning', detail: '1 of 2 nodes found' })
    expect(second.steps.at(-1)?.hint).toContain('/Objects/Plant/w')
    expect(second.certificate?.state).toBe('trusted')
  } finally {
    await secured.close()
  }
  const gone = await tools.test(config, signal())
  expect(gone.steps.map((s) => s.state)).toEqual([
    'ok',
    'failed',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
  ])
  expect(gone.steps[1]?.hint).toContain('server runs')
  const nowhere = await tools.test(opcuaConfig('opc.tcp://no-such-host.invalid:4840', []), signal())
  expect(nowhere.steps[0]).toMatchObject({ step: 'Host name', state: 'failed' })
})

test('the endpoints of a server are listed with the identities each takes', async () => {
  expect(await tools.endpoints(server.endpointUrl, signal())).toMatchObject([
    { securityMode: 'None', securityPolicy: 'None', identities: ['anonymous'] },
  ])
})
