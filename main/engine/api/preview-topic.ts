import type { MappedValue, MappingProblem, RecentMessage } from '../../../shared/api/mapping-requests.ts'
import type { MqttTopicConfig } from '../../../shared/config/mqtt.ts'
import { asIs, inWords, type Said, said, saidOfError } from '../../../shared/said/said.ts'
import { saidOfStored } from '../../../shared/said/stored.ts'
import type { Sample } from '../../../shared/sample.ts'
import { errorPosition, parseJson } from '../collect/mqtt/json-payload.ts'
import { TopicMatcher } from '../collect/mqtt/topic-matcher.ts'
import { brokerWith, messageSample, tryMapping } from '../map/trial.ts'
import type { Datapoint, Refusal } from '../pipeline/stages.ts'
import { valueText } from '../uplink/numbers.ts'

/** One message through one rule. */
export interface TopicTrial {
  readonly matches: boolean
  readonly datapoints: readonly Datapoint[]
  readonly problems: readonly MappingProblem[]
}

export function tryMessage(rule: MqttTopicConfig, { topic, payload, at }: RecentMessage, sample: number): TopicTrial {
  const route = new TopicMatcher([rule.filter]).route(topic)
  if (route.rules.length === 0) return { matches: false, datapoints: [], problems: [] }
  const decoded = decode(rule, payload)
  if (!decoded.ok) {
    const message = said('payload.wrong', { problem: decoded.said })
    const position = errorPosition(payload)
    const place = position === undefined ? {} : { at: position }
    return {
      matches: true,
      datapoints: [],
      problems: [{ ...inWords({ message, hint: said('payload.correct') }), sample, ...place }],
    }
  }
  const message: Sample = messageSample(0, { topic, levels: route.levels, payload: decoded.value }, at)
  const { datapoints, refusals } = tryMapping(brokerWith([rule]), [message], at)
  return { matches: true, datapoints, problems: refusals.map((refusal) => problemOf(refusal, sample)) }
}

export function problemOf(refusal: Refusal, sample: number): MappingProblem {
  const { detail, hint } = saidOfError(refusal)
  return { ...inWords({ message: detail, hint }), sample }
}

/** A value that ThingsBoard would not take. */
export function refusedValue(message: Said): MappingProblem {
  return { ...inWords({ message, hint: asIs('') }), sample: 0 }
}

export function refusedKey({
  datapoint,
  reason,
}: {
  readonly datapoint: Datapoint
  readonly reason: string
}): MappingProblem {
  return refusedValue(said('sample.ofKey', { key: datapoint.series.key, problem: saidOfStored(reason) }))
}

function decode(rule: MqttTopicConfig, payload: string): ReturnType<typeof parseJson> {
  return rule.format === 'text' ? { ok: true, value: payload } : parseJson(Buffer.from(payload))
}

export function mappedValue({ series, ts, type, value }: Datapoint): MappedValue {
  const { device, key, kind } = series
  return {
    device: device.name,
    profile: device.profile,
    key,
    kind,
    type,
    value: valueText(type, value) ?? String(value),
    ts,
  }
}

/** Newest of each key, in order of first appearance. */
export function newestOf(datapoints: readonly Datapoint[]): Datapoint[] {
  const newest = new Map<string, Datapoint>()
  for (const point of datapoints) {
    const id = nameOf(point)
    const before = newest.get(id)
    if (!before || point.ts >= before.ts) newest.set(id, point)
  }
  return [...newest.values()]
}

export const nameOf = ({ series }: Datapoint): string => `${series.kind}\u0000${series.device.name}\u0000${series.key}`
