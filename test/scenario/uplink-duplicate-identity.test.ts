import { expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('two gateways with the same credentials stop fighting and say so', { timeout: 60_000 }, async () => {
  const rig = await uplinkRig()
  const twin = rig.makeUplink()
  onTestFinished(async () => {
    await twin.stop(systemClock.monotonic())
    await rig.close()
  })
  await rig.uplink.start()
  await twin.start()
  await vi.waitFor(() => expect(rig.openIssues()).toContain('UPLINK_DUPLICATE_IDENTITY'), 30_000)
  const { connections } = rig.standIn.counters()
  expect(connections).toBeLessThanOrEqual(7)
})
