import { expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { uplinkRig } from '../fakes/uplink-rig.ts'

const values = Array.from({ length: 20_000 }, (_, i) => i)

test('stop sends what the store holds before it disconnects', async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.uplink.status.value.state).toBe('online'), 10_000)
  await rig.series('Press', 'pieces', values, 'integer')
  await rig.uplink.stop(systemClock.monotonic() + 20_000)
  expect(rig.store.balance.value).toMatchObject({ delivered: 20_000, pending: 0, inFlight: 0 })
  await vi.waitFor(() => expect(rig.standIn.counters().connected).toBe(0), 2_000)
})

test('stop lets go at its deadline and gives back what is not acknowledged', async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.uplink.status.value.state).toBe('online'), 10_000)
  rig.standIn.faults.silent = true
  await rig.series('Press', 'pieces', values, 'integer')
  const started = systemClock.monotonic()
  await rig.uplink.stop(started + 300)
  expect(systemClock.monotonic() - started).toBeLessThan(3000)
  expect(rig.store.balance.value).toMatchObject({ delivered: 0, pending: 20_000, inFlight: 0 })

  rig.standIn.faults.silent = false
  const next = rig.makeUplink()
  onTestFinished(() => next.stop(systemClock.monotonic()))
  await next.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(20_000), 10_000)
})
