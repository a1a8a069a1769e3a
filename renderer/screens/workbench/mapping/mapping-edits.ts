import type { ConnectorConfig, GatewayConfig } from '../../../../shared/config/gateway.ts'
import { type MqttKeyConfig, type MqttTopicConfig, mqttKeySchema } from '../../../../shared/config/mqtt.ts'
import {
  type OpcuaDeviceConfig,
  type OpcuaKeyConfig,
  type OpcuaRuleConfig,
  opcuaKeySchema,
} from '../../../../shared/config/opcua.ts'
import type { MappingKey, RowRef } from './mapping-model.ts'

// Every change the Workbench makes to the mapping, as functions from configuration to configuration. What is not touched
// stays the same object, so that the draft sends and keeps small steps.

export type KeyPatch = Partial<Record<keyof OpcuaKeyConfig | keyof MqttKeyConfig, unknown>>

/** One new key at a node. */
export interface NewKey {
  readonly device: string
  readonly key: string
  readonly node: string
}

function withConnector<T extends ConnectorConfig>(
  config: GatewayConfig,
  id: string,
  type: T['type'],
  change: (connector: T) => T,
): GatewayConfig {
  return {
    ...config,
    connectors: config.connectors.map((connector) =>
      connector.id === id && connector.type === type ? change(connector as T) : connector,
    ),
  }
}

type Opcua = Extract<ConnectorConfig, { type: 'opcua' }>
type Mqtt = Extract<ConnectorConfig, { type: 'mqtt' }>

/** The same fields of many keys; an undefined field is removed. */
export function patchKeys(config: GatewayConfig, refs: readonly RowRef[], patch: KeyPatch): GatewayConfig {
  return changeGroups(config, refs, (keys, chosen) =>
    keys.map((key, at) => (chosen.has(at) ? patched(key, patch) : key)),
  )
}

export function patchDevices(
  config: GatewayConfig,
  refs: readonly RowRef[],
  patch: { readonly name?: string; readonly profile?: string },
): GatewayConfig {
  return byConnector(config, refs, (connector, of) => {
    const places = new Set(of.map((ref) => ref.at))
    if (connector.type === 'opcua')
      return {
        ...connector,
        devices: connector.devices.map((device, at) => (places.has(at) ? { ...device, ...patch } : device)),
      }
    const { name, ...rest } = patch
    const topicPatch = name === undefined ? rest : { ...rest, device: name }
    return {
      ...connector,
      topics: connector.topics.map((topic, at) => (places.has(at) ? { ...topic, ...topicPatch } : topic)),
    }
  })
}

/** Devices with all their keys, and single keys. A rule whose last key goes, goes with it: a rule without keys is invalid. */
export function removeRows(config: GatewayConfig, refs: readonly RowRef[]): GatewayConfig {
  const groups = refs.filter((ref) => ref.keyAt < 0)
  const keys = refs.filter((ref) => ref.keyAt >= 0)
  const without = changeGroups(config, keys, (all, chosen) => all.filter((_key, at) => !chosen.has(at)))
  return byConnector(without, refs, (connector) => {
    const gone = new Set(groups.filter(({ connectorId }) => connectorId === connector.id).map(({ at }) => at))
    if (connector.type === 'opcua')
      return { ...connector, devices: connector.devices.filter((_device, at) => !gone.has(at)) }
    return { ...connector, topics: connector.topics.filter((topic, at) => !gone.has(at) && topic.keys.length > 0) }
  })
}

/** A copy right after the original, under a free name. */
export function duplicateDevice(config: GatewayConfig, { connectorId, at }: RowRef): GatewayConfig {
  return withConnector<Opcua>(config, connectorId, 'opcua', (connector) => {
    const device = connector.devices[at]
    if (!device) return connector
    const copy = { ...device, name: freeName(device.name, new Set(connector.devices.map(({ name }) => name))) }
    return { ...connector, devices: connector.devices.toSpliced(at + 1, 0, copy) }
  })
}

/** To devices of these names, made where they are missing. */
export function addKeys(
  config: GatewayConfig,
  connectorId: string,
  keys: readonly NewKey[],
  profile: string,
): GatewayConfig {
  return withConnector<Opcua>(config, connectorId, 'opcua', (connector) => {
    const added = Map.groupBy(keys, ({ device }) => device)
    const devices = connector.devices.map((device) => {
      const more = added.get(device.name)
      added.delete(device.name)
      return more ? { ...device, keys: [...device.keys, ...more.map(newKey)] } : device
    })
    for (const [name, of] of added) devices.push({ name, profile: profile || 'default', keys: of.map(newKey) })
    return { ...connector, devices }
  })
}

