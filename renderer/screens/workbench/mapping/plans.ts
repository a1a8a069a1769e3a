import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { type OpcuaRuleConfig, opcuaRuleSchema } from '../../../../shared/config/opcua.ts'
import type { Found, FoundNode } from './find-variables.ts'
import { freeName, type NewKey } from './mapping-edits.ts'

// From what was selected to what could be made of it. Pure: the dialog shows the plans, the draft gets one of them.

interface PlannedDevice {
  readonly name: string
  readonly profile: string
  readonly keys: readonly NewKey[]
}

export interface Plan {
  readonly devices: readonly PlannedDevice[]
  readonly keys: number
  /** Nodes that are mapped already. */
  readonly existing: number
  /** Keys that got a longer name because two were equal. */
  readonly renamed: number
}

export interface Plans {
  readonly one: Plan
  /** One device per child, or per selected folder. */
  readonly each: Plan | undefined
  readonly rule: OpcuaRuleConfig | undefined
}

const nameLimit = 255
/** NodeClass ObjectType (Part 3, 5.2). */
const objectType = 8

export function plansFor(
  config: Pick<GatewayConfig, 'connectors'>,
  connectorId: string,
  found: readonly Found[],
  deviceName: string | undefined,
): Plans {
  const used = usedNames(config, connectorId)
  const one = planOf(
    [{ name: deviceName ?? commonName(found), variables: found.flatMap((f) => f.variables) }],
    found,
    used,
  )
  const groups = childGroups(found)
  const isMany =
    groups.length > 1 || (groups.length === 1 && found.length === 1 && groups[0]?.name !== found[0]?.item.name)
  return {
    one,
    each: isMany ? planOf(groups, found, used) : undefined,
    rule: ruleFor(found),
  }
}

interface NamedGroup {
  readonly name: string
  readonly variables: readonly FoundNode[]
}

interface Used {
  readonly devices: ReadonlyMap<string, ReadonlySet<string>>
  readonly nodes: ReadonlySet<string>
  /** Devices of other sources: their names are taken. */
  readonly elsewhere: ReadonlySet<string>
}

function usedNames({ connectors }: Pick<GatewayConfig, 'connectors'>, connectorId: string): Used {
  const devices = new Map<string, ReadonlySet<string>>()
  const nodes = new Set<string>()
  const elsewhere = new Set<string>()
  for (const connector of connectors) {
    if (connector.type !== 'opcua') continue
    for (const { name, keys } of connector.devices) {
      if (connector.id !== connectorId) elsewhere.add(name)
      else {
        devices.set(name, new Set(keys.map(({ key }) => key)))
        for (const { node } of keys) nodes.add(node)
      }
    }
  }
  return { devices, nodes, elsewhere }
}

function planOf(groups: readonly NamedGroup[], found: readonly Found[], used: Used): Plan {
  let existing = 0
  let renamed = 0
  const types = new Map(
    found.flatMap(({ item, objects }) => [item, ...objects]).map((node) => [node.path, node.typeName]),
  )
  const names = new Set<string>()
  const devices: PlannedDevice[] = []
  for (const group of groups) {
    const fresh = group.variables.filter(({ nodeId }) => !used.nodes.has(nodeId))
    existing += group.variables.length - fresh.length
    if (fresh.length === 0) continue
    const name = deviceNameFor(group.name, names, used)
    names.add(name)
    const taken = new Set(used.devices.get(name))
    const counts = countNames(fresh)
    const keys = fresh.map((variable): NewKey => {
      const plain = clean(variable.name)
      const wanted = (counts.get(plain) ?? 0) > 1 ? longName(variable) : plain
      const key = freeName(wanted, taken, true)
      if (key !== plain) renamed += 1
      taken.add(key)
      return { device: name, key, node: variable.nodeId }
    })
    devices.push({ name, profile: profileFor(group, types), keys })
  }
  return { devices, keys: devices.reduce((sum, { keys }) => sum + keys.length, 0), existing, renamed }
}

/** A device of this source keeps its name (keys are added); one of another source, or of this plan, does not lend it. */
function deviceNameFor(name: string, names: ReadonlySet<string>, used: Used): string {
  const plain = clean(name) || 'Device'
  return names.has(plain) || used.elsewhere.has(plain) ? freeName(plain, new Set([...names, ...used.elsewhere])) : plain
}

function countNames(variables: readonly FoundNode[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { name } of variables) counts.set(clean(name), (counts.get(clean(name)) ?? 0) + 1)
  return counts
}

/** `Motor.Speed`: with the object it belongs to. */
function longName({ path }: FoundNode): string {
  return clean(path.split('/').slice(-2).join('.'))
}

