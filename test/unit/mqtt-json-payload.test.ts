import fc from 'fast-check'
import { expect, test } from 'vitest'
import { depthLimit, errorPosition, parseJson } from '../../main/engine/collect/mqtt/json-payload.ts'
import { typedOf } from '../../main/engine/map/convert.ts'

function problem(text: string): string {
  const parsed = parseJson(Buffer.from(text))
  return parsed.ok ? '' : parsed.problem
}

test.each([
  ['', 'is empty'],
  ['hello', 'is not JSON at character 1'],
  ['{"a":x}', 'is not JSON at character 6'],
  ['{"a":1,}', 'is not JSON at character 8'],
  ["{'a':1}", 'is not JSON at character 2'],
  ['{"a":01}', 'is not JSON at character 7'],
  ['[1 2]', 'is not JSON at character 4'],
  ['{"a":1', 'is not JSON: it ends too early'],
  ['{"a":1} x', 'is not JSON at character 9'],
  ['NaN', 'is not JSON at character 1'],
  ['"a\nb"', 'is not JSON at character 1'],
])('%j %s', (text, expected) => {
  expect(problem(text)).toBe(expected)
})

test('nesting is refused before it is parsed, brackets inside strings do not count', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  expect(problem(nested(depthLimit))).toBe('')
  expect(problem(nested(depthLimit + 1))).toContain('nested deeper than 32')
  expect(problem('['.repeat(100_000))).toContain('nested deeper')
  expect(problem(JSON.stringify({ a: '[['.repeat(100), 'q"\\': '{'.repeat(99) }))).toBe('')
})

test('integers beyond 2^53 keep every digit', () => {
  const parsed = parseJson(
    Buffer.from('{"id":9007199254740993,"neg":-9223372036854775808,"x":1.5,"t":"9007199254740993"}'),
  )
  expect(parsed).toEqual({
    ok: true,
    value: { id: 9007199254740993n, neg: -9223372036854775808n, x: 1.5, t: '9007199254740993' },
  })
})

test('a poisonous member is a plain member', () => {
  const parsed = parseJson(Buffer.from('{"__proto__":{"polluted":1},"n":12345678901234567890}'))
  expect(parsed.ok && Object.keys(parsed.value as object)).toEqual(['__proto__', 'n'])
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test('valid JSON has no mistake to be found, and parses as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      expect(errorPosition(text)).toBeUndefined()
      const parsed = parseJson(Buffer.from(text))
      if (!/\d{16}/.test(text)) expect(parsed.ok && JSON.stringify(parsed.value)).toBe(JSON.stringify(JSON.parse(text)))
    }),
  )
})

test('no bytes whatever make it throw, and what is refused has its place named', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((t) => Buffer.from(`${t.slice(0, -1)}}`)),
      ),
      (bytes) => {
        const parsed = parseJson(Buffer.from(bytes))
        if (!parsed.ok)
          expect(parsed.problem).toMatch(
            /^is (empty|nested|not UTF-8 text|not JSON( at character \d+|: it ends too early))/,
          )
      },
    ),
  )
})

test.each([
  ['{"t":21.0}', 'double', 21],
  ['{"t":21.5}', 'double', 21.5],
  ['{"t":1e3}', 'double', 1000],
  ['{"t":21}', 'integer', 21],
  ['{"t":9007199254740993}', 'integer', 9007199254740993n],
])('%s keeps the type it was written with', (text, type, value) => {
  const parsed = parseJson(Buffer.from(text))
  expect(parsed.ok && typedOf((parsed.value as { t: unknown }).t)).toEqual({ type, value })
})
