import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

const accounts = [{ name: 'Plain device', gateway: false, token: 'rig-token' }]

test('a device that is not marked as a gateway is recognised by its silence', { timeout: 60_000 }, async () => {
  const rig = await uplinkRig({ standIn: { accounts } })
  onTestFinished(() => rig.close())
  await rig.series('Press', 'bar', [1], 'integer')
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.openIssues()).toEqual(['UPLINK_NOT_A_GATEWAY']), 30_000)
  expect(rig.issues.list(false)[0]?.hint).toContain('Is gateway')
  expect(rig.store.balance.value.delivered).toBe(0)
  await vi.waitFor(() => expect(rig.uplink.status.value.state).toBe('faulted'), 2_000)
})
