import { expect, onTestFinished, test, vi } from 'vitest'
import { datapointOf, uplinkRig } from '../fakes/uplink-rig.ts'

test('a gateway device with a protobuf profile gets everything in protobuf, typed as intended', async () => {
  const rig = await uplinkRig({ standIn: { payload: 'protobuf' }, config: { payload: 'protobuf' } })
  onTestFinished(() => rig.close())
  rig.standIn.setSharedAttributes({ RemoteLoggingLevel: 'DEBUG' })
  const press = (key: string, value: number | string | boolean, type: 'double' | 'integer' | 'string' | 'boolean') =>
    datapointOf(rig.registry, 'Presse 1', key, value, type, 5000, { profile: 'Press' })
  await rig.append(press('p', 2, 'double'), press('n', 2, 'integer'), press('s', '007', 'string'))
  await rig.append(datapointOf(rig.registry, 'Presse 1', 'unit', 'bar', 'string', 1, { kind: 'attribute' }))
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(4), 10_000)
  expect(rig.standIn.points('Presse 1', 'p').get(5000)).toEqual({ type: 'DOUBLE', text: '2' })
  expect(rig.standIn.points('Presse 1', 'n').get(5000)).toEqual({ type: 'LONG', text: '2' })
  // Text stays text: in JSON ThingsBoard would make 7 of it.
  expect(rig.standIn.points('Presse 1', 's').get(5000)).toEqual({ type: 'STRING', text: '007' })
  expect(rig.standIn.attributes('Presse 1').get('unit')).toEqual({ type: 'STRING', text: 'bar' })
  expect(rig.levels).toEqual(['debug'])
  expect(await rig.standIn.rpc(undefined, 'gateway_ping', {})).toEqual({ code: 200, resp: 'pong' })
  expect(await rig.standIn.rpc('Presse 1', 'set', {})).toMatchObject({
    error: expect.stringContaining('not configured'),
  })
})
