import { expect, onTestFinished, test } from 'vitest'
import { readBalance } from '../../main/engine/store/read-balance.ts'
import { assertExists } from '../../shared/assert.ts'
import { isBalanced } from '../../shared/status.ts'
import { CounterPublisher, counterTopics, firstTs } from '../servers/counter-publisher.ts'
import { gatewayBench } from '../servers/gateway-bench.ts'
import { startBroker } from '../servers/mqtt-broker.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'
import { until } from '../servers/until.ts'

const awayMs = 60_000
/** The OPC UA counter changes this often; its queue holds far more than one publishing interval. */
const changeMs = 50

test('a minute without ThingsBoard costs nothing: every value read meanwhile arrives afterwards', {
  timeout: awayMs + 120_000,
}, async () => {
  const broker = await startBroker()
  onTestFinished(() => broker.close())
  const server = await startOpcuaServer({ variables: [{ name: 'counter', value: { dataType: 'Int32', value: 0 } }] })
  onTestFinished(() => server.close())
  const { dataDir, standIn, gateway } = await gatewayBench()
  gateway.configure(configFor(standIn.port, broker.port, server.endpointUrl))
  gateway.start()

  await until(
    'both sources deliver',
    () => standIn.latest('Press', 'counter') !== undefined,
    30_000,
    () => gateway.stderr,
  )
  await until('the broker is subscribed', () => gateway.stderr.includes('mqtt.online'), 20_000)
  const publisher = new CounterPublisher({ port: broker.port, topics: 5 })
  await publisher.start(200)
  let count = 0
  const timer = setInterval(() => server.set('counter', { dataType: 'Int32', value: ++count }), changeMs)
  onTestFinished(() => clearInterval(timer))
  await until('values flow', () => Number(standIn.latest('Press', 'counter')?.text ?? 0) > 20, 20_000)

  await standIn.stop()
  const before = readBalance(dataDir)?.balance
  await new Promise((resolve) => setTimeout(resolve, awayMs))
  const during = assertExists(readBalance(dataDir)?.balance, 'the store has been written')
  expect(during.accepted - (before?.accepted ?? 0)).toBeGreaterThan(awayMs / changeMs)
  expect(isBalanced(during)).toBe(true)
  await standIn.start()

  await publisher.stop()
  clearInterval(timer)
  const delivered = () =>
    Number(standIn.latest('Press', 'counter')?.text) === count &&
    standIn.points('load-0', 'v').size === publisher.counters[0]
  await until('the backlog has arrived', delivered, 60_000)
  expect(await gateway.signal('SIGTERM')).toEqual({ code: 0, signal: null })

  const seen = new Set([...standIn.points('Press', 'counter').values()].map((v) => Number(v.text)))
  expect(Array.from({ length: count }, (_, i) => i + 1).filter((n) => !seen.has(n))).toEqual([])
  publisher.counters.forEach((total, topic) => {
    const points = standIn.points(`load-${topic}`, 'v')
    expect(Array.from({ length: total }, (_, n) => n).filter((n) => !points.has(firstTs + n))).toEqual([])
  })
  const balance = assertExists(readBalance(dataDir)?.balance, 'the store has been written')
  expect(isBalanced(balance)).toBe(true)
  expect(balance).toMatchObject({ pending: 0, inFlight: 0, quarantined: 0, dropped: 0 })
})

const configFor = (thingsboardPort: number, brokerPort: number, endpointUrl: string) => ({
  version: 1,
  thingsboard: { host: '127.0.0.1', port: thingsboardPort, credentials: { type: 'token', token: 'T' } },
  connectors: [
    {
      type: 'mqtt',
      id: 'load',
      name: 'Load',
      host: '127.0.0.1',
      port: brokerPort,
      protocolVersion: 4,
      topics: counterTopics,
    },
    {
      type: 'opcua',
      id: 'press',
      name: 'Press',
      endpointUrl,
      securityMode: 'None',
      publishingIntervalMs: 200,
      devices: [
        {
          name: 'Press',
          keys: [{ key: 'counter', node: `nsu=${namespaceUri};s=counter`, samplingIntervalMs: 0, queueSize: 100 }],
        },
      ],
    },
  ],
})
