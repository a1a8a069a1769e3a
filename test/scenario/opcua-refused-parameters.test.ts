import {
  type CreateMonitoredItemsRequest,
  type CreateMonitoredItemsResponse,
  type CreateSubscriptionRequest,
  type Message,
  type MonitoredItemCreateRequest,
  NodeId,
  type OPCUAServer,
  type ServerSecureChannelLayer,
  type StatusCode,
  StatusCodes,
} from 'node-opcua'
import { expect, onTestFinished, test } from 'vitest'
import { type BenchKey, opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startOpcuaServer, type TestServerOptions } from '../servers/opcua-server.ts'

// A server that refuses a parameter instead of revising it: the item is asked for again with what it takes, what can not be
// had is said in words, and the other nodes are watched as if nothing were.

type Handler = (message: Message, channel: ServerSecureChannelLayer) => void
const timeout = 15_000

/** Refuses items by a rule, whatever the server itself would have made of them. */
function refuses(rule: (name: string, item: MonitoredItemCreateRequest) => StatusCode | undefined) {
  return (server: OPCUAServer): void => {
    const opcua = server as unknown as Record<string, Handler>
    const service = '_on_CreateMonitoredItemsRequest'
    const handle = opcua[service]!.bind(opcua)
    opcua[service] = (message, channel) => {
      const items = (message.request as CreateMonitoredItemsRequest).itemsToCreate ?? []
      const refused = items.map((item) => rule(String(item.itemToMonitor.nodeId.value), item))
      // No such node: so that nothing is made of it.
      for (const [i, item] of items.entries()) if (refused[i]) item.itemToMonitor.nodeId = NodeId.nullNodeId
      const send = channel.send_response.bind(channel)
      channel.send_response = (type, response, asked, ...rest) => {
        if (asked === message) {
          channel.send_response = send
          const { results } = response as CreateMonitoredItemsResponse
          for (const [i, result] of (results ?? []).entries()) if (refused[i]) result.statusCode = refused[i]
        }
        return send(type, response, asked, ...rest)
      }
      handle(message, channel)
    }
  }
}

async function start(names: readonly string[], more: (name: string) => object, options: TestServerOptions = {}) {
  const variables = names.map((name) => ({ name, value: { dataType: 'Double', value: 0 } as const }))
  const server = await startOpcuaServer({ variables, ...options })
  onTestFinished(() => server.close())
  const keys = names.map((name): BenchKey => ({ node: `/Objects/Plant/${name}`, ...more(name) }))
  const bench = await startCollector(opcuaConfig(server.endpointUrl, keys, { mode: 'subscribe' }))
  onTestFinished(() => bench.close())
  const rows = () => bench.collector.tagPage({ offset: 0, limit: 100, filter: '', onlyProblems: false }).rows
  const row = (name: string) => rows().find(({ node }) => node.endsWith(name))
  const said = () => bench.issues.list(false).filter((i) => i.code === 'OPCUA_NODE_REFUSED')
  /** Of these names the new value arrives. */
  const arrive = async (which: readonly string[], value: number): Promise<void> => {
    for (const name of names) server.set(name, { dataType: 'Double', value })
    await expect
      .poll(() => which.map((name) => bench.sink.last(names.indexOf(name))?.value), { timeout })
      .toEqual(which.map(() => value))
  }
  return { server, bench, row, said, arrive }
}

test('a sampling interval or a queue size that is refused is left to the server, and both sides are to be seen', async () => {
  const names = ['sampling', 'queue', 'plain']
  const keys = (name: string) => ({ ...(name === 'queue' ? { queueSize: 50 } : {}), samplingIntervalMs: 20 })
  const prepare = refuses((name, { requestedParameters: { samplingInterval, queueSize } }) => {
    if (name === 'sampling' && samplingInterval === 20) return StatusCodes.BadInvalidArgument
    if (name === 'queue' && queueSize > 1) return StatusCodes.BadOutOfRange
    return undefined
  })
  const { row, said, arrive } = await start(names, keys, { prepare })
  await arrive(names, 1)
  // As often as is published, which is every 50 ms here.
  expect(row('sampling')).toMatchObject({ state: 'watched', requestedSamplingMs: 20, samplingMs: 50, problem: '' })
  expect(row('queue')).toMatchObject({ state: 'watched', requestedQueueSize: 50, queueSize: 1 })
  expect(row('plain')).toMatchObject({ state: 'watched', queueSize: 10 })
  expect(said().map(({ severity, message }) => [severity, message])).toEqual([
    [
      'warning',
      expect.stringMatching(/sampling interval or queue size of .*(sampling|queue).*every 50 ms and keeps 1/),
    ],
    ['warning', expect.stringMatching(/sampling interval or queue size of .*(sampling|queue)/)],
  ])
  await arrive(names, 2)
})

