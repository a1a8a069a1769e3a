import { expect, test } from 'vitest'
import { addProposals, proposedDeviceName, proposeKeys } from '../../renderer/screens/sources/key-proposals.ts'
import { opcuaConnectorSchema } from '../../shared/config/opcua.ts'

const picked = [
  { nodeId: 'ns=2;s=M1.Speed', name: 'Speed', folder: 'Motor_1', typeName: '' },
  { nodeId: 'ns=2;s=M2.Speed', name: 'Speed', folder: 'Motor_2', typeName: '' },
  { nodeId: 'ns=2;s=M2.Temp', name: 'Temp', folder: 'Motor_2', typeName: '' },
]
const none: ReadonlyMap<string, string> = new Map()

test('a device takes the name of the folder all variables share, else the name of the source', () => {
  expect(proposedDeviceName(picked.slice(1), 'Line 3')).toBe('Motor_2')
  expect(proposedDeviceName(picked, 'Line 3')).toBe('Line 3')
})

test('equal names in one device get their folder in front', () => {
  const keys = proposeKeys(picked, 'one', 'Line 3', none, [])
  expect(keys.map((k) => k.key)).toEqual(['Motor_1.Speed', 'Motor_2.Speed', 'Temp'])
})

test('one device per folder keeps the plain names', () => {
  const keys = proposeKeys(picked, 'folder', 'Line 3', none, [])
  expect(keys.map((k) => `${k.device}/${k.key}`)).toEqual(['Motor_1/Speed', 'Motor_2/Speed', 'Motor_2/Temp'])
})

test('a key that the device has already is numbered, and a name given by hand wins', () => {
  const devices = [{ name: 'Motor_2', keys: [{ key: 'Speed', node: 'ns=2;s=Other' }] }]
  const renamed = new Map([['ns=2;s=M2.Temp', 'temperature']])
  const keys = proposeKeys(picked.slice(1), 'folder', '', renamed, devices)
  expect(keys.map((k) => k.key)).toEqual(['Speed_2', 'temperature'])
})

test('names with control characters and names that are too long become names the schema takes', () => {
  const wild = [{ nodeId: 'ns=2;s=W', name: `bad\u0000\nname${'x'.repeat(400)}`, folder: '\u0007', typeName: '' }]
  const keys = proposeKeys(wild, 'folder', 'Device', none, [])
  const draft = { type: 'opcua', id: 'a', name: 'A', endpointUrl: 'opc.tcp://h:4840' } as const
  const result = opcuaConnectorSchema.safeParse(addProposals(draft, keys, ''))
  expect(result.success).toBe(true)
  expect(keys[0]?.device).toBe('Device')
})

test('keys are added to a device of that name and to new ones with the profile', () => {
  const draft = {
    type: 'opcua',
    id: 'a',
    name: 'A',
    endpointUrl: 'opc.tcp://h:4840',
    devices: [{ name: 'Motor_2', profile: 'old', keys: [] }],
  } as const
  const next = addProposals(
    { ...draft, devices: [...draft.devices.map((d) => ({ ...d, keys: [] }))] },
    proposeKeys(picked, 'folder', '', none, []),
    'motor',
  )
  expect(next.devices?.map((d) => `${d.name}:${d.profile}:${d.keys?.length}`)).toEqual([
    'Motor_2:old:2',
    'Motor_1:motor:1',
  ])
})
