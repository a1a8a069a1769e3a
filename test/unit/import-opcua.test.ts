import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileRegex } from '../../main/engine/collect/opcua/select-pattern.ts'
import { globOf, parseNodeText, regexOf, splitLevels } from '../../main/engine/config/import/opcua-paths.ts'
import { type ImportResult, readImport } from '../../main/engine/config/import/read-import.ts'
import { validateMapping } from '../../main/engine/map/validate.ts'
import type { GatewayConfig } from '../../shared/config/gateway.ts'
import { gatewaySchema } from '../../shared/config/gateway.ts'
import type { OpcuaConnectorConfig } from '../../shared/config/opcua.ts'

const folder = join(import.meta.dirname, 'import-fixtures')
const read = (...names: string[]): ImportResult =>
  readImport(names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })))

function opcua(result: ImportResult): OpcuaConnectorConfig {
  const connector = result.proposal.connectors.find((c) => c.type === 'opcua')
  if (connector?.type !== 'opcua') throw new Error('no OPC UA source in the proposal')
  return connector
}

const stateAt = (result: ImportResult, place: string) => result.entries.find((entry) => entry.place === place)?.state

test('backslashes before a dot part the levels, once or twice escaped, and other escapes stay', () => {
  expect(splitLevels(String.raw`Root\.Objects\.Line\d+\.M..`)).toEqual(['Root', 'Objects', String.raw`Line\d+`, 'M..'])
  expect(splitLevels(String.raw`Root\\.Objects\\.Device1`)).toEqual(['Root', 'Objects', 'Device1'])
  expect(splitLevels('Root.Objects.Device1')).toEqual(['Root', 'Objects', 'Device1'])
  expect(splitLevels(String.raw`Sensor\.Temp.1`)).toEqual(['Sensor', 'Temp.1'])
})

test('a pattern of the older connector becomes a rule that stays within its levels', () => {
  const regex = regexOf(['Objects', String.raw`Line\d+`, 'M..'])
  const pattern = compileRegex(regex ?? '')
  if (!pattern.ok) throw new Error(pattern.problem)
  expect(pattern.value.matches(['Objects', 'Line12', 'M01'])).toBe(true)
  expect(pattern.value.matches(['Objects', 'LineX', 'M01'])).toBe(false)
  expect(pattern.value.matches(['Objects', 'Line1', 'M', '1'])).toBe(false)
})

test('look-around and back references are refused, not run', () => {
  expect(regexOf(['Objects', '(?=a)a+'])).toBeUndefined()
  expect(regexOf(['Objects', String.raw`(a)\1`])).toBeUndefined()
})

test('simple patterns become globs, and wider ones say so', () => {
  expect(globOf(['Sensors', 'Temp.*'])).toEqual({ glob: 'Sensors/Temp*', isWider: false })
  expect(globOf([String.raw`M\d\d`])).toEqual({ glob: 'M??', isWider: true })
  expect(globOf(['(A|B)'])).toBeUndefined()
})

test('a NodeId is a NodeId with and without ${}, and text around it is no address', () => {
  expect(parseNodeText('${ns=2;s=Line.Speed}')).toEqual({ kind: 'node', nodeId: 'ns=2;s=Line.Speed' })
  expect(parseNodeText('ns=3;i=1001')).toEqual({ kind: 'node', nodeId: 'ns=3;i=1001' })
  expect(parseNodeText('${ns=2;g=09087e75-8e5e-499b-954f-f2a9603db28a}').kind).toBe('node')
  expect(parseNodeText('Temp ${ns=2;i=5} °C').kind).toBe('mixed')
  expect(parseNodeText('Hall 3')).toEqual({ kind: 'constant', text: 'Hall 3' })
})

