import { expect, test } from 'vitest'
import { diffOf } from '../../main/engine/collect/opcua/index-diff.ts'
import { pathRows, pathText } from '../../main/engine/collect/opcua/index-paths.ts'
import { findRows, globOf, matchesPath, parseQuery } from '../../main/engine/collect/opcua/index-query.ts'
import { type IdentifierKind, IndexTable } from '../../main/engine/collect/opcua/index-table.ts'

const signal = new AbortController().signal

function tableOf(names: readonly (readonly [path: string, identifier?: number | string])[], uri = 'urn:a'): IndexTable {
  const table = new IndexTable()
  const namespace = table.namespace(uri)
  const rows = new Map<string, number>()
  for (const [path, identifier = path] of [['', 84], ['Objects', 85], ...names] as const) {
    const name = path.split('/').at(-1) ?? ''
    const parent = path === '' ? -1 : (rows.get(path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '') ?? -1)
    const isStandard = path === '' || path === 'Objects'
    const kind: IdentifierKind = typeof identifier === 'number' ? 'i' : 's'
    const row = table.add({
      parent,
      namespace: isStandard ? 0 : namespace,
      kind,
      identifier,
      nodeClass: 1,
      browseNamespace: namespace,
      browseName: name,
      displayName: name.toUpperCase(),
      type: 0,
    })
    rows.set(path, row)
  }
  return table
}

const find = async (table: IndexTable, text: string): Promise<string[]> => {
  const query = parseQuery(text)
  return query ? Array.from(await findRows(table, query, 1000, signal), (row) => table.path(row)) : []
}

test('the same NodeId is one row, whatever leads to it', () => {
  const table = tableOf([['Objects/A', 'x'], ['Objects/B'], ['Objects/B/A', 'x']])
  expect(table.count).toBe(4)
  expect(table.furtherParents).toBe(1)
  expect(table.find(1, 's', 'x')).toBe(2)
  expect(table.find(1, 's', 'y')).toBe(-1)
  expect(table.find(0, 's', 'x')).toBe(-1)
})

/** Line1/Shared is below Line2 as well, and points back to Line1: a second parent and a cycle. */
function sharedTable(): IndexTable {
  const table = tableOf([
    ['Objects/Line1'],
    ['Objects/Line2'],
    ['Objects/Line1/Shared', 's'],
    ['Objects/Line1/Shared/Speed', 'v'],
  ])
  const again = (parent: number, row: number): number => {
    const names = { nodeClass: 1, browseNamespace: 1, browseName: '', displayName: '', type: 0 }
    return table.add({ parent, ...table.identifier(row), ...names })
  }
  expect(again(3, 4)).toBe(~4)
  expect(again(3, 4)).toBe(~4)
  expect(again(5, 2)).toBe(~2)
  expect(again(2, 2)).toBe(~2)
  return table
}

const pathsOf = (table: IndexTable, row: number, limit = 10): string[] =>
  pathRows(table, row, limit).map((rows) => pathText(table, rows))

test('a node below several parents has one row and a path below each; a cycle adds none', async () => {
  const table = sharedTable()
  expect(table.count).toBe(6)
  expect(table.furtherParents).toBe(2)
  expect(pathsOf(table, 4)).toEqual(['/Objects/Line1/Shared', '/Objects/Line2/Shared'])
  expect(pathsOf(table, 5)).toEqual(['/Objects/Line1/Shared/Speed', '/Objects/Line2/Shared/Speed'])
  expect(pathsOf(table, 5, 1)).toEqual(['/Objects/Line1/Shared/Speed'])
  // Line1 is below Speed, which is below Line2 by way of Shared.
  expect(pathsOf(table, 2)).toEqual(['/Objects/Line1', '/Objects/Line2/Shared/Speed/Line1'])
})

test('a node is found by every one of its paths, also by one that leads through a later row', async () => {
  const table = sharedTable()
  const rows = async (text: string): Promise<number[]> =>
    Array.from(await findRows(table, parseQuery(text)!, 100, signal))
  expect(await rows('/Objects/Line1/Shared/Speed')).toEqual([5])
  expect(await rows('/Objects/Line2/Shared/Speed')).toEqual([5])
  expect(await rows('Line2/Shared/Speed/Line1')).toEqual([2])
  expect(await rows('/Objects/Line2/Shared/Speed/Line1/Shared/S*')).toEqual([5])
  expect(await rows('/Objects/Line3/Shared')).toEqual([])
  const query = parseQuery('/Objects/Line2/**')!
  expect(pathRows(table, 4, 10).map((path) => matchesPath(table, query, path))).toEqual([false, true])
})

