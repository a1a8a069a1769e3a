import { expect, test } from 'vitest'
import { type PreviewParts, previewHandlers } from '../../main/engine/api/preview.ts'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import { TagMemory } from '../../main/engine/pipeline/tag-memory.ts'
import { type GatewayConfig, gatewaySchema } from '../../shared/config/gateway.ts'
import { mqttTopicSchema } from '../../shared/config/mqtt.ts'
import { opcuaKeySchema } from '../../shared/config/opcua.ts'

const now = 1_700_000_000_000

function bench(running: object[], draft: object[] = running) {
  const config = (connectors: object[]): GatewayConfig => gatewaySchema.parse({ version: 1, connectors })
  let at = now
  const memory = new TagMemory({ now: () => at })
  const mapper = memory.watched('plc', { map: (_sample, _at, out) => void out })
  memory.watched('broker', { map: () => undefined })
  const parts: PreviewParts = {
    now: () => now,
    memory,
    registry: new SeriesRegistry(),
    running: () => config(running),
    draft: async () => config(draft),
  }
  const heard = (filter: string, topic: string, payload: string): void => {
    at += 1000
    memory.capture('broker', filter, topic, Buffer.from(payload))
  }
  const read = (tag: number, value: number): void =>
    mapper.map({ tag, type: 'double', value, ts: now, statusCode: 0 }, now, [])
  return { api: previewHandlers(parts), heard, read, memory }
}

const plc = (keys: object[], more: object = {}) => ({
  type: 'opcua',
  id: 'plc',
  name: 'PLC',
  endpointUrl: 'opc.tcp://h',
  devices: [{ name: 'Press', profile: 'Press', keys, ...more }],
})
const broker = (...topics: object[]) => ({ type: 'mqtt', id: 'broker', name: 'B', host: 'h', topics })

test('the payload is what the uplink sends, from the last values, and a key without one is marked as made up', async () => {
  const { api, read } = bench([
    plc([
      { key: 'a', node: 'i=1' },
      { key: 'b', node: 'i=2', type: 'integer' },
    ]),
  ])
  read(0, 21)
  const { messages, placeholders } = await api['preview.payload']({ device: 'Press' })
  expect(messages.map(({ topic, text }) => [topic, text])).toEqual([
    ['v1/gateway/connect', '{"device":"Press","type":"Press"}'],
    ['v1/gateway/telemetry', `{"Press":[{"ts":${now},"values":{"a":21.0,"b":0}}]}`],
  ])
  expect(placeholders).toBe(1)
  const { text, marks, bytes } = messages[1]!
  expect(marks.map(({ start, end, kind }) => [text.slice(start, end), kind])).toEqual([['"b":0', 'placeholder']])
  expect(bytes).toBe(Buffer.byteLength(text))
})

test('what the draft changes against what runs is marked, what it takes away is named', async () => {
  const { api, read } = bench(
    [
      plc([
        { key: 'a', node: 'i=1' },
        { key: 'b', node: 'i=2' },
        { key: 'c', node: 'i=3' },
      ]),
    ],
    [
      plc([
        { key: 'a', node: 'i=1' },
        { key: 'b', node: 'i=2', scale: 10 },
        { key: 'd', node: 'i=3' },
      ]),
    ],
  )
  for (const tag of [0, 1, 2]) read(tag, 1.5)
  const { messages, gone } = await api['preview.payload']({ device: 'Press' })
  const { text, marks } = messages[1]!
  expect(marks.map(({ start, end, kind }) => [text.slice(start, end), kind])).toEqual([
    ['"b":15.0', 'changed'],
    ['"d":1.5', 'added'],
  ])
  expect(gone).toEqual(['c'])
})

test('a topic rule is tried on the last messages: values, devices, what does not fit', async () => {
  const { api, heard } = bench([broker({ filter: 'hall/+', device: 'x', keys: [{ key: 'v' }] })])
  heard('hall/+', 'hall/1', '{"t":20.5}')
  heard('hall/+', 'hall/2', '{"t":"warm"}')
  heard('hall/+', 'hall/3', '{"t":21')
  const topic = mqttTopicSchema.parse({
    filter: 'hall/+',
    device: 'Hall ${topic[1]}',
    profile: 'default',
    keys: [{ key: 't', value: '$.t', type: 'double' }],
  })
  const preview = await api['preview.topic']({ connectorId: 'broker', topic, place: 0 })
  expect(preview.values).toMatchObject([{ device: 'Hall 1', key: 't', value: '20.5' }])
  expect([preview.devices, preview.keys, preview.samples.length]).toEqual([1, 1, 3])
  expect(preview.problems.map(({ sample, at }) => [sample, at])).toEqual([
    [0, 7],
    [1, undefined],
  ])
  expect(preview.samples.map(({ values }) => values)).toEqual([0, 0, 1])
})

test('a new filter finds its messages among all that came; keys that are taken collide', async () => {
  const { api, heard } = bench([
    broker({ filter: '#', device: 'Hall', keys: [{ key: 't', value: '$.t' }] }),
    plc([{ key: 'p', node: 'i=1' }]),
  ])
  heard('#', 'hall/1', '{"t":1,"p":2}')
  heard('#', 'other/1', '{"t":1}')
  const keys = [{ key: 't', value: '$.t' }]
  const topic = mqttTopicSchema.parse({ filter: 'hall/+', device: 'Hall', profile: 'default', keys })
  const preview = await api['preview.topic']({ connectorId: 'broker', topic })
  expect(preview.samples.map((sample) => sample.topic)).toEqual(['hall/1'])
  expect(preview.collisions).toEqual(['Hall / t'])
  const press = { ...topic, device: 'Press', keys: [{ ...topic.keys[0]!, key: 'p', value: '$.p' }] }
  expect((await api['preview.topic']({ connectorId: 'broker', topic: press })).collisions).toEqual(['Press / p'])
})

test('a typed value becomes what the key makes of it, and a mistake is told with its place', async () => {
  const { api } = bench([])
  const key = opcuaKeySchema.parse({ key: 'a', node: 'i=1', scale: 0.1, unit: 'bar' })
  const base = { device: 'Press', profile: 'default', key, type: 'integer' as const, statusCode: 0 }
  const fine = await api['preview.value']({ ...base, value: '215' })
  expect(fine.values.map((value) => [value.key, value.value])).toEqual([
    ['a', '21.5'],
    ['a_unit', '"bar"'],
  ])
  expect(fine.messages[1]?.text).toContain('"a":21.5')
  const wrong = await api['preview.value']({ ...base, value: '21x' })
  expect(wrong.problems).toMatchObject([{ message: 'An integer has digits only', at: 2 }])
  const bad = await api['preview.value']({ ...base, value: '215', statusCode: 0x808c_0000 })
  expect([bad.values, bad.problems[0]?.message]).toEqual([[], 'Press / a has no good value: BadSensorFailure'])
})

test('captured messages are bounded per filter and in size', () => {
  const { heard, memory } = bench([broker()])
  for (let i = 0; i < 30; i++) heard('#', `t/${i}`, '1')
  heard('#', 't/big', 'x'.repeat(40_000))
  expect(memory.messages('broker', '#').map(({ topic }) => topic)).toEqual(
    Array.from({ length: 10 }, (_, i) => `t/${29 - i}`),
  )
})
