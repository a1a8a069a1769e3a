import { expect, test, vi } from 'vitest'
import { isBalanced } from '../../shared/status.ts'
import { uplinkRig } from '../fakes/uplink-rig.ts'
import { type Chaos, ChaosProxy } from '../servers/chaos-proxy.ts'

// The cable to ThingsBoard in every bad mood: when it is over, everything is there once, and nobody knocked like mad.

const valuesPerTurn = 10
const turnMs = 50
const moodMs = 3000
/** The rig's backoff is at most 200 ms. */
const connectionsPerSecond = 15

const moods: Record<string, (proxy: ChaosProxy) => void> = {
  'is cut': (proxy) => proxy.cut(),
  'is reset': (proxy) => proxy.reset(),
  'is refused for a while': (proxy) => {
    proxy.chaos.refusing = true
    proxy.reset()
  },
  'is half-open': (proxy) => set(proxy, { swallow: 'both' }),
  'carries nothing to the server': (proxy) => set(proxy, { swallow: 'up' }),
  'carries nothing back': (proxy) => set(proxy, { swallow: 'down' }),
  stalls: (proxy) => set(proxy, { stalled: true }),
  'is as thin as a modem': (proxy) => set(proxy, { bytesPerSecond: 6000 }),
  'is long and trembles': (proxy) => set(proxy, { latencyMs: 300, jitterMs: 600 }),
  'loses PUBACKs': (proxy) => set(proxy, { losePubacks: 5 }),
  'repeats PUBACKs': (proxy) => set(proxy, { repeatPubacks: 50 }),
}

const set = (proxy: ChaosProxy, chaos: Partial<Chaos>) => void Object.assign(proxy.chaos, chaos)

// Undone by its own test: the global hook ends with whichever of the concurrent tests ends first.
test.concurrent.for(Object.entries(moods))(
  'the cable %s: nothing is lost or changed',
  async ([, mood], { onTestFinished }) => {
    const rig = await uplinkRig({ config: { ackTimeoutSeconds: 5, keepAliveSeconds: 5 } })
    const proxy = await ChaosProxy.start(rig.standIn.port)
    const uplink = rig.makeUplink({ port: proxy.port })
    onTestFinished(async () => {
      await uplink.stop(performance.now() + 500)
      await proxy.close()
      await rig.close()
    })
    await uplink.start()
    let sent = 0
    const send = async () => {
      const values = Array.from({ length: valuesPerTurn }, (_unused, i) => sent + i)
      sent += valuesPerTurn
      await rig.series('Press', 'counter', values, 'integer', 1_700_000_000_000 + sent)
    }
    const timer = setInterval(() => void send(), turnMs)
    onTestFinished(() => clearInterval(timer))
    const stored = () => rig.standIn.points('Press', 'counter').size
    await vi.waitFor(() => expect(stored()).toBeGreaterThan(50), 20_000)

    mood(proxy)
    await new Promise((resolve) => setTimeout(resolve, moodMs))
    proxy.calmDown()
    const then = sent
    await vi.waitFor(() => expect(stored(), 'fresh values flow again').toBeGreaterThan(then), 60_000)
    clearInterval(timer)

    await vi.waitFor(() => expect(rig.store.balance.value).toMatchObject({ pending: 0, inFlight: 0 }), 60_000)
    expect(stored()).toBe(sent)
    const { conflicts, duplicates } = rig.standIn.counters()
    expect(conflicts).toBe(0)
    const { window } = uplink.status.value
    expect(duplicates, 'repeats stay within what was in flight').toBeLessThanOrEqual(
      proxy.connectedAt.length * window * valuesPerTurn * 20,
    )
    expect(rig.store.balance.value).toMatchObject({ delivered: sent, quarantined: 0, dropped: 0 })
    expect(isBalanced(rig.store.balance.value)).toBe(true)
    expect(proxy.busiest(1000)).toBeLessThanOrEqual(connectionsPerSecond)
  },
)
