import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'
import { runCommandLine } from '../../main/headless/cli.ts'
import { GatewayProcess } from '../servers/gateway-process.ts'
import { startBroker } from '../servers/mqtt-broker.ts'
import { publisher } from '../servers/mqtt-collector-bench.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'
import { until } from '../servers/until.ts'

// The folder of a ThingsBoard gateway is all there is: what it names is collected and delivered, under its names. What is exported
// from there runs the same way.

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const task of undo.splice(0).reverse()) await task()
})

function write(folder: string, files: Readonly<Record<string, object>>): string {
  mkdirSync(folder)
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content))
  return folder
}

test('a ThingsBoard gateway’s folder runs unchanged, and so does what is exported from it', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tbgw-foreign-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const server = await startOpcuaServer({ variables: [{ name: 'speed', value: { dataType: 'Int32', value: 7 } }] })
  undo.push(() => server.close())
  const broker = await startBroker()
  undo.push(() => broker.close())
  const standIn = new ThingsboardStandIn({ token: 'T' })
  await standIn.start()
  undo.push(() => standIn.stop())
  const conf = write(join(folder, 'conf'), {
    'tb_gateway.json': {
      thingsboard: { host: '127.0.0.1', port: standIn.port, security: { type: 'accessToken', accessToken: 'T' } },
      storage: { type: 'memory' },
      connectors: [
        { type: 'opcua', name: 'Plant server', configuration: 'plant.json' },
        { type: 'mqtt', name: 'Hall', configuration: 'hall.json' },
      ],
    },
    'plant.json': {
      server: { url: server.endpointUrl, security: 'None', identity: { type: 'anonymous' }, enableSubscriptions: true },
      mapping: [
        {
          deviceNodeSource: 'path',
          deviceNodePattern: 'Root\\.Objects\\.Plant',
          deviceInfo: { deviceNameExpression: 'Press', deviceProfileExpression: 'Machine' },
          attributes: [],
          timeseries: [{ key: 'rpm', type: 'path', value: '${speed}' }],
        },
      ],
    },
    'hall.json': {
      broker: { host: '127.0.0.1', port: broker.port, version: 4, clientId: 'hall', security: { type: 'anonymous' } },
      mapping: [
        {
          topicFilter: 'sensor/+/data',
          converter: {
            type: 'json',
            deviceInfo: {
              deviceNameExpressionSource: 'topic',
              deviceNameExpression: '(?<=sensor/)(.*?)(?=/data)',
              deviceProfileExpression: 'Thermometer',
            },
            attributes: [],
            timeseries: [{ type: 'double', key: 'temperature', value: '${temp}' }],
          },
        },
      ],
    },
  })
  const sensor = await publisher(broker.port, {})
  undo.push(() => sensor.endAsync(true))

  const delivers = async (name: string, config: string, temperature: number): Promise<GatewayProcess> => {
    const gateway = new GatewayProcess(join(folder, name))
    undo.push(() => gateway.end())
    const rpms = (): number => standIn.points('Press', 'rpm').size
    const before = rpms()
    // Kept by the broker until somebody subscribes.
    const message = JSON.stringify({ temp: temperature })
    await sensor.publishAsync('sensor/S1/data', message, { qos: 1, retain: true })
    gateway.start('--config', config)
    await until(
      `${name}: both sources are delivered`,
      () => {
        const temperatures = [...standIn.points('S1', 'temperature').values()].map(({ text }) => text)
        return rpms() > before && temperatures.includes(String(temperature))
      },
      40_000,
      () => gateway.stderr,
    )
    return gateway
  }
  const first = await delivers('first', conf, 21.5)
  expect((await first.signal('SIGTERM')).code).toBe(0)

  const out = join(folder, 'out')
  const report = join(folder, 'report.txt')
  expect(
    await runCommandLine([
      'export',
      '--data',
      join(folder, 'first'),
      '--format',
      'tb',
      '--out',
      out,
      '--report',
      report,
    ]),
  ).toBe(0)
  const [keys] = readFileSync(report, 'utf8').match(/devices\[0\]\.keys\[0\]: exact: Press › rpm/) ?? []
  expect(keys).toBeDefined()
  const general = join(out, 'tb_gateway.json')
  const text = readFileSync(general, 'utf8')
  expect(text).toContain('PUT_THE_TOKEN_HERE')
  writeFileSync(general, text.replace('PUT_THE_TOKEN_HERE', 'T'))
  // Another value of the source: what has not changed carries the same time, and would be no new point.
  server.set('speed', { dataType: 'Int32', value: 8 })
  const second = await delivers('second', out, 22.5)
  expect((await second.signal('SIGTERM')).code).toBe(0)
})