/** Keys with all their fields to devices of these names; a key that exists there stays as it is. */
export function addOwnKeys(
  config: GatewayConfig,
  connectorId: string,
  added: readonly OpcuaDeviceConfig[],
): GatewayConfig {
  return withConnector<Opcua>(config, connectorId, 'opcua', (connector) => {
    const devices = [...connector.devices]
    for (const { name, profile, keys } of added) {
      const at = devices.findIndex((device) => device.name === name)
      const known = devices[at]
      if (!known) devices.push({ name, profile, keys: [...keys] })
      else {
        const own = new Set(known.keys.map(({ key }) => key))
        devices[at] = { ...known, keys: [...known.keys, ...keys.filter(({ key }) => !own.has(key))] }
      }
    }
    return { ...connector, devices }
  })
}

/** Other nodes for keys that exist, by name of the key. */
export function rebindKeys(
  config: GatewayConfig,
  { connectorId, at }: RowRef,
  nodes: ReadonlyMap<string, string>,
): GatewayConfig {
  return withConnector<Opcua>(config, connectorId, 'opcua', (connector) => ({
    ...connector,
    devices: connector.devices.map((device, place) =>
      place === at
        ? { ...device, keys: device.keys.map((key) => ({ ...key, node: nodes.get(key.key) ?? key.node })) }
        : device,
    ),
  }))
}

export function addDevice(config: GatewayConfig, connectorId: string, name: string): GatewayConfig {
  return withConnector<Opcua>(config, connectorId, 'opcua', (connector) => {
    const free = freeName(name, new Set(connector.devices.map((device) => device.name)), true)
    return { ...connector, devices: [...connector.devices, { name: free, profile: 'default', keys: [] }] }
  })
}

/** Bindings from the clipboard, below a device or rule; keys that exist there get a free name. */
export function pasteKeys(config: GatewayConfig, ref: RowRef, keys: readonly MappingKey[]): GatewayConfig {
  return changeGroups(config, [ref], (own) => {
    const used = new Set(own.map(({ key }) => key))
    const fresh = keys.map((key) => {
      const name = freeName(key.key, used, true)
      used.add(name)
      return { ...key, key: name }
    })
    return [...own, ...fresh]
  })
}

export function setRules(
  config: GatewayConfig,
  connectorId: string,
  change: (rules: readonly OpcuaRuleConfig[]) => OpcuaRuleConfig[],
): GatewayConfig {
  return withConnector<Opcua>(config, connectorId, 'opcua', (connector) => ({
    ...connector,
    rules: change(connector.rules),
  }))
}

export function setTopics(
  config: GatewayConfig,
  connectorId: string,
  change: (topics: readonly MqttTopicConfig[]) => MqttTopicConfig[],
): GatewayConfig {
  return withConnector<Mqtt>(config, connectorId, 'mqtt', (connector) => ({
    ...connector,
    topics: change(connector.topics),
  }))
}

/** `Motor`, `Motor_2`, `Motor_3` …; `keep` takes the name itself when it is free. */
export function freeName(name: string, used: ReadonlySet<string>, keep = false): string {
  if (keep && !used.has(name)) return name
  for (let n = 2; ; n += 1) {
    const next = `${name.slice(0, 245)}_${n}`
    if (!used.has(next)) return next
  }
}

function newKey({ key, node }: NewKey): OpcuaKeyConfig {
  return opcuaKeySchema.parse({ key, node })
}

export function newTopicKey(key: string, value: string): MqttKeyConfig {
  return mqttKeySchema.parse({ key, value })
}

type Keys = readonly MappingKey[]

function changeGroups(
  config: GatewayConfig,
  refs: readonly RowRef[],
  change: (keys: Keys, chosen: ReadonlySet<number>) => Keys,
): GatewayConfig {
  return byConnector(config, refs, (connector, of) => {
    const chosen = Map.groupBy(of, (ref) => ref.at)
    const at = (place: number): ReadonlySet<number> => new Set(chosen.get(place)?.map(({ keyAt }) => keyAt))
    if (connector.type === 'opcua') {
      const devices = connector.devices.map((device, place): OpcuaDeviceConfig => {
        if (!chosen.has(place)) return device
        return { ...device, keys: change(device.keys, at(place)) as OpcuaKeyConfig[] }
      })
      return { ...connector, devices }
    }
    const topics = connector.topics.map((topic, place): MqttTopicConfig => {
      return chosen.has(place) ? { ...topic, keys: change(topic.keys, at(place)) as MqttKeyConfig[] } : topic
    })
    return { ...connector, topics }
  })
}

function byConnector(
  config: GatewayConfig,
  refs: readonly RowRef[],
  change: (connector: ConnectorConfig, refs: readonly RowRef[]) => ConnectorConfig,
): GatewayConfig {
  const of = Map.groupBy(refs, ({ connectorId }) => connectorId)
  const connectors = config.connectors.map((connector) => {
    const own = of.get(connector.id)
    return own ? change(connector, own) : connector
  })
  return { ...config, connectors }
}

function patched(key: MappingKey, patch: KeyPatch): MappingKey {
  const next: Record<string, unknown> = { ...key }
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) delete next[name]
    else next[name] = value
  }
  return next as unknown as MappingKey
}
