import type { OpcuaConnectorConfig, OpcuaKeyConfig } from '../../../../shared/config/opcua.ts'
import { opcuaTags } from '../../../../shared/config/tags.ts'
import type { TagIndex } from '../../../../shared/sample.ts'

/** One configured node with the defaults of its connector filled in. */
export interface OpcuaTag {
  readonly tag: TagIndex
  readonly deviceName: string
  readonly key: string
  readonly node: string
  readonly samplingIntervalMs: number
  readonly queueSize: number
  readonly discardOldest: boolean
  readonly deadband: OpcuaKeyConfig['deadband']
  readonly timestamp: OpcuaKeyConfig['timestamp']
}

/** The tags of a connector in the order the mapper knows too (shared/config/tags.ts), numbered from `firstTag`. */
export function flattenTags(config: OpcuaConnectorConfig, firstTag: TagIndex): OpcuaTag[] {
  return opcuaTags(config).map(({ device, key }, index) => ({
    tag: firstTag + index,
    deviceName: device.name,
    key: key.key,
    node: key.node,
    samplingIntervalMs: key.samplingIntervalMs ?? config.samplingIntervalMs,
    queueSize: key.queueSize ?? config.queueSize,
    discardOldest: key.discardOldest,
    deadband: key.deadband,
    timestamp: key.timestamp,
  }))
}
