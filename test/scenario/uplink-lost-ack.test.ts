import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('a message whose PUBACK is lost is sent again with the same bytes, and nothing is stored twice', async () => {
  const rig = await uplinkRig({ config: { ackTimeoutSeconds: 5 } })
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await rig.series('Press', 'warm', [1], 'integer')
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(1), 10_000)

  rig.standIn.faults.loseAcks = 1
  await rig.series('Press', 'speed', [0.1, 2.25, 1e-7], 'double')
  await vi.waitFor(() => expect(rig.standIn.points('Press', 'speed').size).toBe(3), 10_000)
  expect(rig.store.balance.value.delivered).toBe(1)

  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(4), 30_000)
  expect(rig.standIn.counters()).toMatchObject({ duplicates: 3, conflicts: 0 })
  expect(rig.standIn.points('Press', 'speed').size).toBe(3)
  await vi.waitFor(() => expect(rig.uplink.status.value.repeated).toBe(3), 2_000)
})
