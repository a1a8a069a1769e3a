import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../main/engine/kit/clock.ts'
import type { Datapoint } from '../../main/engine/pipeline/stages.ts'
import { SqliteStore } from '../../main/engine/store/store.ts'
import { storageSchema } from '../../shared/config/storage.ts'
import type { ThingsboardConfig } from '../../shared/config/thingsboard.ts'
import { isBalanced } from '../../shared/status.ts'
import { datapointOf, uplinkRig } from '../fakes/uplink-rig.ts'

/** The uplink on the store it is made for. */
async function rigOnDisk(config: Partial<ThingsboardConfig> = {}) {
  const arrivedAt = new Map<string, number>()
  const rig = await uplinkRig({
    standIn: { onDatapoint: ({ key, ts }) => arrivedAt.set(`${key} ${ts}`, performance.now()) },
  })
  const folder = mkdtempSync(join(tmpdir(), 'tbgw-uplink-'))
  const store = new SqliteStore({
    folder,
    config: storageSchema.parse({ maxBytes: 268_435_456, preallocate: false }),
    registry: rig.registry,
    clock: systemClock,
    log: rig.log.logger('store'),
    issues: rig.issues,
    metrics: rig.metrics,
    onFault: (error) => {
      throw error
    },
  })
  await store.start()
  const uplink = rig.makeUplink(config, store)
  onTestFinished(async () => {
    await uplink.stop(systemClock.monotonic() + 50)
    await store.stop(systemClock.monotonic() + 5000)
    await rig.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const point = (key: string, ts: number): Datapoint => datapointOf(rig.registry, 'Press', key, ts, 'integer', ts)
  return { ...rig, store, uplink, point, arrivedAt }
}

test('after an outage live values are current while the backlog drains beside them', { timeout: 120_000 }, async () => {
  const { store, uplink, standIn, point, arrivedAt } = await rigOnDisk()
  standIn.faults.ackDelayMs = 300
  const outage = 400_000
  for (let at = 0; at < outage; at += 20_000)
    await store.append(Array.from({ length: 20_000 }, (_, i) => point('old', at + i)))
  // Old enough to be backlog, not just the moments of a reconnect.
  await vi.waitFor(() => expect(store.status.value.lanes.live.oldestSeconds).toBeGreaterThan(2.5), 10_000)
  await uplink.start()
  // What comes before the session is up belongs to the backlog.
  await vi.waitFor(() => expect(uplink.status.value.state).toBe('online'), 10_000)
  const sentAt = new Map<string, number>()
  for (let ts = 1; store.balance.value.delivered < outage; ts++) {
    sentAt.set(`live ${ts}`, performance.now())
    await store.append([point('live', ts)])
    // The pace of the source, not a wait for something to happen.
    await wait(50)
  }
  await vi.waitFor(() => expect(store.balance.value).toMatchObject({ pending: 0, inFlight: 0 }), 60_000)
  const latencies = [...sentAt].map(([id, at]) => (arrivedAt.get(id) ?? Number.POSITIVE_INFINITY) - at)
  expect(latencies.length).toBeGreaterThan(5)
  const p99 = latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.99)]
  expect(p99).toBeLessThan(2000)
  expect(isBalanced(store.balance.value)).toBe(true)
  expect(standIn.counters()).toMatchObject({ duplicates: 0, conflicts: 0, datapoints: outage + sentAt.size })
})

test('confirmed mode sends again what ThingsBoard forgot, and the counts balance', { timeout: 60_000 }, async () => {
  const { store, uplink, standIn, point, openIssues } = await rigOnDisk({ confirmed: { retainMinutes: 15 } })
  await uplink.start()
  await store.append(Array.from({ length: 3000 }, (_, i) => point('kept', i)))
  await vi.waitFor(() => expect(store.balance.value.delivered).toBe(3000), 10_000)
  standIn.faults.holdQueue = true
  await store.append(Array.from({ length: 3000 }, (_, i) => point('lost', i)))
  await vi.waitFor(() => expect(store.balance.value.delivered).toBe(6000), 10_000)
  await standIn.stop()
  standIn.loseQueue()
  standIn.faults.holdQueue = false
  await vi.waitFor(() => expect(openIssues()).toContain('CONNECTION_REFUSED'), 10_000)
  expect(store.status.value.retained).toBe(6000)
  await standIn.start()
  await vi.waitFor(() => expect(standIn.points('Press', 'lost').size).toBe(3000), 30_000)
  await vi.waitFor(() => expect(store.balance.value).toMatchObject({ pending: 0, inFlight: 0 }), 10_000)
  expect(isBalanced(store.balance.value)).toBe(true)
  expect(standIn.counters().conflicts).toBe(0)
})
