import { expect, onTestFinished, test, vi } from 'vitest'
import { type ThingsboardConfig, thingsboardSchema } from '../../shared/config/thingsboard.ts'
import { uplinkRig } from '../fakes/uplink-rig.ts'

const never = new AbortController().signal

test('a connection test with the settings in use does not end the running session', async () => {
  const rig = await uplinkRig()
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await rig.series('Press', 'p', [1], 'integer')
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(1), 10_000)
  const config: ThingsboardConfig = {
    ...thingsboardSchema.parse({
      host: '127.0.0.1',
      port: rig.standIn.port,
      credentials: { type: 'token', token: 'rig-token' },
    }),
    maxInFlight: 10,
  }
  const { steps } = await rig.uplink.test(config, never)
  expect(steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
    'Name ok',
    'Port ok',
    'Encryption warning',
    'Sign-in ok',
    'Gateway ok',
    'Limits ok',
  ])
  expect(steps.find(({ step }) => step === 'Sign-in')?.detail).toContain('running connection')
  expect(steps.find(({ step }) => step === 'Limits')?.detail).toContain('65536 bytes')
  expect(rig.standIn.counters().connections).toBe(1)
  const other = await rig.uplink.test({ ...config, credentials: { type: 'token', token: 'wrong' } }, never)
  expect(other.steps.find(({ state }) => state === 'failed')?.step).toBe('Sign-in')
})
