import { expect, test } from 'vitest'
import type { Attention } from '../../renderer/api/readers.ts'
import { MadeFeed } from '../../renderer/screens/workbench/mapping/made-feed.ts'
import { addOwnKeys } from '../../renderer/screens/workbench/mapping/mapping-edits.ts'
import { groupsOf, keysOf, nameOf, rowsOf } from '../../renderer/screens/workbench/mapping/mapping-model.ts'
import type { RequestOutput } from '../../shared/api/contract.ts'
import { type GatewayConfig, gatewaySchema } from '../../shared/config/gateway.ts'
import { ok } from '../../shared/errors.ts'

// What rules made, as rows of the table: read page by page from an engine that says what it has so far.

type Page = RequestOutput<'mapping.made'>
type Device = Page['devices'][number]

const awake: Attention = { awake: () => true, onChange: () => () => {} }
const config: GatewayConfig = gatewaySchema.parse({
  version: 1,
  connectors: [
    {
      type: 'opcua',
      id: 'plc',
      name: 'PLC',
      endpointUrl: 'opc.tcp://h',
      rules: [{ name: 'motors', select: { path: 'Objects/*' }, keys: [{ path: 'Speed', unit: 'rpm' }] }],
    },
    {
      type: 'mqtt',
      id: 'broker',
      name: 'B',
      host: 'h',
      topics: [
        { filter: 'a/+', device: '${topic[1]}', keys: [{ key: '*', value: '*' }] },
        { filter: 'b', device: 'Hall', keys: [{ key: 'temp', value: '$.t' }] },
      ],
    },
  ],
})
const key = (name: string, from: string): Device['keys'][number] => ({ key: name, kind: 'telemetry', part: 0, from })
const device = (name: string, rule: number, ...keys: Device['keys']): Device => ({
  device: name,
  profile: 'default',
  rule,
  keys,
})

/** An engine with these devices per source; `asked` counts the questions. */
function engine(lists: Record<string, { generation: number; devices: Device[] }>) {
  const asked: number[] = []
  const feed = new MadeFeed(async ({ connectorId, offset, limit }) => {
    asked.push(offset)
    const { generation, devices } = lists[connectorId] ?? { generation: 0, devices: [] }
    const flat = devices.flatMap((one) => one.keys.map((own) => ({ ...one, keys: [own] })))
    return ok({ generation, total: flat.length, beyond: 0, devices: flat.slice(offset, offset + limit) })
  }, awake)
  return { feed, asked }
}

async function read(feed: MadeFeed, of: GatewayConfig = config): Promise<() => void> {
  feed.follow(of.connectors)
  const before = feed.snapshot()
  return new Promise((done) => {
    const undo = feed.subscribe(() => feed.snapshot() !== before && done(undo))
  })
}

test('a key that a rule made has the fields of the rule and the node it was found at', async () => {
  const { feed } = engine({ plc: { generation: 1, devices: [device('M1', 0, key('Speed', 's=M1.Speed'))] } })
  const undo = await read(feed)
  const [made] = groupsOf(config, feed.snapshot().devices)
  expect(made && [made.kind, nameOf(made), keysOf(made)]).toMatchObject([
    'made',
    'M1',
    [{ key: 'Speed', node: 's=M1.Speed', unit: 'rpm' }],
  ])
  undo()
})

test('devices of messages stand below their topic in natural order; one of a constant device is the topic row itself', async () => {
  const devices = [
    device('M10', 0, key('x', 'a/M10')),
    device('M2', 0, key('x', 'a/M2')),
    device('Hall', 1, key('temp', 'b')),
  ]
  const { feed } = engine({ broker: { generation: 1, devices } })
  const undo = await read(feed)
  const groups = groupsOf(config, feed.snapshot().devices)
  expect(groups.map((group) => [group.kind, nameOf(group)])).toEqual([
    ['topic', '${topic[1]}'],
    ['topic', 'Hall'],
    ['made', 'M2'],
    ['made', 'M10'],
  ])
  expect(keysOf(groups[2]!)).toMatchObject([{ key: 'x', value: '$.x' }])
  undo()
})

test('100,000 keys come in pages, and fold to the rows of their devices', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']
  const devices = Array.from({ length: 10_000 }, (_, n) =>
    device(`M${n}`, 0, ...names.map((name) => key(name, `s=${n}.${name}`))),
  )
  const { feed, asked } = engine({ plc: { generation: 1, devices } })
  const undo = await read(feed)
  expect(asked.filter((offset) => offset > 0).length).toBe(49)
  const groups = groupsOf(config, feed.snapshot().devices)
  const options = { filter: '', folded: new Set<string>(), only: undefined }
  expect(rowsOf(groups, { ...options, foldsMade: true }).length).toBe(10_004)
  const from = performance.now()
  expect(rowsOf(groups, { ...options, foldsMade: false }).length).toBe(110_004)
  expect(performance.now() - from).toBeLessThan(500)
  undo()
})

test('a list of another generation takes the place of the one before', async () => {
  const lists = {
    plc: { generation: 1, devices: [device('Old', 0, key('a', 's=1')), device('Gone', 0, key('b', 's=2'))] },
  }
  const { feed } = engine(lists)
  const undo = await read(feed)
  lists.plc = { generation: 2, devices: [device('New', 0, key('a', 's=3'))] }
  undo()
  const again = await read(feed)
  expect(
    groupsOf(config, feed.snapshot().devices)
      .filter(({ kind }) => kind === 'made')
      .map(nameOf),
  ).toEqual(['New'])
  again()
})

test('an exception is a key of its own with all fields, and its made row gives way', async () => {
  const { feed } = engine({
    plc: { generation: 1, devices: [device('M1', 0, key('Speed', 's=M1.Speed'), key('Temp', 's=M1.Temp'))] },
  })
  const undo = await read(feed)
  const { devices } = feed.snapshot()
  const [speed] = devices.get('plc')?.[0]?.keys ?? []
  if (!speed || !('node' in speed)) throw new Error('the key has a node')
  const draft = addOwnKeys(config, 'plc', [{ name: 'M1', profile: 'default', keys: [speed] }])
  const groups = groupsOf(draft, devices)
  expect(
    groups.filter((group) => nameOf(group) === 'M1').map((group) => [group.kind, keysOf(group).map((k) => k.key)]),
  ).toEqual([
    ['device', ['Speed']],
    ['made', ['Temp']],
  ])
  expect(keysOf(groups[0]!)[0]).toMatchObject({ unit: 'rpm', node: 's=M1.Speed' })
  undo()
})
