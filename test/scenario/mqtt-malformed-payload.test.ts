import { expect, test } from 'vitest'
import { startBroker } from '../servers/mqtt-broker.ts'
import { CollectorBench, publisher } from '../servers/mqtt-collector-bench.ts'

test('bytes that are no UTF-8 are refused, never delivered with replacement characters, as JSON and as text', async () => {
  const broker = await startBroker()
  const topics = [
    { filter: 'plant/#', device: 'json', keys: [{ key: 'v' }] },
    { filter: 'text/#', device: 'text', format: 'text', keys: [{ key: 'v' }] },
  ]
  const bench = new CollectorBench({ port: broker.port, protocolVersion: 4, topics })
  const client = await publisher(broker.port)
  try {
    await bench.collector.start()
    await expect.poll(() => bench.state).toBe('online')
    const bad = Buffer.from([0x22, 0xc3, 0x28, 0x22])
    for (const topic of ['plant/a', 'text/a']) {
      await client.publishAsync(topic, bad, { qos: 1 })
      await client.publishAsync(topic, '"grün"', { qos: 1 })
    }
    await expect.poll(() => bench.payloads).toEqual(['grün', '"grün"'])
    expect(bench.refusals).toMatchObject(
      ['plant/#', 'text/#'].map((filter) => ({
        code: 'MQTT_PAYLOAD_MALFORMED',
        message: `The payload of a message on ${filter} is not UTF-8 text`,
        hint: expect.stringContaining('UTF-8'),
      })),
    )
    expect(bench.state).toBe('online')
  } finally {
    await bench.stop()
    await client.endAsync(true)
    await broker.close()
  }
})

test('malformed and oversize payloads are counted and acknowledged, good ones beside them arrive', async () => {
  const broker = await startBroker()
  const bench = new CollectorBench({ port: broker.port, protocolVersion: 4, maxPayloadBytes: 1024 })
  const again = new CollectorBench({ port: broker.port, protocolVersion: 4 })
  const client = await publisher(broker.port)
  try {
    await bench.collector.start()
    await expect.poll(() => bench.state).toBe('online')
    for (const payload of ['1', '{"a":', '', 'x'.repeat(2000), '['.repeat(500), '\u0000\uffff', '2']) {
      await client.publishAsync('plant/a', payload, { qos: 1 })
    }
    await expect.poll(() => bench.payloads).toEqual([1, 2])
    expect(bench.refusals.map((r) => r.code)).toEqual([
      'MQTT_PAYLOAD_MALFORMED',
      'MQTT_PAYLOAD_MALFORMED',
      'MQTT_PAYLOAD_TOO_LARGE',
      'MQTT_PAYLOAD_MALFORMED',
      'MQTT_PAYLOAD_MALFORMED',
    ])
    expect(bench.state).toBe('online')
    await bench.stop()
    await again.collector.start()
    await expect.poll(() => again.state).toBe('online')
    await client.publishAsync('plant/a', '3', { qos: 1 })
    await expect.poll(() => again.payloads).toEqual([3])
    expect(again.refusals).toEqual([])
  } finally {
    await bench.stop()
    await again.stop()
    await client.endAsync(true)
    await broker.close()
  }
})
