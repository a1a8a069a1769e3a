import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { errorCodes } from '../../shared/errors.ts'
import { said as german } from '../../shared/said/de/de.ts'
import { errorPrefix, inWords, said, saidOfError, sentenceOf } from '../../shared/said/said.ts'
import { sayIn } from '../../shared/said/say-in.ts'
import { sentences } from '../../shared/said/sentences.ts'
import { said as chinese } from '../../shared/said/zh/zh.ts'

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

const engineFiles = globSync(['main/**/*.ts', 'shared/**/*.ts'], { cwd: root }).map((file) =>
  file.replaceAll('\\', '/'),
)
/** Printed by commands, in English. */
const commandLine =
  /^main\/(headless|demo|shell)\/|^main\/engine\/config\/(export|import)\/|^main\/engine\/store\/selfcheck\.ts$/

test.each([
  ['German', german],
  ['Chinese', chinese],
] as const)('every code of the engine has its %s words', (_name, catalogue) => {
  expect(Object.keys(sentences).length).toBeGreaterThan(100)
  const missing = Object.keys(sentences).filter((code) => !Object.hasOwn(catalogue.sentences, code))
  const strange = Object.keys(catalogue.sentences).filter((code) => !Object.hasOwn(sentences, code))
  const errors = errorCodes.filter((code) => !catalogue.codes[code]?.what || !catalogue.codes[code].todo)
  expect({ missing, strange, errors }).toEqual({ missing: [], strange: [], errors: [] })
})

test('every sentence of the catalogue is said somewhere', () => {
  const sources = engineFiles
    .filter((file) => !file.startsWith('shared/said/'))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
  const written = sources.replaceAll('\\\\', '\\').replaceAll("' +\n      '", '')
  const stored = readFileSync(join(root, 'shared/said/stored.ts'), 'utf8')
  const said = (code: string, sentence: unknown): boolean =>
    `${sources}${stored}`.includes(`'${code}'`) ||
    (code.startsWith('import.') && typeof sentence === 'string' && written.includes(sentence))
  const silent = Object.entries(sentences).flatMap(([code, sentence]) => (said(code, sentence) ? [] : [code]))
  expect(silent).toEqual([])
})

/** A field of the contract that a screen shows, filled with words instead of a sentence with a code. */
const wordsInField = /\b(?:detail|note|about|warnings): \[?(?:'|`)[A-Z][^'`]*\s[^'`]*(?:'|`)/g

test('no part of the engine fills a field of a screen with words that have no code', () => {
  const found = engineFiles
    .filter((file) => !commandLine.test(file) && !file.startsWith('shared/'))
    .flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(wordsInField)].map((match) => `${file}: ${match[0]}`),
    )
  expect(found).toEqual([])
  expect([..."{ state: 'ok', detail: 'Names are unique' }".matchAll(wordsInField)]).toHaveLength(1)
})

test('every note of the import report has its code', () => {
  const known = new Set<unknown>(Object.values(sentences))
  const files = engineFiles.filter((file) => file.startsWith('main/engine/config/import/'))
  const notes = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/'([A-Zo](?:[^'\\\n]|\\.)* (?:[^'\\\n]|\\.)*[.])'/g)].map(
      ([, note = '']) => note.replaceAll('\\\\', '\\'),
    ),
  )
  expect(notes.length).toBeGreaterThan(80)
  expect(notes.filter((note) => !known.has(note))).toEqual([])
})

test('a sentence is said in the language of the page, with those inside it, and in English when its code is unknown', () => {
  const cause = saidOfError({ code: 'CONNECTION_REFUSED', message: 'refused', hint: '' }).detail
  const detail = said('gateway.sourceDown', { name: 'Press', detail: cause, more: 0 })
  expect(detail.text).toBe('Press: refused')
  expect(sayIn(german, sentenceOf(inWords({ detail }), 'detail'))).toBe(
    `Press: ${german.codes.CONNECTION_REFUSED.what}`,
  )
  expect(sayIn(chinese, { code: 'gateway.ofNextYear', text: 'New words' })).toBe('New words')
  expect(sayIn(chinese, { code: `${errorPrefix}OF_NEXT_YEAR`, text: 'New words' })).toBe('New words')
})
