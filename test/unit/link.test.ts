import { expect, test } from 'vitest'
import type { LinkState } from '../../main/engine/kit/connection-machine.ts'
import { GatewayError } from '../../main/engine/kit/gateway-error.ts'
import { Link } from '../../main/engine/kit/link.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

const policy = { baseMs: 1000, capMs: 60_000, patientMs: 300_000, healthyMs: 30_000, random: () => 1 }

/** A link whose tries succeed or fail as `outcomes` say, in order; the last one repeats. */
function linkWith(outcomes: readonly (Error | undefined)[]) {
  const clock = new FakeClock()
  const states: LinkState[] = []
  let tries = 0
  const link = new Link(policy, clock, {
    connect: async () => {
      const outcome = outcomes[Math.min(tries++, outcomes.length - 1)]
      if (outcome) throw outcome
    },
    changed: (state) => states.push(state),
  })
  return { clock, link, states, tries: () => tries }
}

const refused = new GatewayError('CONNECTION_REFUSED', 'Connecting')
const unauthorized = new GatewayError('MQTT_NOT_AUTHORIZED', 'Signing in', { retry: 'after-config-change' })

test('waits longer after each failed try and is online after the first good one', async () => {
  const { clock, link, states } = linkWith([refused, refused, undefined])
  link.start()
  await clock.run(0)
  expect(states.at(-1)).toEqual({ kind: 'waiting', attempt: 1, delayMs: 1000 })
  await clock.run(1000)
  expect(states.at(-1)).toEqual({ kind: 'waiting', attempt: 2, delayMs: 2000 })
  await clock.run(2000)
  expect(states.at(-1)?.kind).toBe('online')
})

test('a refused sign-in waits patiently instead of hammering the server', async () => {
  const { clock, link, states, tries } = linkWith([unauthorized])
  link.start()
  await clock.run(0)
  expect(states.at(-1)).toMatchObject({ kind: 'waiting', delayMs: 300_000 })
  await clock.run(299_999)
  expect(tries()).toBe(1)
})

test('retry tries at once and cancels the wait', async () => {
  const { clock, link, tries } = linkWith([refused, undefined])
  link.start()
  await clock.run(0)
  link.retry()
  await clock.run(0)
  expect(link.state.kind).toBe('online')
  await clock.run(10_000)
  expect(tries()).toBe(2)
})

test('a connection that was healthy starts over with the smallest wait, a flapping one does not', async () => {
  const { clock, link, states } = linkWith([undefined])
  link.start()
  await clock.run(0)
  link.lost(refused)
  expect(states.at(-1)).toMatchObject({ delayMs: 2000 })
  await clock.run(2000)
  await clock.run(30_000)
  link.lost(refused)
  expect(states.at(-1)).toMatchObject({ delayMs: 1000 })
})

test('the waits go on growing while every session ends at once', async () => {
  const { clock, link, states } = linkWith([undefined])
  link.start()
  const waits: number[] = []
  for (let i = 0; i < 8; i++) {
    await clock.run(0)
    link.lost(refused)
    const { delayMs } = states.at(-1) as { delayMs: number }
    waits.push(delayMs)
    await clock.run(delayMs)
  }
  expect(waits).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
})

test('a stopped link never tries again', async () => {
  const { clock, link, tries } = linkWith([refused])
  link.start()
  await clock.run(0)
  link.stop()
  link.retry()
  link.lost(refused)
  await clock.run(600_000)
  expect(tries()).toBe(1)
  expect(link.state.kind).toBe('stopped')
})
