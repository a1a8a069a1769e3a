import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ImportResult, readImport } from '../../main/engine/config/import/read-import.ts'
import { validateMapping } from '../../main/engine/map/validate.ts'
import { gatewaySchema } from '../../shared/config/gateway.ts'

const folder = join(import.meta.dirname, 'import-fixtures')
const load = (name: string, as = name) => ({ name: as, text: readFileSync(join(folder, name), 'utf8') })
const read = (...names: string[]): ImportResult => readImport(names.map((name) => load(name)))
const paste = (text: string): ImportResult => readImport([{ name: 'pasted text', text }])
const stateAt = (result: ImportResult, place: string) => result.entries.find((entry) => entry.place === place)?.state

test.each([
  ['tb_gateway.json', 'tb_gateway', 'Xq3kZ9pLw2'],
  ['docker-compose.yml', 'docker-compose', 'zv9kD2LqwErTy'],
  ['tb-gateway.yml', 'tb-gateway (Java)', 'abcDEF123'],
] as const)('%s gives the sign-in to ThingsBoard', (name, kind, token) => {
  const { files, proposal } = read(name)
  expect(files[0]?.kind).toBe(kind)
  expect(proposal.thingsboard?.credentials).toEqual({ type: 'token', token })
})

test('the name of the PC behind a container is this PC, and the report says what it means', () => {
  for (const name of ['tb_gateway.json', 'docker-compose.yml']) {
    const result = read(name)
    expect(result.proposal.thingsboard?.host).toBe('127.0.0.1')
    const entry = result.entries.find(({ says }) => says === 'host.docker.internal')
    expect(entry).toMatchObject({ state: 'interpreted', target: '127.0.0.1' })
    expect(entry?.note).toContain('runs on this PC itself')
  }
})

test('no report holds a secret', () => {
  const names = [
    'tb_gateway.json',
    'docker-compose.yml',
    'tb-gateway.yml',
    'opcua.json',
    'mqtt-old.json',
    'opc-config.json',
  ]
  const text = JSON.stringify(read(...names).entries)
  for (const secret of ['Xq3kZ9pLw2', 'zv9kD2LqwErTy', 'abcDEF123', 's3cret']) expect(text).not.toContain(secret)
})

test('an old YAML file is read, encrypted by its port, and its placeholder is pointed out', () => {
  const result = read('tb_gateway.yaml')
  expect(result.proposal.thingsboard).toMatchObject({ host: 'tb.example.com', port: 8883, tls: { enabled: true } })
  expect(stateAt(result, 'thingsboard.security.accessToken')).toBe('interpreted')
})

test('the list of connectors names the sources; what has no file or no protocol here is told', () => {
  const result = readImport([load('tb_gateway.json'), load('opcua.json'), load('mqtt.json')])
  expect(result.proposal.connectors.map(({ id, name }) => [id, name])).toEqual([
    ['line-server', 'Line server'],
    ['hall-broker', 'Hall broker'],
  ])
  expect(stateAt(result, 'connectors[0]')).toBe('exact')
  expect(stateAt(result, 'connectors[2]')).toBe('unsupported')
  expect(result.entries.find(({ place }) => place === 'connectors[3]')?.note).toContain('opcua_2.json is not among')
})

test('topics keep their filters, devices, types and times', () => {
  const [broker] = read('mqtt.json').proposal.connectors
  if (broker?.type !== 'mqtt') throw new Error('no MQTT source')
  expect(broker).toMatchObject({ host: 'broker.plant', port: 8883, tls: { enabled: true, caFile: '/etc/ca.pem' } })
  expect(broker.topics[0]).toMatchObject({ device: '${$.serialNumber}', timestamp: { value: '$.timestamp' } })
  expect(broker.topics[0]?.keys.map(({ value }) => value)).toEqual([
    '$.sensorModel',
    '$.data.temp',
    '$.hum',
    "$['rel hum']",
  ])
  // Python's search gives the last group.
  expect(broker.topics[1]).toMatchObject({ device: '${topic[3]}', qos: 0, keys: [{ key: '*', value: '*' }] })
  expect(broker.topics).toHaveLength(2)
})

test('look-around copied from the samples picks its topic level', () => {
  const [broker] = read('mqtt-old.json').proposal.connectors
  if (broker?.type !== 'mqtt') throw new Error('no MQTT source')
  expect(broker.topics[1]).toMatchObject({ filter: '/sensor/+/data', device: '${topic[2]}', profile: 'Thermometer' })
  expect(broker).toMatchObject({ protocolVersion: 4, username: 'user', password: 'password' })
})

test('custom and byte converters are not dropped in silence', () => {
  expect(stateAt(read('mqtt-old.json'), 'mapping[2].topicFilter')).toBe('unsupported')
  const bytes = read('mqtt.json')
  expect(stateAt(bytes, 'dataMapping[2].topicFilter')).toBe('unsupported')
  expect(stateAt(bytes, 'dataMapping[2].converter.timeseries[0]')).toBe('unsupported')
})

test('two files that claim the same device and keys do not make a configuration that is refused', () => {
  const result = readImport([load('opcua.json'), load('opcua.json', 'second/opcua.json'), load('opcua-old.json')])
  const config = gatewaySchema.parse({ version: 1, ...result.proposal })
  expect(validateMapping(config)).toEqual([])
  expect(result.entries.filter(({ note }) => note.includes('gives this key already')).length).toBeGreaterThan(3)
})

