import { expect, onTestFinished, test, vi } from 'vitest'
import { datapointOf, uplinkRig } from '../fakes/uplink-rig.ts'

const devices = 50
const rounds = 2000

test('where the server counts messages, a backlog of many devices fills each of them', {
  timeout: 60_000,
}, async () => {
  const rig = await uplinkRig({ standIn: { gatewayRateLimits: { telemetryMessages: '20:1' } } })
  onTestFinished(() => rig.close())
  for (let round = 0; round < rounds; round += 20) {
    const points = Array.from({ length: 20 * devices }, (_, i) =>
      datapointOf(rig.registry, `Machine ${i % devices}`, 'n', i, 'integer', round + Math.floor(i / devices)),
    )
    await rig.append(...points)
  }
  rig.store.splitLanes()
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(devices * rounds), 50_000)
  // Each device has two messages' worth of values; with announcements and questions some two hundred in all.
  expect(rig.standIn.counters().messages).toBeLessThan(300)
  expect(rig.standIn.counters()).toMatchObject({ duplicates: 0, refused: 0 })
})
