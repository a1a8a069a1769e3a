import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

test('while the pipe is full the server keeps the values, afterwards they all arrive in order', async () => {
  const server = await startOpcuaServer({ variables: [{ name: 'counter', value: { dataType: 'Int32', value: 0 } }] })
  const key = { node: `nsu=${namespaceUri};s=counter`, queueSize: 1000 }
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key]))
  let count = 0
  let counting: NodeJS.Timeout | undefined
  try {
    await expect.poll(() => bench.collector.status.value.state, { timeout: 10_000 }).toBe('online')
    const paused = (enabled: boolean) =>
      bench.log.page({ offset: 0, limit: 10, level: 'info', text: `enabled=${enabled}` }).total
    bench.sink.pressure.set(true)
    await expect.poll(() => paused(false)).toBe(1)
    const before = bench.sink.samples.length
    counting = setInterval(() => server.set('counter', { dataType: 'Int32', value: ++count }), 110)
    await expect.poll(() => count, { timeout: 10_000 }).toBeGreaterThan(10)
    expect(bench.sink.samples.length).toBe(before)
    expect(bench.collector.status.value).toMatchObject({ state: 'online' })
    bench.sink.pressure.set(false)
    clearInterval(counting)
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(count)
    expect(bench.sink.samples.map((s) => s.value)).toEqual(Array.from({ length: count + 1 }, (_, i) => i))
  } finally {
    clearInterval(counting)
    await bench.close()
    await server.close()
  }
})
