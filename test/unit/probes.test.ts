import { expect, test } from 'vitest'
import type { Envelope } from '../../main/engine/uplink/outbox.ts'
import { Probes } from '../../main/engine/uplink/probes.ts'

const holdOff = { baseMs: 1000, capMs: 60_000 }
const devices = new Map<string, object>()
const deviceOf = (name: string) => devices.get(name) ?? devices.set(name, { name }).get(name)

/** As much of a message as the search looks at. */
function message(order: number, device: string, lane: 'live' | 'backlog' = 'live', losses = 2): Envelope {
  const publish = { devices: [deviceOf(device)], rows: new Uint32Array(1) }
  return { order, publish, open: { queue: { lane } }, losses } as never
}

function dieOnce(probes: Probes, probe: Envelope, nowMs: number): void {
  probes.sent(probe)
  probes.offline()
  probes.died(probe, nowMs)
  probes.add(probe)
}

test('each death doubles the wait of the next session, up to the cap, and is forgotten after five minutes', () => {
  const probes = new Probes(holdOff)
  const poison = message(1, 'Press')
  probes.add(poison)
  const waits: number[] = []
  for (let death = 0; death < 8; death++) {
    probes.online(0)
    waits.push(probes.waitMs(0))
    expect(probes.due(probes.waitMs(0) - 1)).toBe(false)
    expect(probes.due(probes.waitMs(0))).toBe(true)
    const next = probes.next()
    expect(next).toBe(poison)
    dieOnce(probes, poison, 0)
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
  probes.online(300_000)
  expect(probes.waitMs(300_000)).toBe(1000)
})

test('the device that no session died of is heard first, in the order of acceptance', () => {
  const probes = new Probes(holdOff)
  const [poison, second, innocent] = [message(1, 'Press'), message(2, 'Press'), message(3, 'Oven')]
  for (const one of [innocent, second, poison]) probes.add(one)
  expect(probes.next()).toBe(poison)
  dieOnce(probes, poison, 0)
  expect([probes.next(), probes.next(), probes.next()]).toEqual([innocent, poison, second])
})

test('live messages of the same device wait behind a live suspect, others and the backlog do not', () => {
  const probes = new Probes(holdOff)
  const suspect = message(1, 'Press')
  probes.add(suspect)
  const later = message(2, 'Press', 'live', 0)
  expect(probes.follow(later)).toBe(true)
  expect(probes.follow(message(3, 'Oven', 'live', 0))).toBe(false)
  expect(probes.follow(message(4, 'Press', 'backlog', 0))).toBe(false)
  expect(probes.freed()).toEqual([])
  probes.next()
  probes.sent(suspect)
  expect(probes.freed()).toEqual([])
  probes.answered(suspect)
  expect(probes.freed()).toEqual([later])
})

test('after a probe that passed the others have their turn before the next', () => {
  const probes = new Probes(holdOff)
  const [first, second] = [message(1, 'Press'), message(2, 'Oven')]
  probes.add(first)
  probes.add(second)
  probes.online(0)
  expect(probes.next()).toBe(first)
  probes.sent(first)
  expect(probes.busy).toBe(true)
  probes.answered(first)
  expect(probes.due(1000)).toBe(false)
  expect(probes.othersHadTheirTurn()).toBe(true)
  expect(probes.due(1000)).toBe(true)
})
