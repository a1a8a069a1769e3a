import type { ConnectorConfig, GatewayConfig } from '../../../../shared/config/gateway.ts'
import type { MqttKeyConfig, MqttTopicConfig } from '../../../../shared/config/mqtt.ts'
import type { OpcuaDeviceConfig, OpcuaKeyConfig } from '../../../../shared/config/opcua.ts'

// Devices and keys of all sources as one flat list of rows: two integers per row, whatever the number of keys. Pure; a new
// list is made when the draft, the filter or what is folded changes, never when a value does.

/** A device of an OPC UA source, a topic rule, which makes devices of messages, or a device that some rule made. */
export type Group =
  | { readonly kind: 'device'; readonly connectorId: string; readonly at: number; readonly device: OpcuaDeviceConfig }
  | { readonly kind: 'topic'; readonly connectorId: string; readonly at: number; readonly topic: MqttTopicConfig }
  | { readonly kind: 'made'; readonly connectorId: string; readonly at: number; readonly made: MadeDevice }

/** A device as a rule of the running configuration made it: to be looked at here, changed in the rule. */
export interface MadeDevice {
  /** Place among those of its source, for as long as the source runs. */
  readonly at: number
  readonly type: 'opcua' | 'mqtt'
  /** Place of the rule, or topic, in the running configuration. */
  readonly rule: number
  readonly name: string
  readonly profile: string
  readonly keys: readonly MappingKey[]
}

export type MappingKey = OpcuaKeyConfig | MqttKeyConfig

/** Names one row as long as nobody renames it: what is selected survives edits elsewhere. */
export interface RowRef {
  readonly connectorId: string
  readonly kind: Group['kind']
  /** Position of the device or rule in its source. */
  readonly at: number
  /** Position of the key; -1 = the device itself. */
  readonly keyAt: number
}

export interface RowOptions {
  readonly filter: string
  /** Groups that are not as they begin: open, or folded for made ones where `foldsMade`; by `groupId`. */
  readonly folded: ReadonlySet<string>
  readonly foldsMade?: boolean
  /** Only these keys (by `keyId`; an empty key = all of the rule); undefined = all. */
  readonly only: ReadonlySet<string> | undefined
}

/** Made devices begin folded where there are many. */
export function isFolded(group: Group, { folded, foldsMade }: Pick<RowOptions, 'folded' | 'foldsMade'>): boolean {
  return folded.has(groupId(group)) !== (group.kind === 'made' && foldsMade === true)
}

export class MappingRows {
  readonly groups: readonly Group[]
  readonly #groupOf: Int32Array
  readonly #keyOf: Int32Array
  readonly length: number

  constructor(groups: readonly Group[], groupOf: Int32Array, keyOf: Int32Array, length: number) {
    this.groups = groups
    this.#groupOf = groupOf
    this.#keyOf = keyOf
    this.length = length
  }

