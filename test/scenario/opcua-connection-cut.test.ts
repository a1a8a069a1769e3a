import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startProxy } from '../servers/opcua-proxy.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

/** The server of the test samples every 50 ms at best. */
const stepMs = 110

test('values that change while the cable is pulled arrive afterwards, each once and in order', async () => {
  const server = await startOpcuaServer({ variables: [{ name: 'counter', value: { dataType: 'Int32', value: 0 } }] })
  const proxy = await startProxy(server.port)
  const key = { node: `nsu=${namespaceUri};s=counter`, queueSize: 1000 }
  const bench = await startCollector(opcuaConfig(`opc.tcp://127.0.0.1:${proxy.port}`, [key]))
  let count = 0
  const counting = setInterval(() => server.set('counter', { dataType: 'Int32', value: ++count }), stepMs)
  try {
    await expect.poll(() => bench.sink.samples.length, { timeout: 10_000 }).toBeGreaterThan(5)
    for (let round = 0; round < 3; round++) {
      const before = count
      proxy.refuse(true)
      proxy.cut()
      await expect.poll(() => count, { timeout: 10_000 }).toBeGreaterThan(before + 10)
      proxy.refuse(false)
      await expect.poll(() => Number(bench.sink.last(0)?.value), { timeout: 30_000 }).toBeGreaterThan(before + 12)
    }
    clearInterval(counting)
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(count)
    const values = bench.sink.samples.map((s) => Number(s.value))
    expect(values).toEqual(values.map((_, i) => values[0]! + i))
    expect(bench.log.page({ offset: 0, limit: 10, level: 'info', text: 'session-taken-up' }).total).toBe(3)
  } finally {
    clearInterval(counting)
    await bench.close()
    await proxy.close()
    await server.close()
  }
})
