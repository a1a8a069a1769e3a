import { BrowseDirection, OPCUAClient } from 'node-opcua-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RawSession } from '../../main/engine/collect/opcua/raw-session.ts'
import { startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'

// What the walk over an address space takes for granted in node-opcua-client beyond its types.

let server: TestServer
let client: OPCUAClient
let session: RawSession

beforeAll(async () => {
  server = await startOpcuaServer({
    variables: Array.from({ length: 40 }, (_, i) => ({ name: `v${i}`, value: { dataType: 'Int32', value: i } })),
  })
  client = OPCUAClient.create({
    connectionStrategy: { maxRetry: 0, initialDelay: 10, maxDelay: 100 },
    endpointMustExist: false,
  })
  await client.connect(server.endpointUrl)
  session = (await client.createSession()) as RawSession
})
afterAll(async () => {
  await session?.close(true)
  await client?.disconnect()
  await server?.close()
})

const plant = () => ({
  nodeId: `ns=${server.namespaceIndex};s=Plant`,
  browseDirection: BrowseDirection.Forward,
  referenceTypeId: 'i=33',
  includeSubtypes: true,
  nodeClassMask: 0,
  resultMask: 0x3c,
})

test('the number of references asked for is the one set when the request is made, and no library code browses on', async () => {
  session.requestedMaxReferencesPerNode = 7
  const asked = session.browse([plant()])
  session.requestedMaxReferencesPerNode = 1000
  const [answer] = await asked
  expect(answer?.references).toHaveLength(7)
  expect(answer?.continuationPoint?.length).toBeGreaterThan(0)
  const [next] = await session.browseNext([answer!.continuationPoint!], true)
  expect(next?.references ?? []).toEqual([])
})

test('the fields we do not ask for do not come, those we do are complete', async () => {
  session.requestedMaxReferencesPerNode = 1
  const [answer] = await session.browse([plant()])
  const [reference] = answer?.references ?? []
  expect(reference).toMatchObject({ nodeClass: 2, browseName: { name: 'v0' }, displayName: { text: 'v0' } })
  expect(reference?.typeDefinition.toString()).toBe('ns=0;i=63')
  expect(reference?.nodeId.serverIndex).toBe(0)
  await session.browseNext([answer!.continuationPoint!], true)
})
