import { describe, expect, test } from 'vitest'
import { dropPlan } from '../../renderer/screens/workbench/mapping/drop-plan.ts'
import type { Found, FoundNode } from '../../renderer/screens/workbench/mapping/find-variables.ts'
import { reportText, typedReport } from '../../renderer/screens/workbench/mapping/key-columns.ts'
import {
  addKeys,
  duplicateDevice,
  pasteKeys,
  patchDevices,
  patchKeys,
  removeRows,
} from '../../renderer/screens/workbench/mapping/mapping-edits.ts'
import { groupsOf, keyId, rowsOf, shortSource } from '../../renderer/screens/workbench/mapping/mapping-model.ts'
import { plansFor, ruleFor } from '../../renderer/screens/workbench/mapping/plans.ts'
import { distinguishing, including } from '../../renderer/screens/workbench/mapping/rule-fixes.ts'
import { takes, topicRuleFor } from '../../renderer/screens/workbench/mapping/topic-plan.ts'
import type { NodeItem } from '../../renderer/screens/workbench/selection.ts'
import { type GatewayConfig, gatewaySchema } from '../../shared/config/gateway.ts'

function configWith(devices: object[], topics: object[] = []): GatewayConfig {
  return gatewaySchema.parse({
    version: 1,
    connectors: [
      { type: 'opcua', id: 'plc', name: 'PLC', endpointUrl: 'opc.tcp://h', devices },
      { type: 'mqtt', id: 'broker', name: 'B', host: 'h', topics },
    ],
  })
}

const motor = (name: string) => ({
  name,
  profile: 'Motor',
  keys: [key('speed', `s=${name}1`), key('temp', `s=${name}2`)],
})
const key = (name: string, node: string) => ({ key: name, node })
const ref = (at: number, keyAt = -1) => ({ connectorId: 'plc', kind: 'device' as const, at, keyAt })
const all = { filter: '', folded: new Set<string>(), only: undefined }

/** A folder with machines below it, each with the named variables. */
function line(machines: readonly string[], variables: readonly string[], typeName = 'MotorType'): Found {
  const at = (path: string, type = ''): FoundNode => ({
    nodeId: `s=${path}`,
    name: path.split('/').at(-1)!,
    path,
    typeName: type,
  })
  const folder = { kind: 'node' as const, connectorId: 'plc', nodeClass: 1, ...at('/Objects/Line1', 'FolderType') }
  return {
    item: folder,
    objects: machines.map((name) => at(`/Objects/Line1/${name}`, typeName)),
    variables: machines.flatMap((name) => variables.map((v) => at(`/Objects/Line1/${name}/${v}`))),
    isCut: false,
  }
}

function variable(path: string): Found {
  const item: NodeItem = {
    kind: 'node',
    connectorId: 'plc',
    nodeId: `s=${path}`,
    name: path.split('/').at(-1)!,
    path,
    nodeClass: 2,
    typeName: '',
  }
  return { item, variables: [item], objects: [], isCut: false }
}

describe('rows', () => {
  test('100,000 keys of 10,000 devices are one list; folding and filtering keep what belongs together', () => {
    const devices = Array.from({ length: 10_000 }, (_, d) => ({
      name: `D${d}`,
      profile: 'default',
      keys: Array.from({ length: 10 }, (_, k) => key(`k${k}`, `ns=1;s=D${d}.k${k}`)),
    }))
    const groups = groupsOf(configWith(devices))
    const rows = rowsOf(groups, all)
    expect(rows.length).toBe(110_000)
    expect([rows.group(11)?.kind, rows.keyAt(11), rows.key(12)?.key]).toEqual(['device', -1, 'k0'])
    const one = rowsOf(groups, { ...all, filter: 'D77.k3' })
    expect(one.length).toBe(2)
    expect(one.key(1)?.key).toBe('k3')
    expect(one.indexOf(ref(77, 3))).toBe(1)
    expect(rowsOf(groups, { ...all, filter: 'D9999' }).length).toBe(11)
  })

  test('only problems leaves the keys that have one, and all keys of a rule that has one', () => {
    const topics = [{ filter: 'a/+', device: 'T ${topic[1]}', profile: 'default', keys: [{ key: 'v' }, { key: 'w' }] }]
    const groups = groupsOf(configWith([motor('A'), motor('B')], topics))
    const rows = rowsOf(groups, { ...all, only: new Set([keyId('B', 'temp'), keyId('T ${topic[1]}', '')]) })
    expect([rows.length, rows.key(1)?.key, rows.group(2)?.kind]).toEqual([5, 'temp', 'topic'])
  })

  test('the short name of a source is its last part', () => {
    const nodes = ['nsu=urn:x;s=Line1.M01.Speed', '/Objects/2:Line1/2:Speed', 'ns=2;i=7', 'i=2258']
    const shown = nodes.map((node) =>
      shortSource(
        configWith([{ name: 'D', profile: 'p', keys: [key('k', node)] }]).connectors[0]!.type === 'opcua'
          ? ({ key: 'k', node } as never)
          : (undefined as never),
      ),
    )
    expect(shown).toEqual(['Speed', 'Speed', '7', '2258'])
  })
})