/** `MotorType` → `Motor`; plain folders and objects have nothing to say. */
function profileFor({ variables }: NamedGroup, types: ReadonlyMap<string, string>): string {
  const parents = new Set(variables.map(({ path }) => parentOf(path)))
  const [parent] = parents
  const type = parents.size === 1 && parent !== undefined ? (types.get(parent) ?? '') : ''
  return /^(FolderType|BaseObjectType|)$/.test(type) ? 'default' : type.replace(/(?<=.)Type$/, '')
}

/** The name all selected nodes have in common: a folder, or the object the variables belong to. */
function commonName(found: readonly Found[]): string {
  const [first] = found
  if (!first) return ''
  if (found.length === 1 && first.variables[0] !== first.item) return first.item.name
  const parents = new Set(found.map(({ item }) => parentOf(item.path)))
  const [parent = ''] = parents
  if (parents.size === 1) return lastOf(parent)
  return lastOf(commonPath([...parents])) || lastOf(parent)
}

function commonPath(paths: readonly string[]): string {
  const [first = [], ...rest] = paths.map((path) => path.split('/'))
  let length = first.length
  for (const other of rest) {
    let same = 0
    while (same < length && first[same] === other[same]) same += 1
    length = same
  }
  return first.slice(0, length).join('/')
}

/** Several folders: each is one. One folder: its children, with what stands directly in it under its own name. */
function childGroups(found: readonly Found[]): NamedGroup[] {
  const folders = found.filter(({ item, variables }) => variables[0] !== item)
  if (folders.length !== 1 || found.length > 1)
    return folders.length === found.length
      ? folders.map(({ item, variables }) => ({ name: item.name, variables }))
      : byParent(found)
  const [folder] = folders
  if (!folder) return []
  const depth = folder.item.path.length + 1
  const groups = Map.groupBy(folder.variables, ({ path }) => {
    const below = path.slice(depth)
    const end = below.indexOf('/')
    return end < 0 ? '' : below.slice(0, end)
  })
  return [...groups].map(([name, variables]) => ({ name: name || folder.item.name, variables }))
}

function byParent(found: readonly Found[]): NamedGroup[] {
  const groups = Map.groupBy(
    found.flatMap(({ variables }) => variables),
    ({ path }) => parentOf(path),
  )
  return [...groups].map(([path, variables]) => ({ name: lastOf(path), variables }))
}

/**
 * A rule that takes what was selected and what will be like it: children of a folder; objects by a pattern of their name, digits
 * left open; variables as named keys of objects like theirs; a type with everything of it.
 */
export function ruleFor(found: readonly Found[]): OpcuaRuleConfig | undefined {
  const [first] = found
  if (!first) return undefined
  const { item } = first
  if (item.nodeClass === objectType) {
    return opcuaRuleSchema.parse({ name: item.name, select: { type: item.name }, profile: typeProfile(item.name) })
  }
  if (first.variables.length === 0) return undefined
  if (first.variables[0] === item) {
    const names = [...new Set(found.map(({ item: node }) => node.name))]
    const parents = [...new Set(found.map(({ item: node }) => parentOf(node.path)))]
    return makeRule(
      parents.map(openDigits),
      lastOf(parents[0] ?? ''),
      names.map((path) => ({ path })),
    )
  }
  if (found.length === 1 && childGroups(found).some(({ name }) => name !== item.name))
    return makeRule([`${patternText(item.path)}/*`], item.name, [{}])
  return makeRule(
    found.map((one) => openDigits(one.item.path)),
    item.name,
    [{}],
  )
}

function makeRule(patterns: readonly string[], name: string, keys: readonly object[]): OpcuaRuleConfig {
  const path = mergePatterns(patterns)
  const open = path.split('/').flatMap((level, index) => (/[*?]/.test(level) ? [index] : []))
  // Two levels that vary make the name of the last one ambiguous.
  const device = open.length > 1 ? open.map((index) => `\${path[${index}]}`).join('-') : '${browseName}'
  return opcuaRuleSchema.parse({ name: name || path, select: { path }, device, keys })
}

/** `Objects/Line1/M01` and `Objects/Line2/M07` → `Objects/Line?/M??`; what differs more becomes `*`. */
function mergePatterns(patterns: readonly string[]): string {
  const [first = [], ...rest] = [...new Set(patterns)].map((pattern) => pattern.split('/'))
  const same = rest.filter((other) => other.length === first.length)
  return first.map((level, index) => (same.every((other) => other[index] === level) ? level : '*')).join('/')
}

/** The last level's digits are what varies among machines; levels above stay as they are. */
function openDigits(path: string): string {
  const levels = patternText(path).split('/')
  const last = levels.at(-1) ?? ''
  return [...levels.slice(0, -1), last.replace(/\d/g, '?')].join('/')
}

const patternText = (path: string): string => path.replace(/^\//, '')
const typeProfile = (name: string): string => name.replace(/(?<=.)Type$/, '')
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))
const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** No control characters, no space around, at most what ThingsBoard takes. */
function clean(name: string): string {
  return name
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, nameLimit)
}
