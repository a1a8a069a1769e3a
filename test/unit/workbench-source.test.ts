import { expect, test, vi } from 'vitest'
import { IndexFeed } from '../../renderer/screens/workbench/source-pane/index-feed.ts'
import { isMapped, mappedNodes } from '../../renderer/screens/workbench/source-pane/mapped-nodes.ts'
import { opcuaRoots } from '../../renderer/screens/workbench/source-pane/opcua-rows.ts'
import { SourceTree } from '../../renderer/screens/workbench/source-pane/source-tree.ts'
import { TopicFeed } from '../../renderer/screens/workbench/source-pane/topic-feed.ts'
import { classOf, flag } from '../../renderer/screens/workbench/source-pane/tree-model.ts'
import { noteOf } from '../../renderer/screens/workbench/source-pane/visible-rows.ts'
import type { RequestOutput } from '../../shared/api/contract.ts'
import type { ExploreState } from '../../shared/api/explore-requests.ts'
import type { NodeRow } from '../../shared/api/opcua-requests.ts'
import { mqttConnectorSchema } from '../../shared/config/mqtt.ts'
import { opcuaConnectorSchema } from '../../shared/config/opcua.ts'
import { failed, ok } from '../../shared/errors.ts'

const node = (nodeId: string, nodeClass: NodeRow['nodeClass'], hasChildren = false): NodeRow => ({
  nodeId,
  displayName: nodeId,
  browseName: `1:${nodeId}`,
  nodeClass,
  typeName: '',
  hasChildren,
})

const space: Record<string, NodeRow[]> = {
  'i=85': [node('Line', 'Object', true), node('Broken', 'Object', true), node('Empty', 'Object', true)],
  Line: [node('Speed', 'Variable'), node('Reset', 'Method')],
  Empty: [],
}

function browsed(asked: string[] = []): SourceTree {
  return new SourceTree(async (key) => {
    asked.push(key)
    const nodes = space[key]
    return nodes ? ok({ nodes, truncated: false }) : failed({ code: 'TIMEOUT', message: 'no answer', hint: '' })
  })
}

function words({ model, visible }: SourceTree): string[] {
  return Array.from({ length: visible.count }, (_, i) => {
    const note = noteOf(visible.at(i)!)
    return note ? note.note : model.name(visible.at(i)!)
  })
}

test('a branch that fails says so in its place, leaves its siblings usable and can be tried again', async () => {
  const tree = browsed()
  await tree.expand(0)
  await tree.expand(tree.model.rowOf('Broken'))
  await tree.expand(tree.model.rowOf('Line'))
  await tree.expand(tree.model.rowOf('Empty'))
  expect(words(tree)).toEqual([
    'Objects',
    'Line',
    'Speed',
    'Reset',
    'Broken',
    'error',
    'Empty',
    'empty',
    'Types',
    'Views',
  ])
  space['Broken'] = [node('Healed', 'Variable')]
  await tree.refresh(tree.model.rowOf('Broken'))
  delete space['Broken']
  expect(words(tree)).toContain('Healed')
})

test('a branch known from the index opens at once and is compared with the server behind it, once', async () => {
  const asked: string[] = []
  const tree = browsed(asked)
  tree.add({ parent: 0, key: 'Line', name: 'Line', nodeClass: classOf.object, typeName: '' })
  tree.add({ parent: 1 + 2, key: 'Old', name: 'Old', nodeClass: classOf.variable, typeName: '' })
  tree.grown()
  const line = tree.model.rowOf('Line')
  void tree.expand(0)
  void tree.expand(line)
  expect(words(tree)).toContain('Old')
  await vi.waitFor(() => expect(words(tree)).toContain('Speed'))
  tree.collapse(line)
  await tree.expand(line)
  expect(asked.filter((key) => key === 'Line')).toHaveLength(1)
})

