import { expect, test } from 'vitest'
import {
  compileGlob,
  compileRegex,
  compileRule,
  compileRuleTemplate,
  matchesName,
  type PathPattern,
} from '../../main/engine/collect/opcua/select-pattern.ts'
import { opcuaRuleSchema } from '../../shared/config/opcua.ts'

function glob(text: string): PathPattern {
  const compiled = compileGlob(text)
  if (!compiled.ok) throw new Error(compiled.problem)
  return compiled.value
}
const path = (text: string) => text.split('/')

test.each([
  ['Objects/Line*/M??', 'Objects/Line1/M01', true],
  ['Objects/Line*/M??', 'Objects/Line/M01', true],
  ['Objects/Line*/M??', 'Objects/Line1/M1', false],
  ['Objects/Line*/M??', 'Objects/Line1/M01/Speed', false],
  ['/Objects/**', 'Objects/a/b/c', true],
  ['Objects/**/Speed', 'Objects/Speed', true],
  ['Objects/**/Speed', 'Objects/a/b/Speed', true],
  ['Objects/**/Speed', 'Objects/a/b/Speeds', false],
  ['Objects/[a].x', 'Objects/[a].x', true],
])('%s over %s: %s', (pattern, text, matches) => {
  expect(glob(pattern).matches(path(text))).toBe(matches)
})

test('the walk goes only where something can match', () => {
  const pattern = glob('Objects/Line*/M??')
  expect(
    ['Objects', 'Objects/Line1', 'Objects/Server', 'Objects/Line1/M01', 'Types'].map((p) =>
      pattern.mayMatchBelow(path(p)),
    ),
  ).toEqual([true, true, false, false, false])
})

test('one name that differs in case or in its end is a near miss, anything else is not', () => {
  const pattern = glob('Objects/Line*/Motor')
  expect(
    ['Objects/line1/Motor', 'Objects/Line1/Motor2', 'Objects/Line1/Pump', 'Objects/line1/motor'].map((p) =>
      pattern.nearlyMatches(path(p)),
    ),
  ).toEqual([true, true, false, false])
})

test('patterns that explode elsewhere take no time', () => {
  const name = 'a'.repeat(5000)
  const from = performance.now()
  expect(matchesName('*a*a*a*a*a*a*b', name)).toBe(false)
  const regex = compileRegex('/(a+)+$b')
  expect(regex.ok && regex.value.matches([name])).toBe(false)
  expect(performance.now() - from).toBeLessThan(5000)
})

test('what is wrong with a rule is named by its field', () => {
  const problem = (rule: object) => {
    const compiled = compileRule(opcuaRuleSchema.parse({ name: 'r', select: { path: 'Objects/*' }, ...rule }))
    return compiled.ok ? '' : compiled.problem
  }
  expect(problem({})).toBe('')
  expect(problem({ select: { regex: '(' } })).toMatch(/^select\.regex is not a regular expression/)
  expect(problem({ select: { path: 'Objects//x' } })).toMatch(/^select\.path has an empty level/)
  expect(problem({ device: '${topic[1]}' })).toMatch(/^device knows no \$\{topic\[1\]\}/)
  expect(problem({ keys: [{ key: '${x' }] })).toMatch(/^keys\[0\]\.key has a \$\{ without closing/)
})

test('a template takes levels from both ends and is undefined where there are too few', () => {
  const template = compileRuleTemplate('${path[1]}-${path[-1]} ${browseName}/${displayName}')
  const values = { path: ['Objects', 'Line1', 'M01'], browseName: 'M01', displayName: 'Motor 1', relative: [] }
  expect(template.ok && template.value(values)).toBe('Line1-M01 M01/Motor 1')
  const deep = compileRuleTemplate('${path[7]}')
  expect(deep.ok && deep.value(values)).toBeUndefined()
})
