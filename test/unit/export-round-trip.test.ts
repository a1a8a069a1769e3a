import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type * as z from 'zod'
import { type ExportResult, writeExport } from '../../main/engine/config/export/write-export.ts'
import { readImport } from '../../main/engine/config/import/read-import.ts'
import { checkConfig } from '../../main/engine/config/load.ts'
import { type ConnectorConfig, type GatewayConfig, gatewaySchema } from '../../shared/config/gateway.ts'

// What the report of an export calls exact is the same again when the files are imported, whatever was configured.

const plantUri = 'urn:plant'
const endpointUrl = 'opc.tcp://plc:4840'

const name = fc.constantFrom('speed', 'temp °C', 'a.b', 'Ünïcode', '${x}', ' edge ', 'x/y', 'k}')
const report = fc.constantFrom(
  { onChange: true },
  { onChange: true, atLeastEveryMs: 30_000 },
  { atMostEveryMs: 5000, atLeastEveryMs: 5000 },
  { atMostEveryMs: 20, atLeastEveryMs: 20_000 },
  { onChange: true, deadband: 0.5 },
  { atLeastEveryMs: 1000 },
  {},
)
const levels = fc.array(
  fc.constantFrom('Line1', '2:Motor', 'a b', 'x.y', 'M[1]', '{urn:plant}T', 'a&/b', 'back\\slash', 'ß'),
  {
    minLength: 1,
    maxLength: 4,
  },
)
const node = fc.oneof(
  fc.constantFrom('i=2258', 'ns=2;s=Line1.Speed', 'ns=3;i=7', 'ns=1;s=a b.c ü', 'ns=2;s=with }brace', 'ns=2;s=tail '),
  fc.constantFrom('nsu=urn:plant;s=Line1.Speed', 'nsu=urn:other;i=4', 'ns=1;g=09087e75-8e5e-499b-954f-f2a9603db28a'),
  levels.map((names) => `/Objects/${names.join('/')}`),
)
const common = {
  kind: fc.constantFrom('telemetry' as const, 'attribute' as const),
  report: fc.option(report, { nil: undefined }),
  unit: fc.option(fc.constant('m/s'), { nil: undefined }),
}
const opcuaKey = fc.record({
  ...common,
  key: name,
  node,
  type: fc.constantFrom('auto' as const, 'double' as const),
  scale: fc.option(fc.constant(2), { nil: undefined }),
  timestamp: fc.constantFrom('source' as const, 'server' as const, 'gateway' as const),
  quality: fc.constantFrom('skip' as const, 'companion' as const),
  samplingIntervalMs: fc.option(fc.constant(100), { nil: undefined }),
})
const path = fc.constantFrom(
  '$.temp',
  '$.a.b',
  "$['rel hum']",
  "$.a['b c']",
  '$.list[0].x',
  '$',
  '$[0]',
  '$.9x',
  '$.a-b',
)
const mqttKey = fc.record({
  ...common,
  key: fc.constantFrom('temp', 'hum', '${topic[1]}', '${$.name}', 'a b', 'x${topic[0]}'),
  value: path,
  type: fc.constantFrom('auto' as const, 'double' as const, 'string' as const, 'integer' as const, 'json' as const),
})
const topic = fc.record({
  filter: fc.constantFrom('plant/+/data', 'a/b', '$share/g/x/+/y.z', 'hall/#', 'sp ace/+'),
  device: fc.constantFrom('Sensor', '${topic[1]}', '${$.id}', 'Hall ${$.a.b}', 'Hall ${topic[0]}', "${$['my id']}"),
  profile: fc.constantFrom('default', 'Line'),
  timestamp: fc.option(fc.record({ value: path, format: fc.constantFrom('ms' as const, 's' as const) }), {
    nil: undefined,
  }),
  forEach: fc.option(fc.constant('$.list'), { nil: undefined }),
  keys: fc.uniqueArray(mqttKey, { minLength: 1, maxLength: 4, selector: ({ key, kind }) => `${key} ${kind}` }),
})
const opcua = fc.record({
  type: fc.constant('opcua' as const),
  id: fc.constantFrom('line-1', 'odd'),
  name: fc.constantFrom('Line 1', 'Press'),
  endpointUrl: fc.constant(endpointUrl),
  securityMode: fc.constantFrom('None' as const, 'auto' as const),
  mode: fc.constantFrom('auto' as const, 'poll' as const),
  publishingIntervalMs: fc.constantFrom(50, 100, 500),
  requestTimeoutMs: fc.constantFrom(5000, 15_000),
  identity: fc.constantFrom(
    { type: 'anonymous' as const },
    { type: 'password' as const, username: 'op', password: '${env:PW}' },
  ),
  devices: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('M1', 'Motor 2', 'Tank ü', 'odd ${x}'),
      profile: fc.constantFrom('default', 'Motor'),
      keys: fc.uniqueArray(opcuaKey, { maxLength: 5, selector: ({ key, kind }) => `${key} ${kind}` }),
    }),
    { maxLength: 3, selector: (device) => device.name },
  ),
})
const mqtt = fc.record({
  type: fc.constant('mqtt' as const),
  id: fc.constantFrom('hall-broker', 'm'),
  name: fc.constant('Hall broker'),
  host: fc.constant('broker.plant'),
  port: fc.constantFrom(1883, 8883),
  protocolVersion: fc.constantFrom(4 as const, 5 as const),
  clientId: fc.option(fc.constant('gw'), { nil: undefined }),
  tls: fc.record({ enabled: fc.boolean(), caFile: fc.option(fc.constant('/ca.pem'), { nil: undefined }) }),
  sessionExpirySeconds: fc.constantFrom(0, 600, 86_400),
  username: fc.option(fc.constant('u'), { nil: undefined }),
  topics: fc.uniqueArray(topic, { maxLength: 3, selector: ({ filter, device }) => `${filter} ${device}` }),
})
const thingsboard = fc.record({
  host: fc.constant('tb.example.com'),
  port: fc.constantFrom(1883, 8883),
  tls: fc.record({ enabled: fc.boolean(), caFile: fc.option(fc.constant('/ca.pem'), { nil: undefined }) }),
  credentials: fc.constantFrom(
    { type: 'token' as const, token: '${env:TOKEN}' },
    { type: 'token' as const, token: 'cl3ar' },
    { type: 'password' as const, username: 'gw', password: 'cl3ar', clientId: 'id' },
    { type: 'certificate' as const, certFile: '/c.pem', keyFile: '/k.pem' },
  ),
})
const config = fc
  .record({ version: fc.constant(1 as const), thingsboard, connectors: fc.tuple(opcua, mqtt) })
  .map((input) => checkConfig(JSON.parse(JSON.stringify(input))))
  .filter((checked) => checked.kind === 'valid')
  .map((checked) => checked.config)

