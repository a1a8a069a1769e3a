import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ChaosProxy } from '../servers/chaos-proxy.ts'
import { gatewayBench } from '../servers/gateway-bench.ts'
import { startBroker } from '../servers/mqtt-broker.ts'
import { publisher } from '../servers/mqtt-collector-bench.ts'
import { until } from '../servers/until.ts'

const entry = resolve(import.meta.dirname, '../../main/headless/tb-gateway.ts')

test('without its secret neither a source nor ThingsBoard is tried; both start by themselves once it is there', {
  timeout: 90_000,
}, async () => {
  const broker = await startBroker()
  onTestFinished(() => broker.close())
  const { dataDir, standIn, gateway } = await gatewayBench()
  const toBroker = await ChaosProxy.start(broker.port)
  onTestFinished(() => toBroker.close())
  const toThingsboard = await ChaosProxy.start(standIn.port)
  onTestFinished(() => toThingsboard.close())
  gateway.configure({
    version: 1,
    thingsboard: {
      host: '127.0.0.1',
      port: toThingsboard.port,
      credentials: { type: 'token', token: '${file:token.txt}' },
    },
    connectors: [
      {
        type: 'mqtt',
        id: 'plant',
        name: 'Plant',
        host: '127.0.0.1',
        port: toBroker.port,
        protocolVersion: 4,
        username: 'u',
        password: '${file:password.txt}',
        topics: [{ filter: 'plant/+', device: '${topic[1]}', keys: [{ key: 'v' }] }],
      },
    ],
  })
  gateway.start('--ui', '127.0.0.1:0')
  await until('the engine runs', () => gateway.stderr.includes('engine.started'), 30_000)
  const status = JSON.parse(
    execFileSync(process.execPath, [entry, 'status', '--data', dataDir, '--json'], { encoding: 'utf8' }),
  ) as unknown
  expect(JSON.stringify(status)).toContain('Not started: its password has no value')
  expect(JSON.stringify(status)).toContain('Not started: its token has no value')
  expect([toBroker.connectedAt.length, toThingsboard.connectedAt.length]).toEqual([0, 0])

  writeFileSync(join(dataDir, 'password.txt'), 'p\n')
  writeFileSync(join(dataDir, 'token.txt'), 'T\n')
  await until('the source is connected', () => gateway.stderr.includes('mqtt.online'), 30_000)
  const source = await publisher(broker.port)
  onTestFinished(() => source.endAsync(true))
  await source.publishAsync('plant/Press', '7', { qos: 1 })
  await until('its value arrives', () => standIn.latest('Press', 'v')?.text === '7', 20_000)
  expect(await gateway.signal('SIGTERM')).toEqual({ code: 0, signal: null })
})
