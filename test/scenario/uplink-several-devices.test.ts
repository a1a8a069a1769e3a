import { expect, onTestFinished, test, vi } from 'vitest'
import { datapointOf, uplinkRig } from '../fakes/uplink-rig.ts'

test('several devices share a message, and one refused value among them costs no other', async () => {
  const rig = await uplinkRig({ config: { severalDevicesPerMessage: true } })
  onTestFinished(() => rig.close())
  rig.standIn.faults.refuse = (device, key) => device === 'D7' && key === 'bad'
  const points = Array.from({ length: 20 }, (_, i) => datapointOf(rig.registry, `D${i}`, 'good', i, 'integer', 1))
  await rig.append(...points, datapointOf(rig.registry, 'D7', 'bad', 1, 'integer', 1))
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(20), 10_000)
  expect(rig.store.quarantine).toMatchObject([{ datapoint: { series: { key: 'bad' } }, reasonCode: 0x99 }])
  for (let i = 0; i < 20; i++) expect(rig.standIn.points(`D${i}`, 'good').size).toBe(1)
})
