import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

const total = 1_000_000

test('a backlog of any size is read only as far as the window needs', { timeout: 60_000 }, async () => {
  const rig = await uplinkRig({ standIn: { countOnly: true } })
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await rig.series('Press', 'first', [0], 'integer')
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(1), 10_000)
  rig.standIn.faults.silent = true
  const chunk = Array.from({ length: 10_000 }, (_, i) => i)
  for (let start = 0; start < total; start += chunk.length) await rig.series('Press', 'pieces', chunk, 'integer', start)
  // The window of 64 but the tenth that is kept free for control.
  await vi.waitFor(() => expect(rig.uplink.status.value.inFlightMessages).toBe(58), 10_000)
  expect(rig.store.balance.value.inFlight).toBeLessThan(300_000)
  rig.standIn.faults.silent = false
  rig.standIn.dropConnections()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(total + 1), 40_000)
  // D5: what is sent again is what was in flight.
  expect(rig.standIn.counters().datapoints).toBeLessThan(total + 300_000)
})