test('further parents survive the way to the disk, and damaged ones are refused', async () => {
  const table = sharedTable()
  const bytes = Buffer.concat([...table.blocks()])
  const read = await IndexTable.from(table.shape(), bytes)
  expect(read && pathsOf(read, 5)).toEqual(['/Objects/Line1/Shared/Speed', '/Objects/Line2/Shared/Speed'])
  for (let at = 0; at < bytes.length; at++) {
    const broken = Buffer.from(bytes)
    broken[at] = broken[at]! ^ 0xff
    // Never throws, never hangs, whatever it accepts.
    const other = await IndexTable.from(table.shape(), broken)
    if (other) for (let row = 0; row < other.count; row++) pathsOf(other, row)
  }
})

test('a thicket of references costs neither memory nor time without end', () => {
  const table = tableOf(Array.from({ length: 300 }, (_, i) => [`Objects/n${i}`] as const))
  const names = { nodeClass: 1, browseNamespace: 1, browseName: '', displayName: '', type: 0 }
  for (let row = 2; row < 302; row++)
    for (let parent = 2; parent < 302; parent++) table.add({ parent, ...table.identifier(row), ...names })
  expect(table.furtherParents).toBeLessThanOrEqual(300 * 64)
  expect(pathsOf(table, 200, 5)).toHaveLength(5)
  expect(pathsOf(table, 200, 1_000_000).length).toBeLessThanOrEqual(2000)
})

test("the plant's own nodes come before those of the standard, also where only some are counted", async () => {
  const table = tableOf([])
  const add = (parent: number, namespace: number, identifier: number, name: string) =>
    table.add({
      parent,
      namespace,
      kind: 'i',
      identifier,
      nodeClass: 2,
      browseNamespace: namespace,
      browseName: name,
      displayName: name,
      type: 0,
    })
  add(1, 0, 2256, 'ServerStatus')
  add(1, 0, 2259, 'StatusState')
  add(1, 1, 1, 'MotorStatus')
  add(1, 1, 2, 'PumpStatus')
  expect(await find(table, 'status')).toEqual([
    '/Objects/MotorStatus',
    '/Objects/PumpStatus',
    '/Objects/ServerStatus',
    '/Objects/StatusState',
  ])
  const few = await findRows(table, parseQuery('/Objects/*Status')!, 3, signal)
  expect(Array.from(few, (row) => table.path(row))).toEqual([
    '/Objects/MotorStatus',
    '/Objects/PumpStatus',
    '/Objects/ServerStatus',
  ])
})

test('numbers, texts, empty and very large ones are kept apart', () => {
  const table = tableOf([
    ['Objects/a', 1],
    ['Objects/b', '1'],
    ['Objects/c', 4_294_967_295],
    ['Objects/d', ''],
  ])
  expect([0, 1, 2, 3, 4, 5].map((row) => table.nodeId(row))).toEqual([
    'i=84',
    'i=85',
    'nsu=urn:a;i=1',
    'nsu=urn:a;s=1',
    'nsu=urn:a;i=4294967295',
    'nsu=urn:a;s=',
  ])
})

test('what a path could confuse is escaped, and so is the namespace of a NodeId', () => {
  const table = tableOf([], 'urn:a;b%')
  table.add({
    parent: 1,
    namespace: 1,
    kind: 's',
    identifier: 'x/y',
    nodeClass: 2,
    browseNamespace: 1,
    browseName: 'In/Out & more',
    displayName: 'I',
    type: 0,
  })
  expect(table.path(2)).toBe('/Objects/In&/Out && more')
  expect(table.nodeId(2)).toBe('nsu=urn:a%3Bb%25;s=x/y')
})

