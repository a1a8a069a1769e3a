import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startProxy } from '../servers/opcua-proxy.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

test('a session that expired during an outage is replaced and its subscription moved: nothing is lost', async () => {
  const server = await startOpcuaServer({
    variables: [{ name: 'counter', value: { dataType: 'Int32', value: 0 } }],
    security: ['SignAndEncrypt'],
  })
  const proxy = await startProxy(server.port)
  const key = { node: `nsu=${namespaceUri};s=counter`, queueSize: 1000 }
  const config = opcuaConfig(`opc.tcp://127.0.0.1:${proxy.port}`, [key], { sessionTimeoutMs: 10_000 })
  const bench = await startCollector(config)
  let count = 0
  let counting: NodeJS.Timeout | undefined
  try {
    await expect
      .poll(async () => (await bench.pki.list()).find((c) => c.state === 'rejected'), { timeout: 10_000 })
      .toBeDefined()
    await bench.pki.trust((await bench.pki.list()).find((c) => c.state === 'rejected')?.fingerprint ?? '')
    await expect.poll(() => bench.sink.samples.length, { timeout: 10_000 }).toBe(1)
    proxy.refuse(true)
    proxy.cut()
    counting = setInterval(() => server.set('counter', { dataType: 'Int32', value: ++count }), 110)
    await expect.poll(() => server.server.engine.currentSessionCount, { timeout: 40_000 }).toBe(0)
    proxy.refuse(false)
    bench.collector.retry()
    await expect.poll(() => Number(bench.sink.last(0)?.value), { timeout: 40_000 }).toBeGreaterThan(20)
    clearInterval(counting)
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(count)
    expect(bench.sink.samples.map((s) => s.value)).toEqual(Array.from({ length: count + 1 }, (_, i) => i))
    expect(bench.log.page({ offset: 0, limit: 10, level: 'info', text: 'session-gone' }).total).toBe(1)
  } finally {
    clearInterval(counting)
    await bench.close()
    await proxy.close()
    await server.close()
  }
})
