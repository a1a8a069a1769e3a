import { expect, test } from 'vitest'
import { GatewayError } from '../../main/engine/kit/gateway-error.ts'
import { startBroker, brokerVersions as versions } from '../servers/mqtt-broker.ts'
import { CollectorBench, publisher } from '../servers/mqtt-collector-bench.ts'

test.each(versions)(
  'MQTT %i: what was not committed comes again after a rejected commit and after a restart',
  async (protocolVersion) => {
    const broker = await startBroker()
    const first = new CollectorBench({ port: broker.port, protocolVersion })
    const second = new CollectorBench({ port: broker.port, protocolVersion })
    const third = new CollectorBench({ port: broker.port, protocolVersion })
    const client = await publisher(broker.port)
    try {
      first.commitsAtOnce = false
      await first.collector.start()
      await expect.poll(() => first.state).toBe('online')
      for (let i = 0; i < 10; i++) await client.publishAsync('plant/a', String(i), { qos: 1 })
      await expect.poll(() => first.samples.length).toBe(10)

      first.reject(new GatewayError('STORE_FAULT', 'The disk failed'))
      await expect.poll(() => first.state).toBe('waiting')
      expect(first.collector.status.value.detail).toContain('The disk failed')
      first.samples.length = 0
      first.collector.retry()
      await expect.poll(() => first.payloads).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      await first.stop(200)

      await second.collector.start()
      await expect.poll(() => second.payloads).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      await second.stop()

      await client.publishAsync('plant/a', '10', { qos: 1 })
      await third.collector.start()
      await expect.poll(() => third.payloads).toEqual([10])
    } finally {
      for (const bench of [first, second, third]) await bench.stop()
      await client.endAsync(true)
      await broker.close()
    }
  },
)
