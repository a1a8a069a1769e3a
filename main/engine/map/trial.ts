import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import type { MqttTopicConfig } from '../../../shared/config/mqtt.ts'
import type { Message, Sample } from '../../../shared/sample.ts'
import { SeriesRegistry } from '../pipeline/series.ts'
import type { Datapoint, Refusal } from '../pipeline/stages.ts'
import { compileMapping } from './compile.ts'

// A mapping tried out: samples go in, datapoints and refusals come out, and nothing of the running gateway is touched: the
// series are those of a registry of its own.

export interface Trial {
  readonly datapoints: readonly Datapoint[]
  readonly refusals: readonly Refusal[]
}

/** Throws CONFIG_INVALID with the first thing that is wrong with the mapping itself. `each`: sample by sample. */
export function tryMapping(
  connector: ConnectorConfig,
  samples: readonly Sample[],
  receivedAt: number,
): Trial & { readonly each: readonly Trial[] } {
  let refusals: Refusal[] = []
  const { mapper } = compileMapping({
    config: { connectors: [connector] },
    registry: new SeriesRegistry(),
    refuse: (refusal) => refusals.push(refusal),
  })
  const each = samples.map((sample): Trial => {
    refusals = []
    const datapoints: Datapoint[] = []
    mapper.map(sample, receivedAt, datapoints)
    return { datapoints, refusals }
  })
  return { each, datapoints: each.flatMap((one) => one.datapoints), refusals: each.flatMap((one) => one.refusals) }
}

/** A broker with this one rule; what a rule does does not depend on the connection. */
export function brokerWith(topics: readonly MqttTopicConfig[]): ConnectorConfig {
  return {
    type: 'mqtt',
    id: 'trial',
    name: 'Trial',
    enabled: true,
    host: 'trial',
    port: 1883,
    protocolVersion: 5,
    tls: { enabled: false },
    keepAliveSeconds: 30,
    sessionExpirySeconds: 0,
    maxPayloadBytes: 16_777_216,
    topics: [...topics],
  }
}

export function messageSample(tag: number, message: Message, at: number): Sample {
  return { tag, type: 'json', value: null, ts: at, statusCode: 0, message }
}
