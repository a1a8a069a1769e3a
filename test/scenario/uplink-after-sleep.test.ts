import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('after sleep a connection that only looks alive is found out in seconds, a living one is kept', async () => {
  const rig = await uplinkRig({ config: { keepAliveSeconds: 3600 } })
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await rig.series('Press', 'p', [1], 'integer')
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(1), 10_000)

  rig.uplink.retry()
  await rig.series('Press', 'q', [1], 'integer')
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(2), 10_000)

  rig.standIn.faults.silent = true
  rig.uplink.retry()
  await vi.waitFor(() => expect(rig.openIssues()).toContain('UPLINK_ACK_STALLED'), 8000)
  expect(rig.issues.list(false)[0]?.message).toContain('for 5 s')
  // Those that came while it was silent hang on their own time-outs.
  rig.standIn.faults.silent = false
  rig.standIn.dropConnections()
  await rig.series('Press', 'r', [1], 'integer')
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(3), 30_000)
})
