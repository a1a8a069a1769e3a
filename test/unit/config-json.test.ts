import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from '../../main/engine/config/json.ts'

test.each([
  ['', 1, 1, /ends too early: expected a value/],
  ['{"a": 1,}', 1, 9, /comma too many/],
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3, /expected a comma/],
  ["{'a': 1}", 1, 2, /double quotes/],
  ['{"a": tru}', 1, 7, /unexpected "tru}"/],
  ['[1, 2', 1, 6, /ends too early: expected a comma/],
  ['[1, 2}', 1, 6, /expected a comma or the closing bracket/],
  ['{"a": "b\n"}', 1, 7, /closing quote/],
  ['{"a": 1} x', 1, 10, /unexpected "x"/],
  ['{"a": 1} {}', 1, 10, /expected nothing more/],
  ['// note\n{}', 1, 1, /comments/],
])('%j is refused at line %i, column %i', (text, line, column, message) => {
  const outcome = parseJson(text)
  expect(outcome).toMatchObject({ kind: 'malformed', line, column })
  expect(outcome).toHaveProperty('message', expect.stringMatching(message))
})

test('a byte order mark, as Notepad writes it, is accepted', () => {
  expect(parseJson('\uFEFF{"a":1}')).toEqual({ kind: 'parsed', value: { a: 1 } })
})

test('whatever is damaged, the place named lies inside the text', () => {
  const damaged = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '}', ',', 'x', '\\', '\n'))
  fc.assert(
    fc.property(damaged, ([json, at, insert]) => {
      const cut = at % (json.length + 1)
      const text = json.slice(0, cut) + insert + json.slice(cut + 1)
      const outcome = parseJson(text)
      if (outcome.kind === 'parsed') return
      const lines = text.split('\n')
      expect(outcome.line).toBeLessThanOrEqual(lines.length)
      expect(outcome.column).toBeLessThanOrEqual((lines[outcome.line - 1]?.length ?? 0) + 1)
    }),
  )
})