test('a pattern that would run for ever does not', () => {
  const evil = {
    topicFilter: 'a/+',
    converter: { type: 'json', deviceNameTopicExpression: '(a+)+$', timeseries: [{ key: 'x', value: '${x}' }] },
  }
  const result = readImport([{ name: 'mqtt.json', text: JSON.stringify({ broker: { host: 'h' }, mapping: [evil] }) }])
  expect(stateAt(result, 'mapping[0].topicFilter')).toBe('unsupported')
})

test.each([
  [
    'mosquitto_pub -d -q 1 -h tb.example.com -p 1883 -t v1/devices/me/telemetry -u "A1_TEST_TOKEN" -m "{temperature:25}"',
    'tb.example.com',
    1883,
    'A1_TEST_TOKEN',
  ],
  [
    "mosquitto_pub --cafile /tmp/ca.pem -d -q 1 -h tb.example.com -p 8883 -t v1/devices/me/telemetry -u 'A1' -m '{}'",
    'tb.example.com',
    8883,
    'A1',
  ],
  [
    'curl -v -X POST http://tb.example.com:8080/api/v1/A1_TEST_TOKEN/telemetry --header Content-Type:application/json',
    'tb.example.com',
    1883,
    'A1_TEST_TOKEN',
  ],
  ['https://thingsboard.cloud/home  Xq3kZ9pLw2TT', 'thingsboard.cloud', 1883, 'Xq3kZ9pLw2TT'],
  ['10.0.3.7 Xq3kZ9pLw2TT', '10.0.3.7', 1883, 'Xq3kZ9pLw2TT'],
  ['Xq3kZ9pLw2TT\n10.0.3.7:8883', '10.0.3.7', 8883, 'Xq3kZ9pLw2TT'],
  ['mqtts://Xq3kZ9pLw2TT@tb.example.com', 'tb.example.com', 8883, 'Xq3kZ9pLw2TT'],
  ['localhost Xq3kZ9pLw2TT', 'localhost', 1883, 'Xq3kZ9pLw2TT'],
  ['TB_GW_HOST=tb.example.com\nTB_GW_PORT=1884\nTB_GW_ACCESS_TOKEN=Xq3kZ9', 'tb.example.com', 1884, 'Xq3kZ9'],
  ['Host: tb.example.com\nAccess token: Xq3kZ9pLw2TT', 'tb.example.com', 1883, 'Xq3kZ9pLw2TT'],
  [
    'docker run -it -e host=tb.example.com -e port=1883 -e accessToken=Xq3kZ9 thingsboard/tb-gateway',
    'tb.example.com',
    1883,
    'Xq3kZ9',
  ],
])('pasted: %s', (text, host, port, token) => {
  const { thingsboard } = paste(text).proposal
  expect(thingsboard).toMatchObject({ host, port, credentials: { type: 'token', token } })
})

test('a text without an address says what is missing', () => {
  expect(paste('hello there').entries[0]?.note).toContain('no address')
  const result = paste('Xq3kZ9pLw2TT')
  expect(result.proposal.thingsboard).toBeUndefined()
  expect(result.entries[0]?.note).toContain('token in this text but no address')
})

test('broken, deep and unknown files are told with their line, and the others are read', () => {
  const deep = `${'['.repeat(100)}${']'.repeat(100)}`
  const result = readImport([
    { name: 'opcua.json', text: '{\n "server": {,}\n}' },
    { name: 'deep.json', text: deep },
    { name: 'statistics.json', text: '[{"command":"x"}]' },
    load('tb_gateway.json'),
  ])
  expect(result.files.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable', 'unknown', 'tb_gateway'])
  expect(result.files[0]?.problem).toContain('line 2')
  expect(result.files[1]?.problem).toContain('deeper')
  expect(result.proposal.thingsboard?.host).toBe('127.0.0.1')
})

test('repeated anchors do not fill the memory', () => {
  const laughs = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n${'#'.repeat(2000)}`
  expect(readImport([{ name: 'tb_gateway.yaml', text: laughs }]).files[0]?.kind).toBe('unreadable')
})

test('members named like those of every object are plain names', () => {
  const text = '{"broker":{"host":"h","__proto__":{"port":1}},"mapping":[],"constructor":1}'
  const result = readImport([{ name: 'mqtt.json', text }])
  const [broker] = result.proposal.connectors
  expect(broker).toMatchObject({ type: 'mqtt', port: 1883 })
  expect(result.entries.map(({ place }) => place)).toContain('constructor')
})

test('a hundred mappings with a thousand keys are read at once and reported to the last', () => {
  const mapping = Array.from({ length: 100 }, (_, i) => ({
    deviceNodePattern: `Root\\.Objects\\.Line${i}`,
    deviceInfo: {
      deviceNameExpression: `Line ${i}`,
      deviceNameExpressionSource: 'constant',
      deviceProfileExpression: 'Line',
    },
    timeseries: Array.from({ length: 10 }, (_, k) => ({ key: `k${k}`, type: 'path', value: `\${Tag${k}}` })),
  }))
  const text = JSON.stringify(
    { server: { url: 'opc.tcp://h:4840', identity: { type: 'anonymous' } }, mapping },
    undefined,
    2,
  )
  const result = readImport([{ name: 'opcua.json', text }])
  expect(result).toMatchObject({ devices: 100, keys: 1000 })
  expect(result.entries.filter(({ place }) => place.includes('timeseries'))).toHaveLength(1000)
})
