import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('a device ThingsBoard does not create holds up no other and ends in quarantine', {
  timeout: 120_000,
}, async () => {
  const rig = await uplinkRig({ standIn: { maxDevices: 1 } })
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await rig.series('First', 'a', [1, 2, 3], 'integer')
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(3), 10_000)
  await rig.series('One too many', 'b', [1, 2], 'integer')
  await rig.series('First', 'a', [4, 5], 'integer', 10)
  await vi.waitFor(() => expect(rig.standIn.points('First', 'a').size).toBe(5), 30_000)
  expect(rig.openIssues()).toContain('UPLINK_VALUE_REFUSED')
  await vi.waitFor(() => expect(rig.store.quarantine).toHaveLength(2), 90_000)
  expect(rig.store.quarantine.map(({ datapoint }) => datapoint.series.device.name)).toEqual([
    'One too many',
    'One too many',
  ])
})