test('every entry that is called exact comes back the same, and no secret is written', async () => {
  let exact = 0
  await fc.assert(
    fc.asyncProperty(config, async (before) => {
      const result = exportOf(before)
      const after = gatewaySchema.parse({ version: 1, ...readImport(result.files).proposal })
      expect(checkConfig(after)).toMatchObject({ kind: 'valid' })
      for (const { place, state } of result.entries) {
        if (state !== 'exact') continue
        exact++
        expect({ place, is: again(after, before, place) }).toEqual({ place, is: plain(valueAt(before, place)) })
      }
      expect(JSON.stringify(result)).not.toContain('cl3ar')
    }),
    { numRuns: 300 },
  )
  // Not vacuously: the usual things are exact.
  expect(exact).toBeGreaterThan(3000)
})

function exportOf(config: z.input<typeof gatewaySchema>): ExportResult {
  const parsed = gatewaySchema.parse(config)
  const namespaces = new Map([[endpointUrl, ['http://opcfoundation.org/UA/', 'urn:server', plantUri]]])
  return writeExport({ text: JSON.stringify(parsed, undefined, 2), config: parsed, namespaces })
}

const stepsOf = (place: string): string[] => place.split(/[.[\]]+/).filter((step) => step !== '')
const valueAt = (root: unknown, place: string): unknown =>
  stepsOf(place).reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], root)

/** The same thing in the imported configuration, found by what it is called: places have moved. */
function again(after: GatewayConfig, before: GatewayConfig, place: string): unknown {
  const [list, index, part, at, keys, key] = stepsOf(place)
  const source = before.connectors[Number(index)]
  const found = list === 'connectors' ? after.connectors.find(({ type }) => type === source?.type) : undefined
  if (!source || !found || (part !== 'devices' && part !== 'topics'))
    return plain(valueAt(found ? { connectors: { [index ?? '']: found } } : after, place))
  const [whole, same] = [
    groups(source)[Number(at)],
    groups(found).find((one) => identity(one) === identity(groups(source)[Number(at)])),
  ]
  if (keys === undefined) return plain({ ...same, keys: whole?.keys })
  if (keys !== 'keys') return plain(valueAt(same, keys))
  const wanted = whole?.keys[Number(key)]
  return plain(
    (same?.keys as { key: string; kind: string }[] | undefined)?.find(
      (one) => one.key === wanted?.key && one.kind === wanted.kind,
    ),
  )
}

