import type { KeyboardEvent } from 'react'
import { expect, test, vi } from 'vitest'
import type { SourceSession } from '../../renderer/screens/workbench/source-pane/source-session.ts'
import { SourceTree } from '../../renderer/screens/workbench/source-pane/source-tree.ts'
import { treeKeys } from '../../renderer/screens/workbench/source-pane/tree-keys.ts'
import { selectedRows } from '../../renderer/screens/workbench/source-pane/tree-selection.ts'
import type { NodeRow } from '../../shared/api/opcua-requests.ts'
import { ok } from '../../shared/errors.ts'

const node = (nodeId: string, nodeClass: NodeRow['nodeClass'], hasChildren = false): NodeRow => ({
  nodeId,
  displayName: nodeId,
  browseName: nodeId,
  nodeClass,
  typeName: '',
  hasChildren,
})
const space: Record<string, NodeRow[]> = {
  'i=85': [node('Line', 'Object', true), node('Broken', 'Object')],
  Line: [node('Speed', 'Variable'), node('Temp', 'Variable')],
}

interface Hand {
  readonly tree: SourceTree
  /** Whether the key was the tree's. */
  readonly press: (key: string, held?: { readonly shiftKey?: boolean; readonly ctrlKey?: boolean }) => boolean
  /** Name of the row with the cursor. */
  readonly at: () => string
  readonly selected: () => string[]
  readonly commands: readonly string[]
}

async function handOn(selects: boolean, hasCommands: boolean): Promise<Hand> {
  const tree = new SourceTree(async (key) => ok({ nodes: space[key] ?? [], truncated: false }), selects)
  tree.open()
  await vi.waitFor(() => expect(tree.model.rowOf('Line')).toBeGreaterThan(0))
  const keys = treeKeys()
  const commands: string[] = []
  const anchor = { current: 0 }
  let active = tree.visible.indexOf(tree.model.rowOf('Line'))
  return {
    tree,
    press: (key, held = {}) =>
      keys(
        { key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...held } as KeyboardEvent<HTMLElement>,
        {
          session: { tree } as SourceSession,
          active,
          page: 10,
          goTo: (index) => {
            active = index
          },
          onCommand: hasCommands ? (name) => commands.push(name) : undefined,
          anchor,
        },
      ),
    at: () => tree.model.name(tree.visible.at(active)!),
    selected: () => selectedRows(tree.model, 100).map((row) => tree.model.key(row)),
    commands,
  }
}

test('right opens and then enters a branch, left leaves and then closes it', async () => {
  const hand = await handOn(true, true)
  expect(hand.press('ArrowRight')).toBe(true)
  await vi.waitFor(() => expect(hand.tree.visible.indexOf(hand.tree.model.rowOf('Speed'))).toBeGreaterThan(0))
  hand.press('ArrowRight')
  expect(hand.at()).toBe('Speed')
  hand.press('ArrowLeft')
  expect(hand.at()).toBe('Line')
  hand.press('ArrowLeft')
  expect(hand.tree.visible.indexOf(hand.tree.model.rowOf('Speed'))).toBe(-1)
})

test('letters go to the next name that begins so; in the Workbench a small one is a command first', async () => {
  const picking = await handOn(true, false)
  picking.press('b')
  expect(picking.at()).toBe('Broken')
  const working = await handOn(true, true)
  working.press('m')
  expect(working.commands).toEqual(['map'])
  expect(working.at()).toBe('Line')
})

test('a blank after letters goes on with a name that has one, and else selects at once', async () => {
  const picking = await handOn(true, false)
  for (const key of 'line ') picking.press(key)
  expect([picking.at(), picking.selected()]).toEqual(['Line', ['Line']])
  const two = await handOn(true, false)
  two.tree.add({ parent: two.tree.model.rowOf('i=85'), name: 'Line 2', nodeClass: 1, typeName: '', key: 'Line2' })
  two.tree.grown()
  for (const key of 'line 2') two.press(key)
  expect([two.at(), two.selected()]).toEqual(['Line 2', []])
})

test('an arrow ends the name that was typed: the next letter begins another', async () => {
  const picking = await handOn(true, false)
  for (const key of ['l', 'i', 'Home', 'b']) picking.press(key)
  expect(picking.at()).toBe('Broken')
})

test('Space selects; a tree that is only looked at is never selected in, by any key', async () => {
  const picking = await handOn(true, false)
  picking.press(' ')
  expect(picking.selected()).toEqual(['Line'])
  const looking = await handOn(false, false)
  for (const [key, held] of [
    [' ', {}],
    ['ArrowDown', { shiftKey: true }],
    ['a', { ctrlKey: true }],
    ['a', { ctrlKey: true, shiftKey: true }],
  ] as const)
    looking.press(key, held)
  expect(looking.selected()).toEqual([])
})

test('Esc clears the selection in the Workbench, and is left to the dialog of a picker', async () => {
  const working = await handOn(true, true)
  working.press(' ')
  expect(working.press('Escape')).toBe(true)
  expect(working.selected()).toEqual([])
  const picking = await handOn(true, false)
  picking.press(' ')
  expect(picking.press('Escape')).toBe(false)
  expect(picking.selected()).toEqual(['Line'])
})
