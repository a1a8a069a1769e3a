import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('the one value ThingsBoard refuses ends alone in quarantine, all others arrive', async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  const values = Array.from({ length: 1000 }, (_, i) => i)
  rig.standIn.faults.refuse = (_device, key, { text }) => key === 'pieces' && text === '617'
  await rig.series('Press', 'pieces', values, 'integer', 5_000)
  await rig.series('Oven', 'heat', values, 'integer', 5_000)
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(1999), 30_000)

  expect(rig.store.quarantine).toMatchObject([{ datapoint: { ts: 5_617, value: 617 }, reasonCode: 0x99 }])
  expect(rig.standIn.points('Press', 'pieces').size).toBe(999)
  expect(rig.standIn.points('Oven', 'heat').size).toBe(1000)
  const [issue] = rig.issues.list(false).filter(({ code }) => code === 'UPLINK_VALUE_REFUSED')
  expect(issue?.evidence).toBe('device=Press key=pieces value=617 reasonCode=0x99')
  expect(rig.standIn.counters().connections).toBe(1)
  // Two halves per level, and the first try.
  expect(rig.standIn.counters().refused).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(1000)) + 2)
})
