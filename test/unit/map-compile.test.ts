import { expect, test } from 'vitest'
import { compileMapping } from '../../main/engine/map/compile.ts'
import { validateMapping } from '../../main/engine/map/validate.ts'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { Datapoint, Refusal } from '../../main/engine/pipeline/stages.ts'
import { gatewaySchema } from '../../shared/config/gateway.ts'
import type { Sample } from '../../shared/sample.ts'

const now = 1_700_000_000_000

function opcua(keys: object[], more: object = {}): object {
  return {
    type: 'opcua',
    id: 'plc',
    name: 'PLC',
    endpointUrl: 'opc.tcp://h:4840',
    devices: [{ name: 'Press', keys }],
    ...more,
  }
}

function mqtt(topics: object[], more: object = {}): object {
  return { type: 'mqtt', id: 'broker', name: 'Broker', host: 'h', topics, ...more }
}

function bench(...connectors: object[]) {
  const config = gatewaySchema.parse({ version: 1, connectors })
  const refusals: Refusal[] = []
  const registry = new SeriesRegistry()
  const mapping = compileMapping({ config, registry, refuse: (refusal) => refusals.push(refusal) })
  const map = (sample: Partial<Sample>) => {
    const out: Datapoint[] = []
    mapping.mapper.map({ tag: 0, type: 'double', value: null, ts: now, statusCode: 0, ...sample }, now, out)
    return out.map(({ series, ts, type, value }) => [`${series.device.name}/${series.key}`, type, value, ts - now])
  }
  const message = (topic: string, payload: unknown, tag = 0) =>
    map({ tag, type: 'json', message: { topic, levels: topic.split('/'), payload } })
  return { mapping, registry, refusals, map, message }
}

function problemsOf(...connectors: object[]) {
  return validateMapping(gatewaySchema.parse({ version: 1, connectors })).map((p) => `${p.path} ${p.message}`)
}

test('tags follow the configuration: connectors, devices and keys in order, switched-off ones included', () => {
  const keys = [
    { key: 'a', node: 'ns=1;s=a' },
    { key: 'b', node: 'ns=1;s=b' },
  ]
  const { mapping, map } = bench(
    opcua(keys, { enabled: false }),
    mqtt([{ filter: 'x', device: 'X', keys: [{ key: 'v' }] }]),
  )
  expect([mapping.firstTag('plc'), mapping.tagsOf('plc')]).toEqual([0, 2])
  expect([mapping.firstTag('broker'), mapping.tagsOf('broker'), mapping.tagCount]).toEqual([2, 1, 3])
  expect(map({ tag: 1, value: 5, type: 'integer' })).toEqual([['Press/b', 'integer', 5, 0]])
  expect(map({ tag: 77, value: 5 })).toEqual([])
})

test('a bad or empty OPC UA value is counted and not sent; NaN is a value', () => {
  const { map, refusals } = bench(opcua([{ key: 'a', node: 'ns=1;s=a' }]))
  expect(map({ value: 1, statusCode: 0x808c0000 })).toEqual([])
  expect(map({ value: null })).toEqual([])
  expect(map({ value: Number.NaN })).toEqual([['Press/a', 'double', Number.NaN, 0]])
  expect(map({ value: 2, statusCode: 0x40900000 })).toHaveLength(1)
  expect(refusals.map((r) => r.code)).toEqual(['MAP_BAD_QUALITY', 'MAP_BAD_QUALITY'])
  expect(refusals[0]?.evidence).toBe('ns=1;s=a: BadSensorFailure')
  expect(refusals[1]?.message).toContain('empty')
})

