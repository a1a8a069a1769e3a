import { expect, test, vi } from 'vitest'
import { NodeTree } from '../../renderer/screens/nodes/node-tree.ts'
import { treeKey } from '../../renderer/screens/nodes/tree-keys.ts'
import type { NodeRow } from '../../shared/api/opcua-requests.ts'
import { failed, ok } from '../../shared/errors.ts'

const node = (nodeId: string, nodeClass: NodeRow['nodeClass'], hasChildren: boolean): NodeRow => ({
  nodeId,
  displayName: nodeId,
  browseName: nodeId,
  nodeClass,
  typeName: '',
  hasChildren,
})

const space: Record<string, NodeRow[]> = {
  '': [node('Line', 'Object', true), node('Broken', 'Object', true), node('Empty', 'Object', true)],
  Line: [node('Speed', 'Variable', false), node('Temp', 'Variable', false), node('Reset', 'Method', false)],
  Empty: [],
}

async function openTree(asked: string[] = []): Promise<NodeTree> {
  const tree = new NodeTree(async (nodeId) => {
    asked.push(nodeId)
    const nodes = space[nodeId]
    return nodes
      ? ok({ nodes, truncated: nodeId === 'Line' })
      : failed({ code: 'TIMEOUT', message: 'no answer', hint: '' })
  })
  tree.subscribe(() => undefined)
  await vi.waitFor(() => expect(tree.rows().length).toBe(3))
  return tree
}

const words = (tree: NodeTree): string[] =>
  tree.rows().map((row) => (row.kind === 'node' ? row.item.node.displayName : row.kind))

async function open(tree: NodeTree, name: string): Promise<void> {
  const row = tree.rows().find((candidate) => candidate.item.node.displayName === name)
  if (row) await tree.expand(row.item)
}

test('a branch that fails says so in its place, leaves its siblings usable and can be retried', async () => {
  const asked: string[] = []
  const tree = await openTree(asked)
  await open(tree, 'Broken')
  await open(tree, 'Line')
  expect(words(tree)).toEqual(['Line', 'Speed', 'Temp', 'Reset', 'truncated', 'Broken', 'error', 'Empty'])
  const broken = tree.rows().find((row) => row.kind === 'error')
  if (broken) tree.retry(broken.item)
  await vi.waitFor(() => expect(asked.filter((id) => id === 'Broken')).toHaveLength(2))
})

test('an empty branch says that nothing is below it', async () => {
  const tree = await openTree()
  await open(tree, 'Empty')
  expect(words(tree)).toEqual(['Line', 'Broken', 'Empty', 'empty'])
})

test('a branch that was opened once is not browsed again', async () => {
  const asked: string[] = []
  const tree = await openTree(asked)
  await open(tree, 'Line')
  const line = tree.rows()[0]
  if (line) tree.collapse(line.item)
  await open(tree, 'Line')
  expect(asked).toEqual(['', 'Line'])
})

test('switching a folder selects its variables only, and again none; closing it keeps them', async () => {
  const tree = await openTree()
  const line = tree.rows()[0]
  if (!line) throw new Error('no first row')
  await tree.toggle(line.item)
  expect(tree.selected.map((item) => item.node.nodeId)).toEqual(['Speed', 'Temp'])
  tree.collapse(line.item)
  expect(tree.selected).toHaveLength(2)
  await tree.toggle(line.item)
  expect(tree.selected).toHaveLength(0)
})

test('the filter shows matches with the way to them', async () => {
  const tree = await openTree()
  await open(tree, 'Line')
  tree.filter('tem')
  expect(words(tree)).toEqual(['Line', 'Temp'])
  tree.filter('')
  expect(words(tree)).toContain('Speed')
})

test('keys follow the ARIA tree pattern: right opens then enters, left leaves then closes', async () => {
  const tree = await openTree()
  let active = 0
  const press = (key: string): boolean =>
    treeKey(key, {
      tree,
      rows: tree.rows(),
      active,
      page: 10,
      goTo: (index) => {
        active = index
      },
    })
  expect(press('ArrowRight')).toBe(true)
  await vi.waitFor(() => expect(words(tree)).toContain('Speed'))
  press('ArrowRight')
  expect(active).toBe(1)
  press('ArrowLeft')
  expect(active).toBe(0)
  press('ArrowLeft')
  expect(words(tree)).toEqual(['Line', 'Broken', 'Empty'])
  press('End')
  expect(active).toBe(2)
  expect(press('x')).toBe(false)
  expect(tree.findByPrefix('bro', 2)).toBe(1)
})

test('a browse path opens the branches on its way and nothing else', async () => {
  const asked: string[] = []
  const tree = await openTree(asked)
  const found = await tree.reveal('/Objects/Line/Temp')
  expect(found?.node.nodeId).toBe('Temp')
  expect(asked).toEqual(['', 'Line'])
  expect(words(tree)).toContain('Temp')
  expect(await tree.reveal('/Objects/Line/Nowhere')).toBeUndefined()
  expect(await tree.reveal('/Types/Line')).toBeUndefined()
})

test('a node that was found without the tree is selected once, with the folder it is in', async () => {
  const tree = await openTree()
  const speed = node('Speed', 'Variable', false)
  tree.toggleFound(speed, 'Line 1')
  expect(tree.selected.map((item) => [item.node.nodeId, item.parent?.node.displayName])).toEqual([['Speed', 'Line 1']])
  await open(tree, 'Line')
  const row = tree.rows().find((candidate) => candidate.item.node.nodeId === 'Speed')
  expect(row && tree.isSelected(row.item)).toBe(true)
  tree.toggleFound(speed, 'Line 1')
  expect(tree.selected).toEqual([])
})
