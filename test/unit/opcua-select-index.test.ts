import { expect, test } from 'vitest'
import { IndexTable } from '../../main/engine/collect/opcua/index-table.ts'
import { previewFromIndex } from '../../main/engine/collect/opcua/select-preview.ts'
import { opcuaRuleSchema } from '../../shared/config/opcua.ts'

/** `Line1/M01/Speed`: what stands last is a variable when it has a capital S or T first, a property when it begins with `_`. */
function tableOf(paths: readonly string[]): IndexTable {
  const table = new IndexTable()
  const namespace = table.namespace('urn:a')
  const property = table.typeNames.push('PropertyType') - 1
  const rows = new Map<string, number>()
  const row = (path: string): number => {
    const known = rows.get(path)
    if (known !== undefined) return known
    const name = path.split('/').at(-1) ?? ''
    const parent = path === '' ? -1 : row(path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '')
    const isProperty = name.startsWith('_')
    const made = table.add({
      parent,
      namespace,
      kind: 's',
      identifier: path,
      nodeClass: isProperty || /^[ST]/.test(name) ? 2 : 1,
      browseNamespace: namespace,
      browseName: name,
      displayName: name,
      type: isProperty ? property : 0,
    })
    rows.set(path, made)
    return made
  }
  for (const path of paths) row(`Objects/${path}`)
  return table
}

const find = (table: IndexTable, rule: object, devices: never[] = []) =>
  previewFromIndex(table, { devices }, opcuaRuleSchema.parse({ name: 'r', ...rule }), 2000, AbortSignal.timeout(20_000))

const plant = tableOf([
  'Line1/M01/Speed',
  'Line1/M01/Speed/_Unit',
  'Line1/M02/Speed',
  'Line1/Motor_1/Speed',
  'Line2/M01/Temp',
])

test('a rule takes from the index what it takes from the server: machines, their variables, no properties', async () => {
  const found = await find(plant, { select: { path: 'Objects/Line*/M??' }, device: '${path[1]}-${browseName}' })
  expect([found?.devices, found?.keys]).toEqual([3, 3])
  expect(found?.rows.map(({ device, key, node }) => [device, key, node])).toEqual([
    ['Line1-M01', 'Speed', 'nsu=urn:a;s=Objects/Line1/M01/Speed'],
    ['Line1-M02', 'Speed', 'nsu=urn:a;s=Objects/Line1/M02/Speed'],
    ['Line2-M01', 'Temp', 'nsu=urn:a;s=Objects/Line2/M01/Temp'],
  ])
  const near = await find(plant, { select: { path: 'Objects/Line1/M0?' } })
  expect(near?.nearMisses).toEqual(['/Objects/Line1/Motor_1'])
})

test('equal names collide, properties and the node itself are keys where they are asked for', async () => {
  const twice = await find(plant, { select: { path: 'Objects/Line*/M01' }, keys: [{ key: 'value' }] })
  expect([twice?.keys, twice?.problems.length]).toEqual([1, 1])
  const unit = await find(plant, { select: { path: 'Objects/**/M01' }, keys: [{ path: 'Speed/_Unit' }] })
  expect(unit?.rows.map(({ key }) => key)).toEqual(['_Unit'])
  const self = await find(plant, { select: { regex: '/Objects/Line1/.*/Speed' }, keys: [{ path: '.' }] })
  expect(self?.rows.map(({ device }) => device)).toEqual(['Speed'])
  expect(self?.problems.length).toBe(2)
})

test('a rule by type is left to the server, a rule that is wrong is refused', async () => {
  expect(await find(plant, { select: { type: 'MotorType' } })).toBeUndefined()
  await expect(find(plant, { select: { path: 'Objects//x' } })).rejects.toThrow('empty level')
})
