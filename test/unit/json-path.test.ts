import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileJsonPath } from '../../main/engine/map/json-path.ts'

function read(path: string, root: unknown): unknown {
  const compiled = compileJsonPath(path)
  if (!compiled.ok) throw new Error(`${compiled.problem} at ${compiled.at}`)
  return compiled.value(root)
}

test.each([
  ['', 0, 'begin with $'],
  ['temp', 0, 'begin with $'],
  ['$temp', 1, 'expects'],
  ['$.', 1, 'name must follow'],
  ['$.a..b', 3, 'name must follow'],
  ['$.a[b]', 3, "['name']"],
  ['$[-1]', 1, "['name']"],
  ["$['a]", 1, "['name']"],
  ['$.a b', 3, 'expects'],
  [`$${'.a'.repeat(33)}`, 65, 'deeper'],
])('%j is refused at character %i', (path, at, problem) => {
  const compiled = compileJsonPath(path)
  expect(compiled).toMatchObject({ ok: false, at })
  expect(compiled.ok ? '' : compiled.problem).toContain(problem)
})

test.each([
  ['$', { a: 1 }, { a: 1 }],
  ['$.a', { a: 1 }, 1],
  ['$.a.b[1]', { a: { b: [1, 2] } }, 2],
  ["$['a b'].c", { 'a b': { c: 3 } }, 3],
  ['$["it\'s"]', { "it's": 4 }, 4],
  ["$['it\\'s']", { "it's": 4 }, 4],
  ['$[0]', [7], 7],
  ['$.a', [1], undefined],
  ['$.length', [1], undefined],
  ['$[0]', { 0: 1 }, 1],
  ['$.a.b', { a: null }, undefined],
  ['$.a.b', { a: 'text' }, undefined],
])('%s of %j is %j', (path, root, value) => {
  expect(read(path, root)).toEqual(value)
})

test('finds own members only', () => {
  for (const path of ['$.__proto__', '$.constructor', '$.toString', "$['__proto__'].polluted"]) {
    expect(read(path, {})).toBeUndefined()
  }
  expect(read('$.__proto__', JSON.parse('{"__proto__":5}'))).toBe(5)
})

test('every member name is reached by its quoted form', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.jsonValue(), (name, value) => {
      fc.pre(!/[\r\n\u2028\u2029]/.test(name))
      const root: unknown = JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`)
      const path = `$['${name.replace(/[\\']/g, '\\$&')}']`
      expect(JSON.stringify(read(path, root))).toBe(JSON.stringify(value))
    }),
  )
})