type Group = { readonly keys: readonly { readonly key: string; readonly kind: string }[] }
const groups = (connector: ConnectorConfig): readonly Group[] =>
  connector.type === 'opcua' ? connector.devices : connector.topics
const identity = (group: Group | undefined): string =>
  JSON.stringify(
    group &&
      ('filter' in group ? [group.filter, (group as { device?: string }).device] : (group as { name?: string }).name),
  )

/** As text has it; namespace 0 may be written or not, a member's name quoted or not, and "every value" said or not. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (name, one) => {
    if (name === 'report' && JSON.stringify(one) === '{"onChange":false}') return undefined
    return typeof one === 'string' ? one.replace(/^ns=0;/, '').replace(/\['([A-Za-z_]\w*)'\]/g, '.$1') : one
  })
  return text === undefined ? undefined : JSON.parse(text)
}

const entryOf = (result: ExportResult, place: string) => result.entries.find((entry) => entry.place === place)

test.each([
  ['ns=2;s=Line1.Speed', 'exact', '${ns=2;s=Line1.Speed}'],
  ['i=2258', 'exact', '${ns=0;i=2258}'],
  ['nsu=urn:plant;s=Speed', 'interpreted', '${ns=2;s=Speed}'],
  ['nsu=urn:gone;s=Speed', 'unsupported', undefined],
  ['/Objects/2:Line1/Speed', 'exact', '${Root\\.Objects\\.2:Line1\\.Speed}'],
  ['/Objects/{urn:plant}Speed', 'interpreted', '${Root\\.Objects\\.Speed}'],
  ['/Objects/My Line/Speed', 'unsupported', undefined],
] as const)('the node %s is %s', (address, state, value) => {
  const keys = [
    { key: 'k', node: address },
    { key: 'other', node: 'ns=9;i=1' },
  ]
  const result = exportOf({
    version: 1,
    connectors: [{ type: 'opcua', id: 'a', name: 'A', endpointUrl, devices: [{ name: 'D', keys }] }],
  })
  expect(entryOf(result, 'connectors[0].devices[0].keys[0]')?.state).toBe(state)
  const file = JSON.parse(result.files.find((one) => one.name === 'opcua-a.json')?.text ?? '')
  const item = file.mapping[0].timeseries.find((one: { key: string }) => one.key === 'k')
  expect(item?.value).toBe(value)
})

test('a key that would send other values is left out, a rule and a switched-off source are told', () => {
  const result = exportOf({
    version: 1,
    connectors: [
      {
        type: 'opcua',
        id: 'a',
        name: 'A',
        enabled: false,
        endpointUrl,
        devices: [{ name: 'D', keys: [{ key: 'k', node: 'ns=2;i=1', scale: 10 }] }],
        rules: [{ name: 'R', select: { path: 'Objects/*' } }],
      },
    ],
  })
  expect(entryOf(result, 'connectors[0].devices[0].keys[0]')?.note).toContain('does not calculate')
  expect(entryOf(result, 'connectors[0].rules[0]')?.state).toBe('unsupported')
  expect(entryOf(result, 'connectors[0].enabled')?.state).toBe('interpreted')
  const [general, file] = result.files.map(({ text }) => JSON.parse(text))
  expect(general.connectors).toEqual([])
  expect(file.mapping).toEqual([])
})

test('sources of one name get two, and the list names their files', () => {
  const source = { type: 'mqtt' as const, name: 'Same', host: 'h', topics: [] }
  const result = exportOf({
    version: 1,
    connectors: [
      { ...source, id: 'a' },
      { ...source, id: 'b' },
    ],
  })
  const general = JSON.parse(result.files[0]?.text ?? '')
  expect(general.connectors).toEqual([
    { type: 'mqtt', name: 'Same', configuration: 'mqtt-a.json' },
    { type: 'mqtt', name: 'Same (2)', configuration: 'mqtt-b.json' },
  ])
})
