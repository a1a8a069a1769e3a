import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('a fixed backlog rate is kept, live values pass it, and the status says how long it takes', async () => {
  const rig = await uplinkRig({
    config: { backlog: { mode: 'fixed', valuesPerSecond: 500 }, maxPayloadBytes: 1024 },
  })
  onTestFinished(() => rig.close())
  await rig.series(
    'Press',
    'old',
    Array.from({ length: 20_000 }, (_, i) => i),
    'integer',
    0,
  )
  rig.store.splitLanes()
  await rig.uplink.start()
  await vi.waitFor(() =>
    expect(rig.store.balance.value.delivered + rig.store.balance.value.inFlight).toBeGreaterThan(0),
  )
  await rig.series('Press', 'new', [1, 2, 3], 'integer')
  await vi.waitFor(() => expect(rig.standIn.points('Press', 'new').size).toBe(3), 2000)
  await vi.waitFor(() => expect(rig.uplink.status.value.backlogSecondsLeft).toBeGreaterThan(20), 10_000)
  const { backlogSecondsLeft = 0, backlogPerSecond } = rig.uplink.status.value
  expect(backlogPerSecond).toBeLessThan(650)
  expect(backlogSecondsLeft).toBeLessThan(80)
})
