import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('a value on which the server drops the connection without a word is found, and the others arrive', {
  timeout: 120_000,
}, async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  const values = Array.from({ length: 16 }, (_, i) => i)
  rig.standIn.faults.closeOn = (_device, _key, { text }) => text === '9'
  await rig.series('Press', 'pieces', values, 'integer', 5_000)
  await rig.series('Oven', 'heat', [100, 101], 'integer', 5_000)
  await rig.uplink.start()
  // Only what proves that the server takes other messages lets a value be blamed: a plant goes on delivering.
  let more = 200
  const feed = setInterval(() => void rig.series('Oven', 'heat', [more], 'integer', 10_000 + more++), 100)
  onTestFinished(() => clearInterval(feed))
  await vi.waitFor(() => expect(rig.store.quarantine).toHaveLength(1), 100_000)
  expect(rig.store.quarantine).toMatchObject([{ datapoint: { value: 9 }, reasonCode: 0 }])
  await vi.waitFor(() => expect(rig.standIn.points('Press', 'pieces').size).toBe(15), 10_000)
})
