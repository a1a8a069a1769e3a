import type { OpcuaConnectorConfig, OpcuaKeyConfig } from '../../../../shared/config/opcua.ts'
import { opcuaTags } from '../../../../shared/config/tags.ts'
import type { TagIndex } from '../../../../shared/sample.ts'

/** One configured node with the defaults of its connector filled in. */
export interface OpcuaTag {
  readonly tag: TagIndex
  readonly deviceName: string
  readonly key: string
  readonly kind: OpcuaKeyConfig['kind']
  readonly node: string
  readonly samplingIntervalMs: number
  readonly queueSize: number
  readonly discardOldest: boolean
  readonly deadband: OpcuaKeyConfig['deadband']
  readonly timestamp: OpcuaKeyConfig['timestamp']
  readonly trigger: OpcuaKeyConfig['trigger']
  readonly enum: OpcuaKeyConfig['enum']
}

type Defaults = Pick<OpcuaConnectorConfig, 'samplingIntervalMs' | 'queueSize'>

/** The tags of devices in the order the mapper knows too (shared/config/tags.ts), numbered from `firstTag`. */
export function flattenTags(config: Defaults & Pick<OpcuaConnectorConfig, 'devices'>, firstTag: TagIndex): OpcuaTag[] {
  return opcuaTags(config).map(({ device, key }, index) => tagOf(config, device.name, key, firstTag + index))
}

function tagOf(config: Defaults, deviceName: string, key: OpcuaKeyConfig, tag: TagIndex): OpcuaTag {
  return {
    tag,
    deviceName,
    key: key.key,
    kind: key.kind,
    node: key.node,
    samplingIntervalMs: key.samplingIntervalMs ?? config.samplingIntervalMs,
    queueSize: key.queueSize ?? config.queueSize,
    discardOldest: key.discardOldest,
    deadband: key.deadband,
    timestamp: key.timestamp,
    trigger: key.trigger,
    enum: key.enum,
  }
}
