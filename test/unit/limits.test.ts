import { describe, expect, test } from 'vitest'
import { parseRateText, parseSessionLimits, TokenBuckets, unknownLimits } from '../../main/engine/uplink/limits.ts'
import { Pace } from '../../main/engine/uplink/pace.ts'

describe('answers that are no limits', () => {
  test.each([undefined, null, 'x', [], {}, { error: 'timeout' }, { maxPayloadSize: 'big' }])('%j', (answer) => {
    expect(parseSessionLimits(answer)).toBeUndefined()
  })
})

test.each([
  ['', []],
  [null, []],
  ['nonsense', []],
  ['0:1', []],
  [
    '20:1,600:60',
    [
      { tokens: 20, seconds: 1 },
      { tokens: 600, seconds: 60 },
    ],
  ],
  [
    ' 10:1 , 60:60, ',
    [
      { tokens: 10, seconds: 1 },
      { tokens: 60, seconds: 60 },
    ],
  ],
])('%j means %j', (text, windows) => {
  expect(parseRateText(text)).toEqual(windows)
})

test('limits of the gateway device and of its devices are told apart', () => {
  const limits = parseSessionLimits({
    maxPayloadSize: 65_536,
    maxInflightMessages: 100,
    rateLimits: { messages: '1:1', telemetryMessages: null },
    gatewayRateLimits: { messages: '', telemetryMessages: '20:1', telemetryDataPoints: '300:60' },
  })
  expect(limits).toMatchObject({
    maxPayloadBytes: 65_536,
    maxInFlight: 100,
    own: { messages: [{ tokens: 1, seconds: 1 }], telemetryMessages: [] },
    devices: { messages: [], telemetryDataPoints: [{ tokens: 300, seconds: 60 }] },
  })
})

test('the tightest window decides, at 80 %', () => {
  const buckets = new TokenBuckets(parseRateText('10:1,60:60'), 0)
  expect(buckets.capacity).toBe(8)
  buckets.take(8)
  expect(buckets.waitMs(1, 0)).toBe(125)
  expect(buckets.waitMs(1, 125)).toBe(0)
})

test('over any minute no more than 80 % of the limit plus one burst gets through', () => {
  const buckets = new TokenBuckets(parseRateText('20:1,600:60'), 0)
  let sent = 0
  for (let nowMs = 0; nowMs <= 180_000; nowMs += 5) {
    if (buckets.waitMs(1, nowMs) > 0) continue
    buckets.take(1)
    sent++
  }
  expect(sent).toBeLessThanOrEqual(480 + 3 * 480)
  expect(sent).toBeGreaterThan(3 * 480)
})

test('a reconnect does not refill the buckets the server still counts', () => {
  const limits = parseSessionLimits({ gatewayRateLimits: { telemetryMessages: '1:10' } }) ?? unknownLimits
  const pace = new Pace(limits, 0)
  expect(pace.data(1, 1, 0)).toBe(0)
  pace.adopt(limits, 1)
  expect(pace.data(1, 1, 1)).toBeGreaterThan(1000)
})

test('0x97 without published limits halves the rate, and patience raises it again', () => {
  const pace = new Pace(unknownLimits, 0)
  for (let i = 0; i < 100; i++) expect(pace.data(1, 1, i * 10)).toBe(0)
  pace.slowDown(1000)
  expect(pace.data(1, 1, 1000)).toBe(20)
  const slow = sentWithin(pace, 1000, 11_000)
  expect(slow).toBeGreaterThan(400)
  expect(slow).toBeLessThan(700)
  expect(sentWithin(pace, 300_000, 310_000)).toBeGreaterThan(slow * 1.5)
})

function sentWithin(pace: Pace, fromMs: number, toMs: number): number {
  let sent = 0
  for (let nowMs = fromMs; nowMs < toMs; nowMs += 5) if (pace.data(1, 1, nowMs) === 0) sent++
  return sent
}
