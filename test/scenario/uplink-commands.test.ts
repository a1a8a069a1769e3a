import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('commands are answered: known ones with facts, all others with a reason', async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.uplink.status.value.state).toBe('online'), 10_000)
  await rig.series('Press', 'bar', [1], 'integer')
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(1), 10_000)

  expect(await rig.standIn.rpc(undefined, 'gateway_reboot', {})).toEqual({
    code: 404,
    error: 'This gateway does not know the method "gateway_reboot".',
  })
  const answer = await rig.standIn.rpc('Press', 'set', { bar: 9 })
  expect(answer).toEqual({ error: 'Control of devices is not configured on this gateway. Nothing was written.' })
  expect(await rig.standIn.rpc(undefined, 'gateway_version', {})).toMatchObject({ resp: { current_version: '1.2.3' } })
  expect(await rig.standIn.rpc(undefined, 'gateway_devices', {})).toEqual({ code: 200, resp: { Press: '' } })
  expect(await rig.standIn.rpc(undefined, 'gateway_stats', {})).toMatchObject({ resp: { accepted: 1 } })
})
