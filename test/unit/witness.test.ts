import { expect, test } from 'vitest'
import { SeriesCheck } from '../servers/load/series-check.ts'
import { TelemetryScanner } from '../servers/load/telemetry-scan.ts'

// The bench believes its witness: these are the faults it must not overlook.

function witness(...messages: string[]): SeriesCheck {
  const check = new SeriesCheck({ D: 0.37, I: 1 })
  const scanner = new TelemetryScanner(check)
  for (const message of messages) {
    const bytes = Buffer.from(`..${message}..`)
    scanner.scan(bytes, 2, bytes.length - 2)
  }
  return check
}

const entry = (...values: string[]): string =>
  `{"Machine 1":[${values.map((v, i) => `{"ts":${1000 + i},"values":${v}}`).join(',')}]}`

test('series that step exactly are no fault, whatever they begin with', () => {
  const report = witness(
    entry('{"D0":0.37,"I1":7}', '{"I1":8}'),
    entry('{"D0":0.74}', '{"D0":1.1099999999999999}'),
  ).report()
  expect(report).toMatchObject({ series: 2, values: 5, gaps: 0, repeats: 0, strangers: 0, lastCounts: 3 + 8 })
})

test('a missing value is a gap of its size', () => {
  expect(witness(entry('{"I1":1}', '{"I1":4}', '{"I1":5}')).report()).toMatchObject({ gaps: 1, missing: 2, repeats: 0 })
})

test('a value that comes twice, or late, is a repeat', () => {
  const report = witness(entry('{"I1":1}', '{"I1":2}'), entry('{"I1":2}', '{"I1":1}', '{"I1":3}')).report()
  expect(report).toMatchObject({ values: 5, gaps: 0, repeats: 2 })
})

test('a value nobody made is a stranger', () => {
  const report = witness(entry('{"D0":0.5}', '{"I1":true}', '{"I1":"1"}', '{"X":1}')).report()
  expect(report).toMatchObject({ strangers: 4 })
})

test('the same key of another device is another series', () => {
  expect(witness('{"A":[{"values":{"I1":1}}],"B":[{"values":{"I1":5}}]}').report()).toMatchObject({
    series: 2,
    gaps: 0,
  })
})

test('spaces, escapes, exponents, nested values and entries without time are read', () => {
  const text = '{ "A\\"b" : [ {"values": { "I1" : 1e0 , "Xj":{"a":["}"]}, "I2":-0.0} , "ts" : 5 } ] }'
  expect(witness(text).report()).toMatchObject({ series: 3, values: 3, strangers: 1 })
})

test('what is no gateway telemetry is refused', () => {
  for (const text of [
    '',
    '[]',
    '{"A":[]}',
    '{"A":{"I1":1}}',
    '{"A":[{"ts":1,"value":2}]}',
    '{"A":[{"ts":1,"values":{"I1":1}',
  ])
    expect(() => witness(text), text).toThrow()
})

test('latency counts from the timestamp in the data', () => {
  const check = new SeriesCheck({ I: 1 })
  check.now = 1250
  const bytes = Buffer.from(entry('{"I1":1}'))
  new TelemetryScanner(check).scan(bytes, 0, bytes.length)
  expect(check.report()).toMatchObject({ latencyP50Ms: 250, latencyMaxMs: 250 })
})
