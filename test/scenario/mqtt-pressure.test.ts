import { expect, test } from 'vitest'
import { startBroker } from '../servers/mqtt-broker.ts'
import { CollectorBench, publisher } from '../servers/mqtt-collector-bench.ts'

test('while the gateway is full nothing is read, the connection stays, and everything comes when there is room', async () => {
  const broker = await startBroker({ lines: ['max_inflight_messages 0'] })
  const bench = new CollectorBench({ port: broker.port, protocolVersion: 4, keepAliveSeconds: 5 })
  const client = await publisher(broker.port)
  try {
    await bench.collector.start()
    await expect.poll(() => bench.state).toBe('online')
    const since = bench.collector.status.value.since
    bench.pressure.set(true)
    const total = 5000
    await Promise.all(Array.from({ length: total }, (_, i) => client.publishAsync('plant/a', String(i), { qos: 1 })))
    await expect.poll(() => bench.collector.status.value.detail).toContain('gateway is full')
    // Longer than one and a half keep-alives: a client that reads no PINGRESP would have given up by then.
    await expect.poll(() => Date.now() - since, { timeout: 15_000 }).toBeGreaterThan(9000)
    expect(bench.samples.length).toBeLessThan(100)
    bench.pressure.set(false)
    await expect.poll(() => bench.samples.length, { timeout: 10_000 }).toBe(total)
    expect(bench.collector.status.value).toMatchObject({ state: 'online', since })
    expect(bench.payloads).toEqual(Array.from({ length: total }, (_, i) => i))
  } finally {
    await bench.stop()
    await client.endAsync(true)
    await broker.close()
  }
})
