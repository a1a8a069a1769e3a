import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startProxy } from '../servers/opcua-proxy.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

test('a server that hangs without closing is noticed, and its values come when it answers again', async () => {
  const server = await startOpcuaServer({ variables: [{ name: 'speed', value: { dataType: 'Double', value: 1 } }] })
  const proxy = await startProxy(server.port)
  const config = opcuaConfig(`opc.tcp://127.0.0.1:${proxy.port}`, [{ node: `nsu=${namespaceUri};s=speed` }], {
    requestTimeoutMs: 2000,
  })
  const bench = await startCollector(config)
  try {
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(1)
    proxy.freeze(true)
    await expect.poll(() => bench.issues.list(false).map((i) => i.code), { timeout: 40_000 }).toContain('OPCUA_SILENT')
    proxy.freeze(false)
    proxy.cut()
    server.set('speed', { dataType: 'Double', value: 2 })
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 40_000 }).toBe(2)
    expect(bench.issues.list(false).filter((i) => i.severity === 'error')).toEqual([])
  } finally {
    await bench.close()
    await proxy.close()
    await server.close()
  }
})

test('after sleep a connection that is dead without knowing it is noticed at once, not after its silence', async () => {
  const server = await startOpcuaServer({ variables: [{ name: 'speed', value: { dataType: 'Double', value: 1 } }] })
  const proxy = await startProxy(server.port)
  const config = opcuaConfig(`opc.tcp://127.0.0.1:${proxy.port}`, [{ node: `nsu=${namespaceUri};s=speed` }], {
    requestTimeoutMs: 1000,
    // Silence alone would show after three minutes.
    keepAliveMs: 60_000,
  })
  const bench = await startCollector(config)
  try {
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(1)
    // What a router does to connections that sleep: bytes go nowhere on the old one.
    proxy.freeze(true)
    bench.collector.retry()
    await expect.poll(() => bench.collector.status.value.state, { timeout: 10_000 }).not.toBe('online')
    proxy.cut()
    proxy.freeze(false)
    bench.collector.retry()
    server.set('speed', { dataType: 'Double', value: 2 })
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 20_000 }).toBe(2)
  } finally {
    await bench.close()
    await proxy.close()
    await server.close()
  }
})
