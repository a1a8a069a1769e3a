import { expect, onTestFinished, test } from 'vitest'
import { readBalance } from '../../main/engine/store/read-balance.ts'
import { assertExists } from '../../shared/assert.ts'
import { isBalanced } from '../../shared/status.ts'
import { Random } from '../model/simulation/random.ts'
import { ChaosProxy } from '../servers/chaos-proxy.ts'
import { CounterPublisher, counterTopics } from '../servers/counter-publisher.ts'
import { gatewayBench } from '../servers/gateway-bench.ts'
import { startBroker } from '../servers/mqtt-broker.ts'
import { until } from '../servers/until.ts'

/** The nightly command asks for more. */
const rounds = Number(process.env['TB_GW_CHAOS_ROUNDS'] ?? 6)
const seed = Number(process.env['TB_GW_CHAOS_SEED'] ?? 1)
const messagesPerSecond = 500
const devices = 5
/** Three sessions in a row that end sooner than this are taken for a contested client id, and it waits for minutes. */
const settledMs = 10_500

test(`${rounds} rounds of chaos on both cables of a gateway: everything published arrives, once`, {
  timeout: 180_000 + rounds * 10_000,
}, async () => {
  const broker = await startBroker({
    lines: ['allow_anonymous true', 'max_inflight_messages 200', 'max_queued_messages 0'],
  })
  onTestFinished(() => broker.close())
  const { dataDir, standIn, gateway } = await gatewayBench({ maxRecorded: 5_000_000 })
  const plant = await ChaosProxy.start(broker.port)
  onTestFinished(() => plant.close())
  const server = await ChaosProxy.start(standIn.port)
  onTestFinished(() => server.close())
  gateway.configure({
    version: 1,
    thingsboard: {
      host: '127.0.0.1',
      port: server.port,
      credentials: { type: 'token', token: 'T' },
      ackTimeoutSeconds: 5,
      keepAliveSeconds: 5,
    },
    connectors: [
      {
        type: 'mqtt',
        id: 'plant',
        name: 'Plant',
        host: '127.0.0.1',
        port: plant.port,
        protocolVersion: 4,
        keepAliveSeconds: 5,
        topics: counterTopics,
      },
    ],
  })
  gateway.start()
  await until(
    'the gateway subscribes',
    () => gateway.stderr.includes('mqtt.online'),
    20_000,
    () => gateway.stderr,
  )
  const publisher = new CounterPublisher({ port: broker.port, topics: devices })
  await publisher.start(messagesPerSecond)

  const random = new Random(seed)
  const moods: ((proxy: ChaosProxy) => void)[] = [
    (proxy) => proxy.cut(),
    (proxy) => proxy.reset(),
    (proxy) => Object.assign(proxy.chaos, { swallow: 'both' }),
    (proxy) => Object.assign(proxy.chaos, { swallow: 'up' }),
    (proxy) => Object.assign(proxy.chaos, { swallow: 'down' }),
    (proxy) => Object.assign(proxy.chaos, { stalled: true }),
    (proxy) => Object.assign(proxy.chaos, { latencyMs: 200, jitterMs: 400 }),
    (proxy) => Object.assign(proxy.chaos, { losePubacks: 20 }),
    (proxy) => Object.assign(proxy.chaos, { repeatPubacks: 200 }),
  ]
  for (let round = 0; round < rounds; round++) {
    const mood = () => moods[(round + random.between(0, 2)) % moods.length]
    const isPlantTroubled = random.chance(0.7)
    if (isPlantTroubled) await new Promise((resolve) => setTimeout(resolve, settledMs))
    if (isPlantTroubled) mood()?.(plant)
    if (random.chance(0.7)) mood()?.(server)
    await new Promise((resolve) => setTimeout(resolve, random.between(200, 2000)))
    plant.calmDown()
    server.calmDown()
    // What was swallowed never comes on this connection.
    if (isPlantTroubled) plant.reset()
    await new Promise((resolve) => setTimeout(resolve, random.between(0, 1500)))
  }
  await publisher.stop()
  await publisher.arrived(standIn)
  // What the broker handed over twice is still on its way.
  await until('the store is empty', () => readBalance(dataDir)?.balance.pending === 0, 60_000)
  expect(await gateway.signal('SIGTERM')).toEqual({ code: 0, signal: null })
  const balance = assertExists(readBalance(dataDir)?.balance, 'the store has been written')
  expect(isBalanced(balance)).toBe(true)
  expect(balance).toMatchObject({ pending: 0, inFlight: 0, quarantined: 0, dropped: 0 })
  const { conflicts, duplicates } = standIn.counters()
  expect(conflicts).toBe(0)
  expect(Math.max(plant.busiest(10_000), server.busiest(10_000)), 'no tight loop').toBeLessThanOrEqual(40)
  process.stdout.write(
    `chaos: ${rounds} rounds, ${publisher.published} values, ${server.connectedAt.length} connections to ThingsBoard, ` +
      `${plant.connectedAt.length} to the broker, ${duplicates} repeats, 0 lost\n`,
  )
})
