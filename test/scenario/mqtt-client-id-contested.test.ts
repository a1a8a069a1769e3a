import { expect, test } from 'vitest'
import { brokerVersions, startBroker } from '../servers/mqtt-broker.ts'
import { CollectorBench, publisher } from '../servers/mqtt-collector-bench.ts'

test.each(brokerVersions)(
  'MQTT %i: a second program with our client id is named, and the gateway stops fighting it',
  async (protocolVersion) => {
    const broker = await startBroker()
    const bench = new CollectorBench({ port: broker.port, protocolVersion, clientId: 'twin' })
    await bench.collector.start()
    await expect.poll(() => bench.state).toBe('online')
    const twin = await publisher(broker.port, { clientId: 'twin', protocolVersion, reconnectPeriod: 50 })
    try {
      await expect
        .poll(
          () => {
            if (bench.collector.status.value.detail.includes('most likely')) return 'named'
            bench.collector.retry()
            return bench.state
          },
          { timeout: 20_000 },
        )
        .toBe('named')
      expect(bench.issues.list(false)).toMatchObject([
        { code: 'MQTT_REFUSED', message: expect.stringContaining('client id twin') },
      ])
      expect((bench.collector.status.value.nextTryAt ?? 0) - Date.now()).toBeGreaterThan(60_000)
    } finally {
      await twin.endAsync(true)
      await bench.stop()
      await broker.close()
    }
  },
)
