import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { datapointOf, uplinkRig } from '../fakes/uplink-rig.ts'

const backlogValues = 600_000
const liveEveryMs = 50

test('live values are current and commands answered while a backlog drains', { timeout: 120_000 }, async () => {
  const arrivedAt = new Map<number, number>()
  const rig = await uplinkRig({
    standIn: {
      onDatapoint: ({ key, ts }) => {
        if (key === 'live') arrivedAt.set(ts, performance.now())
      },
    },
  })
  onTestFinished(() => rig.close())
  // A server far away: the window, not the processor, is what the lanes compete for.
  rig.standIn.faults.ackDelayMs = 1000
  const chunk = Array.from({ length: 10_000 }, (_, i) => i)
  for (let at = 0; at < backlogValues; at += chunk.length) await rig.series('Press', 'old', chunk, 'integer', at)
  rig.store.splitLanes()
  await rig.uplink.start()

  const sentAt = new Map<number, number>()
  const answersMs: number[] = []
  const left = () => rig.store.status.value.lanes.backlog.pending
  for (let ts = 1; left() > 0; ts++) {
    sentAt.set(ts, performance.now())
    await rig.append(datapointOf(rig.registry, 'Press', 'live', ts, 'integer', ts))
    if (ts % 10 === 0 && rig.uplink.status.value.state === 'online') {
      const asked = performance.now()
      await rig.standIn.rpc(undefined, 'gateway_ping', {})
      answersMs.push(performance.now() - asked)
    }
    // The pace of the source, not a wait for something to happen.
    await wait(liveEveryMs)
  }
  await vi.waitFor(() => expect(rig.store.balance.value.pending + rig.store.balance.value.inFlight).toBe(0), 60_000)
  const latencies = [...sentAt].map(([ts, at]) => (arrivedAt.get(ts) ?? Number.POSITIVE_INFINITY) - at)
  expect(latencies.length).toBeGreaterThan(20)
  // At worst a value waits for one round trip to free a place in the window.
  expect(Math.max(...latencies)).toBeLessThan(2000)
  expect(answersMs.length).toBeGreaterThan(2)
  expect(Math.max(...answersMs)).toBeLessThan(1000)
  // D8: acceptance order within the live lane.
  const arrivals = [...arrivedAt.keys()]
  expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b))
  expect(rig.standIn.counters()).toMatchObject({ duplicates: 0, conflicts: 0 })
})
