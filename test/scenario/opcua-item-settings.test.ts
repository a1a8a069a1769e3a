import {
  type CreateMonitoredItemsRequest,
  type CreateSubscriptionRequest,
  type Message,
  type OPCUAServer,
  type ServerSecureChannelLayer,
  StatusCodes,
  type UAVariable,
} from 'node-opcua'
import { expect, onTestFinished, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'

// What the configuration says of a key and of the source is what the server is asked for, and what it does accordingly.

type Handler = (message: Message, channel: ServerSecureChannelLayer) => void
const timeout = 15_000

/** Keeps what was asked. */
function listen(server: OPCUAServer, service: string, asked: (request: unknown) => void): void {
  const opcua = server as unknown as Record<string, Handler>
  const handle = opcua[service]!.bind(opcua)
  opcua[service] = (message, channel) => {
    asked(message.request)
    handle(message, channel)
  }
}

test('sampling, queue, discard policy, trigger, publishing, keep-alive and lifetime are asked for as configured', async () => {
  const items: { samplingInterval: number; queueSize: number; discardOldest: boolean; trigger: number | undefined }[] =
    []
  let subscription: CreateSubscriptionRequest | undefined
  const server = await startOpcuaServer({
    variables: [
      { name: 'plain', value: { dataType: 'Double', value: 0 } },
      { name: 'special', value: { dataType: 'Double', value: 0 } },
    ],
    prepare(opcua) {
      listen(opcua, '_on_CreateSubscriptionRequest', (request) => {
        subscription = request as CreateSubscriptionRequest
      })
      listen(opcua, '_on_CreateMonitoredItemsRequest', (request) => {
        for (const { requestedParameters } of (request as CreateMonitoredItemsRequest).itemsToCreate ?? []) {
          const { samplingInterval, queueSize, discardOldest, filter } = requestedParameters
          const trigger = (filter as { trigger?: number } | null)?.trigger
          items.push({ samplingInterval, queueSize, discardOldest, trigger })
        }
      })
    },
  })
  onTestFinished(() => server.close())
  const keys = [
    { node: '/Objects/Plant/plain' },
    {
      node: '/Objects/Plant/special',
      samplingIntervalMs: 70,
      queueSize: 33,
      discardOldest: false,
      trigger: 'statusValueTimestamp',
    },
  ]
  const more = {
    publishingIntervalMs: 200,
    samplingIntervalMs: 150,
    queueSize: 12,
    keepAliveMs: 4000,
    lifetimeMs: 90_000,
  }
  const bench = await startCollector(opcuaConfig(server.endpointUrl, keys, more))
  onTestFinished(() => bench.close())
  await expect.poll(() => bench.sink.samples.length, { timeout }).toBe(2)
  expect(items).toEqual([
    { samplingInterval: 150, queueSize: 12, discardOldest: true, trigger: undefined },
    { samplingInterval: 70, queueSize: 33, discardOldest: false, trigger: 2 },
  ])
  expect(subscription).toMatchObject({
    requestedPublishingInterval: 200,
    requestedMaxKeepAliveCount: 20,
    requestedLifetimeCount: 450,
  })
  // The same value at another time is news for this trigger alone.
  const again = new Date(Date.now() + 1000)
  for (const name of ['plain', 'special']) server.set(name, { dataType: 'Double', value: 0 }, StatusCodes.Good, again)
  await expect.poll(() => bench.sink.samples.filter((s) => s.tag === 1).length, { timeout }).toBe(2)
  expect(bench.sink.samples.filter((s) => s.tag === 0)).toHaveLength(1)
})

test('a deadband in percent is a share of the range the node has', async () => {
  const server = await startOpcuaServer()
  onTestFinished(() => server.close())
  const space = server.server.engine.addressSpace!
  // The library offers it on every namespace; its type leaves it out.
  const namespace = space.getNamespace(server.namespaceIndex) as unknown as {
    addAnalogDataItem(options: object): UAVariable
  }
  const level = namespace.addAnalogDataItem({
    organizedBy: space.rootFolder.objects,
    browseName: 'Level',
    engineeringUnitsRange: { low: 0, high: 200 },
    dataType: 'Double',
    minimumSamplingInterval: 0,
  })
  const set = (value: number): void => level.setValueFromSource({ dataType: 'Double', value })
  set(100)
  const key = { node: '/Objects/Level', deadband: { type: 'percent', value: 10 } }
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key, { node: '/Objects/Level' }]))
  onTestFinished(() => bench.close())
  await expect.poll(() => bench.sink.samples.length, { timeout }).toBe(2)
  for (const value of [110, 119, 125]) {
    set(value)
    await expect.poll(() => bench.sink.last(1)?.value, { timeout }).toBe(value)
  }
  // 10 % of 200 are 20: 119 is 19 away from 100, 125 is more.
  await expect
    .poll(() => bench.sink.samples.filter((s) => s.tag === 0).map((s) => s.value), { timeout })
    .toEqual([100, 125])
  expect(bench.issues.list(false).filter((i) => i.code === 'OPCUA_NODE_REFUSED')).toEqual([])
})

test('discarding the newest keeps the oldest values in a full queue', async () => {
  const server = await startOpcuaServer({
    variables: ['oldest', 'newest'].map((name) => ({ name, value: { dataType: 'Int32', value: 0 } })),
  })
  onTestFinished(() => server.close())
  const keys = [
    { node: '/Objects/Plant/oldest', queueSize: 3, discardOldest: false },
    { node: '/Objects/Plant/newest', queueSize: 3, discardOldest: true },
  ]
  const bench = await startCollector(opcuaConfig(server.endpointUrl, keys, { publishingIntervalMs: 2500 }))
  onTestFinished(() => bench.close())
  await expect.poll(() => bench.sink.samples.length, { timeout }).toBe(2)
  let count = 0
  const counting = setInterval(() => {
    if (++count <= 15) for (const name of ['oldest', 'newest']) server.set(name, { dataType: 'Int32', value: count })
  }, 60)
  onTestFinished(() => clearInterval(counting))
  const values = (tag: number): number[] => bench.sink.samples.filter((s) => s.tag === tag).map((s) => Number(s.value))
  await expect.poll(() => values(0).length > 1 && values(1).includes(15), { timeout }).toBe(true)
  expect(values(1).slice(-3)).toEqual([13, 14, 15])
  expect(values(0)[1]).toBeLessThan(10)
})
