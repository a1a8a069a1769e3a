import { describe, expect, test } from 'vitest'
import { parseWithNumberText, storedNumber, storedValue } from '../../main/demo/thingsboard/json-values.ts'

// The number rule as in JsonConverter.buildNumericKeyValueProto: the stand-in has to be as picky as the server.

describe('numbers that become something else than they look', () => {
  test.each([
    ['0.10000000149011612', 'STRING'],
    ['1.2345678901e-12', 'STRING'],
    ['9223372036854775808', 'STRING'],
    ['1', 'LONG'],
    ['1e3', 'LONG'],
    ['1.5e1', 'LONG'],
    ['1.0', 'DOUBLE'],
    ['-0.0', 'DOUBLE'],
    ['0.1234567890123456', 'DOUBLE'],
    ['1e-5', 'DOUBLE'],
  ])('%s is stored as %s', (text, type) => {
    expect(storedNumber(text).type).toBe(type)
  })
})

test('text that looks like a number is cast, null is skipped, objects stay JSON', () => {
  const { a, b, c, d } = parseWithNumberText('{"a":"007","b":null,"c":{"x":1.0},"d":"7 bar"}') as Record<
    string,
    unknown
  >
  expect(storedValue(a)).toEqual({ type: 'LONG', text: '7' })
  expect(storedValue(b)).toBeUndefined()
  expect(storedValue(c)).toEqual({ type: 'JSON', text: '{"x":1.0}' })
  expect(storedValue(d)).toEqual({ type: 'STRING', text: '7 bar' })
})
