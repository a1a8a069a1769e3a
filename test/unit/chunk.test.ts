import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LiveDevice, LiveSeries } from '../../main/engine/pipeline/series.ts'
import type { Datapoint } from '../../main/engine/pipeline/stages.ts'
import {
  bodyOf,
  Chunk,
  chunkRows,
  encodeChunks,
  headerOf,
  stampChunk,
  unsealChunk,
} from '../../main/engine/store/chunk.ts'

const device = new LiveDevice('d', 'default')
const series = Array.from({ length: 50 }, (_, i) => {
  const one = new LiveSeries(device, `k${i}`, 'telemetry')
  one.storeId = i + 1
  return one
})

const value = fc.oneof(
  fc.record({ type: fc.constantFrom('double' as const, 'float' as const), value: fc.double() }),
  fc.record({ type: fc.constant('integer' as const), value: fc.maxSafeInteger() }),
  fc.record({ type: fc.constant('integer' as const), value: fc.bigInt(-(2n ** 70n), 2n ** 70n) }),
  fc.record({ type: fc.constant('boolean' as const), value: fc.boolean() }),
  // Lone surrogates are not Unicode text and become U+FFFD once, at acceptance.
  fc.record({ type: fc.constantFrom('string' as const, 'json' as const), value: fc.string({ unit: 'binary' }) }),
)
const datapoint: fc.Arbitrary<Datapoint> = fc
  .tuple(fc.constantFrom(...series), fc.integer({ min: -8.64e15, max: 8.64e15 }), value)
  .map(([one, ts, typed]) => ({ series: one, ts, ...typed }))

function decoded(chunk: Chunk) {
  return Array.from({ length: chunk.count }, (_, row) => ({
    id: chunk.seriesIdAt(row),
    ts: chunk.tsAt(row),
    type: chunk.typeAt(row),
    value: chunk.valueAt(row),
  }))
}

test('whatever is encoded comes back identical, in order', () => {
  fc.assert(
    fc.property(fc.array(datapoint, { minLength: 1, maxLength: 60 }), (datapoints) => {
      const back = encodeChunks(datapoints).flatMap((buffer) => decoded(new Chunk(buffer)))
      expect(back).toEqual(
        datapoints.map(({ series: { storeId }, ts, type, value }) => ({ id: storeId, ts, type, value })),
      )
    }),
  )
})

test('a group larger than a chunk becomes several full ones', () => {
  const many = Array.from({ length: chunkRows * 2 + 1 }, (_, i): Datapoint => {
    return { series: series[0] as LiveSeries, ts: i, type: 'integer', value: i }
  })
  const chunks = encodeChunks(many).map((buffer) => new Chunk(buffer))
  expect(chunks.map(({ count }) => count)).toEqual([chunkRows, chunkRows, 1])
  expect(chunks[2]?.valueAt(0)).toBe(chunkRows * 2)
})

test('much text is cut into several chunks, a text longer than a chunk stays whole', () => {
  const long = 'ä'.repeat(2_000_000)
  const texts = [...Array.from({ length: 30 }, () => 'x'.repeat(100_000)), long, 'end']
  const datapoints = texts.map((text, ts): Datapoint => {
    return { series: series[0] as LiveSeries, ts, type: 'string', value: text }
  })
  const chunks = encodeChunks(datapoints).map((buffer) => new Chunk(buffer))
  expect(chunks.length).toBeGreaterThan(2)
  expect(chunks.flatMap((chunk) => decoded(chunk).map((row) => row.value))).toEqual(texts)
})

test('a wrong type of value is a bug, not a stored zero', () => {
  const wrong = { series: series[0] as LiveSeries, ts: 1, type: 'double', value: '1' } as const
  expect(() => encodeChunks([wrong])).toThrow('Assertion')
})

test('every flipped bit of body or row is noticed', () => {
  const datapoints = Array.from({ length: 5 }, (_, i): Datapoint => {
    return {
      series: series[i] as LiveSeries,
      ts: 1000 + i,
      type: i % 2 ? 'string' : 'double',
      value: i % 2 ? 'text' : i,
    }
  })
  const [buffer] = encodeChunks(datapoints)
  if (!buffer) throw new Error('no chunk')
  const header = stampChunk(buffer, 77, 123_456)
  expect(header).toEqual(headerOf(buffer))
  expect(unsealChunk(header, bodyOf(buffer))).toEqual(buffer)
  const body = bodyOf(buffer)
  for (let bit = 0; bit < body.length * 8; bit++) {
    const damaged = body.slice()
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(unsealChunk(header, damaged), `bit ${bit}`).toBeUndefined()
  }
  for (const field of ['count', 'seqFrom', 'acceptedAt', 'tsMin', 'tsMax', 'crc'] as const) {
    expect(unsealChunk({ ...header, [field]: header[field] + 1 }, body), field).toBeUndefined()
  }
  expect(unsealChunk(header, body.slice(0, -1))).toBeUndefined()
  expect(unsealChunk(header, new Uint8Array())).toBeUndefined()
})
