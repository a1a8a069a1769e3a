import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Conversion, compileConversion, typedOf } from '../../main/engine/map/convert.ts'
import { parseTime, wholeMs } from '../../main/engine/map/time.ts'
import type { ValueType } from '../../shared/sample.ts'

type Value = boolean | number | bigint | string

function convert(conversion: Conversion, type: ValueType, value: Value): unknown {
  const converter = compileConversion(conversion)
  if (!converter) return { type, value }
  return converter(type, value)
}

test.each<[Conversion['type'], ValueType, Value]>([
  ['double', 'string', '21,5'],
  ['double', 'string', ''],
  ['double', 'string', '0x10'],
  ['double', 'string', 'NaN'],
  ['double', 'json', '[1]'],
  ['integer', 'double', Number.NaN],
  ['integer', 'double', Number.POSITIVE_INFINITY],
  ['integer', 'string', 'many'],
  ['boolean', 'string', 'perhaps'],
  ['boolean', 'double', Number.NaN],
  ['boolean', 'json', 'true'],
  ['json', 'string', 'no json'],
  ['json', 'double', Number.NaN],
])('to %s: a %s of %o is refused', (type, source, value) => {
  expect(convert({ type }, source, value)).toBeUndefined()
})

test.each<[Conversion['type'], ValueType, Value, ValueType, Value]>([
  ['auto', 'float', 0.1, 'float', 0.1],
  ['double', 'string', ' 21.5 ', 'double', 21.5],
  ['double', 'string', '-1e3', 'double', -1000],
  ['double', 'integer', 3, 'double', 3],
  ['double', 'boolean', true, 'double', 1],
  ['double', 'float', 0.5, 'float', 0.5],
  ['double', 'integer', 2n ** 60n, 'double', 2 ** 60],
  ['integer', 'double', 21.5, 'integer', 22],
  ['integer', 'double', -0.2, 'integer', 0],
  ['integer', 'string', '9007199254740993', 'integer', 9007199254740993n],
  ['integer', 'double', 1e17, 'integer', 100000000000000000n],
  ['integer', 'boolean', false, 'integer', 0],
  ['boolean', 'integer', 0, 'boolean', false],
  ['boolean', 'integer', 5n, 'boolean', true],
  ['boolean', 'string', ' ON ', 'boolean', true],
  ['string', 'float', Math.fround(0.1), 'string', '0.1'],
  ['string', 'integer', 9007199254740993n, 'string', '9007199254740993'],
  ['string', 'json', '{"a":1}', 'string', '{"a":1}'],
  ['json', 'string', '{"a":1}', 'json', '{"a":1}'],
  ['json', 'boolean', true, 'json', 'true'],
])('to %s: a %s of %o becomes a %s of %o', (type, source, value, toType, to) => {
  expect(convert({ type }, source, value)).toEqual({ type: toType, value: to })
})

test.each<[Conversion, ValueType, Value, unknown]>([
  [{ type: 'auto', scale: 10 }, 'integer', 5, { type: 'integer', value: 50 }],
  [{ type: 'auto', scale: 3, offset: 1 }, 'integer', 2n ** 60n, { type: 'integer', value: 3n * 2n ** 60n + 1n }],
  [{ type: 'auto', scale: 4 }, 'integer', Number.MAX_SAFE_INTEGER, { type: 'integer', value: 36028797018963964n }],
  [{ type: 'auto', scale: 0.5 }, 'integer', 5, { type: 'double', value: 2.5 }],
  [{ type: 'auto', offset: 0.5 }, 'integer', 5, { type: 'double', value: 5.5 }],
  [{ type: 'auto', scale: 10 }, 'float', Math.fround(0.1), { type: 'double', value: 1 }],
  [{ type: 'integer', scale: 0.1 }, 'integer', 215, { type: 'integer', value: 22 }],
  [{ type: 'double', scale: 2 }, 'string', '1.5', { type: 'double', value: 3 }],
  [{ type: 'auto', scale: 2 }, 'double', Number.NaN, { type: 'double', value: Number.NaN }],
  [{ type: 'auto', scale: 2 }, 'string', '1.5', undefined],
  [{ type: 'auto', scale: 2 }, 'boolean', true, undefined],
])('%o makes a %s of %o into %o', (conversion, type, value, expected) => {
  expect(convert(conversion, type, value)).toEqual(expected)
})

test('integers stay exact under whole scales', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
      fc.integer({ min: 2, max: 1000 }),
      fc.integer(),
      (v, scale, offset) => {
        const safe = v >= BigInt(Number.MIN_SAFE_INTEGER) && v <= BigInt(Number.MAX_SAFE_INTEGER)
        const result = compileConversion({ type: 'auto', scale, offset })?.('integer', safe ? Number(v) : v)
        expect(BigInt(result?.value as bigint)).toBe(v * BigInt(scale) + BigInt(offset))
      },
    ),
  )
})

test('JSON values get their type, 64-bit integers keep every digit inside JSON too', () => {
  expect(typedOf(1)).toEqual({ type: 'integer', value: 1 })
  expect(typedOf(1.5)).toEqual({ type: 'double', value: 1.5 })
  expect(typedOf(1e300)).toEqual({ type: 'double', value: 1e300 })
  expect(typedOf({ a: [2n ** 60n] })).toEqual({ type: 'json', value: '{"a":[1152921504606846976]}' })
  expect(typedOf(null)).toBeUndefined()
  expect(typedOf(undefined)).toBeUndefined()
})

test('times no clock shows become the time of arrival; fractions are cut', () => {
  for (const ts of [Number.NaN, 0, -5, 5e12, Number.POSITIVE_INFINITY]) expect(wholeMs(ts, 1700.9)).toBe(1700)
  expect(wholeMs(1_700_000_000_000.9, 5)).toBe(1_700_000_000_000)
})

test.each([
  [1_700_000_000_123, 'ms', 1_700_000_000_123],
  ['1700000000.5', 's', 1_700_000_000_500],
  ['2024-02-03T04:05:06.789Z', 'iso', Date.UTC(2024, 1, 3, 4, 5, 6, 789)],
  ['2024-02-03 04:05:06', 'iso', Date.UTC(2024, 1, 3, 4, 5, 6)],
  ['2024-02-03T04:05:06+02:00', 'iso', Date.UTC(2024, 1, 3, 2, 5, 6)],
  ['yesterday', 'iso', undefined],
  [1_700_000_000, 'iso', undefined],
  [1_700_000_000_000_000, 'ms', undefined],
  ['', 'ms', undefined],
  [null, 'ms', undefined],
] as const)('the time %j as %s is %j', (value, format, expected) => {
  expect(parseTime(value, format)).toBe(expected)
})
