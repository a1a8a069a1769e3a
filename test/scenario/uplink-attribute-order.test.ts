import { expect, onTestFinished, test, vi } from 'vitest'
import { datapointOf, uplinkRig } from '../fakes/uplink-rig.ts'

test('an attribute ends with its newest value, however often connections break', { timeout: 60_000 }, async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  for (let i = 1; i <= 40; i++) {
    await rig.append(datapointOf(rig.registry, 'Press', 'state', i, 'integer', i, { kind: 'attribute' }))
    if (i % 10 === 0) rig.standIn.dropConnections()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await vi.waitFor(() => expect(rig.store.balance.value).toMatchObject({ pending: 0, inFlight: 0 }), 20_000)
  expect(rig.standIn.attributes('Press').get('state')).toEqual({ type: 'LONG', text: '40' })
})
