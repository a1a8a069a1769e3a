import { expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { testThingsboard } from '../../main/engine/uplink/thingsboard-test.ts'
import { UplinkSlot } from '../../main/engine/uplink-slot.ts'
import { thingsboardSchema } from '../../shared/config/thingsboard.ts'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('testing the connection again and again is not taken for a second gateway', { timeout: 60_000 }, async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  const slot = new UplinkSlot(systemClock)
  await slot.use('rig', () => rig.uplink)
  const credentials = { type: 'token', token: 'rig-token' } as const
  const config = thingsboardSchema.parse({ host: '127.0.0.1', port: rig.standIn.port, credentials })
  for (let round = 1; round <= 4; round++) {
    await vi.waitFor(() => expect(slot.status().state).toBe('online'), 10_000)
    const { reconnects } = slot.status()
    await slot.testing(() => testThingsboard(config, AbortSignal.timeout(10_000)))
    await vi.waitFor(() => expect(slot.status().reconnects).toBeGreaterThan(reconnects), 10_000)
  }
  await vi.waitFor(() => expect(slot.status().state).toBe('online'), 10_000)
  expect(rig.openIssues()).not.toContain('UPLINK_DUPLICATE_IDENTITY')
})
