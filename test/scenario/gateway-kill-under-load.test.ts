import { expect, onTestFinished, test } from 'vitest'
import { readBalance } from '../../main/engine/store/read-balance.ts'
import { assertExists } from '../../shared/assert.ts'
import { isBalanced } from '../../shared/status.ts'
import { CounterPublisher, counterTopics } from '../servers/counter-publisher.ts'
import { gatewayBench } from '../servers/gateway-bench.ts'
import { startBroker, type TestBroker } from '../servers/mqtt-broker.ts'
import { until } from '../servers/until.ts'

/** The nightly command asks for 500 (TB_GW_KILL_ROUNDS). */
const rounds = Number(process.env['TB_GW_KILL_ROUNDS'] ?? 50)
const messagesPerSecond = 5000
const devices = 20
/** What the configuration below allows to be in flight: the most that one kill may repeat (D5). */
const maxInFlight = 32
/** Until a started gateway delivers again; far beyond what it needs, for a machine that does other things, too. */
const deliversWithinMs = 180_000
const maxPayloadBytes = 4096
/** `{"ts":1700000000000,"values":{"v":0}},` is the shortest a value gets. */
const valuesPerMessage = maxPayloadBytes / 38

test(`kill -9 at ${rounds} random moments under load loses nothing the broker handed over`, {
  timeout: rounds * 12_000 + 180_000,
}, async () => {
  // Sessions and everything queued for the absent gateway stay in the broker, as on any plant broker set up to keep them.
  const broker: TestBroker = await startBroker({
    lines: ['allow_anonymous true', 'max_inflight_messages 1000', 'max_queued_messages 0', 'max_packet_size 100000'],
  })
  onTestFinished(() => broker.close())
  const { dataDir, standIn, gateway } = await gatewayBench({ maxRecorded: 20_000_000 })
  gateway.configure({
    version: 1,
    thingsboard: {
      host: '127.0.0.1',
      port: standIn.port,
      credentials: { type: 'token', token: 'T' },
      maxInFlight,
      maxPayloadBytes,
    },
    connectors: [
      {
        type: 'mqtt',
        id: 'load',
        name: 'Load',
        host: '127.0.0.1',
        port: broker.port,
        protocolVersion: 4,
        topics: counterTopics,
      },
    ],
  })

  const publisher = new CounterPublisher({ port: broker.port, topics: devices })
  gateway.start()
  // The subscription must exist before the first message: earlier ones were never the gateway's.
  await until('the gateway subscribes', () => gateway.stderr.includes('mqtt.online'), 20_000)
  await publisher.start(messagesPerSecond)

  let killedWhileDelivering = 0
  for (let round = 0; round < rounds; round++) {
    const before = standIn.counters().datapoints
    await until(`round ${round} delivers`, () => standIn.counters().datapoints > before, deliversWithinMs)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 400))
    if (standIn.counters().datapoints > before + 100) killedWhileDelivering++
    expect((await gateway.signal('SIGKILL')).signal).toBe('SIGKILL')
    gateway.start()
  }
  // Not vacuous: most kills hit a gateway that was busy.
  expect(killedWhileDelivering).toBeGreaterThan(rounds / 2)

  await publisher.stop()
  await publisher.arrived(standIn)
  expect(await gateway.signal('SIGTERM')).toEqual({ code: 0, signal: null })

  const { conflicts, duplicates } = standIn.counters()
  expect(conflicts).toBe(0)
  expect(duplicates).toBeGreaterThan(0)
  // One window sent and not acknowledged, and one acknowledged whose batch is not settled yet.
  expect(duplicates).toBeLessThanOrEqual(rounds * 2 * maxInFlight * valuesPerMessage)
  const balance = assertExists(readBalance(dataDir)?.balance, 'the store has been written')
  expect(isBalanced(balance)).toBe(true)
  expect(balance).toMatchObject({ pending: 0, inFlight: 0, quarantined: 0, dropped: 0 })
  expect(balance.delivered).toBe(balance.accepted)
})
