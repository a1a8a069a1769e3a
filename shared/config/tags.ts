import type { ConnectorConfig } from './gateway.ts'
import type { OpcuaConnectorConfig, OpcuaDeviceConfig, OpcuaKeyConfig } from './opcua.ts'

/** One OPC UA tag: a key of a device. Its position in `opcuaTags` is its tag index, counted from the connector's first. */
export interface OpcuaTag {
  readonly device: OpcuaDeviceConfig
  readonly key: OpcuaKeyConfig
  readonly deviceIndex: number
  readonly keyIndex: number
}

/** The order collector and mapping agree on: devices in order, keys in order. */
export function opcuaTags(config: Pick<OpcuaConnectorConfig, 'devices'>): OpcuaTag[] {
  return config.devices.flatMap((device, deviceIndex) =>
    device.keys.map((key, keyIndex) => ({ device, key, deviceIndex, keyIndex })),
  )
}

/** OPC UA: one tag per key. MQTT: one per topic rule. */
export function tagCountOf(connector: ConnectorConfig): number {
  if (connector.type === 'mqtt') return connector.topics.length
  return connector.devices.reduce((count, device) => count + device.keys.length, 0)
}
