import { type Message, type OPCUAServer, type ServerSecureChannelLayer, ServiceFault, StatusCodes } from 'node-opcua'
import { expect, onTestFinished, test } from 'vitest'
import type { Issue } from '../../shared/status.ts'
import { hurriedClock } from '../fakes/hurried-clock.ts'
import { type OpcuaBench, opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { type Rival, startRival } from '../servers/opcua-rival.ts'
import { startOpcuaServer, type TestServer, type TestServerOptions } from '../servers/opcua-server.ts'

// A server that has no room for us: said in words, asked less and less often, and used as soon as there is room.

const names = ['a', 'b', 'c', 'd']
const variables = names.map((name, i) => ({ name, value: { dataType: 'Int32', value: i } as const }))
const keys = names.map((name) => ({ node: `/Objects/Plant/${name}` }))
const timeout = 20_000

async function start(options: TestServerOptions): Promise<TestServer> {
  const server = await startOpcuaServer({ variables, ...options })
  onTestFinished(() => server.close())
  return server
}

async function rivalOf(server: TestServer): Promise<Rival> {
  const rival = await startRival(server.endpointUrl)
  onTestFinished(() => rival.leave())
  return rival
}

async function collect(server: TestServer, more: Readonly<Record<string, unknown>> = {}): Promise<OpcuaBench> {
  const config = opcuaConfig(server.endpointUrl, keys, { mode: 'subscribe', ...more })
  const bench = await startCollector(config, undefined, { clock: hurriedClock(60) })
  onTestFinished(() => bench.close())
  return bench
}

const limits = (bench: OpcuaBench): Issue[] => bench.issues.list(false).filter((i) => i.code === 'OPCUA_SERVER_LIMIT')
const stateOf = (bench: OpcuaBench) => bench.collector.status.value.state
const waits = (bench: OpcuaBench): number[] =>
  bench.log
    .page({ offset: 0, limit: 100, level: 'warn', text: 'connection-failed' })
    .entries.toSorted((x, y) => x.at - y.at)
    .map((entry) => Number(/delayMs=(\d+)/.exec(entry.fields)?.[1]))

/** Every name has delivered a value newer than `from`. */
async function allArrive(bench: OpcuaBench, server: TestServer, value: number): Promise<void> {
  for (const name of names) server.set(name, { dataType: 'Int32', value })
  await expect
    .poll(() => names.map((_, tag) => bench.sink.last(tag)?.value), { timeout })
    .toEqual(names.map(() => value))
}

test('BadTooManySessions: waits between its tries, and connects when another client has left', async () => {
  const server = await start({ maxSessions: 1 })
  const rival = await rivalOf(server)
  const bench = await collect(server)
  await expect.poll(() => waits(bench).length, { timeout }).toBeGreaterThanOrEqual(3)
  expect(stateOf(bench)).toBe('waiting')
  expect(limits(bench)).toEqual([
    expect.objectContaining({
      message: expect.stringContaining('no room for us'),
      hint: expect.stringContaining('Close other OPC UA clients'),
      evidence: expect.stringContaining('BadTooManySessions'),
    }),
  ])
  // Chance decides below a ceiling that doubles (backoff.ts), so that many gateways do not come at once.
  for (const [attempt, ms] of waits(bench).entries()) {
    expect(ms).toBeGreaterThanOrEqual(50)
    expect(ms).toBeLessThanOrEqual(500 * 2 ** attempt)
  }
  await rival.leave()
  await expect.poll(() => stateOf(bench), { timeout }).toBe('online')
  expect(limits(bench)).toEqual([])
  await allArrive(bench, server, 100)
})

test('BadTooManySubscriptions, where only subscribing will do: waits, and connects when one is given back', async () => {
  const server = await start({ maxSubscriptions: 1 })
  const rival = await rivalOf(server)
  await rival.subscribe([])
  const bench = await collect(server)
  await expect.poll(() => waits(bench).length, { timeout }).toBeGreaterThanOrEqual(2)
  expect(limits(bench)[0]?.evidence).toContain('BadTooManySubscriptions')
  await rival.leave()
  await expect.poll(() => stateOf(bench), { timeout }).toBe('online')
  expect(limits(bench)).toEqual([])
  await allArrive(bench, server, 101)
})

test('BadTooManySubscriptions, where reading in turn will do: reads meanwhile, and subscribes when one is given back', async () => {
  const server = await start({ maxSubscriptions: 1 })
  const rival = await rivalOf(server)
  await rival.subscribe([])
  const bench = await collect(server, { mode: 'auto' })
  await expect.poll(() => bench.collector.status.value.detail, { timeout }).toContain('read in turn')
  await allArrive(bench, server, 102)
  expect(limits(bench)).toEqual([expect.objectContaining({ message: expect.stringContaining('read in turn') })])
  // Asked again while still full: goes on being read, and nothing is declared missing.
  await expect
    .poll(() => bench.log.page({ offset: 0, limit: 9, level: 'warn', text: 'polling-instead' }).entries.length, {
      timeout,
    })
    .toBeGreaterThanOrEqual(2)
  await allArrive(bench, server, 103)
  await rival.leave()
  await expect.poll(() => bench.collector.status.value.detail, { timeout }).toContain('watched')
  expect(limits(bench)).toEqual([])
  await allArrive(bench, server, 104)
  expect(bench.gaps).toEqual([])
})

test('BadTooManyMonitoredItems: what there is room for is watched, the rest is counted and follows when there is room', async () => {
  const server = await start({ maxMonitoredItems: 4 })
  const rival = await rivalOf(server)
  await rival.subscribe(['i=2258', 'i=2259'])
  const bench = await collect(server)
  await expect
    .poll(() => limits(bench), { timeout })
    .toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/watches 2 nodes .* no room for more: 2 get no values/),
      }),
    ])
  const page = bench.collector.tagPage({ offset: 0, limit: 10, filter: '', onlyProblems: false })
  expect(page.rows.filter((row) => row.problem !== '')).toHaveLength(2)
  await rival.leave()
  await expect.poll(() => limits(bench), { timeout }).toEqual([])
  await allArrive(bench, server, 105)
})

