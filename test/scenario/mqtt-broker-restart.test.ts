import { expect, test } from 'vitest'
import { startBroker } from '../servers/mqtt-broker.ts'
import { CollectorBench, publisher } from '../servers/mqtt-collector-bench.ts'

test('a broker that restarts and forgets the session is subscribed again, and the issue closes itself', async () => {
  const broker = await startBroker()
  const bench = new CollectorBench({ port: broker.port, protocolVersion: 4 })
  try {
    await bench.collector.start()
    await expect.poll(() => bench.state).toBe('online')
    await broker.stop()
    await expect.poll(() => bench.state).not.toBe('online')
    await expect.poll(() => bench.issues.list(false)[0]?.message ?? '').toContain(`127.0.0.1:${broker.port}`)
    expect(bench.collector.status.value.tagsGood).toBe(0)
    await broker.start()
    await expect
      .poll(() => {
        bench.collector.retry()
        return bench.state
      })
      .toBe('online')
    expect(bench.issues.openCount).toBe(0)
    expect(bench.collector.status.value).toMatchObject({ tags: 1, tagsGood: 1 })
    const client = await publisher(broker.port)
    await client.publishAsync('plant/a', '1', { qos: 1 })
    await expect.poll(() => bench.payloads).toEqual([1])
    await client.endAsync(true)
  } finally {
    await bench.stop()
    await broker.close()
  }
})
