import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

// Everything an operator reads comes from a catalogue (renderer/i18n), or one language would have holes no compiler sees.

const root = resolve(import.meta.dirname, '../..')
const files = globSync('renderer/**/*.tsx', { cwd: root }).map((file) => file.replaceAll('\\', '/'))

/** Text before a closing tag: letters that are not an expression. Placeholders are examples of values, not words. */
const jsxText = />\s*([A-Za-z][^<>{}]*?)\s*<\//g
const attribute = /\s(?:aria-label|title|label|description|alt)="([^"]*[A-Za-z]{2}[^"]*)"/g

/** Names that are the same in every language. */
const names = new Set(['ThingsBoard', 'OPC UA', 'MQTT', 'JSON'])
/** As they are printed on the keyboard. */
const key = /^(Ctrl|Alt|Shift)\+|^(Enter|Esc|Tab|Del)$/

test('no screen has words of its own', () => {
  expect(files.length).toBeGreaterThan(80)
  const found = files.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8')
    return [...source.matchAll(jsxText), ...source.matchAll(attribute)]
      .map((match) => (match[1] ?? '').trim())
      .filter((text) => text !== '' && !names.has(text) && !key.test(text))
      .map((text) => `${file}: ${text}`)
  })
  expect(found).toEqual([])
})

test('the test above sees words that are there', () => {
  expect([...'<p>Delete this</p>'.matchAll(jsxText)]).toHaveLength(1)
  expect([...'<a title="Go on">'.matchAll(attribute)]).toHaveLength(1)
})
