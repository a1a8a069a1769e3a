import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import type { MqttKeyConfig, MqttTopicConfig } from '../../../../shared/config/mqtt.ts'
import type { OpcuaDeviceConfig, OpcuaKeyConfig } from '../../../../shared/config/opcua.ts'

// Devices and keys of all sources as one flat list of rows: two integers per row, whatever the number of keys. Pure; a new
// list is made when the draft, the filter or what is folded changes, never when a value does.

/** A device of an OPC UA source, or a topic rule, which makes devices of messages. */
export type Group =
  | {
      readonly kind: 'device'
      readonly connectorId: string
      readonly connectorAt: number
      readonly at: number
      readonly device: OpcuaDeviceConfig
    }
  | {
      readonly kind: 'topic'
      readonly connectorId: string
      readonly connectorAt: number
      readonly at: number
      readonly topic: MqttTopicConfig
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
  /** Folded groups, by `groupId`. */
  readonly folded: ReadonlySet<string>
  /** Only these keys (by `keyId`; an empty key = all of the rule); undefined = all. */
  readonly only: ReadonlySet<string> | undefined
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

export function groupsOf(config: Pick<GatewayConfig, 'connectors'>): Group[] {
  const groups: Group[] = []
  for (const [connectorAt, connector] of config.connectors.entries()) {
    const base = { connectorId: connector.id, connectorAt }
    if (connector.type === 'opcua')
      for (const [at, device] of connector.devices.entries()) groups.push({ kind: 'device', ...base, at, device })
    else for (const [at, topic] of connector.topics.entries()) groups.push({ kind: 'topic', ...base, at, topic })
  }
  return groups
}

export function rowsOf(groups: readonly Group[], { filter, folded, only }: RowOptions): MappingRows {
  const wanted = filter.trim().toLowerCase()
  const most = groups.reduce((count, group) => count + keysOf(group).length + 1, 0)
  const groupOf = new Int32Array(most)
  const keyOf = new Int32Array(most)
  let length = 0
  for (const [place, group] of groups.entries()) {
    const name = nameOf(group)
    const isWhole = wanted === '' || name.toLowerCase().includes(wanted)
    const isFolded = folded.has(groupId(group)) && wanted === '' && !only
    const start = length
    groupOf[length] = place
    keyOf[length] = -1
    length += 1
    if (isFolded) continue
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
  return group.kind === 'device' ? group.device.keys : group.topic.keys
}

export function nameOf(group: Group): string {
  return group.kind === 'device' ? group.device.name : group.topic.device
}

export function profileOf(group: Group): string {
  return group.kind === 'device' ? group.device.profile : group.topic.profile
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
