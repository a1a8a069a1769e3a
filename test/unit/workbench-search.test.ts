import { expect, test } from 'vitest'
import { type SearchQuery, SearchTable } from '../../renderer/screens/workbench/source-pane/search-core.ts'
import { classOf } from '../../renderer/screens/workbench/source-pane/tree-model.ts'

const rows: readonly [name: string, parent: number, nodeClass: number, type: number][] = [
  ['Objects', -1, classOf.object, 1],
  ['Line1', 0, classOf.object, 1],
  ['Motor_01', 1, classOf.object, 2],
  ['Speed', 2, classOf.variable, 3],
  ['TopSpeed', 2, classOf.variable, 3],
  ['max_speed', 2, classOf.variable, 3],
  ['Speed Log', 1, classOf.object, 1],
  ['Reset', 6, classOf.method, 0],
  ['Types', -1, classOf.object, 1],
  ['SpeedType', 8, classOf.object, 1],
]

function table(perChunk = 100): SearchTable {
  const made = new SearchTable()
  for (let first = 0; first < rows.length; first += perChunk) {
    const part = rows.slice(first, first + perChunk)
    made.add({
      first,
      names: part.map(([name]) => name),
      parents: Int32Array.from(part, ([, parent]) => parent),
      classes: Uint8Array.from(part, ([, , nodeClass]) => nodeClass),
      types: Uint16Array.from(part, ([, , , type]) => type),
      folded: Uint8Array.from(part, ([name]) => (name === 'Types' ? 1 : 0)),
    })
  }
  return made
}

function find(text: string, change: Partial<SearchQuery> = {}, made = table()): string[] {
  const { rows: found } = made.search({ text, nodeClass: 'all', type: -1, mapped: 'all', limit: 100, ...change })
  return [...found].map((row) => rows[row]![0])
}

test('the whole name comes first, then its beginning, then a word, then any part, then the path, standard nodes last', () => {
  expect(find('speed')).toEqual(['Speed', 'Speed Log', 'max_speed', 'TopSpeed', 'Reset', 'SpeedType'])
})

test('all words must be in the path, in any order and case', () => {
  expect(find('SPEED motor')).toEqual(['Speed', 'max_speed', 'TopSpeed'])
  expect(find('motor nothing')).toEqual([])
})

test('a level and the beginning of the next are found as typed', () => {
  expect(find('line1/mot')).toEqual(['Motor_01', 'Speed', 'TopSpeed', 'max_speed'])
})

test('* and ? stay in their level, ** takes any number of them, a leading slash begins at Root', () => {
  expect(find('Sp*')).toEqual(['Speed', 'Speed Log', 'SpeedType'])
  expect(find('Motor_??/*speed')).toEqual(['Speed', 'TopSpeed', 'max_speed'])
  expect(find('/Objects/*/Speed*')).toEqual(['Speed Log'])
  expect(find('/Objects/**/Speed*')).toEqual(['Speed', 'Speed Log'])
  expect(find('/Line1/*')).toEqual([])
})

test('a pattern made to be slow is not', () => {
  expect(find(`${'*a'.repeat(200)}*b`)).toEqual([])
})

test('filters hold for class, type and mapping, also without a word', () => {
  const made = table()
  made.setMapped(Int32Array.from([3]))
  expect(find('', { nodeClass: 'variables' }, made)).toEqual(['Speed', 'TopSpeed', 'max_speed'])
  expect(find('', { nodeClass: 'methods' }, made)).toEqual(['Reset'])
  expect(find('', { type: 2 }, made)).toEqual(['Motor_01'])
  expect(find('speed', { nodeClass: 'variables', mapped: 'unmapped' }, made)).toEqual(['max_speed', 'TopSpeed'])
  expect(find('', { mapped: 'mapped' }, made)).toEqual(['Speed'])
})

test('what is cut off is counted', () => {
  const { rows: found, total } = table().search({ text: 'speed', nodeClass: 'all', type: -1, mapped: 'all', limit: 2 })
  expect([found.length, total]).toEqual([2, 6])
})

test('rows that came in pieces are found like rows that came at once', () => {
  for (const perChunk of [1, 2, 3]) expect(find('speed', {}, table(perChunk)).sort()).toEqual(find('speed').sort())
})
