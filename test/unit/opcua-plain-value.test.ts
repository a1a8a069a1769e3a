import { DataType, DataValue, Variant, VariantArrayType } from 'node-opcua-client'
import { expect, test } from 'vitest'
import { toSample } from '../../main/engine/collect/opcua/data-value.ts'
import { toPlain } from '../../main/engine/collect/opcua/plain-value.ts'

test('the clock that dates a value falls back from source to server to gateway', () => {
  const value = (source: number | null, server: number | null) =>
    new DataValue({
      value: { dataType: DataType.Double, value: 1 },
      ...(source === null ? {} : { sourceTimestamp: new Date(source) }),
      ...(server === null ? {} : { serverTimestamp: new Date(server) }),
    })
  expect(toSample(0, value(1000, 2000), 'source', 3000).ts).toBe(1000)
  expect(toSample(0, value(1000, 2000), 'server', 3000).ts).toBe(2000)
  expect(toSample(0, value(1000, 2000), 'gateway', 3000).ts).toBe(3000)
  expect(toSample(0, value(null, 2000), 'source', 3000).ts).toBe(2000)
  expect(toSample(0, value(null, null), 'source', 3000).ts).toBe(3000)
  // 1601-01-01, how OPC UA writes "no time".
  expect(toSample(0, value(-11_644_473_600_000, null), 'source', 3000).ts).toBe(3000)
})

test('a bad value keeps its status code as an unsigned number and has no value', () => {
  const bad = new DataValue({ statusCode: { value: -2144010240 } as never })
  bad.statusCode = { value: 0x80350000 | 0 } as never
  expect(toSample(4, bad, 'source', 1)).toMatchObject({ tag: 4, value: null, statusCode: 0x80350000 })
})

test('integers beyond 2^53 stay exact, nearer ones are numbers', () => {
  const int64 = (high: number, low: number, dataType = DataType.Int64) =>
    toPlain(new Variant({ dataType, arrayType: VariantArrayType.Scalar, value: [high, low] })).value
  expect(int64(0x001fffff, 0xffffffff)).toBe(Number.MAX_SAFE_INTEGER)
  expect(int64(0x00200000, 0)).toBe(9007199254740992n)
  expect(int64(0x80000000, 0)).toBe(-9223372036854775808n)
  expect(int64(0x80000000, 0, DataType.UInt64)).toBe(9223372036854775808n)
})

test('a variant inside a variant and a three-dimensional matrix become JSON', () => {
  const nested = new Variant({
    dataType: DataType.Variant,
    arrayType: VariantArrayType.Array,
    value: [
      new Variant({ dataType: DataType.String, value: 'a' }),
      new Variant({ dataType: DataType.Float, value: Math.fround(0.1) }),
    ],
  })
  expect(toPlain(nested)).toEqual({ type: 'json', value: '["a",0.1]' })
  const cube = new Variant({
    dataType: DataType.Byte,
    arrayType: VariantArrayType.Matrix,
    dimensions: [2, 1, 2],
    value: [1, 2, 3, 4],
  })
  expect(toPlain(cube)).toEqual({ type: 'json', value: '[[[1,2]],[[3,4]]]' })
})

test('values that are not there are null, whatever their type', () => {
  for (const dataType of [DataType.String, DataType.ByteString, DataType.ExtensionObject, DataType.Null] as const) {
    expect(toPlain(new Variant({ dataType, value: null })).value).toBeNull()
  }
  expect(toPlain(undefined).value).toBeNull()
})
