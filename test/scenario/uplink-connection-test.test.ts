import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'
import type { StandInOptions } from '../../main/demo/thingsboard/stand-in-core.ts'
import { testThingsboard } from '../../main/engine/uplink/thingsboard-test.ts'
import { type ThingsboardConfig, thingsboardSchema } from '../../shared/config/thingsboard.ts'

const never = new AbortController().signal
const configOf = (port: number, changes: Partial<ThingsboardConfig> = {}): ThingsboardConfig => ({
  ...thingsboardSchema.parse({ host: '127.0.0.1', port, credentials: { type: 'token', token: 'right' } }),
  ...changes,
})

async function reportOf(options: StandInOptions, changes: Partial<ThingsboardConfig> = {}) {
  const standIn = new ThingsboardStandIn({ token: 'right', ...options })
  await standIn.start()
  onTestFinished(() => standIn.stop())
  const { steps } = await testThingsboard(configOf(standIn.port, changes), never)
  return { steps, states: steps.map(({ step, state }) => `${step} ${state}`), standIn }
}

test('a closed port fails at the port and goes no further', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  const { steps } = await testThingsboard(configOf(port), never)
  expect(steps.map(({ state }) => state)).toEqual(['ok', 'failed', 'skipped', 'skipped', 'skipped', 'skipped'])
  expect(steps[1]?.hint).toContain('Nothing listens')
})

test('a host name nobody knows fails at the name', async () => {
  const { steps } = await testThingsboard(configOf(1883, { host: 'thingsboard.invalid' }), never)
  expect(steps[0]).toMatchObject({ step: 'Name', state: 'failed' })
  expect(steps[0]?.hint).toMatch(/DNS|name server/)
})

test('a wrong token fails at the sign-in with the cure', async () => {
  const { steps, states } = await reportOf({}, { credentials: { type: 'token', token: 'wrong' } })
  expect(states).toContain('Sign-in failed')
  expect(steps.find(({ state }) => state === 'failed')?.hint).toContain('Manage credentials')
})

test('a device that is no gateway fails at the gateway step', async () => {
  const { steps, states } = await reportOf({ accounts: [{ name: 'd', gateway: false, token: 'right' }] })
  expect(states).toContain('Gateway failed')
  expect(steps.find(({ step }) => step === 'Gateway')?.hint).toContain('Is gateway')
})

test('a good connection passes every step, tells the limits and leaves no device behind', async () => {
  const { steps, states, standIn } = await reportOf({ gatewayRateLimits: { telemetryMessages: '20:1' } })
  expect(states).toEqual(['Name ok', 'Port ok', 'Encryption warning', 'Sign-in ok', 'Gateway ok', 'Limits ok'])
  expect(steps.at(-1)?.detail).toBe('messages up to 65536 bytes, 100 in flight, 20 messages per 1 s')
  expect(standIn.counters().devices).toBe(0)
})
