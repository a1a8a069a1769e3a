import { expect, onTestFinished, test, vi } from 'vitest'
import { thingsboardSchema } from '../../shared/config/thingsboard.ts'
import { uplinkRig } from '../fakes/uplink-rig.ts'

test('testing the connection in use, again and again, neither ends its session nor is taken for a second gateway', {
  timeout: 60_000,
}, async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  const credentials = { type: 'token', token: 'rig-token' } as const
  const config = thingsboardSchema.parse({ host: '127.0.0.1', port: rig.standIn.port, credentials })
  await vi.waitFor(() => expect(rig.uplink.status.value.state).toBe('online'), 10_000)
  const { reconnects } = rig.uplink.status.value
  for (let round = 1; round <= 4; round++) {
    const { steps } = await rig.uplink.test(config, AbortSignal.timeout(10_000))
    expect(steps.filter((step) => step.state === 'failed')).toEqual([])
  }
  expect(rig.uplink.status.value).toMatchObject({ state: 'online', reconnects })
  expect(rig.openIssues()).not.toContain('UPLINK_DUPLICATE_IDENTITY')
})
