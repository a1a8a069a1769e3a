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

const accounts = [{ name: 'Gateway', gateway: true, clientId: 'line-4', username: 'gw', password: 'pässword' }]

test.each([
  ['a wrong password', { username: 'gw', password: 'other', clientId: 'line-4' }, '0x86'],
  ['a wrong client id', { username: 'gw', password: 'pässword', clientId: 'line-5' }, '0x86'],
])('%s is refused with the place to look', async (_what, changes, code) => {
  const rig = await uplinkRig({ standIn: { accounts }, config: { credentials: { type: 'password', ...changes } } })
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.openIssues()).toEqual(['UPLINK_NOT_AUTHORIZED']), 10_000)
  expect(rig.issues.list(false)[0]).toMatchObject({ evidence: `reasonCode=${code}` })
  expect(rig.issues.list(false)[0]?.hint).toContain('client id, user name and password')
})

test('client id, user name and password together are accepted', async () => {
  const credentials = { type: 'password', username: 'gw', password: 'pässword', clientId: 'line-4' } as const
  const rig = await uplinkRig({ standIn: { accounts }, config: { credentials } })
  onTestFinished(() => rig.close())
  await rig.series('Press', 'bar', [1], 'integer')
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(1), 10_000)
})
