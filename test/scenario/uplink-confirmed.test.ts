import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

const values = Array.from({ length: 300 }, (_, i) => i)

async function deliveredThenForgotten(retainMinutes: number) {
  const rig = await uplinkRig({ config: { confirmed: { retainMinutes } } })
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await rig.series('Press', 'kept', values, 'integer')
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(300), 10_000)
  rig.standIn.faults.holdQueue = true
  await rig.series('Press', 'lost', values, 'integer')
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(600), 10_000)
  expect(rig.standIn.points('Press', 'lost').size).toBe(0)
  // ThingsBoard crashes with its queue in memory and comes back a moment later.
  await rig.standIn.stop()
  rig.standIn.loseQueue()
  rig.standIn.faults.holdQueue = false
  await vi.waitFor(() => expect(rig.openIssues()).toContain('CONNECTION_REFUSED'), 10_000)
  await rig.standIn.start()
  return rig
}

test('values that ThingsBoard acknowledged and forgot in a restart are sent again', async () => {
  const rig = await deliveredThenForgotten(15)
  await vi.waitFor(() => expect(rig.standIn.points('Press', 'lost').size).toBe(300), 20_000)
  expect(rig.standIn.points('Press', 'kept').size).toBe(300)
  expect(rig.standIn.counters().conflicts).toBe(0)
  expect(rig.openIssues()).toContain('UPLINK_REPLAYED')
  await vi.waitFor(() => expect(rig.uplink.status.value).toMatchObject({ replays: 1, replayedValues: 600 }), 5000)
})

test('without confirmed mode they are lost, as D7 says, and nothing pretends otherwise', async () => {
  const rig = await deliveredThenForgotten(0)
  await rig.series('Press', 'later', [1], 'integer')
  await vi.waitFor(() => expect(rig.standIn.points('Press', 'later').size).toBe(1), 20_000)
  expect(rig.standIn.points('Press', 'lost').size).toBe(0)
  expect(rig.uplink.status.value.replays).toBeUndefined()
})

test('a network that was cut is no restart: nothing is sent twice', async () => {
  const rig = await uplinkRig({ config: { confirmed: { retainMinutes: 15 } } })
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await rig.series('Press', 'kept', values, 'integer')
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(300), 10_000)
  rig.standIn.dropConnections()
  await vi.waitFor(() => expect(rig.uplink.status.value.reconnects).toBe(1), 10_000)
  await rig.series('Press', 'later', [1], 'integer')
  await vi.waitFor(() => expect(rig.standIn.points('Press', 'later').size).toBe(1), 20_000)
  expect(rig.standIn.counters().duplicates).toBe(0)
  expect(rig.uplink.status.value.replays).toBe(0)
})
