import type { Suggestion } from '../../../shared/api/setup-requests.ts'
import { type OpcuaDeviceConfig, opcuaDeviceSchema, opcuaRuleSchema } from '../../../shared/config/opcua.ts'
import type { IndexTable } from '../collect/opcua/index-table.ts'
import { deviceTemplate, globOver } from './suggest-names.ts'
import { type Machine, readMachines } from './suggest-nodes.ts'

// What is worth sending, from the nodes of a server: machines of one type, else machines that look alike, else what is left.
// Pure. A group becomes a rule where one describes it exactly, so that machines which come later are included.

export interface Suggestions {
  /** The server has more nodes than were looked at. */
  readonly isCut: boolean
  readonly suggestions: readonly Suggestion[]
}

const groupsLimit = 50
const keysPerRule = 100
const restLimit = 2000
const samplesLimit = 3
const sampleKeysLimit = 30
/** More is a question of what somebody wants, not of what is there. */
const proposedKeysLimit = 5000
const proposedRestLimit = 200

/** `restDevice`: name of the device that takes single values. */
export function suggest(table: IndexTable, restDevice: string): Suggestions {
  const { machines, lonely, isCut } = readMachines(table)
  const byType = groupBy(
    machines.filter((m) => m.typeName !== ''),
    (m) => m.typeName,
  )
  const groups: Suggestion[] = []
  const left: Machine[] = machines.filter((m) => m.typeName === '')
  for (const [typeName, members] of byType) groups.push(typeGroup(table, typeName, members))
  const shapes = groupBy(left, (m) => `${m.names.length} ${m.keys.map((key) => key.path).join('\u0000')}`)
  const single: Machine[] = []
  for (const members of shapes.values()) {
    if (members.length > 1) groups.push(shapeGroup(table, members, left))
    else single.push(...members)
  }
  groups.sort((a, b) => b.devices * b.keyNames.length - a.devices * a.keyNames.length)
  const rest = restGroup(table, [...single.flatMap((m) => m.keys.map((key) => key.row)), ...lonely], restDevice)
  const suggestions = groups.slice(0, groupsLimit)
  const hasGroups = suggestions.some((group) => group.isProposed)
  if (rest) suggestions.push({ ...rest, isProposed: !hasGroups && rest.keys <= proposedRestLimit })
  return { isCut, suggestions }
}

function typeGroup(table: IndexTable, typeName: string, members: readonly Machine[]): Suggestion {
  const device = deviceTemplate(members.map((m) => m.names))
  const keys = unionOf(members)
  const profile = typeName.replace(/Type$/, '') || typeName
  const rule =
    device === undefined
      ? undefined
      : { name: typeName, select: { type: typeName, below: '/Objects' }, device, profile, keys: ruleKeys(keys) }
  return groupOf(table, 'type', typeName.replace(/Type$/, '') || typeName, members, keys, rule, profile)
}

function shapeGroup(table: IndexTable, members: readonly Machine[], others: readonly Machine[]): Suggestion {
  const device = deviceTemplate(members.map((m) => m.names))
  const keys = unionOf(members)
  const strangers = others.filter((m) => !members.includes(m)).map((m) => m.names)
  const glob = globOver(
    members.map((m) => m.names),
    strangers,
  )
  const name = glob?.split('/').at(-1) ?? members[0]?.names.at(-1) ?? ''
  const rule =
    device === undefined || glob === undefined
      ? undefined
      : { name: glob.slice(0, 120), select: { path: glob }, device, keys: ruleKeys(keys) }
  return groupOf(table, 'shape', name, members, keys, rule, 'default')
}

type Keys = readonly { readonly path: string; readonly isProperty: boolean }[]

function groupOf(
  table: IndexTable,
  kind: 'type' | 'shape',
  name: string,
  members: readonly Machine[],
  keys: Keys,
  rule: unknown,
  profile: string,
): Suggestion {
  const parsed = rule === undefined ? undefined : opcuaRuleSchema.safeParse(rule)
  const named = namesOf(members)
  const devices = members.map((m, i): OpcuaDeviceConfig => explicitDevice(table, m, named[i] ?? '', profile))
  const total = members.reduce((sum, m) => sum + m.keys.length, 0)
  return {
    id: `${kind} ${name} ${members[0]?.names.length ?? 0}`,
    kind,
    name,
    devices: members.length,
    keys: total,
    keyNames: keys.map((key) => keyName(key.path)).slice(0, keysPerRule),
    samples: members.slice(0, samplesLimit).map((m, i) => ({
      device: named[i] ?? '',
      path: `/${m.names.join('/')}`,
      keys: m.keys.slice(0, sampleKeysLimit).map((key) => ({ key: keyName(key.path), node: table.nodeId(key.row) })),
    })),
    isProposed: total <= proposedKeysLimit,
    ...(parsed?.success && { rule: parsed.data }),
    // A rule says it all; else every device is named.
    explicit: parsed?.success ? [] : devices,
  }
}

function explicitDevice(table: IndexTable, machine: Machine, name: string, profile: string): OpcuaDeviceConfig {
  return opcuaDeviceSchema.parse({
    name: name.slice(0, 255),
    profile,
    keys: machine.keys.map((key) => ({
      key: keyName(key.path).slice(0, 255),
      node: table.nodeId(key.row),
      kind: key.isProperty ? 'attribute' : 'telemetry',
    })),
  })
}

function restGroup(table: IndexTable, rows: readonly number[], device: string): Suggestion | undefined {
  if (rows.length === 0) return undefined
  const taken = new Set<string>()
  const keys = rows.slice(0, restLimit).map((row) => {
    const names = [table.browseName(row)]
    // The nearest parents that tell it from its namesakes.
    for (let at = table.parent(row); taken.has(names.join('.')) && at >= 0; at = table.parent(at))
      names.unshift(table.browseName(at))
    const base = names.join('.')
    let key = base
    for (let n = 2; taken.has(key); n++) key = `${base} ${n}`
    taken.add(key)
    return { key: key.slice(0, 255), node: table.nodeId(row), row }
  })
  return {
    id: 'rest',
    kind: 'rest',
    name: '',
    devices: 1,
    keys: rows.length,
    keyNames: keys.slice(0, keysPerRule).map(({ key }) => key),
    samples: [{ device, path: '', keys: keys.slice(0, sampleKeysLimit).map(({ key, node }) => ({ key, node })) }],
    isProposed: false,
    explicit: [
      opcuaDeviceSchema.parse({ name: device.slice(0, 255), keys: keys.map(({ key, node }) => ({ key, node })) }),
    ],
  }
}

/** In the order of the first machine; those only others have come after. */
function unionOf(members: readonly Machine[]): Keys {
  const all = new Map<string, { path: string; isProperty: boolean }>()
  for (const { keys } of members)
    for (const { path, isProperty } of keys) if (!all.has(path)) all.set(path, { path, isProperty })
  return [...all.values()]
}

function ruleKeys(keys: Keys) {
  return keys.slice(0, keysPerRule).map(({ path, isProperty }) => ({
    path,
    key: keyName(path).replaceAll('${', '$ {'),
    kind: isProperty ? 'attribute' : 'telemetry',
  }))
}

const keyName = (path: string): string => path.replaceAll('/', '.')

/** As short as they can be and still differ. */
function namesOf(members: readonly Machine[]): string[] {
  for (let depth = 1; depth <= 4; depth++) {
    const names = members.map((m) => m.names.slice(-depth).join('_'))
    if (new Set(names).size === names.length) return names
  }
  return members.map((m) => m.names.join('_'))
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
