import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { classOf, flag, TreeModel } from '../../renderer/screens/workbench/source-pane/tree-model.ts'
import {
  clearAll,
  markOf,
  pickedCount,
  select,
  selectDescendants,
  selectedRows,
  toggle,
} from '../../renderer/screens/workbench/source-pane/tree-selection.ts'
import { noteOf, VisibleRows } from '../../renderer/screens/workbench/source-pane/visible-rows.ts'

interface Plant {
  readonly model: TreeModel
  readonly row: (key: string) => number
}

/** Objects / Line (M1: Speed, Temp; M2: Speed) and a property below a variable. */
function plant(): Plant {
  const model = new TreeModel()
  const add = (key: string, parent: number, nodeClass: number, typeName = ''): number =>
    model.add({ key, name: key, parent, nodeClass, typeName })
  const objects = add('Objects', -1, classOf.object)
  const line = add('Line', objects, classOf.object)
  const m1 = add('M1', line, classOf.object)
  const m2 = add('M2', line, classOf.object)
  const speed = add('M1.Speed', m1, classOf.variable)
  add('M1.Temp', m1, classOf.variable)
  add('M2.Speed', m2, classOf.variable)
  add('M1.Speed.EURange', speed, classOf.variable, 'PropertyType')
  return { model, row: (key) => model.rowOf(key) }
}

const keysOf = ({ model }: Plant): string[] => selectedRows(model, 1000).map((row) => model.key(row))

test('a row knows its place among its siblings however they came', () => {
  const { model, row } = plant()
  expect([model.place(row('M2')), model.siblings(row('M2')), model.depth(row('M2'))]).toEqual([2, 2, 2])
  expect(model.path(row('M1.Speed'))).toBe('/Objects/Line/M1/M1.Speed')
})

test('a path guards what separates levels and uses the browse name', () => {
  const model = new TreeModel()
  const parent = model.add({ key: 'a', name: 'A/B', parent: -1, nodeClass: 1, typeName: '' })
  const row = model.add({ key: 'b', name: 'shown', browseName: 'real', parent, nodeClass: 2, typeName: '' })
  expect(model.path(row)).toBe('/A&/B/real')
})

test('properties of variables are not counted as values', () => {
  const { model, row } = plant()
  expect(model.variablesBelow(row('Line'))).toBe(3)
})

test('a selected folder covers what is below it and is handed on as one', () => {
  const here = plant()
  const { model, row } = here
  select(model, row('M1.Speed'), true)
  expect([markOf(model, row('Line')), markOf(model, row('M1'))]).toEqual(['mixed', 'mixed'])
  select(model, row('Line'), true)
  expect(keysOf(here)).toEqual(['Line'])
  expect([markOf(model, row('M2.Speed')), pickedCount(model, row('Objects'))]).toEqual(['on', 3])
})

test('leaving one row out of a covered folder keeps everything else selected', () => {
  const here = plant()
  const { model, row } = here
  select(model, row('Line'), true)
  toggle(model, row('M1.Temp'))
  expect(keysOf(here)).toEqual(['M1.Speed', 'M2'])
  expect([markOf(model, row('M1.Temp')), pickedCount(model, row('Line'))]).toEqual(['off', 2])
})

test('what comes into a selected folder is covered and counted', () => {
  const { model, row } = plant()
  select(model, row('M2'), true)
  model.add({ key: 'M2.New', name: 'New', parent: row('M2'), nodeClass: classOf.variable, typeName: '' })
  expect(pickedCount(model, row('Objects'))).toBe(2)
  select(model, row('M2'), false)
  expect(pickedCount(model, row('Objects'))).toBe(0)
})

test('all descendants are selected one by one, a folder nobody has read as itself', () => {
  const here = plant()
  const { model, row } = here
  selectDescendants(model, row('Line'))
  expect(keysOf(here)).toEqual(['M1.Speed', 'M1.Temp', 'M2.Speed'])
  clearAll(model)
  const unread = model.add({ key: 'U', name: 'U', parent: row('Line'), nodeClass: classOf.object, typeName: '' })
  selectDescendants(model, unread)
  expect(keysOf(here)).toEqual(['U'])
})