test('a table of many rows survives the way to the disk and back', async () => {
  const table = tableOf(
    Array.from({ length: 5000 }, (_, i) => [`Objects/Node ${i}`, i % 2 ? i : `ü${i}`.padEnd(900, 'x')] as const),
  )
  const bytes = Buffer.concat([...table.blocks()])
  const again = await IndexTable.from(table.shape(), bytes)
  expect(again?.count).toBe(table.count)
  for (const row of [0, 1, 2, 3, 5001]) {
    expect(again?.path(row)).toBe(table.path(row))
    expect(again?.nodeId(row)).toBe(table.nodeId(row))
    expect(again?.find(1, 's', 'ü4998'.padEnd(900, 'x'))).toBe(5000)
  }
})

test('bytes that are not of the shape are no table: cut, extended, or with numbers that point outside', async () => {
  const table = tableOf([['Objects/A'], ['Objects/B']])
  const bytes = Buffer.concat([...table.blocks()])
  expect(await IndexTable.from(table.shape(), bytes.subarray(0, -1))).toBeUndefined()
  expect(await IndexTable.from(table.shape(), Buffer.concat([bytes, Buffer.of(0)]))).toBeUndefined()
  expect(await IndexTable.from({ ...table.shape(), count: 3 }, bytes)).toBeUndefined()
  for (let at = 0; at < bytes.length; at++) {
    const broken = Buffer.from(bytes)
    broken[at] = broken[at]! ^ 0xff
    // Never throws, never hangs; what it accepts can be read.
    const read = await IndexTable.from(table.shape(), broken)
    if (read) for (let row = 0; row < read.count; row++) read.path(row)
  }
})

test('patterns match levels; without a leading / they match anywhere', async () => {
  const table = tableOf([
    ['Objects/Line1'],
    ['Objects/Line1/M01'],
    ['Objects/Line1/M01/Speed'],
    ['Objects/Line2'],
    ['Objects/Line2/M01', 'l2m1'],
    ['Objects/Line2/M01/Speed', 'l2s'],
    ['Objects/Line2/M1'],
  ])
  expect(await find(table, 'Objects/Line*/M??')).toEqual(['/Objects/Line1/M01', '/Objects/Line2/M01'])
  expect(await find(table, '/Line1')).toEqual([])
  expect(await find(table, 'M01/Sp*')).toEqual(['/Objects/Line1/M01/Speed', '/Objects/Line2/M01/Speed'])
  expect(await find(table, '/Objects/**/speed')).toHaveLength(2)
  expect(await find(table, '/**')).toHaveLength(8)
  expect(await find(table, '/Objects/**')).toHaveLength(8)
  expect(await find(table, 'line2/m')).toEqual(['/Objects/Line2/M01', '/Objects/Line2/M1'])
  expect(await find(table, 'nsu=urn:a;s=l2s')).toEqual(['/Objects/Line2/M01/Speed'])
  expect(await find(table, 'i=85')).toEqual(['/Objects'])
  expect(await find(table, 'SPEED')).toHaveLength(2)
  expect(await find(table, '   ')).toEqual([])
})

test('a pattern made to be slow is not', () => {
  const glob = globOf(`${'*a'.repeat(60)}b`)
  expect(glob('a'.repeat(16_000))).toBe(false)
  expect(globOf('a*b?d')('aXXbcd')).toBe(true)
  expect(globOf('a*b?d')('aXXbd')).toBe(false)
  expect(globOf('*')('')).toBe(true)
  expect(globOf('A?', true)('ab')).toBe(false)
})

test('a server that renumbers its namespaces has not changed; what came and went is named', async () => {
  const before = tableOf([['Objects/A'], ['Objects/B']], 'urn:a')
  const after = new IndexTable()
  after.namespace('urn:other')
  const namespace = after.namespace('urn:a')
  const add = (parent: number, own: number, identifier: number | string, name: string) =>
    after.add({
      parent,
      namespace: own,
      kind: typeof identifier === 'number' ? 'i' : 's',
      identifier,
      nodeClass: 1,
      browseNamespace: own,
      browseName: name,
      displayName: name,
      type: 0,
    })
  add(-1, 0, 84, 'Root')
  add(0, 0, 85, 'Objects')
  add(1, namespace, 'Objects/A', 'A')
  add(1, namespace, 'Objects/C', 'C')
  expect(await diffOf(before, after, signal)).toEqual({
    added: 1,
    gone: 1,
    addedPaths: ['/Objects/C'],
    gonePaths: ['/Objects/B'],
  })
})
