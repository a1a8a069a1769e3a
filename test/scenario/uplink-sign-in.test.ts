import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('a wrong access token is said in words, and not tried again and again', async () => {
  const rig = await uplinkRig({ config: { credentials: { type: 'token', token: 'wrong' } } })
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.uplink.status.value.state).toBe('faulted'), 10_000)
  const [issue] = rig.issues.list(false)
  expect(issue).toMatchObject({ code: 'UPLINK_NOT_AUTHORIZED', severity: 'error', evidence: 'reasonCode=0x87' })
  expect(issue?.message).toContain('does not accept the access token')
  expect(issue?.hint).toContain('Manage credentials')
  expect((rig.uplink.status.value.nextTryAt ?? 0) - Date.now()).toBeGreaterThan(200_000)
})