test('companion quality reports the status text when it changes', () => {
  const { map } = bench(opcua([{ key: 'a', node: 'i=1', quality: 'companion' }]))
  expect(map({ value: 1 }).map((d) => d.slice(0, 3))).toEqual([
    ['Press/a_status', 'string', 'Good'],
    ['Press/a', 'double', 1],
  ])
  expect(map({ value: 2 })).toHaveLength(1)
  expect(map({ statusCode: 0x80310000 }).map((d) => d[2])).toEqual(['BadNoCommunication'])
  expect(map({ statusCode: 0x80ff0000 }).map((d) => d[2])).toEqual(['0x80FF0000'])
})

test('a unit is published once, as a client attribute', () => {
  const { map, registry } = bench(opcua([{ key: 'a', node: 'i=1', unit: '°C' }]))
  expect(map({ value: 1 })).toEqual([
    ['Press/a', 'double', 1, 0],
    ['Press/a_unit', 'string', '°C', 0],
  ])
  expect(map({ value: 2 })).toHaveLength(1)
  expect(registry.device('Press')?.series.map((s) => s.kind)).toEqual(['telemetry', 'attribute'])
  expect(registry.device('Press')?.connectorId).toBe('plc')
})

test('a value of the wrong type is refused with its evidence', () => {
  const { map, refusals } = bench(opcua([{ key: 'a', node: 'i=1', type: 'double' }]))
  expect(map({ type: 'string', value: 'oops' })).toEqual([])
  expect(refusals).toMatchObject([{ code: 'MAP_TYPE_MISMATCH', tag: 0, evidence: 'i=1: oops' }])
})

test('one bad value of a message costs that value only', () => {
  const keys = [
    { key: 'temp', value: '$.temp' },
    { key: 'gone', value: '$.gone' },
    { key: 'n', value: '$.n', type: 'integer' },
    { key: 'all', value: '$' },
  ]
  const { message, refusals } = bench(mqtt([{ filter: 'a/+', device: '${topic[1]}', keys }]))
  expect(message('a/press', { temp: 21.5, n: 'x' })).toEqual([
    ['press/temp', 'double', 21.5, 0],
    ['press/all', 'json', '{"temp":21.5,"n":"x"}', 0],
  ])
  expect(refusals.map((r) => r.code)).toEqual(['MAP_NO_VALUE', 'MAP_TYPE_MISMATCH'])
})

test('a device name that gives nothing refuses the message and says why', () => {
  const { message, refusals } = bench(mqtt([{ filter: 'a/#', device: '${$.id}', keys: [{ key: 'v', value: '$.v' }] }]))
  expect(message('a/b', { v: 1 })).toEqual([])
  expect(message('a/b', { v: 1, id: ' \n ' })).toEqual([])
  expect(message('a/b', { v: 1, id: '__proto__' })).toEqual([['__proto__/v', 'integer', 1, 0]])
  expect(refusals.map((r) => r.code)).toEqual(['MAP_NO_DEVICE_NAME', 'MAP_NO_DEVICE_NAME'])
})

test('forEach maps every element with its own device and time', () => {
  const topic = {
    filter: 'batch',
    device: 'sensor ${$.id}',
    forEach: '$.items',
    timestamp: { value: '$.t', format: 's' },
    keys: [{ key: 'v', value: '$.v' }],
  }
  const { message, refusals } = bench(mqtt([topic]))
  const items = [{ id: 1, v: 10, t: 1_700_000_001 }, 'junk', { id: 2, v: 20 }]
  expect(message('batch', { items })).toEqual([
    ['sensor 1/v', 'integer', 10, 1000],
    ['sensor 2/v', 'integer', 20, 0],
  ])
  expect(refusals.map((r) => r.code)).toEqual(['MAP_NO_DEVICE_NAME', 'MAP_NO_VALUE'])
  expect(message('batch', { items: 5 })).toEqual([])
})