test('the folders a server begins with can not be selected', () => {
  const here = plant()
  select(here.model, here.row('Objects'), true)
  expect(keysOf(here)).toEqual([])
})

test('whatever is selected and left out, the counters are what a count of the tree says', () => {
  const op = fc.tuple(fc.nat(7), fc.constantFrom('toggle', 'descendants', 'add'))
  void fc.assert(
    fc.property(fc.array(op, { maxLength: 40 }), (ops) => {
      const { model } = plant()
      ops.forEach(([row, what], i) => {
        if (what === 'toggle') toggle(model, row)
        else if (what === 'descendants' && row > 0) selectDescendants(model, row)
        else if (what === 'add' && model.nodeClass(row) === classOf.object)
          model.add({ key: `x${i}`, name: 'x', parent: row, nodeClass: classOf.variable, typeName: '' })
      })
      for (let row = 0; row < model.count; row += 1) {
        let picked = 0
        for (let below = 0; below < model.count; below += 1) {
          let isBelow = false
          for (let up = model.parent(below); up >= 0; up = model.parent(up)) isBelow ||= up === row
          if (isBelow && model.isCountable(below) && markOf(model, below) === 'on') picked += 1
        }
        expect(pickedCount(model, row)).toBe(picked)
      }
    }),
    { numRuns: 200 },
  )
})

function shown(model: TreeModel, visible: VisibleRows): string[] {
  return Array.from({ length: visible.count }, (_, i) => {
    const entry = visible.at(i)!
    const note = noteOf(entry)
    return note ? `${model.key(note.row)}:${note.note}` : model.key(entry)
  })
}

test('opening and closing a branch moves only what is behind it', () => {
  const { model, row } = plant()
  const visible = new VisibleRows(model)
  for (const key of ['Objects', 'Line', 'M1']) {
    model.set(row(key), flag.open, true)
    visible.refreshBranch(row(key))
  }
  expect(shown(model, visible)).toEqual(['Objects', 'Line', 'M1', 'M1.Speed', 'M1.Temp', 'M2'])
  model.set(row('Line'), flag.open, false)
  visible.refreshBranch(row('Line'))
  expect(shown(model, visible)).toEqual(['Objects', 'Line'])
  model.set(row('Line'), flag.open, true)
  visible.refreshBranch(row('Line'))
  expect(shown(model, visible)).toEqual(['Objects', 'Line', 'M1', 'M1.Speed', 'M1.Temp', 'M2'])
})

test('a branch says in its own place that it is read, failed, empty or cut off', () => {
  const { model, row } = plant()
  const visible = new VisibleRows(model)
  for (const key of ['Objects', 'Line', 'M1', 'M2']) model.set(row(key), flag.open, true)
  model.set(row('M1'), flag.truncated, true)
  const empty = model.add({ key: 'E', name: 'E', parent: row('Line'), nodeClass: classOf.object, typeName: '' })
  const failed = model.add({ key: 'F', name: 'F', parent: row('Line'), nodeClass: classOf.object, typeName: '' })
  model.set(empty, flag.open, true)
  model.set(failed, flag.open, true)
  model.set(failed, flag.failed, true)
  visible.rebuild()
  expect(shown(model, visible)).toEqual([
    'Objects',
    'Line',
    'M1',
    'M1.Speed',
    'M1.Temp',
    'M1:truncated',
    'M2',
    'M2.Speed',
    'E',
    'E:empty',
    'F',
    'F:error',
  ])
})

test('a step-by-step list is the list built anew, whatever was opened and closed', () => {
  void fc.assert(
    fc.property(fc.array(fc.nat(6), { maxLength: 30 }), (toggles) => {
      const { model } = plant()
      const visible = new VisibleRows(model)
      for (const row of toggles) {
        model.set(row, flag.open, !model.has(row, flag.open))
        visible.refreshBranch(row)
      }
      expect(shown(model, visible)).toEqual(shown(model, new VisibleRows(model)))
    }),
  )
})
