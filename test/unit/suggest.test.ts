import { expect, test } from 'vitest'
import { IndexTable } from '../../main/engine/collect/opcua/index-table.ts'
import { suggest } from '../../main/engine/discover/suggest.ts'
import { globOver } from '../../main/engine/discover/suggest-names.ts'

const object = 1
const variable = 2

/** A server with Root, Objects, and what a test adds below. */
class Space {
  readonly table = new IndexTable(['', 'urn:plant'], ['', 'FolderType', 'BaseDataVariableType', 'PropertyType'])
  readonly objects: number
  #next = 1000

  constructor() {
    const root = this.#add(-1, 'Root', object, 84, 0, 1)
    this.objects = this.#add(root, 'Objects', object, 85, 0, 1)
  }

  type(name: string): number {
    const known = this.table.typeNames.indexOf(name)
    return known >= 0 ? known : this.table.typeNames.push(name) - 1
  }

  object(parent: number, name: string, typeName = 'FolderType'): number {
    return this.#add(parent, name, object, this.#next++, 1, this.type(typeName))
  }

  variables(parent: number, ...names: readonly string[]): void {
    for (const name of names) this.#add(parent, name, variable, this.#next++, 1, 2)
  }

  property(parent: number, name: string): void {
    this.#add(parent, name, variable, this.#next++, 1, 3)
  }

  /** One of the server's own. */
  own(parent: number, name: string, id: number): number {
    return this.#add(parent, name, object, id, 0, 1)
  }

  #add(parent: number, name: string, nodeClass: number, identifier: number, namespace: number, type: number): number {
    return this.table.add({
      parent,
      namespace,
      kind: 'i',
      identifier,
      nodeClass,
      browseNamespace: namespace,
      browseName: name,
      displayName: name,
      type,
    })
  }
}

test('machines of one type become a rule with all their keys, also those in folders below them', () => {
  const space = new Space()
  const line = space.object(space.objects, 'Line1')
  for (const name of ['Motor_01', 'Motor_02', 'Motor_03']) {
    const motor = space.object(line, name, 'MotorType')
    space.variables(motor, 'Speed')
    space.property(motor, 'SerialNumber')
    space.variables(space.object(motor, 'Drive'), 'Current')
  }
  const [group, ...others] = suggest(space.table, 'PLC').suggestions
  expect(others).toEqual([])
  expect(group).toMatchObject({ kind: 'type', name: 'Motor', devices: 3, keys: 9, isProposed: true, explicit: [] })
  expect(group?.rule).toMatchObject({
    select: { type: 'MotorType', below: '/Objects' },
    device: '${browseName}',
    profile: 'Motor',
  })
  expect(group?.rule?.keys.map(({ path, key, kind }) => [path, key, kind])).toEqual([
    ['Speed', 'Speed', 'telemetry'],
    ['SerialNumber', 'SerialNumber', 'attribute'],
    ['Drive/Current', 'Drive.Current', 'telemetry'],
  ])
})

test('without types, siblings that look alike become a pattern that finds them and nobody else', () => {
  const space = new Space()
  const line = space.object(space.objects, 'Line1')
  for (const name of ['Tank_1', 'Tank_2', 'Tank_10']) space.variables(space.object(line, name), 'Level', 'Setpoint')
  space.variables(space.object(line, 'Gate'), 'Open')
  const { suggestions } = suggest(space.table, 'PLC')
  expect(suggestions[0]).toMatchObject({
    kind: 'shape',
    devices: 3,
    rule: { select: { path: 'Objects/Line1/Tank_*' } },
  })
  expect(suggestions[1]).toMatchObject({ kind: 'rest', keys: 1, isProposed: false })
})

test('a pattern that would find a stranger is not used: every device is named instead', () => {
  expect(
    globOver(
      [
        ['Objects', 'A1'],
        ['Objects', 'B1'],
      ],
      [['Objects', 'Other']],
    ),
  ).toBeUndefined()
  const space = new Space()
  for (const name of ['Press', 'Oven']) space.variables(space.object(space.objects, name), 'Temp')
  space.variables(space.object(space.objects, 'Gate'), 'Open')
  const group = suggest(space.table, 'PLC').suggestions.find(({ kind }) => kind === 'shape')
  expect(group?.rule).toBeUndefined()
  expect(group?.explicit.map(({ name }) => name)).toEqual(['Press', 'Oven'])
})

test('machines with the same name get the name of their line in front', () => {
  const space = new Space()
  for (const name of ['Line1', 'Line2'])
    space.variables(space.object(space.object(space.objects, name), 'M1', 'MotorType'), 'Speed')
  const [group] = suggest(space.table, 'PLC').suggestions
  expect(group?.rule?.device).toBe('${path[-2]}_${browseName}')
  expect(group?.samples.map(({ device }) => device)).toEqual(['Line1_M1', 'Line2_M1'])
})

test('the diagnostics of the server itself are no data of the plant', () => {
  const space = new Space()
  space.variables(space.own(space.objects, 'Server', 2253), 'ServiceLevel')
  expect(suggest(space.table, 'PLC').suggestions).toEqual([])
})

test('single values become one device, and namesakes keep apart by their parents', () => {
  const space = new Space()
  space.variables(space.object(space.objects, 'A'), 'Value', 'Only')
  space.variables(space.object(space.objects, 'B'), 'Value', 'Else')
  space.variables(space.objects, 'Top')
  const [rest] = suggest(space.table, 'PLC 7').suggestions
  expect(rest).toMatchObject({ kind: 'rest', devices: 1, keys: 5, isProposed: true })
  expect(rest?.explicit[0]?.name).toBe('PLC 7')
  expect(rest?.explicit[0]?.keys.map(({ key }) => key)).toEqual(['Value', 'Only', 'B.Value', 'Else', 'Top'])
})

test('an empty server suggests nothing', () => {
  expect(suggest(new IndexTable(), 'PLC')).toEqual({ isCut: false, suggestions: [] })
})
