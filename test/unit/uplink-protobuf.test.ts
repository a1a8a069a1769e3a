import { expect, test } from 'vitest'
import { decodeProto, encodeProto } from '../../main/demo/thingsboard/codec.ts'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import { type EncodeLimits, encodeBatch } from '../../main/engine/uplink/encode.ts'
import { keyValue } from '../../main/engine/uplink/proto-encode.ts'
import { readProto } from '../../main/engine/uplink/protobuf.ts'
import { protobufWire } from '../../main/engine/uplink/wire.ts'
import { batchOf } from '../fakes/memory-store.ts'
import { datapointOf } from '../fakes/uplink-rig.ts'

const limits: EncodeLimits = {
  maxPayloadBytes: 52_428,
  aimBytes: 52_428,
  maxRows: Number.POSITIVE_INFINITY,
  severalDevices: true,
  protobuf: true,
}

// Bytes by hand, from queue.proto: KeyValueProto{key=1,type=2,bool_v=3,long_v=4,double_v=5,string_v=6,json_v=7}.
test.each([
  ['boolean', true, '0a016b1801'],
  ['boolean', false, '0a016b'],
  ['integer', 300, '0a016b100120ac02'],
  ['integer', -1, '0a016b100120ffffffffffffffffff01'],
  ['integer', 2n ** 63n - 1n, '0a016b100120ffffffffffffffff7f'],
  ['integer', 0, '0a016b1001'],
  ['double', 1.5, '0a016b100229000000000000f83f'],
  ['float', 0.10000000149011612, '0a016b1002299a9999999999b93f'],
  ['string', 'ä', '0a016b10033202c3a4'],
  ['json', '{}', '0a016b10043a027b7d'],
] as const)('%s %s has exactly these bytes', (type, value, hex) => {
  expect(keyValue('k', type, value)?.toString('hex')).toBe(hex)
})

test.each([
  ['double', Number.NaN],
  ['double', Number.POSITIVE_INFINITY],
  ['integer', 2n ** 63n],
] as const)('%s %s is refused, not bent', (type, value) => {
  expect(keyValue('k', type, value)).toBeUndefined()
})

test('a message comes back as it was meant, device by device and with a key that repeats', () => {
  const registry = new SeriesRegistry()
  const rows = [
    datapointOf(registry, 'Presse', 'druck', 1.5, 'double', 1000),
    datapointOf(registry, 'Presse', 'stück', 7, 'integer', 1000),
    datapointOf(registry, 'Ofen', 'an', true, 'boolean', 1000),
    datapointOf(registry, 'Presse', 'druck', 2.5, 'double', 1000),
  ]
  const [publish] = encodeBatch(batchOf(1, 'live', rows), limits, [])
  const decoded = decodeProto('v1/gateway/telemetry', publish?.payload ?? Buffer.alloc(0))
  expect(decoded).toEqual({
    Presse: [
      {
        ts: { text: '1000' },
        values: {
          druck: { stored: { type: 'DOUBLE', text: '1.5' } },
          stück: { stored: { type: 'LONG', text: '7' } },
        },
      },
      { ts: { text: '1000' }, values: { druck: { stored: { type: 'DOUBLE', text: '2.5' } } } },
    ],
    Ofen: [{ ts: { text: '1000' }, values: { an: { stored: { type: 'BOOLEAN', text: 'true' } } } }],
  })
})

test('no message exceeds its limit, and none of the values is lost on the way', () => {
  const registry = new SeriesRegistry()
  const rows = Array.from({ length: 3000 }, (_, i) =>
    datapointOf(registry, `Gerät ${i % 7}`, `key ${i % 50}`, i * 1.25, 'double', 1000 + (i >> 3)),
  )
  for (const maxPayloadBytes of [1024, 5000, 60_000]) {
    const refused: [] = []
    const publishes = encodeBatch(
      batchOf(1, 'live', rows),
      { ...limits, maxPayloadBytes, aimBytes: maxPayloadBytes },
      refused,
    )
    expect(refused).toEqual([])
    expect(Math.max(...publishes.map(({ payload }) => payload.length))).toBeLessThanOrEqual(maxPayloadBytes)
    expect(publishes.flatMap((p) => [...p.rows]).sort((a, b) => a - b)).toEqual(rows.map((_, i) => i))
    for (const { payload } of publishes) expect(() => decodeProto('v1/gateway/telemetry', payload)).not.toThrow()
  }
})

test('commands and attributes of both directions survive the way there and back', () => {
  const own = encodeProto('v1/devices/me/rpc/request/5', { method: 'gateway_ping', params: {} })
  expect(protobufWire.readOwnCommand(own)).toBe('gateway_ping')
  const command = encodeProto('v1/gateway/rpc', { device: 'Press', data: { id: 12, method: 'set' } })
  expect(protobufWire.readGatewayCommand(command)).toEqual({ device: 'Press', id: 12 })
  const answer = protobufWire.gatewayAnswer({ device: 'Press', id: 12 }, { done: true })
  expect(decodeProto('v1/gateway/rpc', Buffer.from(answer))).toEqual({ device: 'Press', id: 12, data: { done: true } })
  const attributes = encodeProto('v1/devices/me/attributes/response/1', { client: { w: 12 }, shared: { L: 'DEBUG' } })
  expect(protobufWire.readAttributes(attributes)).toEqual({ client: { w: 12 }, shared: { L: 'DEBUG' } })
  const limitsAnswer = encodeProto('v1/devices/me/rpc/response/3', { maxPayloadSize: 1000 })
  expect(protobufWire.readAnswer(limitsAnswer)).toEqual({ maxPayloadSize: 1000 })
})

test.each(['ff', '0a05', '07', '0b', '80808080808080808080808080'])('%s is no message and nothing worse', (hex) => {
  expect(() => readProto(Buffer.from(hex, 'hex'))).toThrow(RangeError)
  expect(protobufWire.readUpdate(Buffer.from(hex, 'hex'))).toBeUndefined()
})