  group(row: number): Group | undefined {
    return row < 0 || row >= this.length ? undefined : this.groups[this.#groupOf[row] ?? 0]
  }

  /** -1 for the row of a device. */
  keyAt(row: number): number {
    return row < 0 || row >= this.length ? -1 : (this.#keyOf[row] ?? -1)
  }

  key(row: number): MappingKey | undefined {
    const group = this.group(row)
    return group && keysOf(group)[this.keyAt(row)]
  }

  ref(row: number): RowRef | undefined {
    const group = this.group(row)
    return group && { connectorId: group.connectorId, kind: group.kind, at: group.at, keyAt: this.keyAt(row) }
  }

  groupOf({ connectorId, kind, at }: RowRef): Group | undefined {
    return this.groups.find((one) => one.at === at && one.kind === kind && one.connectorId === connectorId)
  }

  indexOf(ref: RowRef): number {
    for (let row = 0; row < this.length; row += 1) {
      const group = this.group(row)
      if (group && group.at === ref.at && this.keyAt(row) === ref.keyAt && group.connectorId === ref.connectorId)
        return row
    }
    return -1
  }
}

export const noRows = new MappingRows([], new Int32Array(0), new Int32Array(0), 0)

/** What is configured, source by source, each with what its rules have made. */
export function groupsOf(
  config: Pick<GatewayConfig, 'connectors'>,
  made: ReadonlyMap<string, readonly MadeDevice[]> = new Map(),
): Group[] {
  const groups: Group[] = []
  for (const connector of config.connectors) {
    const base = { connectorId: connector.id }
    if (connector.type === 'opcua')
      for (const [at, device] of connector.devices.entries()) groups.push({ kind: 'device', ...base, at, device })
    else for (const [at, topic] of connector.topics.entries()) groups.push({ kind: 'topic', ...base, at, topic })
    const own = ownKeys(connector)
    for (const device of made.get(connector.id) ?? []) {
      const left = own.size === 0 ? device : without(device, own)
      if (left) groups.push({ kind: 'made', ...base, at: device.at, made: left })
    }
  }
  return groups
}

/** Exceptions: what is configured by itself has its own row. */
function ownKeys(connector: ConnectorConfig): ReadonlySet<string> {
  if (connector.type !== 'opcua') return new Set()
  return new Set(connector.devices.flatMap(({ name, keys }) => keys.map(({ key }) => keyId(name, key))))
}

function without(device: MadeDevice, own: ReadonlySet<string>): MadeDevice | undefined {
  const keys = device.keys.filter(({ key }) => !own.has(keyId(device.name, key)))
  if (keys.length === device.keys.length) return device
  return keys.length === 0 ? undefined : { ...device, keys }
}

/** All its messages are of one device. */
export function isConstantTopic({ device }: Pick<MqttTopicConfig, 'device'>): boolean {
  return !device.includes('${')
}

export function rowsOf(groups: readonly Group[], options: RowOptions): MappingRows {
  const { filter, only } = options
  const wanted = filter.trim().toLowerCase()
  const most = groups.reduce((count, group) => count + keysOf(group).length + 1, 0)
  const groupOf = new Int32Array(most)
  const keyOf = new Int32Array(most)
  let length = 0
  for (const [place, group] of groups.entries()) {
    const name = nameOf(group)
    const isWhole = wanted === '' || name.toLowerCase().includes(wanted)
    const isClosed = isFolded(group, options) && wanted === '' && !only
    const start = length
    groupOf[length] = place
    keyOf[length] = -1
    length += 1
    if (isClosed) continue
    const keys = keysOf(group)
    for (let at = 0; at < keys.length; at += 1) {
      const key = keys[at]!
      if (!isWhole && !matches(key, wanted)) continue
      if (only && !only.has(keyId(name, key.key)) && !only.has(keyId(name, ''))) continue
      groupOf[length] = place
      keyOf[length] = at
      length += 1
    }
    // A group without a match is left out; one that matches itself stays, also without keys.
    if (length === start + 1 && (!isWhole || only)) length = start
  }
  return new MappingRows(groups, groupOf, keyOf, length)
}

export function keysOf(group: Group): readonly MappingKey[] {
  if (group.kind === 'device') return group.device.keys
  return group.kind === 'topic' ? group.topic.keys : group.made.keys
}

export function nameOf(group: Group): string {
  if (group.kind === 'device') return group.device.name
  return group.kind === 'topic' ? group.topic.device : group.made.name
}

export function profileOf(group: Group): string {
  if (group.kind === 'device') return group.device.profile
  return group.kind === 'topic' ? group.topic.profile : group.made.profile
}

/** The address of a key at its source: node, or path in the payload. */
export function sourceOf(key: MappingKey): string {
  return 'node' in key ? key.node : key.value
}

/** For the eye: `Speed` of `nsu=urn:plant;s=Line1.Speed` or `/Objects/Line1/Speed`. */
export function shortSource(key: MappingKey): string {
  const source = sourceOf(key)
  if (!('node' in key)) return source
  const name = source.startsWith('/') ? source : source.slice(source.indexOf('=', source.indexOf(';') + 1) + 1)
  const short = name.split(/[/.]/).at(-1) ?? name
  return short === '' ? source : short.replace(/^(\d+:|\{[^}]*\})/, '')
}

export function groupId(group: Pick<Group, 'connectorId' | 'kind' | 'at'>): string {
  return `${group.connectorId}\u0000${group.kind}\u0000${group.at}`
}

export function keyId(device: string, key: string): string {
  return `${device}\u0000${key}`
}

export function refId({ connectorId, kind, at, keyAt }: RowRef): string {
  return `${connectorId}\u0000${kind}\u0000${at}\u0000${keyAt}`
}

function matches(key: MappingKey, wanted: string): boolean {
  return key.key.toLowerCase().includes(wanted) || sourceOf(key).toLowerCase().includes(wanted)
}
