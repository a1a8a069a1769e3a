import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { Datapoint, RefusedRow } from '../../main/engine/pipeline/stages.ts'
import { type EncodeLimits, encodeBatch, encodeRows } from '../../main/engine/uplink/encode.ts'
import { batchOf } from '../fakes/memory-store.ts'
import { datapointOf } from '../fakes/uplink-rig.ts'

const wide: EncodeLimits = {
  maxPayloadBytes: 52_428,
  aimBytes: 52_428,
  maxRows: Number.POSITIVE_INFINITY,
  severalDevices: false,
  protobuf: false,
}
type Row = readonly [device: string, key: string, ts: number, value: Datapoint['value']]

function encode(rows: readonly Row[], limits = wide, kind: 'telemetry' | 'attribute' = 'telemetry') {
  const registry = new SeriesRegistry()
  const points = rows.map(([device, key, ts, value]) =>
    datapointOf(registry, device, key, value, typeof value === 'number' ? 'integer' : 'string', ts, { kind }),
  )
  const batch = batchOf(1, kind === 'telemetry' ? 'live' : 'attributes', points)
  const refused: RefusedRow[] = []
  const publishes = encodeBatch(batch, limits, refused)
  return { batch, refused, publishes, texts: publishes.map(({ payload }) => payload.toString()) }
}

describe('values that fit into no message', () => {
  test('are refused alone, and what stands around them is sent', () => {
    const { texts, refused } = encode(
      [
        ['D', 'a', 1, 1],
        ['D', 'b', 1, 'x'.repeat(2000)],
        ['D', 'c', 1, 3],
      ],
      { ...wide, maxPayloadBytes: 1024 },
    )
    expect(refused).toMatchObject([{ row: 1, reasonCode: 0, reason: 'larger than the 1024 bytes a message may have' }])
    expect(texts).toEqual(['{"D":[{"ts":1,"values":{"a":1}}]}', '{"D":[{"ts":1,"values":{"c":3}}]}'])
  })

  test('leave no empty message behind', () => {
    expect(encode([['D', 'b', 1, 'x'.repeat(2000)]], { ...wide, maxPayloadBytes: 1024 }).texts).toEqual([])
  })

  test('are counted in bytes, not in characters', () => {
    const value = '€'.repeat(400)
    expect(encode([['D', 'b', 1, value]], { ...wide, maxPayloadBytes: 1024 }).refused).toHaveLength(1)
    expect(encode([['D', 'b', 1, value]], { ...wide, maxPayloadBytes: 1300 }).refused).toHaveLength(0)
  })
})

test('values of one device at one time share an element', () => {
  const { texts } = encode([
    ['D', 'a', 1, 1],
    ['D', 'b', 1, 2],
    ['D', 'a', 2, 3],
  ])
  expect(texts).toEqual(['{"D":[{"ts":1,"values":{"a":1,"b":2}},{"ts":2,"values":{"a":3}}]}'])
})

test('a key that repeats at the same time gets an element of its own, so that neither value is lost', () => {
  const { texts } = encode([
    ['D', 'a', 1, 1],
    ['D', 'b', 1, 2],
    ['D', 'a', 1, 3],
    ['D', 'b', 1, 4],
  ])
  expect(texts).toEqual(['{"D":[{"ts":1,"values":{"a":1,"b":2}},{"ts":1,"values":{"a":3,"b":4}}]}'])
})

const mixed: readonly Row[] = [
  ['A', 'x', 1, 1],
  ['B', 'x', 1, 2],
  ['A', 'y', 1, 3],
]

test('each device gets a message of its own', () => {
  const { texts, publishes } = encode(mixed)
  expect(texts).toEqual(['{"A":[{"ts":1,"values":{"x":1,"y":3}}]}', '{"B":[{"ts":1,"values":{"x":2}}]}'])
  expect(publishes.map(({ rows }) => [...rows])).toEqual([[0, 2], [1]])
})

test('a server that aggregates acknowledgements gets several devices in one message', () => {
  expect(encode(mixed, { ...wide, severalDevices: true }).texts).toEqual([
    '{"A":[{"ts":1,"values":{"x":1,"y":3}}],"B":[{"ts":1,"values":{"x":2}}]}',
  ])
})

test('attributes go to their own topic without times', () => {
  const { texts, publishes } = encode(mixed, wide, 'attribute')
  expect(texts).toEqual(['{"A":{"x":1,"y":3}}', '{"B":{"x":2}}'])
  expect(publishes[0]?.topic).toBe('v1/gateway/attributes')
})

test('a message has no more values than the server counts per bucket', () => {
  const rows = Array.from({ length: 25 }, (_, i): Row => ['D', `k${i}`, 1, i])
  expect(encode(rows, { ...wide, maxRows: 10 }).publishes.map(({ rows: r }) => r.length)).toEqual([10, 10, 5])
})

test('names with quotes, umlauts and __proto__ arrive as they are', () => {
  const { texts } = encode([
    ['Ofen "Süd" 🔥', '__proto__', 1, 1],
    ['Ofen "Süd" 🔥', 'Wärme°', 1, 'läuft'],
  ])
  const parsed: unknown = JSON.parse(texts[0] ?? '')
  expect(Object.entries(parsed as object)[0]?.[0]).toBe('Ofen "Süd" 🔥')
  const [element] = Object.values(parsed as Record<string, { values: object }[]>)[0] ?? []
  expect(Object.entries(element?.values ?? {})).toEqual([
    ['__proto__', 1],
    ['Wärme°', 'läuft'],
  ])
})

const anyRow = fc.tuple(
  fc.constantFrom('A', 'B', 'Größe'),
  fc.constantFrom('a', 'b', 'ü', '"'),
  fc.integer({ min: 1, max: 4 }),
  fc.oneof(fc.integer(), fc.string({ maxLength: 60, unit: 'grapheme' })),
)

test('no message is over the limit, none is empty, and every row is in exactly one place', () => {
  fc.assert(
    fc.property(
      fc.array(anyRow, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 40, max: 400 }),
      fc.boolean(),
      (rows, maxPayloadBytes, severalDevices) => {
        const { publishes, refused, batch } = encode(rows, {
          ...wide,
          maxPayloadBytes,
          aimBytes: maxPayloadBytes,
          severalDevices,
        })
        for (const { payload, rows: own } of publishes) {
          expect(payload.length).toBeLessThanOrEqual(maxPayloadBytes)
          expect(own.length).toBeGreaterThan(0)
          expect(payload.toString()).not.toContain('[]')
        }
        const places = [...publishes.flatMap(({ rows: own }) => [...own]), ...refused.map(({ row }) => row)]
        expect(places.sort((a, b) => a - b)).toEqual(rows.map((_, i) => i))
        for (const { payload, rows: own } of publishes) {
          const again = encodeRows(
            batch,
            own,
            { ...wide, maxPayloadBytes, aimBytes: maxPayloadBytes, severalDevices },
            [],
          )
          expect(again.map((p) => p.payload.toString())).toEqual([payload.toString()])
        }
      },
    ),
  )
})
