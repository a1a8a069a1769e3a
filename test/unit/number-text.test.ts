import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { storedNumber } from '../../main/demo/thingsboard/json-values.ts'
import { doubleText, floatText, refusalOf, valueText } from '../../main/engine/uplink/numbers.ts'

describe('a value ThingsBoard can not store as what it is has no text', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%s', (value) => {
    expect(valueText('double', value)).toBeUndefined()
    expect(valueText('float', value)).toBeUndefined()
    expect(refusalOf(value)).toContain('not a finite number')
  })

  test.each([2n ** 63n, -(2n ** 63n) - 1n, 18_446_744_073_709_551_615n])('%s', (value) => {
    expect(valueText('integer', value)).toBeUndefined()
    expect(refusalOf(value)).toContain('set the type of this key to string')
  })
})

test.each([
  ['double', 0, '0.0'],
  ['double', -0, '0.0'],
  ['double', 1, '1.0'],
  ['double', -25, '-25.0'],
  ['double', 0.1, '0.1'],
  ['double', 0.1 + 0.2, '0.3'],
  ['double', -0.1234567890123456, '-0.1234567890123456'],
  ['double', 1.2345678901e-12, '0.0000000000012346'],
  ['double', 5e-324, '0.0'],
  ['double', -5e-324, '0.0'],
  ['double', 1e21, '1000000000000000000000.0'],
  ['double', 123456.789, '123456.789'],
  ['float', Math.fround(0.1), '0.1'],
  ['float', Math.fround(23.7), '23.7'],
  ['float', Math.fround(16_777.217), '16777.217'],
  ['float', Math.fround(1e-8), '0.00000001'],
  ['float', 16_777_216, '16777216.0'],
  ['float', -0, '0.0'],
  ['integer', 42, '42'],
  ['integer', -0, '0'],
  ['integer', 9_007_199_254_740_991, '9007199254740991'],
  ['integer', 2n ** 63n - 1n, '9223372036854775807'],
  ['integer', -(2n ** 63n), '-9223372036854775808'],
  ['boolean', true, 'true'],
  ['string', 'a "quote"\n', '"a \\"quote\\"\\n"'],
  ['json', '{"a":[1,2]}', '{"a":[1,2]}'],
] as const)('%s %s is written as %s', (type, value, text) => {
  expect(valueText(type, value)).toBe(text)
})

const finite = { noNaN: true, noDefaultInfinity: true }

test('every double is stored as DOUBLE, the same up to 16 digits behind the point', () => {
  fc.assert(
    fc.property(fc.double(finite), (value) => {
      const { type, text } = storedNumber(doubleText(value) ?? '')
      expect(type).toBe('DOUBLE')
      if (Math.abs(value) >= 1) expect(Number(text)).toBe(value)
      else expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(1e-16)
    }),
    { numRuns: 2000 },
  )
})

test('every Float32 is stored as DOUBLE and reads back as the same Float32 unless it is below 1e-7', () => {
  fc.assert(
    fc.property(fc.float(finite), (value) => {
      const { type, text } = storedNumber(floatText(value) ?? '')
      expect(type).toBe('DOUBLE')
      if (Math.abs(value) >= 1e-7) expect(Math.fround(Number(text))).toBe(value === 0 ? 0 : value)
      else expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(1e-14)
    }),
    { numRuns: 2000 },
  )
})

test('the text of a Float32 is as short as Float32 needs: nine digits at most', () => {
  fc.assert(
    fc.property(fc.float({ ...finite, min: Math.fround(1e-3), max: 1e6 }), (value) => {
      const digits = (floatText(value) ?? '').replace(/^0\.0*|\.0$|\./g, '')
      expect(digits.length).toBeLessThanOrEqual(9)
    }),
    { numRuns: 2000 },
  )
})

test('every 64-bit integer is stored as LONG, exactly', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      expect(storedNumber(valueText('integer', value) ?? '')).toEqual({ type: 'LONG', text: value.toString() })
    }),
  )
})
