import { type Message, type OPCUAServer, type ServerSecureChannelLayer, ServiceFault, StatusCodes } from 'node-opcua'
import { expect, onTestFinished, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startProxy } from '../servers/opcua-proxy.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

// Servers that can not republish, each in its own way: the collector comes back after a cut cable all the same, asks a
// bounded number of times, and what is missing then is filled or declared.

const node = `nsu=${namespaceUri};s=counter`
const timeout = 30_000

type Handler = (message: Message, channel: ServerSecureChannelLayer) => void

const fault =
  (
    status: 'BadServiceUnsupported' | 'BadInternalError' | 'BadMessageNotAvailable' | 'BadSubscriptionIdInvalid',
  ): Handler =>
  (message, channel) => {
    const { requestHandle } = message.request.requestHeader
    const responseHeader = { serviceResult: StatusCodes[status], requestHandle }
    channel.send_response('MSG', new ServiceFault({ responseHeader }), message, () => undefined)
  }

test.for([
  ['BadServiceUnsupported', fault('BadServiceUnsupported')],
  ['BadInternalError', fault('BadInternalError')],
  ['BadMessageNotAvailable', fault('BadMessageNotAvailable')],
  ['BadSubscriptionIdInvalid', fault('BadSubscriptionIdInvalid')],
  ['no answer', () => undefined],
] as const)('Republish: %s', { timeout: 60_000 }, async ([, answer]) => {
  let asked = 0
  const prepare = (server: OPCUAServer) => {
    const opcua = server as unknown as { _on_RepublishRequest: Handler }
    opcua._on_RepublishRequest = (message, channel) => {
      asked++
      answer(message, channel)
    }
  }
  const server = await startOpcuaServer({
    variables: [{ name: 'counter', value: { dataType: 'Int32', value: 0 }, history: true }],
    prepare,
  })
  onTestFinished(() => server.close())
  const proxy = await startProxy(server.port)
  onTestFinished(() => proxy.close())
  const config = opcuaConfig(`opc.tcp://127.0.0.1:${proxy.port}`, [{ node, queueSize: 1000 }], {
    requestTimeoutMs: 1000,
  })
  const bench = await startCollector(config)
  onTestFinished(() => bench.close())
  const counting = setInterval(() => server.set('counter', { dataType: 'Int32', value: ++count }), 110)
  onTestFinished(() => clearInterval(counting))
  let count = 0
  await expect.poll(() => bench.sink.samples.length, { timeout }).toBeGreaterThan(5)
  proxy.refuse(true)
  proxy.cut()
  const before = count
  await expect.poll(() => count, { timeout }).toBeGreaterThan(before + 10)
  proxy.refuse(false)
  // What the history gives may come after newer values, so the last one to arrive says nothing.
  const newest = (): number => Math.max(...bench.sink.samples.map((sample) => Number(sample.value)))
  await expect.poll(newest, { timeout }).toBeGreaterThan(before + 20)
  clearInterval(counting)
  await expect.poll(newest, { timeout }).toBe(count)
  const missing = (): number[] => {
    const got = new Set(bench.sink.samples.map((s) => s.value))
    return Array.from({ length: count }, (_, i) => i + 1).filter((n) => !got.has(n))
  }
  await expect.poll(missing, { timeout }).toEqual([])
  expect(bench.gaps).toEqual([])
  expect(bench.collector.status.value.state).toBe('online')
  // No loop: a few questions, whatever the answer.
  expect(asked).toBeGreaterThan(0)
  expect(asked).toBeLessThan(10)
})
