import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('a size limit the server does not tell is learnt from a few closed connections', { timeout: 60_000 }, async () => {
  const rig = await uplinkRig({ standIn: { maxPayloadSize: 5000 } })
  onTestFinished(() => rig.close())
  rig.standIn.faults.hideLimits = true
  // One value that fits alone, though not into what is aimed at in the end.
  await rig.series('Press', 'text', ['x'.repeat(4000)], 'string')
  const values = Array.from({ length: 5000 }, (_, i) => i)
  await rig.series('Press', 'pieces', values, 'integer')
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(5001), 55_000)
  expect(rig.store.quarantine).toEqual([])
  expect(rig.uplink.status.value.reconnects).toBeLessThanOrEqual(5)
})