test('an old opcua.json becomes devices and rules, and everything else has a line in the report', () => {
  const result = read('opcua-old.json')
  const connector = opcua(result)
  expect(connector.endpointUrl).toBe('opc.tcp://localhost:4840/freeopcua/server/')
  expect(connector.rules).toHaveLength(1)
  expect(connector.rules[0]).toMatchObject({ device: '${browseName}', profile: 'Motor' })
  expect(connector.rules[0]?.keys.map(({ path }) => path)).toEqual(['Serial', 'Speed', 'Sensors/Temp*'])
  expect(connector.devices.map(({ name, keys }) => [name, keys.map(({ node }) => node)])).toEqual([
    [
      'Device Device1',
      ['ns=2;i=5', '/Objects/Device1/TemperatureAndHumiditySensor/Humidity', '/Objects/Device1/batteryLevel'],
    ],
  ])
  expect(stateAt(result, 'server.mapping[1].deviceNamePattern')).toBe('interpreted')
  expect(stateAt(result, 'server.mapping[0].rpc_methods[0]')).toBe('unsupported')
  expect(stateAt(result, 'server.mapping[2].deviceNodePattern')).toBe('unsupported')
  expect(stateAt(result, 'server.mapping[2].timeseries[0]')).toBe('unsupported')
})

test('a current opcua.json keeps literal paths, report strategies, clocks and the sign-in', () => {
  const result = read('opcua.json')
  const connector = opcua(result)
  expect(connector.samplingIntervalMs).toBe(5000)
  expect(connector.identity).toEqual({ type: 'password', username: 'operator', password: 's3cret' })
  const [first, second] = connector.devices
  expect(first?.keys.find(({ key }) => key === 'batteryLevel')?.timestamp).toBe('gateway')
  expect(first?.keys.find(({ key }) => key === 'speed')).toMatchObject({
    node: 'ns=2;s=Line.Speed',
    report: { onChange: true, atLeastEveryMs: 30_000 },
  })
  expect(second?.keys[0]).toMatchObject({ node: 'ns=2;s=Channel1.Device2.Force', report: { onChange: true } })
  expect(stateAt(result, 'mapping[0].attributes[1]')).toBe('unsupported')
  expect(connector.devices.map(({ name }) => name)).not.toContain('Third')
})

test('a Java opc-config.json becomes rules over paths and says that it is an interpretation', () => {
  const result = read('opc-config.json')
  const [rule] = opcua(result).rules
  const pattern = compileRegex(rule && 'regex' in rule.select ? rule.select.regex : '')
  if (!pattern.ok) throw new Error(pattern.problem)
  expect(pattern.value.matches(['Objects', 'Channel1', 'Device7'])).toBe(true)
  expect(rule?.keys.map(({ path, type }) => [path, type])).toEqual([
    ['**/_System/_Error', 'string'],
    ['**/Tag2', 'integer'],
  ])
  expect(stateAt(result, 'servers[0].mapping[0].deviceNodePattern')).toBe('interpreted')
  expect(stateAt(result, 'servers[0].mapping[0].timeseries[1]')).toBe('unsupported')
})

/** Members that hold other entries, or say how to read others. */
const structure =
  /^(server|broker|mapping|dataMapping|thingsboard|storage|security|connectors|deviceInfo|converter|attributes|timeseries|rpc_methods|attributes_updates|requestsMapping|servers|brokers|credentials|identity|gateways|tenants|connection)$/

function entriesOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown, i) => (typeof item === 'object' ? [`${path}[${i}]`] : []))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}.${name}`
    if (!structure.test(name)) return [at]
    if (/mapping|dataMapping/i.test(name) && Array.isArray(member)) {
      return member.flatMap((item: unknown, i) => entriesOf(item, `${at}[${i}]`))
    }
    return entriesOf(member, at)
  })
}

test.each(['opcua.json', 'opcua-old.json', 'mqtt.json', 'mqtt-old.json', 'tb_gateway.json'])(
  'every entry of %s has its line in the report',
  (name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    const result = readImport([{ name, text }])
    const reported = result.entries.map(({ place }) => place)
    const missing = entriesOf(JSON.parse(text)).filter(
      (place) => !reported.some((p) => p === place || p.startsWith(place) || (place.startsWith(p) && p !== '')),
    )
    expect(missing.filter((place) => !/(Source|name|type)$/.test(place))).toEqual([])
    expect(result.entries.every(({ line }) => line > 0)).toBe(true)
  },
)

test.each([
  ['opcua.json'],
  ['opcua-old.json'],
  ['opc-config.json'],
  ['mqtt.json'],
  ['mqtt-old.json'],
  ['mqtt-config.json'],
])('the proposal of %s is a valid configuration', (name) => {
  const { proposal } = read(name)
  const config: GatewayConfig = gatewaySchema.parse({ version: 1, ...proposal })
  expect(validateMapping(config)).toEqual([])
})
