import { expect, onTestFinished, test, vi } from 'vitest'
import { datapointOf, uplinkRig } from '../fakes/uplink-rig.ts'

test('a device is announced with its profile before its first value, in every session', async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  const profile = 'hydraulic press'
  await rig.append(
    datapointOf(rig.registry, 'Press 1', 'serial', 'A-17', 'string', 1, { profile, kind: 'attribute' }),
    ...Array.from({ length: 50 }, (_, i) =>
      datapointOf(rig.registry, `Press ${i}`, 'bar', i, 'integer', 1, { profile }),
    ),
  )
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(51), 10_000)
  // The stand-in, like ThingsBoard, would have made them `default` had data come first.
  expect([...rig.standIn.profiles().values()]).toEqual(Array.from({ length: 50 }, () => profile))
  expect(rig.standIn.attributes('Press 1').get('serial')).toEqual({ type: 'STRING', text: 'A-17' })
})
