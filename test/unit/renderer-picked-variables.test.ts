import { expect, test } from 'vitest'
import { pickedLimit, pickedVariables } from '../../renderer/screens/sources/picked-variables.ts'
import { classOf, TreeModel } from '../../renderer/screens/workbench/source-pane/tree-model.ts'
import { select, toggle } from '../../renderer/screens/workbench/source-pane/tree-selection.ts'

function plant(): { readonly model: TreeModel; readonly row: (key: string) => number } {
  const model = new TreeModel()
  const add = (key: string, parent: number, nodeClass: number, typeName = ''): number =>
    model.add({ key, name: key, parent, nodeClass, typeName })
  const objects = add('Objects', -1, classOf.object)
  add('Alone', objects, classOf.variable)
  const line = add('Line', objects, classOf.object)
  const motor = add('Motor', line, classOf.object)
  const speed = add('Speed', motor, classOf.variable, 'AnalogItemType')
  add('EURange', speed, classOf.variable, 'PropertyType')
  add('Temp', motor, classOf.variable)
  add('Reset', motor, classOf.method)
  return { model, row: (key) => model.rowOf(key) }
}
const nothing = (): boolean => false

test('a folder gives the variables below it at any depth, without methods and properties', () => {
  const { model, row } = plant()
  select(model, row('Line'), true)
  expect(pickedVariables(model, nothing).fresh).toEqual([
    { nodeId: 'Speed', name: 'Speed', folder: 'Motor', typeName: 'AnalogItemType' },
    { nodeId: 'Temp', name: 'Temp', folder: 'Motor', typeName: '' },
  ])
})

test('a variable directly below Objects has no folder to name a device after', () => {
  const { model, row } = plant()
  select(model, row('Alone'), true)
  expect(pickedVariables(model, nothing).fresh.map(({ folder }) => folder)).toEqual([''])
})

test('what is collected already is counted and left out', () => {
  const { model, row } = plant()
  select(model, row('Motor'), true)
  const picked = pickedVariables(model, (at) => at === row('Speed'))
  expect([picked.fresh.map(({ nodeId }) => nodeId), picked.alreadyCollected]).toEqual([['Temp'], 1])
})

test('a variable taken out of a selected folder is not picked, and what comes into the folder is', () => {
  const { model, row } = plant()
  select(model, row('Motor'), true)
  toggle(model, row('Temp'))
  expect(pickedVariables(model, nothing).fresh.map(({ nodeId }) => nodeId)).toEqual(['Speed'])
  select(model, row('Line'), true)
  model.add({ key: 'New', name: 'New', parent: row('Motor'), nodeClass: classOf.variable, typeName: '' })
  expect(pickedVariables(model, nothing).fresh.map(({ nodeId }) => nodeId)).toEqual(['Speed', 'Temp', 'New'])
})

test('more than can be looked through is cut off, and said', () => {
  const { model, row } = plant()
  for (let n = 0; n < pickedLimit; n += 1)
    model.add({ key: `v${n}`, name: `v${n}`, parent: row('Motor'), nodeClass: classOf.variable, typeName: '' })
  select(model, row('Motor'), true)
  const { fresh, isCut } = pickedVariables(model, nothing)
  expect([fresh.length, isCut]).toEqual([pickedLimit, true])
})