test('a filter that is refused costs only itself: the deadband goes and the trigger stays where it is taken', async () => {
  const names = ['noRange', 'unsupported', 'none', 'plain']
  const keys = (name: string) => {
    // The node has no EURange, so percent means nothing (Part 8, 6.2).
    if (name === 'noRange') return { deadband: { type: 'percent', value: 5 }, trigger: 'statusValueTimestamp' }
    if (name === 'unsupported') return { deadband: { type: 'absolute', value: 5 } }
    if (name === 'none') return { deadband: { type: 'absolute', value: 5 }, trigger: 'statusValueTimestamp' }
    return {}
  }
  const prepare = refuses((name, { requestedParameters: { filter } }) => {
    if (name === 'unsupported' && filter) return StatusCodes.BadMonitoredItemFilterUnsupported
    if (name === 'none' && filter) return StatusCodes.BadFilterNotAllowed
    return undefined
  })
  const { server, bench, said, arrive } = await start(names, keys, { prepare })
  await arrive(names, 1)
  await arrive(names, 2)
  expect(said().map((i) => i.message)).toEqual(
    expect.arrayContaining(
      ['noRange', 'unsupported', 'none'].map((name) =>
        expect.stringMatching(new RegExp(`does not take the deadband of /Objects/Plant/${name}: every change`)),
      ),
    ),
  )
  // The same value at another time is news where the trigger was kept.
  const count = (name: string) => bench.sink.samples.filter(({ tag }) => tag === names.indexOf(name)).length
  const before = names.map(count)
  const again = new Date(Date.now() + 1000)
  for (const name of names) server.set(name, { dataType: 'Double', value: 2 }, StatusCodes.Good, again)
  await expect.poll(() => count('noRange') - before[0]!, { timeout }).toBe(1)
  expect(names.map(count).slice(1)).toEqual(before.slice(1))
})

test('a node that can not be watched at all is said in words, alone, and the others are watched', async () => {
  const names = ['range', 'rights', 'unheard', 'plain']
  const prepare = refuses((name) => {
    if (name === 'range') return StatusCodes.BadIndexRangeInvalid
    if (name === 'rights') return StatusCodes.BadUserAccessDenied
    return name === 'unheard' ? StatusCodes.BadObjectDeleted : undefined
  })
  const variables = names.map((name) => ({ name, value: { dataType: 'Double', value: 0 } as const }))
  const server = await startOpcuaServer({ variables, prepare })
  onTestFinished(() => server.close())
  // The folder is an object: it has no value.
  const nodes = [...names.map((name) => `/Objects/Plant/${name}`), '/Objects/Plant']
  const bench = await startCollector(
    opcuaConfig(
      server.endpointUrl,
      nodes.map((node) => ({ node })),
    ),
  )
  onTestFinished(() => bench.close())
  const rows = () => bench.collector.tagPage({ offset: 0, limit: 100, filter: '', onlyProblems: false }).rows
  for (const value of [1, 2]) {
    server.set('plain', { dataType: 'Double', value })
    await expect.poll(() => bench.sink.last(3)?.value, { timeout }).toBe(value)
  }
  expect(rows().map(({ state, problem }) => [state, problem])).toEqual([
    ['refused', 'the part of the array that is asked for can not be (BadIndexRangeInvalid)'],
    ['refused', 'the user may not read it (BadUserAccessDenied)'],
    ['refused', 'BadObjectDeleted'],
    ['watched', ''],
    ['refused', 'it is not a variable and has no value (BadAttributeIdInvalid)'],
  ])
  const said = bench.issues.list(false).filter((i) => i.code === 'OPCUA_NODE_REFUSED')
  expect(said.map(({ severity }) => severity)).toEqual(['error', 'error', 'error', 'error'])
  expect(said.map(({ message }) => message).join()).toContain('/Objects/Plant (Device / k4): it is not a variable')
  expect(bench.collector.status.value.state).toBe('online')
})

test('a publishing interval the server makes longer is shown, and the keep-alive stays as configured', async () => {
  const prepare = (server: OPCUAServer): void => {
    const opcua = server as unknown as Record<string, Handler>
    for (const service of ['_on_CreateSubscriptionRequest', '_on_ModifySubscriptionRequest']) {
      const handle = opcua[service]!.bind(opcua)
      opcua[service] = (message, channel) => {
        const request = message.request as CreateSubscriptionRequest
        asked.push([request.requestedPublishingInterval, request.requestedMaxKeepAliveCount])
        request.requestedPublishingInterval = 500
        handle(message, channel)
      }
    }
  }
  const asked: [intervalMs: number, keepAliveCount: number][] = []
  const { bench, arrive } = await start(['plain'], () => ({}), { prepare })
  await arrive(['plain'], 1)
  // 5 s are 100 intervals of 50 ms, and 10 of 500 ms.
  expect(asked).toEqual([
    [50, 100],
    [50, 10],
  ])
  expect(bench.collector.status.value.detail).toContain('no more often than every 500 ms')
  const [created] = bench.log.page({ offset: 0, limit: 9, level: 'info', text: 'subscription-created' }).entries
  expect(created?.fields).toMatch(/publishingMs=500 keepAliveCount=10/)
})
