import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('MQTT 3.1.1 is labelled as degraded, and an acknowledgement right before a close does not count', {
  timeout: 60_000,
}, async () => {
  const rig = await uplinkRig({ config: { protocolVersion: 4 } })
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  expect(rig.openIssues()).toEqual(['UPLINK_PROTOCOL_DEGRADED'])
  // In 3.1.1 the refusal is a plain PUBACK, followed by the end of the connection.
  rig.standIn.faults.limitNext = 1
  await rig.series('Press', 'bar', [1, 2, 3], 'integer')
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(3), 30_000)
  expect(rig.standIn.points('Press', 'bar').size).toBe(3)
  expect(rig.standIn.counters().connections).toBeGreaterThan(1)
  expect(rig.uplink.status.value.detail).toContain('3.1.1')
})