describe('edits', () => {
  const devicesOf = (config: GatewayConfig) =>
    config.connectors[0]?.type === 'opcua' ? config.connectors[0].devices : []

  test('fields of many keys change together and nothing else changes identity', () => {
    const config = configWith([motor('A'), motor('B'), motor('C')])
    const after = patchKeys(config, [ref(0, 0), ref(1, 1)], { unit: 'rpm' })
    expect(devicesOf(after).map(({ keys }) => keys.map(({ unit }) => unit))).toEqual([
      ['rpm', undefined],
      [undefined, 'rpm'],
      [undefined, undefined],
    ])
    expect(devicesOf(after)[2]).toBe(devicesOf(config)[2])
    expect(after.connectors[1]).toBe(config.connectors[1])
    expect('unit' in devicesOf(patchKeys(after, [ref(0, 0)], { unit: undefined }))[0]!.keys[0]!).toBe(false)
  })

  test('rows of several kinds are removed at once, and a rule without keys goes too', () => {
    const topics = [{ filter: 'a', device: 'T', profile: 'default', keys: [{ key: 'v' }] }]
    const config = configWith([motor('A'), motor('B')], topics)
    const topicKey = { connectorId: 'broker', kind: 'topic' as const, at: 0, keyAt: 0 }
    const after = removeRows(config, [ref(0), ref(1, 0), topicKey])
    expect(devicesOf(after).map(({ name, keys }) => [name, keys.length])).toEqual([['B', 1]])
    expect(after.connectors[1]).toMatchObject({ topics: [] })
  })

  test('a duplicate stands behind its original under a free name; pasted keys do not collide', () => {
    const config = configWith([motor('A'), motor('A_2')])
    const after = duplicateDevice(config, ref(0))
    expect(devicesOf(after).map(({ name }) => name)).toEqual(['A', 'A_3', 'A_2'])
    const pasted = pasteKeys(config, ref(1), devicesOf(config)[0]!.keys)
    expect(devicesOf(pasted)[1]?.keys.map((one) => one.key)).toEqual(['speed', 'temp', 'speed_2', 'temp_2'])
  })

  test('keys join a device that exists and make one that does not', () => {
    const config = configWith([motor('A')])
    const after = addKeys(
      config,
      'plc',
      [
        { device: 'A', key: 'x', node: 'i=9' },
        { device: 'N', key: 'y', node: 'i=8' },
      ],
      'Motor',
    )
    expect(devicesOf(after).map(({ name, profile, keys }) => [name, profile, keys.length])).toEqual([
      ['A', 'Motor', 3],
      ['N', 'Motor', 1],
    ])
    expect(devicesOf(patchDevices(after, [ref(0), ref(1)], { profile: 'P' })).map((d) => d.profile)).toEqual(['P', 'P'])
  })
})

