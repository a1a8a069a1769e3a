import { expect, test } from 'vitest'
import { ackVerdict, type Waiting } from '../../main/engine/uplink/ack-watch.ts'

const never = Number.POSITIVE_INFINITY
const calm: Waiting = {
  nowMs: 100_000,
  oldestConnectMs: never,
  oldestDataMs: never,
  lastHeardMs: 100_000,
  devicesConnected: 1,
  ackTimeoutMs: 30_000,
}

test('nothing in flight is fine, however long', () => {
  expect(ackVerdict({ ...calm, lastHeardMs: 0 })).toBe('fine')
})

test('data without PUBACK is stalled at the time-out and not before', () => {
  expect(ackVerdict({ ...calm, oldestDataMs: 70_001 })).toBe('fine')
  expect(ackVerdict({ ...calm, oldestDataMs: 70_000 })).toBe('stalled')
})

test('an announcement without answer is asked about half-way', () => {
  expect(ackVerdict({ ...calm, oldestConnectMs: 95_000 })).toBe('ask')
})

test('a server that lives and ignores the announcement does not see a gateway', () => {
  const waiting = { ...calm, oldestConnectMs: 90_000, devicesConnected: 0 }
  expect(ackVerdict({ ...waiting, lastHeardMs: 96_000 })).toBe('no-gateway')
  expect(ackVerdict({ ...waiting, lastHeardMs: 91_000 })).not.toBe('no-gateway')
})

test('a gateway that has devices and gets no answer to one more is stalled, not misconfigured', () => {
  expect(ackVerdict({ ...calm, oldestConnectMs: 69_000, lastHeardMs: 100_000 })).toBe('stalled')
})
