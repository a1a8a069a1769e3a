import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DataType } from 'node-opcua'
import { OPCUACertificateManager } from 'node-opcua-certificate-manager'
import { AttributeIds, type DataValue, MonitoringMode, NodeId, OPCUAClient, PublishRequest } from 'node-opcua-client'
import { expect, test } from 'vitest'
import { isUnknownStructure, toPlain } from '../../main/engine/collect/opcua/plain-value.ts'
import type { RawSession } from '../../main/engine/collect/opcua/raw-session.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'

// Shapes inside node-opcua that are no part of its documented surface and that the collector relies on all the same. The
// version is pinned; whoever raises it looks at each of these.

const nodesets = [fileURLToPath(new URL('../servers/nodesets/batch.xml', import.meta.url))]

test('the version is the one these were looked at in', () => {
  const { version } = createRequire(import.meta.url)('node-opcua-client/package.json') as { version: string }
  expect(version).toMatch(/^2\.186\./)
})

test('the certificate manager counts the clients that use it, reads its folders again, and is let go at 0', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'opcua-contract-'))
  const manager = new OPCUACertificateManager({ rootFolder: folder, disableFileWatchers: true })
  try {
    await manager.initialize()
    expect(manager.referenceCounter).toBe(0)
    for (const name of ['ownCertFolder', 'trustedFolder', 'rejectedFolder', 'privateKey'] as const)
      expect([name, manager[name].startsWith(folder)]).toEqual([name, true])
    expect(typeof manager.reloadCertificates).toBe('function')
    expect(await manager.getPrivateKey()).toBeDefined()
    manager.referenceCounter = 1
    await manager.dispose()
    expect(manager.referenceCounter).toBe(0)
  } finally {
    await manager.dispose()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
})

test('NodeIds of texts are made by number of the type, and write themselves as ns=…;s=…', () => {
  const nodeId = new NodeId(2, 'two\nlines', 3)
  expect(nodeId).toMatchObject({ identifierType: 2, value: 'two\nlines', namespace: 3 })
  expect(nodeId.toString()).toBe('ns=3;s=two\nlines')
})

test('a structure of unknown type keeps its type and bytes, and a decoded one tells the types of its fields', async () => {
  const server = await startOpcuaServer({ nodesets })
  const space = server.server.engine.addressSpace!
  const types = space.getNamespaceIndex('urn:test:types')
  const [batch, ingredient] = ['Batch', 'Ingredient'].map((name) => space.findDataType(name, types)!)
  const value = space.constructExtensionObject(batch!, {
    number: [0x7fff_ffff, 0xffff_ffff],
    share: 0.5,
    ingredients: [space.constructExtensionObject(ingredient!, { name: 'salt', weight: 1 })],
  })
  const node = space.getNamespace(server.namespaceIndex).addVariable({
    organizedBy: space.rootFolder.objects,
    browseName: 'Batch',
    dataType: batch!,
  })
  node.setValueFromSource({ dataType: DataType.ExtensionObject, value })
  const client = OPCUAClient.create({ connectionStrategy: { maxRetry: 0 }, endpointMustExist: false })
  try {
    await client.connect(server.endpointUrl)
    const session = (await client.createSession()) as RawSession
    // As a notification brings it: the library has not read the type yet.
    const { subscriptionId } = await session.createSubscription({
      requestedPublishingInterval: 50,
      requestedMaxKeepAliveCount: 10,
      requestedLifetimeCount: 1000,
      publishingEnabled: true,
    })
    const raw = await firstValue(session, subscriptionId, node.nodeId)
    expect(isUnknownStructure(raw.value.value)).toBe(true)
    expect(raw.value.value).toMatchObject({ nodeId: expect.anything(), buffer: expect.any(Buffer) })
    // As a read brings it: decoded, with a schema whose fields say what they are.
    const read = await session.read({ nodeId: node.nodeId })
    expect(isUnknownStructure(read.value.value)).toBe(false)
    const { schema } = read.value.value as { schema: { fields: { name: string; fieldType: string }[] } }
    expect(schema.fields.map((f) => [f.name, f.fieldType])).toEqual([
      ['number', 'Int64'],
      ['share', 'Float'],
      ['ingredients', 'Ingredient'],
    ])
    expect(read.value.value).toMatchObject({ number: [0x7fff_ffff, 0xffff_ffff], ingredients: [{ name: 'salt' }] })
    await session.close(true)
  } finally {
    await client.disconnect()
    await server.close()
  }
})

test('a structure that extends another tells the fields of both by its schemas, one above the other', async () => {
  const server = await startOpcuaServer({ nodesets })
  const space = server.server.engine.addressSpace!
  const type = space.findDataType('TracedBatch', space.getNamespaceIndex('urn:test:types'))!
  const number = [0x7fff_ffff, 0xffff_ffff]
  const value = space.constructExtensionObject(type, { number, share: 0.5, ingredients: [], trace: [0x8000_0000, 1] })
  const node = space.getNamespace(server.namespaceIndex).addVariable({
    organizedBy: space.rootFolder.objects,
    browseName: 'Traced',
    dataType: type,
  })
  node.setValueFromSource({ dataType: DataType.ExtensionObject, value })
  const client = OPCUAClient.create({ connectionStrategy: { maxRetry: 0 }, endpointMustExist: false })
  try {
    await client.connect(server.endpointUrl)
    const session = await client.createSession()
    const read = await session.read({ nodeId: node.nodeId })
    const { schema } = read.value.value as { schema: Schema }
    const chain: (readonly string[])[] = []
    for (let at: Schema | null = schema; at; at = at.getBaseSchema()) chain.push(at.fields.map((f) => f.fieldType))
    expect(chain).toEqual([['UInt64'], ['Int64', 'Float', 'Ingredient']])
    // Only by these is a number of 64 bits told from an array of two.
    expect(toPlain(read.value).value).toBe(
      '{"number":9223372036854775807,"share":0.5,"ingredients":[],"trace":9223372036854775809}',
    )
    await session.close(true)
  } finally {
    await client.disconnect()
    await server.close()
  }
})

interface Schema {
  readonly fields: readonly { readonly name: string; readonly fieldType: string }[]
  getBaseSchema(): Schema | null
}

async function firstValue(session: RawSession, subscriptionId: number, nodeId: NodeId): Promise<DataValue> {
  await session.createMonitoredItems({
    subscriptionId,
    itemsToCreate: [
      {
        itemToMonitor: { nodeId, attributeId: AttributeIds.Value },
        monitoringMode: MonitoringMode.Reporting,
        requestedParameters: { clientHandle: 1, samplingInterval: 0, queueSize: 1 },
      },
    ],
  })
  // The first answers may be keep-alives.
  for (;;) {
    const data = await new Promise<unknown[]>((resolve, reject) => {
      session.publish(new PublishRequest({ subscriptionAcknowledgements: [] }), (error, answer) =>
        answer ? resolve(answer.notificationMessage.notificationData ?? []) : reject(error ?? new Error('no answer')),
      )
    })
    const [first] = data as { monitoredItems: { value: DataValue }[] }[]
    if (first) return first.monitoredItems[0]!.value
  }
}
