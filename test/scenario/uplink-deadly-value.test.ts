import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('one deadly value among a thousand costs at most a dozen connections, and all others arrive meanwhile', {
  timeout: 120_000,
}, async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  const values = Array.from({ length: 1000 }, (_, i) => i)
  rig.standIn.faults.closeOn = (device, _key, { text }) => device === 'Press' && text === '617'
  await rig.series('Press', 'pieces', values, 'integer', 5_000)
  await rig.series('Oven', 'heat', [100, 101], 'integer', 5_000)
  await rig.uplink.start()
  // Only what proves that the server takes other messages lets a value be blamed: a plant goes on delivering.
  let more = 200
  const feed = setInterval(() => void rig.series('Oven', 'heat', [more], 'integer', 10_000 + more++), 20)
  onTestFinished(() => clearInterval(feed))

  // How many sessions served the others before they ended.
  let connections = 0
  let arrived = 0
  let serving = 0
  const watched = setInterval(() => {
    const now = rig.standIn.counters().connections
    const { size } = rig.standIn.points('Oven', 'heat')
    if (now !== connections && size > arrived) serving++
    if (now !== connections) arrived = size
    connections = now
  }, 1)
  onTestFinished(() => clearInterval(watched))
  await vi.waitFor(() => expect(rig.openIssues()).toContain('UPLINK_CULPRIT_SEARCH'), 60_000)

  await vi.waitFor(() => expect(rig.store.quarantine).toHaveLength(1), 100_000)
  expect(rig.store.quarantine).toMatchObject([{ datapoint: { value: 617 }, reasonCode: 0 }])
  await vi.waitFor(() => expect(rig.standIn.points('Press', 'pieces').size).toBe(999), 10_000)
  expect(rig.standIn.counters().connections).toBeLessThanOrEqual(12)
  expect(serving).toBeGreaterThanOrEqual(3)
  await vi.waitFor(() => expect(rig.openIssues()).not.toContain('UPLINK_CULPRIT_SEARCH'), 10_000)
})

test('with MQTT 3.1.1, which acknowledges before it ends the connection, the value is found as well', {
  timeout: 120_000,
}, async () => {
  const rig = await uplinkRig({ config: { protocolVersion: 4 } })
  onTestFinished(() => rig.close())
  rig.standIn.faults.closeOn = (device, _key, { text }) => device === 'Press' && text === '9'
  await rig.series('Press', 'pieces', [8, 9, 10], 'integer', 5_000)
  await rig.uplink.start()
  let more = 200
  const feed = setInterval(() => void rig.series('Oven', 'heat', [more], 'integer', 10_000 + more++), 50)
  onTestFinished(() => clearInterval(feed))
  await vi.waitFor(() => expect(rig.store.quarantine).toHaveLength(1), 100_000)
  expect(rig.store.quarantine).toMatchObject([{ datapoint: { value: 9 }, reasonCode: 0 }])
  expect(rig.standIn.counters().connections).toBeLessThanOrEqual(12)
})