test('* takes every scalar member, hostile names included, under its own name', () => {
  const keys = [{ key: 'raw_*', value: '*' }]
  const { message, refusals } = bench(mqtt([{ filter: 'a', device: 'D', keys }]))
  const payload: unknown = JSON.parse('{"t":1,"o":{},"n":null,"__proto__":true,"s":"x","<b>":1}')
  expect(message('a', payload).map((d) => d.slice(0, 3))).toEqual([
    ['D/raw_t', 'integer', 1],
    ['D/raw___proto__', 'boolean', true],
    ['D/raw_s', 'string', 'x'],
  ])
  expect(refusals.map((r) => r.message)).toEqual([expect.stringContaining('HTML')])
  expect(message('a', [1])).toEqual([])
})

test('identical refusals are counted one by one and share one text', () => {
  const { message, refusals } = bench(mqtt([{ filter: 'a', device: 'D', keys: [{ key: 'v', value: '$.v' }] }]))
  for (let i = 0; i < 100; i++) message('a', { i })
  expect(refusals).toHaveLength(100)
  expect(new Set(refusals).size).toBe(1)
})

test('validation names every mistake by its path', () => {
  const key = { key: 'v' }
  expect(
    problemsOf(
      opcua([
        { key: 'a', node: 'i=1' },
        { key: 'a', node: 'i=2' },
        { key: 'x${topic[0]}', node: 'i=3' },
      ]),
      mqtt([
        { filter: 'a/b', device: '${topic[2]}', keys: [{ key: 'v', value: '$.a..b' }] },
        { filter: 'c', device: 'Press', profile: 'other', keys: [key] },
        { filter: 'd', device: '${oops', forEach: 'items', keys: [{ key: '{{x}}', type: 'string', scale: 2 }] },
        { filter: 'e', device: '${topic[0]}', format: 'text', keys: [key, key, { key: 'w', value: '$.x' }] },
        { filter: 'f', device: 'Press', keys: [{ key: 'a' }] },
      ]),
    ),
  ).toEqual([
    expect.stringMatching(
      /^connectors\[0\]\.devices\[0\]\.keys\[1\]\.key "a" of "Press" is mapped by connectors\[0\]\.devices\[0\]\.keys\[0\]\.key/,
    ),
    expect.stringMatching(/^connectors\[0\]\.devices\[0\]\.keys\[2\]\.key is taken as it is/),
    expect.stringMatching(
      /^connectors\[1\]\.topics\[0\]\.keys\[0\]\.value a name must follow the dot \(at character 4\)/,
    ),
    expect.stringMatching(/^connectors\[1\]\.topics\[0\]\.device \$\{topic\[2\]\}: topics of this rule have 2 levels/),
    expect.stringMatching(/^connectors\[1\]\.topics\[1\]\.profile "Press" has the profile "default"/),
    expect.stringMatching(/^connectors\[1\]\.topics\[2\]\.device this \$\{ has no closing/),
    expect.stringMatching(/^connectors\[1\]\.topics\[2\]\.forEach must begin with \$/),
    expect.stringMatching(/^connectors\[1\]\.topics\[2\]\.keys\[0\]\.key looks like HTML/),
    expect.stringMatching(/^connectors\[1\]\.topics\[2\]\.keys\[0\]\.scale is for numbers/),
    expect.stringMatching(/^connectors\[1\]\.topics\[3\]\.keys\[1\]\.key "v" is mapped by/),
    expect.stringMatching(/^connectors\[1\]\.topics\[3\]\.keys\[2\]\.value must be \$/),
    expect.stringMatching(
      /^connectors\[1\]\.topics\[4\]\.profile|^connectors\[1\]\.topics\[4\]\.keys\[0\]\.key "a" of "Press"/,
    ),
  ])
})

test('a mapping with a mistake is not compiled', () => {
  const config = gatewaySchema.parse({
    version: 1,
    connectors: [mqtt([{ filter: 'a', device: '${x}', keys: [{ key: 'v' }] }])],
  })
  expect(() => compileMapping({ config, registry: new SeriesRegistry(), refuse: () => {} })).toThrow(
    /topics\[0\]\.device/,
  )
})
