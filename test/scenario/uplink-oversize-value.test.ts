import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('a value larger than a message is quarantined before it is sent, and nothing sent is over the limit', async () => {
  const rig = await uplinkRig({ standIn: { maxPayloadSize: 5000 } })
  onTestFinished(() => rig.close())
  await rig.series('Press', 'log', ['small', 'x'.repeat(5000), 'also small'], 'string', 1)
  await rig.series(
    'Press',
    'pieces',
    Array.from({ length: 2000 }, (_, i) => i),
    'integer',
  )
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(2002), 10_000)
  expect(rig.store.quarantine).toMatchObject([{ datapoint: { ts: 2 }, reasonCode: 0 }])
  expect(rig.openIssues()).toEqual(['UPLINK_VALUE_TOO_LARGE'])
  // The stand-in ends the connection on anything larger.
  expect(rig.standIn.counters().connections).toBe(1)
})