describe('plans', () => {
  test('a folder of 50 machines is one device, or 50 devices with the profile of their type, or a rule', () => {
    const machines = Array.from({ length: 50 }, (_, i) => `M${String(i + 1).padStart(2, '0')}`)
    const { one, each, rule } = plansFor(configWith([]), 'plc', [line(machines, ['Speed', 'Temp'])], undefined)
    expect([one.devices.length, one.devices[0]?.name, one.keys, one.renamed]).toEqual([1, 'Line1', 100, 100])
    expect(one.devices[0]?.keys[0]?.key).toBe('M01.Speed')
    expect([each?.devices.length, each?.keys, each?.renamed]).toEqual([50, 100, 0])
    expect(each?.devices[6]).toMatchObject({ name: 'M07', profile: 'Motor' })
    expect(rule).toMatchObject({ select: { path: 'Objects/Line1/*' }, device: '${browseName}' })
  })

  test('nodes that are mapped are left out, a device name of another source is not taken', () => {
    const found = line(['M01', 'M02'], ['Speed'])
    const config = configWith([{ name: 'M01', profile: 'x', keys: [key('Speed', 's=/Objects/Line1/M01/Speed')] }])
    const elsewhere: GatewayConfig = {
      ...config,
      connectors: [
        ...config.connectors,
        { ...config.connectors[0]!, id: 'other', devices: [{ name: 'M02', profile: 'x', keys: [] }] } as never,
      ],
    }
    const { each } = plansFor(elsewhere, 'plc', [found], undefined)
    expect([each?.existing, each?.devices.map(({ name }) => name)]).toEqual([1, ['M02_2']])
  })

  test('a rule from variables names their keys and leaves the number of their object open', () => {
    const found = [variable('/Objects/Line1/M01/Speed'), variable('/Objects/Line1/M01/Temp')]
    expect(ruleFor(found)).toMatchObject({
      select: { path: 'Objects/Line1/M??' },
      keys: [{ path: 'Speed' }, { path: 'Temp' }],
    })
    expect(ruleFor([variable('/Objects/L1/M01/S'), variable('/Objects/L2/M02/S')])).toMatchObject({
      select: { path: 'Objects/*/M??' },
      device: '${path[1]}-${path[2]}',
    })
  })

  test('a near miss widens one level, equal names get the level that tells them apart', () => {
    const rule = { name: 'r', select: { path: 'Objects/Line*/M??' } }
    expect(including(rule, '/Objects/Line3/Motor_1')?.select).toEqual({ path: 'Objects/Line*/M*' })
    expect(distinguishing(rule)).toMatchObject({ level: '${path[1]}', rule: { device: '${path[1]}-${browseName}' } })
  })

  test('topics become a filter with the differing level open; fields become keys', () => {
    const item = (topic: string, field = '$') => ({ kind: 'topic' as const, connectorId: 'broker', topic, field })
    expect(topicRuleFor([item('p/1/t'), item('p/2/t')], ['{"a":1}'])).toMatchObject({
      filter: 'p/+/t',
      device: '${topic[1]}',
      keys: [{ key: '*', value: '*' }],
    })
    expect(topicRuleFor([item('hall/t', '$.a.temp'), item('hall/t', "$['x y']")], [])).toMatchObject({
      filter: 'hall/t',
      device: 't',
      keys: [
        { key: 'temp', value: '$.a.temp' },
        { key: 'x y', value: "$['x y']" },
      ],
    })
    expect(topicRuleFor([item('door/state')], ['open'])).toMatchObject({
      format: 'text',
      keys: [{ key: 'state', value: '$' }],
    })
  })
})

test('a rule takes the topics its filter says, as a broker does', () => {
  expect(takes('hall/+/t', 'hall/1/t')).toBe(true)
  expect(takes('$share/g/hall/#', 'hall/1/t')).toBe(true)
  expect(takes('hall/#', 'hall')).toBe(true)
  expect(takes('hall/+', 'hall/1/t')).toBe(false)
  expect(takes('hall/+/t', 'hall/1')).toBe(false)
})

describe('what a drop says', () => {
  const groups = (config: GatewayConfig) => groupsOf(config)[0]

  test('variables on nothing make a device of their object, on a device they are added', () => {
    const found = [variable('/Objects/Line1/M01/Speed'), variable('/Objects/Line1/M01/Temp')]
    const items = found.map(({ item }) => item)
    expect(dropPlan(configWith([]), items, found, undefined).says).toBe('Make device M01 with 2 keys')
    const config = configWith([{ name: 'Tank_01', profile: 'x', keys: [] }])
    expect(dropPlan(config, items, found, groups(config)).says).toBe('Add 2 keys to Tank_01')
  })

  test('variables of the same names are pointed to, folders are asked about, nothing is said to be nothing', () => {
    const found = [variable('/Objects/Line1/M02/speed'), variable('/Objects/Line1/M02/other')]
    const items = found.map(({ item }) => item)
    const config = configWith([motor('M01')])
    expect(dropPlan(config, items, found, groups(config)).says).toBe('Map onto matching keys of M01 (1 of 2)')
    const folder = line(['M01'], ['Speed'])
    expect(dropPlan(config, [folder.item], [folder], undefined)).toMatchObject({ kind: 'ask' })
    expect(dropPlan(config, [folder.item], [{ ...folder, variables: [] }], undefined)).toMatchObject({ kind: 'no' })
  })
})

test('a report strategy is typed as it is shown', () => {
  for (const text of ['change', 'Δ 5', 'Δ 0.1 ≥ 1 s', '≥ 250 ms ≤ 60 s', 'change ≤ 10 s']) {
    const typed = typedReport(text)
    expect('patch' in typed ? reportText(typed.patch.report as never) : typed.problem).toBe(text)
  }
  expect(typedReport('abc')).toHaveProperty('problem')
  expect(typedReport('')).toEqual({ patch: { report: undefined } })
})
