import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ExploreBook } from '../../main/engine/collect/mqtt/explore-book.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { exploreLimits } from '../../shared/api/explore-limits.ts'
import type { MqttConnectorConfig } from '../../shared/config/mqtt.ts'
import { startBroker, type TestBroker } from '../servers/mqtt-broker.ts'
import { brokerConfig } from '../servers/mqtt-collector-bench.ts'

// Somebody looks for topics on a broker: what is shown, and that it ends.

let broker: TestBroker
let client: mqtt.MqttClient
let book: ExploreBook

beforeAll(async () => {
  broker = await startBroker({})
  client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`)
  book = new ExploreBook(systemClock)
})
afterAll(async () => {
  await book.stop()
  await client.endAsync()
  await broker.close()
})

const config = (change: object = {}): MqttConnectorConfig => brokerConfig({ port: broker.port, topics: [], ...change })
const ask = (action: 'start' | 'stop' | 'status', filters = ['#'], seconds = 30, change = {}) =>
  book.topics(config(change), { action, filters, seconds })

async function listening(filters: string[], seconds = 30): Promise<void> {
  await ask('start', filters, seconds)
  await vi.waitFor(async () => expect((await ask('status')).state).toBe('listening'), { timeout: 10_000 })
}

test('topics are found with the fields of their payloads and the last values, and nothing beyond the filter', async () => {
  await client.publishAsync('plant/hall/a', '{"temp": 21.5, "at": {"x y": [1, 2]}, "big": 12345678901234567890}', {
    retain: true,
  })
  await listening(['plant/#'])
  await client.publishAsync('plant/door', 'open')
  await client.publishAsync('plant/raw', Buffer.from([0, 255, 1]))
  await client.publishAsync('elsewhere', '1')
  await client.publishAsync('plant/hall/a', '{"temp": 22}')
  await vi.waitFor(async () => expect((await ask('status')).messages).toBe(4))
  const { id } = config()
  const { topics } = book.page(id, 0, 100)
  expect(topics.map(({ topic, format }) => [topic, format])).toEqual([
    ['plant/hall/a', 'json'],
    ['plant/door', 'text'],
    ['plant/raw', 'binary'],
  ])
  expect(topics[0]?.fields.map(({ path }) => path)).toEqual([
    '$.temp',
    '$.at',
    "$.at['x y']",
    "$.at['x y'][0]",
    "$.at['x y'][1]",
    '$.big',
  ])
  const { values } = book.values(id, ['plant/hall/a', 'plant/unknown', 'plant/raw'])
  expect(values.map(({ topic, text }) => [topic, text])).toEqual([
    ['plant/hall/a', '{"temp": 22}'],
    ['plant/raw', '00ff01'],
  ])
  expect(values[0]?.fields).toEqual([{ path: '$.temp', value: '22', type: 'number' }])
})

test('it ends by itself, keeps what was found, and takes nothing more', async () => {
  await listening(['ends/#'], 1)
  await client.publishAsync('ends/a', '1')
  await vi.waitFor(async () => expect((await ask('status')).state).toBe('ended'), { timeout: 10_000 })
  await client.publishAsync('ends/b', '1')
  await client.publishAsync('ends/a', '2')
  expect(book.page(config().id, 0, 100).topics.map(({ topic }) => topic)).toEqual(['ends/a'])
})

test('it is stopped by hand, and a new one begins with nothing', async () => {
  await listening(['first/#'])
  await client.publishAsync('first/a', '1')
  await vi.waitFor(async () => expect((await ask('status')).topics).toBe(1))
  expect((await ask('stop')).state).toBe('ended')
  await listening(['second/#'])
  expect((await ask('status')).topics).toBe(0)
})

test('a payload that is too large is known to be there and not looked into', async () => {
  await listening(['large/#'])
  await client.publishAsync('large/a', Buffer.alloc(exploreLimits.payloadBytes + 1, 'x'))
  await vi.waitFor(async () => expect((await ask('status')).topics).toBe(1))
  const { id } = config()
  expect(book.page(id, 0, 10).topics[0]?.format).toBe('too large')
  expect(book.values(id, ['large/a']).values[0]).toMatchObject({ text: '', bytes: exploreLimits.payloadBytes + 1 })
})

test('messages that come too fast are counted and said', async () => {
  await listening(['many/#'])
  const count = exploreLimits.messagesPerSecond + 2000
  for (let i = 0; i < count; i += 1) client.publish(`many/${i}`, '1')
  await vi.waitFor(async () => expect((await ask('status')).messages).toBe(count), { timeout: 20_000 })
  const { topics, skipped } = await ask('status')
  expect(topics + skipped).toBe(count)
  expect(topics).toBeLessThanOrEqual(exploreLimits.topics)
})

test('a broker that does not answer is named with its cure', async () => {
  await ask('start', ['#'], 5, { port: 1 })
  await vi.waitFor(async () => expect((await ask('status')).state).toBe('failed'), { timeout: 20_000 })
  const { error } = await ask('status')
  expect(error?.code).toBe('CONNECTION_REFUSED')
  expect(error?.hint).not.toBe('')
})