test('expand-all leaves the standard part of a server folded', async () => {
  const tree = browsed()
  const server = tree.add({ parent: 0, key: 'i=2253', name: 'Server', nodeClass: 1, typeName: 'ServerType' })
  tree.add({ parent: server, key: 'x', name: 'ServerStatus', nodeClass: 2, typeName: '' })
  const line = tree.add({ parent: 0, key: 'l', name: 'Line', nodeClass: 1, typeName: '' })
  tree.add({ parent: line, key: 's', name: 'Speed', nodeClass: 2, typeName: '' })
  tree.expandAll()
  expect(words(tree)).toEqual(['Objects', 'Server', 'Line', 'Speed', 'Types', 'Views'])
})

test('a path is followed through a branch that is being read, and in the tree that took its place meanwhile', async () => {
  const tree = browsed()
  tree.open()
  // Objects is under way.
  expect(tree.model.key(await tree.reveal('/Objects/Line/Speed'))).toBe('Speed')
  const other = browsed()
  other.open()
  const revealed = other.reveal('/Objects/Line/Speed')
  // Rows of the fresh one have other numbers.
  const fresh = opcuaRoots()
  fresh.add({ parent: fresh.rowOf('i=85'), key: 'First', name: 'First', nodeClass: classOf.object, typeName: '' })
  other.replace(fresh)
  expect(other.model.key(await revealed)).toBe('Speed')
})

test('a path is followed through branches nobody has read', async () => {
  const tree = browsed()
  const row = await tree.reveal('/Objects/Line/Speed')
  expect(tree.model.name(row)).toBe('Speed')
  expect(words(tree)).toContain('Speed')
  expect(await tree.reveal('/Objects/Line/Ghost')).toBe(-1)
})

type Page = RequestOutput<'opcua.indexPage'>

function indexOf(names: readonly string[], generation: number): Page {
  const status = {
    state: 'complete' as const,
    detail: '',
    hint: '',
    nodes: names.length + 2,
    about: names.length + 2,
    isComplete: true,
    isReading: false,
    takenAt: 1,
    generation,
  }
  return {
    status,
    total: names.length + 2,
    parents: [-1, 0, ...names.map(() => 1)],
    names: ['Root', 'Objects', ...names],
    browseNames: names.flatMap((name, i): [number, string][] => (name === 'Shown' ? [[i + 2, 'Real']] : [])),
    classes: [1, 1, ...names.map(() => 2)],
    types: [0, 0, ...names.map(() => 0)],
    nodeIds: ['i=84', 'i=85', ...names.map((name) => `s=${name}`)],
    typeNames: [''],
  }
}

function cut(page: Page, offset: number, limit: number): Page {
  const part = <T>(list: T[]): T[] => list.slice(offset, offset + limit)
  const { parents, names, classes, types, nodeIds } = page
  return {
    ...page,
    parents: part(parents),
    names: part(names),
    classes: part(classes),
    types: part(types),
    nodeIds: part(nodeIds),
  }
}

test('an index comes in pages below what is there already, and another one takes its place with branches open as before', async () => {
  let page = indexOf(['A', 'Shown'], 1)
  const tree = new SourceTree(async () => ok({ nodes: [], truncated: false }))
  const feed = new IndexFeed(tree, { connectorId: 'x' }, async ({ offset }) => ok(cut(page, offset, 2)))
  await feed.follow(page.status)
  expect(feed.loaded).toBe(4)
  tree.expandAll()
  tree.toggle(tree.model.rowOf('s=A'))
  expect(words(tree)).toEqual(['Objects', 'A', 'Shown', 'Types', 'Views'])
  expect(tree.model.path(tree.model.rowOf('s=Shown'))).toBe('/Objects/Real')
  tree.cursor = tree.model.rowOf('s=A')
  page = indexOf(['New', 'A'], 2)
  await feed.follow(page.status)
  expect(words(tree)).toEqual(['Objects', 'New', 'A', 'Types', 'Views'])
  expect(tree.model.has(tree.model.rowOf('s=A'), flag.selected)).toBe(true)
  expect(tree.model.name(tree.cursor)).toBe('A')
})

