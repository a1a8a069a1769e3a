import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readBalance } from '../../main/engine/store/read-balance.ts'
import { isBalanced } from '../../shared/status.ts'
import { gatewayBench } from '../servers/gateway-bench.ts'
import { startBroker } from '../servers/mqtt-broker.ts'
import { publisher } from '../servers/mqtt-collector-bench.ts'
import { until } from '../servers/until.ts'

test('what ThingsBoard forgot while the gateway was dead is sent again: telemetry, and the newest attributes', {
  timeout: 180_000,
}, async () => {
  const broker = await startBroker()
  onTestFinished(() => broker.close())
  const { dataDir, standIn, gateway } = await gatewayBench()
  gateway.configure(configFor(standIn.port, broker.port))
  gateway.start()
  await until('the broker is subscribed', () => gateway.stderr.includes('mqtt.online'), 30_000)
  const source = await publisher(broker.port, {})
  onTestFinished(() => source.endAsync(true))
  const send = (v: number, recipe: string) =>
    source.publishAsync('plant/Press', JSON.stringify({ v, recipe }), { qos: 1 })
  const recipe = () => standIn.attributes('Press').get('recipe')?.text

  await send(1, 'old')
  await until('both have arrived', () => recipe() === 'old' && standIn.points('Press', 'v').size === 1, 20_000)
  await until('the first watermark is known', () => watermark(dataDir) > 0, 20_000)
  standIn.faults.holdQueue = true
  const heldSince = Date.now()
  await send(2, 'new')
  await until('both are acknowledged', () => readBalance(dataDir)?.balance.delivered === 4, 20_000)
  await until('a watermark is acknowledged that ThingsBoard will forget', () => watermark(dataDir) > heldSince, 60_000)

  await gateway.signal('SIGKILL')
  await standIn.stop()
  standIn.loseQueue()
  standIn.faults.holdQueue = false
  await standIn.start()
  expect(recipe()).toBe('old')
  gateway.start()
  await until(
    'what was forgotten is there again',
    () => recipe() === 'new' && standIn.points('Press', 'v').size === 2,
    60_000,
    () => gateway.stderr,
  )
  await until('the store is empty', () => readBalance(dataDir)?.balance.delivered === 4, 20_000)
  const balance = readBalance(dataDir)?.balance
  expect(balance && isBalanced(balance)).toBe(true)
  expect(balance).toMatchObject({ accepted: 4, pending: 0, inFlight: 0, dropped: 0, quarantined: 0 })
  expect(readFileSync(join(dataDir, 'watermark.json'), 'utf8')).not.toContain('"T"')
})

function watermark(dataDir: string): number {
  try {
    return (
      (JSON.parse(readFileSync(join(dataDir, 'watermark.json'), 'utf8')) as { acknowledged?: number }).acknowledged ?? 0
    )
  } catch {
    return 0
  }
}

const configFor = (thingsboardPort: number, brokerPort: number) => ({
  version: 1,
  thingsboard: {
    host: '127.0.0.1',
    port: thingsboardPort,
    credentials: { type: 'token', token: 'T' },
    confirmed: { retainMinutes: 15 },
  },
  connectors: [
    {
      type: 'mqtt',
      id: 'plant',
      name: 'Plant',
      host: '127.0.0.1',
      port: brokerPort,
      protocolVersion: 4,
      topics: [
        {
          filter: 'plant/+',
          device: '${topic[1]}',
          keys: [
            { key: 'v', value: '$.v' },
            { key: 'recipe', value: '$.recipe', kind: 'attribute' },
          ],
        },
      ],
    },
  ],
})
