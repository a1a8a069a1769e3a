import { expect, test } from 'vitest'
import { compileTemplate } from '../../main/engine/map/template.ts'

const levels = ['plant', 'line1', 'temp']

function render(text: string, payload: unknown = {}): string | undefined {
  const compiled = compileTemplate(text)
  if (!compiled.ok) throw new Error(compiled.problem)
  return compiled.value.render(levels, payload)
}

test.each([
  ['a ${topic[0]', 2, 'no closing }'],
  ['${name}', 2, 'is not known'],
  ['${topic[x]}', 2, 'is not known'],
  ['x ${$.a..b}', 7, 'name must follow'],
])('%j is refused at character %i', (text, at, problem) => {
  const compiled = compileTemplate(text)
  expect(compiled).toMatchObject({ ok: false, at })
  expect(compiled.ok ? '' : compiled.problem).toContain(problem)
})

test.each([
  ['plain', 'plain'],
  ['${topic[1]}', 'line1'],
  ['${topic[1]}-${$.id}', 'line1-7'],
  ['${$["a}b"]}!', 'brace!'],
  ['${$.flag}', 'true'],
  ['${$.big}', '9007199254740993'],
  ['$5 {x}', '$5 {x}'],
])('%j renders %j', (text, expected) => {
  expect(render(text, { id: 7, 'a}b': 'brace', flag: true, big: 9007199254740993n })).toBe(expected)
})

test.each(['${topic[3]}', '${$.missing}', '${$.object}', '${$.none}'])('%j gives nothing', (text) => {
  expect(render(`a ${text} b`, { object: {}, none: null })).toBeUndefined()
})