test('BadTooManyPublishRequests: goes on with as many as the server takes, also where it takes none for a while', async () => {
  let allowed = 0
  let waiting = 0
  let most = 0
  const prepare = (server: OPCUAServer) => {
    const opcua = server as unknown as { _on_PublishRequest: Handler }
    const publish = opcua._on_PublishRequest.bind(opcua)
    opcua._on_PublishRequest = (message, channel) => {
      if (waiting >= allowed) return fault(message, channel)
      waiting++
      most = Math.max(most, waiting)
      const send = channel.send_response.bind(channel)
      const { requestHandle } = message.request.requestHeader
      channel.send_response = (type, response, ...rest) => {
        if (response.responseHeader.requestHandle === requestHandle) {
          waiting--
          channel.send_response = send
        }
        return send(type, response, ...rest)
      }
      publish(message, channel)
    }
  }
  const server = await start({ prepare })
  const bench = await collect(server)
  await expect
    .poll(() => limits(bench), { timeout })
    .toEqual([expect.objectContaining({ message: expect.stringContaining('takes no publish request of ours') })])
  expect(bench.sink.samples).toEqual([])
  allowed = 1
  await allArrive(bench, server, 106)
  expect(limits(bench)).toEqual([])
  expect(stateOf(bench)).toBe('online')
  await allArrive(bench, server, 107)
  expect(most).toBe(1)
  expect(bench.gaps).toEqual([])
})

type Handler = (message: Message, channel: ServerSecureChannelLayer) => void

const fault: Handler = (message, channel) => {
  const { requestHandle } = message.request.requestHeader
  const responseHeader = { serviceResult: StatusCodes.BadTooManyPublishRequests, requestHandle }
  channel.send_response('MSG', new ServiceFault({ responseHeader }), message, () => undefined)
}
