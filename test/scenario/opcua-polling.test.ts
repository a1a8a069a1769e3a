import {
  type Message,
  type OPCUAServer,
  type ReadRequest,
  type ServerSecureChannelLayer,
  ServiceFault,
  StatusCodes,
} from 'node-opcua'
import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

const names = Array.from({ length: 120 }, (_, i) => `v${i}`)
const variables = names.map((name, i) => ({ name, value: { dataType: 'Int32', value: i } as const }))
const keys = names.map((name) => ({ node: `nsu=${namespaceUri};s=${name}` }))

/** A server without subscriptions. */
function refuseSubscriptions(server: OPCUAServer): void {
  const opcua = server as unknown as Record<string, (message: Message, channel: ServerSecureChannelLayer) => void>
  opcua['_on_CreateSubscriptionRequest'] = (message, channel) => {
    const responseHeader = {
      serviceResult: StatusCodes.BadServiceUnsupported,
      requestHandle: message.request.requestHeader.requestHandle,
    }
    channel.send_response('MSG', new ServiceFault({ responseHeader }), message, () => undefined)
  }
}

test('a server that does not subscribe is read in turn, within its limits, and only changes are handed on', async () => {
  const server = await startOpcuaServer({
    variables,
    prepare: refuseSubscriptions,
    operationLimits: { maxNodesPerRead: 50 },
  })
  const bench = await startCollector(opcuaConfig(server.endpointUrl, keys, { samplingIntervalMs: 100 }))
  try {
    await expect.poll(() => bench.sink.samples.length, { timeout: 20_000 }).toBe(120)
    for (let i = 1; i <= 3; i++) {
      server.set('v7', { dataType: 'Int32', value: 1000 + i })
      await expect.poll(() => bench.sink.last(7)?.value, { timeout: 5000 }).toBe(1000 + i)
    }
    expect(bench.sink.samples.length).toBe(123)
    expect(bench.collector.status.value.detail).toContain('120 of 120 nodes are read in turn')
    expect(
      bench.issues
        .list(false)
        .map((i) => i.message)
        .join(),
    ).toContain('gives no subscription')
    const page = bench.collector.tagPage({ offset: 7, limit: 1, filter: '', onlyProblems: false })
    expect(page).toMatchObject({ total: 120, rows: [{ state: 'polled', status: 'Good', requestedSamplingMs: 100 }] })
  } finally {
    await bench.close()
    await server.close()
  }
})

test('polling by choice goes on after the server was away, and what was missed is declared', {
  timeout: 40_000,
}, async () => {
  const server = await startOpcuaServer({ variables: variables.slice(0, 2) })
  const config = opcuaConfig(server.endpointUrl, keys.slice(0, 2), { mode: 'poll', samplingIntervalMs: 100 })
  const bench = await startCollector(config)
  try {
    await expect.poll(() => bench.sink.samples.length, { timeout: 10_000 }).toBe(2)
    await server.stop()
    await expect.poll(() => bench.collector.status.value.state, { timeout: 10_000 }).not.toBe('online')
    await server.restart()
    server.set('v0', { dataType: 'Int32', value: 77 })
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 20_000 }).toBe(77)
    await expect.poll(() => bench.gaps.length, { timeout: 10_000 }).toBe(1)
    expect(bench.gaps[0]).toMatchObject({ nodeCount: 2, cause: expect.stringContaining('polled') })
    expect(bench.issues.list(false).filter((i) => i.severity === 'error')).toEqual([])
  } finally {
    await bench.close()
    await server.close()
  }
})

test('a value the store refuses for a while is offered until it is taken, although the server says it once', async () => {
  const server = await startOpcuaServer({ variables: variables.slice(0, 1) })
  const config = opcuaConfig(server.endpointUrl, keys.slice(0, 1), { mode: 'poll', samplingIntervalMs: 100 })
  const bench = await startCollector(config)
  try {
    await expect.poll(() => bench.sink.samples.length, { timeout: 10_000 }).toBe(1)
    let refused = 0
    bench.sink.commit = async () => {
      if (++refused < 3) throw new Error('no room')
    }
    server.set('v0', { dataType: 'Int32', value: 5 })
    await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(0)
    server.set('v0', { dataType: 'Int32', value: 6 })
    await expect.poll(() => bench.sink.samples.map((s) => s.value).toSorted(), { timeout: 10_000 }).toEqual([0, 5, 6])
    expect(bench.collector.status.value.state).toBe('online')
  } finally {
    await bench.close()
    await server.close()
  }
})

test('a server that looks at its values less often than asked is read no more often, and the tag says so', async () => {
  const readAt: number[] = []
  const server = await startOpcuaServer({
    variables: variables.slice(0, 1),
    prepare(opcua) {
      Object.defineProperty(opcua.engine.serverCapabilities, 'minSupportedSampleRate', { get: () => 600 })
      const handlers = opcua as unknown as Record<string, (message: Message, channel: ServerSecureChannelLayer) => void>
      const read = handlers['_on_ReadRequest']!.bind(opcua)
      handlers['_on_ReadRequest'] = (message, channel) => {
        const [node] = (message.request as ReadRequest).nodesToRead ?? []
        // What is registered is read by a short NodeId; everything else we read is in namespace 0.
        if (node && node.nodeId.namespace > 0) readAt.push(performance.now())
        read(message, channel)
      }
    },
  })
  const config = opcuaConfig(server.endpointUrl, keys.slice(0, 1), { mode: 'poll', samplingIntervalMs: 100 })
  const bench = await startCollector(config)
  try {
    await expect.poll(() => readAt.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(5)
    // A late round brings the next one nearer, but five rounds take four intervals.
    expect(readAt[4]! - readAt[0]!).toBeGreaterThan(4 * 600 - 300)
    const page = bench.collector.tagPage({ offset: 0, limit: 1, filter: '', onlyProblems: false })
    expect(page.rows[0]).toMatchObject({ state: 'polled', requestedSamplingMs: 100, samplingMs: 600 })
  } finally {
    await bench.close()
    await server.close()
  }
})
