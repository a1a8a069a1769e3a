import mqtt from 'mqtt'
import { expect, test, vi } from 'vitest'
import type { StandInOptions } from '../../main/demo/thingsboard/stand-in-core.ts'
import type { ThingsboardConfig } from '../../shared/config/thingsboard.ts'
import { isBalanced } from '../../shared/status.ts'
import { uplinkRig } from '../fakes/uplink-rig.ts'

// Every way ThingsBoard answers, refuses and closes (MqttTransportHandler, AbstractGatewaySessionHandler): each ends in
// delivery again or in quarantine, and never in a loop.

type Rig = Awaited<ReturnType<typeof uplinkRig>>

interface Row {
  readonly standIn?: StandInOptions
  readonly config?: Partial<ThingsboardConfig>
  /** What goes wrong, once values flow. */
  trouble(rig: Rig): unknown
  /** Ends it, when it does not end by itself. */
  end?(rig: Rig): unknown
  /** Values that end in quarantine. */
  readonly quarantined?: number
  /** Connections it may take. */
  readonly connections: number
}

const bad = (_: string, key: string, value: { text: string }) => key === 'text' && value.text === 'bad'

const table: Record<string, Row> = {
  'malformed: 0x99, the session stays': {
    trouble: (rig) => {
      rig.standIn.faults.refuse = bad
      return rig.series('Press', 'text', ['good', 'bad', 'fine'], 'string')
    },
    quarantined: 1,
    connections: 1,
  },
  'the connection ends without an answer at one value': {
    trouble: (rig) => {
      rig.standIn.faults.closeOn = bad
      return rig.series('Press', 'text', ['good', 'bad', 'fine'], 'string')
    },
    quarantined: 1,
    connections: 12,
  },
  'rate limit: 0x97 and the end (4.2.1)': { trouble: (rig) => limit(rig, 2), connections: 4 },
  'rate limit: no PUBACK and the end (4.2.0)': {
    standIn: { version: '4.2.0' },
    trouble: (rig) => limit(rig, 2),
    connections: 4,
  },
  'rate limit: plain PUBACK and the end (MQTT 3.1.1)': {
    config: { protocolVersion: 4 },
    trouble: (rig) => limit(rig, 1),
    connections: 3,
  },
  'a real rate limit nobody tells of': {
    standIn: { gatewayRateLimits: { telemetryMessages: '15:1' } },
    trouble: (rig) => {
      rig.standIn.faults.hideLimits = true
      rig.standIn.dropConnections()
    },
    connections: 40,
  },
  'device limit: 0x97 to connect, stays open': {
    standIn: { maxDevices: 1 },
    trouble: (rig) => rig.series('One too many', 'text', ['never'], 'string'),
    quarantined: 1,
    connections: 2,
  },
  'a device name it does not take: 0x80, stays open': {
    trouble: (rig) => rig.series('a <b>name</b>', 'text', ['never'], 'string'),
    quarantined: 1,
    connections: 2,
  },
  'larger than its decoder takes, and it does not say how much that is': {
    standIn: { maxPayloadSize: 3000 },
    trouble: (rig) => {
      rig.standIn.faults.hideLimits = true
      rig.standIn.dropConnections()
      return rig.series('Press', 'text', ['x'.repeat(4000), 'fits'], 'string')
    },
    quarantined: 1,
    connections: 60,
  },
  'somebody else signs in once: 0x8E': {
    trouble: async (rig) => {
      const other = await mqtt.connectAsync({
        port: rig.standIn.port,
        host: '127.0.0.1',
        username: 'rig-token',
        protocolVersion: 5,
        reconnectPeriod: 0,
      })
      await other.endAsync(true)
    },
    connections: 3,
  },
  'no answer at all for a while': {
    trouble: (rig) => {
      rig.standIn.faults.silent = true
    },
    end: (rig) => {
      rig.standIn.faults.silent = false
    },
    connections: 5,
  },
  'it restarts': {
    trouble: async (rig) => {
      await rig.standIn.stop()
      await rig.standIn.start()
    },
    connections: 3,
  },
  'PUBACKs that never come': {
    trouble: (rig) => {
      rig.standIn.faults.loseAcks = 3
    },
    connections: 5,
  },
  'it takes its time': {
    trouble: (rig) => {
      rig.standIn.faults.ackDelayMs = 400
    },
    connections: 1,
  },
}

const limit = (rig: Rig, count: number) => {
  rig.standIn.faults.limitNext = count
}

const troubleMs = 4000

test.concurrent.for(Object.entries(table))(
  '%s: delivered again, or quarantined alone',
  { timeout: 300_000 },
  // Undone by its own test: the global hook ends with whichever of the concurrent tests ends first.
  async ([, row], { onTestFinished }) => {
    const { standIn = {}, config = {}, trouble, end, quarantined = 0, connections } = row
    const rig = await uplinkRig({ standIn, config: { ackTimeoutSeconds: 5, keepAliveSeconds: 5, ...config } })
    onTestFinished(() => rig.close())
    await rig.uplink.start()
    let sent = 0
    const timer = setInterval(
      () => void rig.series('Press', 'counter', [sent], 'integer', 1_700_000_000_000 + sent++),
      50,
    )
    onTestFinished(() => clearInterval(timer))
    const stored = () => rig.standIn.points('Press', 'counter').size
    await vi.waitFor(() => expect(stored()).toBeGreaterThan(5), 20_000)

    await trouble(rig)
    await new Promise((resolve) => setTimeout(resolve, troubleMs))
    await end?.(rig)
    const then = sent
    await vi.waitFor(() => expect(stored(), 'fresh values flow again').toBeGreaterThan(then), 150_000)
    // What is refused as a device waits half a minute for it to pass.
    await vi.waitFor(() => expect(rig.store.quarantine.length).toBe(quarantined), 60_000)
    clearInterval(timer)
    await vi.waitFor(() => expect(rig.store.balance.value).toMatchObject({ pending: 0, inFlight: 0 }), 60_000)
    expect(stored()).toBe(sent)
    expect(rig.standIn.counters().conflicts).toBe(0)
    expect(rig.store.balance.value).toMatchObject({ quarantined, dropped: 0 })
    expect(isBalanced(rig.store.balance.value)).toBe(true)
    expect(rig.standIn.counters().connections, 'no tight loop').toBeLessThanOrEqual(connections)
  },
)
