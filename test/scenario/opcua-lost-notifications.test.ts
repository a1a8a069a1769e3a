import { type Message, type OPCUAServer, type ServerSecureChannelLayer, ServiceFault, StatusCodes } from 'node-opcua'
import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

const node = `nsu=${namespaceUri};s=counter`

interface Publish {
  notificationMessage?: { sequenceNumber: number; notificationData: unknown[] | null }
}
type Channel = Omit<ServerSecureChannelLayer, 'send_response'> & {
  send_response(type: string, response: Publish, message: Message, callback?: unknown): void
}

/** The server sends the notifications with these numbers into nowhere and does not have them any more afterwards. */
function loses(server: OPCUAServer, numbers: ReadonlySet<number>): void {
  server.on('newChannel', (opened) => {
    const channel = opened as unknown as Channel
    const send = channel.send_response.bind(channel)
    channel.send_response = (type, response, message, callback) => {
      const sequence = response.notificationMessage?.sequenceNumber ?? 0
      const isData = (response.notificationMessage?.notificationData?.length ?? 0) > 0
      // A PublishRequest nobody answers: the client has others waiting.
      if (isData && numbers.has(sequence)) return
      send(type, response, message, callback)
    }
  })
  const opcua = server as unknown as Record<string, (message: Message, channel: Channel) => void>
  opcua['_on_RepublishRequest'] = (message, channel) => {
    const { requestHandle } = message.request.requestHeader
    const responseHeader = { serviceResult: StatusCodes.BadMessageNotAvailable, requestHandle }
    channel.send_response('MSG', new ServiceFault({ responseHeader }) as unknown as Publish, message)
  }
}

test.for([
  { history: true, what: 'is filled from the history' },
  { history: false, what: 'is declared with its nodes and times' },
])('a gap in the sequence numbers that Republish can not close $what', { timeout: 40_000 }, async ({ history }) => {
  const server = await startOpcuaServer({
    variables: [{ name: 'counter', value: { dataType: 'Int32', value: 0 }, history }],
    prepare: (s) => loses(s, new Set([3, 4])),
  })
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [{ node, queueSize: 100 }]))
  let count = 0
  const counting = setInterval(() => count < 20 && server.set('counter', { dataType: 'Int32', value: ++count }), 150)
  try {
    // What the history gives may come after it.
    await expect.poll(() => bench.sink.samples.some((s) => s.value === 20), { timeout: 20_000 }).toBe(true)
    const missing = () => {
      const got = new Set(bench.sink.samples.map((s) => s.value))
      return Array.from({ length: 20 }, (_, i) => i + 1).filter((n) => !got.has(n))
    }
    if (history) {
      await expect.poll(missing, { timeout: 10_000 }).toEqual([])
      expect(bench.gaps).toEqual([])
      return
    }
    await expect.poll(() => bench.gaps.length, { timeout: 10_000 }).toBe(1)
    expect(missing().length).toBeGreaterThan(0)
    expect(bench.gaps[0]).toMatchObject({ nodes: [node], cause: expect.stringContaining('2 notifications were lost') })
    expect(bench.gaps[0]!.toMs - bench.gaps[0]!.fromMs).toBeLessThan(3000)
  } finally {
    clearInterval(counting)
    await bench.close()
    await server.close()
  }
})

test.for([
  { history: true, what: 'are read from the history' },
  { history: false, what: 'are declared with their node and times where there is no history' },
])('values a short queue threw away $what', { timeout: 60_000 }, async ({ history }) => {
  const server = await startOpcuaServer({
    variables: [{ name: 'counter', value: { dataType: 'Int32', value: 0 }, history }],
  })
  const config = opcuaConfig(server.endpointUrl, [{ node, queueSize: 2 }], { publishingIntervalMs: 2000 })
  const bench = await startCollector(config)
  let count = 0
  let counting: NodeJS.Timeout | undefined
  try {
    await expect.poll(() => bench.sink.samples.length, { timeout: 10_000 }).toBeGreaterThan(0)
    counting = setInterval(() => server.set('counter', { dataType: 'Int32', value: ++count }), 100)
    await expect.poll(() => count, { timeout: 20_000 }).toBeGreaterThan(40)
    clearInterval(counting)
    await expect.poll(() => bench.sink.samples.some((s) => s.value === count), { timeout: 10_000 }).toBe(true)
    const missing = () => {
      const got = new Set(bench.sink.samples.map((s) => s.value))
      return Array.from({ length: count }, (_, i) => i + 1).filter((n) => !got.has(n))
    }
    expect(missing().length).toBeGreaterThan(10)
    if (history) {
      await expect.poll(missing, { timeout: 20_000 }).toEqual([])
      // That the queue was too short is recorded all the same; nothing is missing.
      expect(new Set(bench.gaps.map((gap) => gap.kind))).toEqual(new Set(['overflow']))
      return
    }
    await expect.poll(() => bench.gaps.filter((gap) => gap.kind !== 'overflow').length, { timeout: 20_000 }).not.toBe(0)
    for (const gap of bench.gaps) {
      expect(gap).toMatchObject({ nodes: [node], cause: expect.stringContaining('queue of a node was full') })
      expect(gap.toMs).toBeGreaterThanOrEqual(gap.fromMs)
    }
  } finally {
    clearInterval(counting)
    await bench.close()
    await server.close()
  }
})
