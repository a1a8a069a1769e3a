import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('every connection subscribes again and asks again for what was changed meanwhile', async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  rig.standIn.setSharedAttributes({ RemoteLoggingLevel: 'DEBUG' })
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.levels).toEqual(['debug']), 10_000)
  await rig.series('Press', 'pieces', [1], 'integer', 1)
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(1), 10_000)

  await rig.standIn.stop()
  await vi.waitFor(() => expect(rig.openIssues()).toContain('CONNECTION_REFUSED'), 10_000)
  rig.standIn.setSharedAttributes({ RemoteLoggingLevel: 'ERROR' })
  await rig.series('Press', 'pieces', [2], 'integer', 2)
  await rig.standIn.start()

  await vi.waitFor(() => expect(rig.levels).toEqual(['debug', 'error']), 10_000)
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(2), 10_000)
  expect(rig.standIn.subscriptions()).toContain('v1/gateway/rpc')
  expect(await rig.standIn.rpc(undefined, 'gateway_ping', {})).toEqual({ code: 200, resp: 'pong' })
  expect(rig.openIssues()).toEqual([])
})
