import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('0x97 and the closed connection that follows cost no value', async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  rig.standIn.faults.limitNext = 3
  const values = Array.from({ length: 500 }, (_, i) => i)
  await rig.series('Press', 'pieces', values, 'integer')
  await vi.waitFor(() => expect(rig.openIssues()).toContain('UPLINK_RATE_LIMITED'), 10_000)
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(500), 60_000)
  expect(rig.standIn.points('Press', 'pieces').size).toBe(500)
  expect(rig.store.quarantine).toEqual([])
})
