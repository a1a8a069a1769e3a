import {
  type Message,
  type OPCUAServer,
  type ReadRequest,
  type RegisterNodesRequest,
  type ServerSecureChannelLayer,
  ServiceFault,
  StatusCodes,
  type UnregisterNodesRequest,
} from 'node-opcua'
import { expect, onTestFinished, test } from 'vitest'
import { hurriedClock } from '../fakes/hurried-clock.ts'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startRival } from '../servers/opcua-rival.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'

// Nodes that are read over and over are registered where the server makes something of it (Part 4, 5.9.5).

type Handler = (message: Message, channel: ServerSecureChannelLayer) => void
type Requests = Readonly<Record<'registered' | 'unregistered' | 'read', string[]>> & { registrations: number }

const timeout = 20_000
const names = ['a', 'b', 'c']
const variables = names.map((name, i) => ({ name, value: { dataType: 'Int32', value: i } as const }))
const keys = names.map((name) => ({ node: `/Objects/Plant/${name}` }))

/** Notes what is asked; with `refuse`, RegisterNodes is not there. */
function observed(seen: Requests, refuse = false): (server: OPCUAServer) => void {
  return (server) => {
    const opcua = server as unknown as Record<string, Handler>
    const on = (service: string, note: (request: unknown) => void, isRefused = false): void => {
      const handle = opcua[service]!.bind(opcua)
      opcua[service] = (message, channel) => {
        note(message.request)
        if (isRefused) fault(message, channel)
        else handle(message, channel)
      }
    }
    on(
      '_on_RegisterNodesRequest',
      (request) => {
        seen.registrations++
        seen.registered.push(...((request as RegisterNodesRequest).nodesToRegister ?? []).map(String))
      },
      refuse,
    )
    on('_on_UnregisterNodesRequest', (request) =>
      seen.unregistered.push(...((request as UnregisterNodesRequest).nodesToUnregister ?? []).map(String)),
    )
    on('_on_ReadRequest', (request) =>
      seen.read.push(...((request as ReadRequest).nodesToRead ?? []).map(({ nodeId }) => String(nodeId))),
    )
  }
}

const fault: Handler = (message, channel) => {
  const { requestHandle } = message.request.requestHeader
  const responseHeader = { serviceResult: StatusCodes.BadServiceUnsupported, requestHandle }
  channel.send_response('MSG', new ServiceFault({ responseHeader }), message, () => undefined)
}

const nothing = (): Requests => ({ registered: [], unregistered: [], read: [], registrations: 0 })

test('what is read in turn is registered, read by its short NodeId, and unregistered when the server subscribes', async () => {
  const seen = nothing()
  const server = await startOpcuaServer({ variables, maxSubscriptions: 1, prepare: observed(seen) })
  onTestFinished(() => server.close())
  const rival = await startRival(server.endpointUrl)
  onTestFinished(() => rival.leave())
  await rival.subscribe([])
  const config = opcuaConfig(server.endpointUrl, keys, { samplingIntervalMs: 100 })
  const bench = await startCollector(config, undefined, { clock: hurriedClock(60) })
  onTestFinished(() => bench.close())
  await expect.poll(() => bench.sink.samples.length, { timeout }).toBe(3)
  const plain = names.map((name) => `ns=${server.namespaceIndex};s=${name}`)
  expect(seen.registered).toEqual(plain)
  for (const [i, name] of names.entries()) server.set(name, { dataType: 'Int32', value: 50 + i })
  await expect.poll(() => names.map((_, tag) => bench.sink.last(tag)?.value), { timeout }).toEqual([50, 51, 52])
  expect(seen.read.filter((nodeId) => plain.includes(nodeId))).toEqual([])
  // The operator sees the node, not what the server calls it in this session.
  const { rows } = bench.collector.tagPage({ offset: 0, limit: 1, filter: '', onlyProblems: false })
  expect(rows[0]).toMatchObject({ state: 'polled', nodeId: expect.stringMatching(/s=a$/) })

  await rival.leave()
  await expect.poll(() => bench.collector.status.value.detail, { timeout }).toContain('watched')
  await expect.poll(() => seen.unregistered.length, { timeout }).toBe(3)
  expect(seen.unregistered.every((nodeId) => seen.read.includes(nodeId))).toBe(true)
  expect(seen.registrations).toBe(1)
})

test('a server that refuses RegisterNodes is asked once and read plainly', async () => {
  const seen = nothing()
  const server = await startOpcuaServer({ variables, prepare: observed(seen, true) })
  onTestFinished(() => server.close())
  const bench = await startCollector(opcuaConfig(server.endpointUrl, keys, { mode: 'poll', samplingIntervalMs: 100 }))
  onTestFinished(() => bench.close())
  await expect.poll(() => bench.sink.samples.length, { timeout }).toBe(3)
  server.set('b', { dataType: 'Int32', value: 77 })
  await expect.poll(() => bench.sink.last(1)?.value, { timeout }).toBe(77)
  expect(seen.registrations).toBe(1)
  expect(seen.read).toContain(`ns=${server.namespaceIndex};s=b`)
  expect(bench.issues.list(false).map((i) => i.code)).toEqual(['OPCUA_ENDPOINT_NOT_FOUND'])
})

test('a short NodeId the server has forgotten costs one round and no value', async () => {
  const seen = nothing()
  const server = await startOpcuaServer({ variables, prepare: observed(seen) })
  onTestFinished(() => server.close())
  const bench = await startCollector(opcuaConfig(server.endpointUrl, keys, { mode: 'poll', samplingIntervalMs: 100 }))
  onTestFinished(() => bench.close())
  await expect.poll(() => bench.sink.samples.length, { timeout }).toBe(3)
  const sessions = (server.server.engine as unknown as { _sessions: Record<string, Forgetful> })._sessions
  for (const session of Object.values(sessions)) session.resolveRegisteredNode = (nodeId) => nodeId
  server.set('c', { dataType: 'Int32', value: 78 })
  await expect.poll(() => bench.sink.last(2)?.value, { timeout }).toBe(78)
  expect(bench.sink.samples.every(({ statusCode }) => statusCode === 0)).toBe(true)
  expect(seen.read).toContain(`ns=${server.namespaceIndex};s=c`)
})

interface Forgetful {
  resolveRegisteredNode(nodeId: unknown): unknown
}