const listening = (topics: number, generation = 1): ExploreState => ({
  state: 'listening',
  filters: ['#'],
  startedAt: 1,
  endsAt: 2,
  topics,
  messages: topics,
  skipped: 0,
  isFull: false,
  generation,
})

test('topics become levels, topics and fields; a level that carries messages is both', async () => {
  const topics: RequestOutput<'explore.page'>['topics'] = [
    {
      topic: 'plant/hall/north',
      format: 'json',
      fields: [
        { path: '$.temp', type: 'number' },
        { path: "$['a b']", type: 'object' },
        { path: "$['a b'].c", type: 'string' },
        { path: '$.list', type: 'array' },
        { path: '$.list[0]', type: 'number' },
      ],
    },
    { topic: 'plant/hall', format: 'text', fields: [] },
    { topic: '/odd', format: 'text', fields: [] },
  ]
  const feed = new TopicFeed('m', async ({ offset, limit }) =>
    ok({ status: listening(3), topics: topics.slice(offset, offset + limit) }),
  )
  await feed.follow(listening(3))
  feed.tree.expandAll()
  const { model } = feed.tree
  expect(words(feed.tree)).toEqual(['plant', 'hall', 'north', 'temp', 'a b', 'c', 'list', '[0]', '', 'odd'])
  expect(model.nodeClass(model.rowOf('plant/hall'))).toBe(classOf.topic)
  expect(model.variablesBelow(model.rowOf('plant'))).toBe(5)
})

test('mapped nodes are known by NodeId, by namespace number once the namespaces are known, and by browse path', () => {
  const connector = opcuaConnectorSchema.parse({
    type: 'opcua',
    id: 'x',
    name: 'x',
    endpointUrl: 'opc.tcp://h:1',
    devices: [
      {
        name: 'd',
        keys: [
          { key: 'a', node: 'nsu=urn:p;s=A' },
          { key: 'b', node: 'ns=2;s=B' },
          { key: 'c', node: '/Objects/{urn:p}Line/2:C' },
        ],
      },
    ],
  })
  const tree = new SourceTree(async () => ok({ nodes: [], truncated: false }))
  const line = tree.add({ parent: 0, key: 'nsu=urn:p;s=L', name: 'Line', nodeClass: 1, typeName: '' })
  const rows = ['A', 'B', 'C', 'D'].map((name) =>
    tree.add({ parent: line, key: `nsu=urn:p;s=${name}`, name, nodeClass: 2, typeName: '' }),
  )
  const marks = (namespaces: string[]): boolean[] =>
    rows.map((row) => isMapped(mappedNodes(connector, namespaces), tree.model, row))
  expect(marks([])).toEqual([true, false, true, false])
  expect(marks(['', '', 'urn:p'])).toEqual([true, true, true, false])
})

test('topics and fields are mapped when a rule takes them', async () => {
  const connector = mqttConnectorSchema.parse({
    type: 'mqtt',
    id: 'm',
    name: 'm',
    host: 'h',
    topics: [
      { filter: 'hall/+/climate', device: 'd', keys: [{ key: 't', value: '$.temp' }] },
      { filter: 'energy', device: 'd', forEach: '$.meters', keys: [{ key: 'p', value: '$.power' }] },
    ],
  })
  const mapped = mappedNodes(connector, [])
  const tree = new SourceTree()
  const is = (key: string, nodeClass: number): boolean =>
    isMapped(mapped, tree.model, tree.add({ parent: -1, key, name: key, nodeClass, typeName: '' }))
  expect(is('hall/north/climate\u0000$.temp', classOf.field)).toBe(true)
  expect(is('hall/north/climate\u0000$.humidity', classOf.field)).toBe(false)
  expect(is('hall/climate\u0000$.temp', classOf.field)).toBe(false)
  expect(is('energy\u0000$.meters[1].power', classOf.field)).toBe(true)
})
