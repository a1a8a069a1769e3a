import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('limits the server publishes are kept, so that it never has to refuse', { timeout: 60_000 }, async () => {
  const rig = await uplinkRig({
    standIn: { gatewayRateLimits: { messages: '50:1', telemetryMessages: '10:1', telemetryDataPoints: '50:1' } },
  })
  onTestFinished(() => rig.close())
  const values = Array.from({ length: 200 }, (_, i) => i)
  await rig.series('Press', 'pieces', values, 'integer')
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(200), 30_000)
  expect(rig.standIn.counters()).toMatchObject({ refused: 0, connections: 1, duplicates: 0 })
  expect(rig.uplink.status.value.window).toBe(64)
})
