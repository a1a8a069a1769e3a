import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('a server before 4.2.1 that closes on its rate limit without a PUBACK sends nothing to quarantine', async () => {
  const rig = await uplinkRig({
    standIn: { version: '4.2.0', gatewayRateLimits: { telemetryMessages: '6:1' } },
    config: { maxPayloadBytes: 1024 },
  })
  onTestFinished(() => rig.close())
  rig.standIn.faults.hideLimits = true
  await rig.uplink.start()
  const values = Array.from({ length: 600 }, (_, i) => i)
  await rig.series('Press', 'pieces', values, 'integer')
  await vi.waitFor(() => expect(rig.openIssues()).toContain('UPLINK_RATE_LIMITED'), 20_000)
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(600), 60_000)
  expect(rig.standIn.points('Press', 'pieces').size).toBe(600)
  expect(rig.store.quarantine).toEqual([])
})
