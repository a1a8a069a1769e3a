import { expect, test } from 'vitest'
import { cleanName } from '../../main/engine/map/names.ts'

test.each([
  ['', 'is empty'],
  [' \u0000\n\t ', 'is empty'],
  ['x'.repeat(256), '256 characters'],
  ['half \ud800 pair', 'surrogate'],
  ['<img src=x>', 'HTML'],
  ['</b>', 'HTML'],
  ['a {{name}} b', 'template'],
])('refuses %j, which ThingsBoard would refuse or lose', (raw, problem) => {
  const cleaned = cleanName(raw)
  expect(cleaned.ok).toBe(false)
  expect(cleaned.ok ? '' : cleaned.problem).toContain(problem)
})

test.each([
  ['  Line 1\r\n', 'Line 1'],
  ['a\u0000b\u007fc\u2028d', 'abcd'],
  ['x'.repeat(255), 'x'.repeat(255)],
  ['plant/+/#/$SYS/../etc', 'plant/+/#/$SYS/../etc'],
  ['Größe 温度 🏭', 'Größe 温度 🏭'],
  ['a < b', 'a < b'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
])('makes %j into %j', (raw, name) => {
  expect(cleanName(raw)).toEqual({ ok: true, name })
})
