import type { GatewayConfig } from '../../../shared/config/gateway.ts'
import type { OpcuaConnectorConfig, OpcuaDeviceConfig } from '../../../shared/config/opcua.ts'
import { opcuaTags, tagCountOf } from '../../../shared/config/tags.ts'
import type { Sample, TagIndex } from '../../../shared/sample.ts'
import { GatewayError } from '../kit/gateway-error.ts'
import type { MadeKey } from '../pipeline/made-keys.ts'
import type { SeriesRegistry } from '../pipeline/series.ts'
import type { Datapoint, Mapper, Refusal } from '../pipeline/stages.ts'
import { eventRule } from './event-rule.ts'
import { MqttRule } from './mqtt-rule.ts'
import { OpcuaTarget, type TargetContext } from './opcua-target.ts'
import { validateMapping } from './validate.ts'

export interface MappingInput {
  readonly config: Pick<GatewayConfig, 'connectors'>
  readonly registry: SeriesRegistry
  /** Samples, or values of a message, that become nothing: counted with their reason. */
  readonly refuse: (refusal: Refusal) => void
  /** Told of every key a topic rule made for the first time. */
  readonly made?: (key: MadeKey) => void
}

export interface CompiledMapping {
  readonly mapper: Mapper
  readonly tagCount: number
  /** The connector's tags are `firstTag` to `firstTag + tagsOf - 1`; 0 for a connector that is not there. */
  firstTag(connectorId: string): TagIndex
  tagsOf(connectorId: string): number
  /** Adds keys that were found on a server while it runs; returns the tag of the first, the others follow in order. */
  extend(connector: OpcuaConnectorConfig, devices: readonly OpcuaDeviceConfig[]): TagIndex
}

/**
 * Compiles the mapping of all connectors, switched-off ones included, so that switching one on moves no tag. Throws
 * CONFIG_INVALID with the first problem of `validateMapping`.
 */
export function compileMapping({ config, registry, refuse, made }: MappingInput): CompiledMapping {
  const [problem] = validateMapping(config)
  if (problem) {
    const hint = 'Correct it in the configuration; the check command lists every problem.'
    throw new GatewayError('CONFIG_INVALID', `${problem.path} ${problem.message}`, {
      retry: 'after-config-change',
      hint,
    })
  }
  const targets: Mapper[] = []
  const events: Mapper[] = []
  const ranges = new Map<string, { first: TagIndex; count: number }>()
  const context: TargetContext = { registry, refuse }
  for (const connector of config.connectors) {
    ranges.set(connector.id, { first: targets.length, count: tagCountOf(connector) })
    if (connector.type === 'mqtt') {
      for (const [rule, topic] of connector.topics.entries()) {
        targets.push(new MqttRule(connector, topic, targets.length, context, (key) => made?.({ ...key, rule })))
      }
    } else {
      for (const tag of opcuaTags(connector)) targets.push(new OpcuaTarget(connector, tag, targets.length, context))
      for (const event of connector.events)
        events.push(new MqttRule(connector, eventRule(event), -1 - events.length, context))
    }
  }
  return {
    mapper: new TagMapper(targets, events),
    tagCount: targets.length,
    firstTag: (connectorId) => ranges.get(connectorId)?.first ?? 0,
    tagsOf: (connectorId) => ranges.get(connectorId)?.count ?? 0,
    extend: (connector, devices) => {
      const first = targets.length
      for (const tag of opcuaTags({ devices: [...devices] }))
        targets.push(new OpcuaTarget(connector, tag, targets.length, context))
      return first
    },
  }
}

/** A sample of a tag nobody configured (left over from before a change) becomes nothing. */
class TagMapper implements Mapper {
  readonly #targets: readonly Mapper[]
  /** Their tags count down from -1: tags of nodes are added while we run. */
  readonly #events: readonly Mapper[]

  constructor(targets: readonly Mapper[], events: readonly Mapper[]) {
    this.#targets = targets
    this.#events = events
  }

  map(sample: Sample, receivedAt: number, out: Datapoint[]): void {
    const target = sample.tag < 0 ? this.#events[-1 - sample.tag] : this.#targets[sample.tag]
    target?.map(sample, receivedAt, out)
  }
}
