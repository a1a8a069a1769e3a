import type { RequestOutput, RequestParsed } from '../../../shared/api/contract.ts'
import type { MappingProblem, RecentMessage } from '../../../shared/api/mapping-requests.ts'
import type { ConnectorConfig, GatewayConfig } from '../../../shared/config/gateway.ts'
import type { MqttConnectorConfig } from '../../../shared/config/mqtt.ts'
import type { OpcuaConnectorConfig } from '../../../shared/config/opcua.ts'
import { opcuaTags } from '../../../shared/config/tags.ts'
import { inWords, said } from '../../../shared/said/said.ts'
import { saidOfStored } from '../../../shared/said/stored.ts'
import type { Sample } from '../../../shared/sample.ts'
import { TopicMatcher } from '../collect/mqtt/topic-matcher.ts'
import { tryMapping } from '../map/trial.ts'
import type { SeriesRegistry } from '../pipeline/series.ts'
import type { Datapoint } from '../pipeline/stages.ts'
import type { CapturedMessage, TagMemory } from '../pipeline/tag-memory.ts'
import { valueText } from '../uplink/numbers.ts'
import { connectMessage, encodeDatapoints, type Mark } from './preview-payload.ts'
import { mappedValue, nameOf, newestOf, problemOf, refusedKey, refusedValue, tryMessage } from './preview-topic.ts'
import { placeholderOf, serverWith, tryKey, valueFromTyped } from './preview-value.ts'

export interface PreviewParts {
  readonly now: () => number
  readonly memory: TagMemory
  readonly registry: SeriesRegistry
  readonly running: () => GatewayConfig | undefined
  readonly draft: () => Promise<Pick<GatewayConfig, 'connectors'>>
}

type Channel = 'preview.payload' | 'preview.topic' | 'preview.value' | 'samples.recent'
type PreviewHandlers = { readonly [C in Channel]: (input: RequestParsed<C>) => Promise<RequestOutput<C>> }

/** Problems shown per question; the first ones name the cause. */
const problemLimit = 50

export function previewHandlers(parts: PreviewParts): PreviewHandlers {
  return {
    'preview.payload': async ({ device }) => previewPayload(parts, (await parts.draft()).connectors, device),
    'preview.topic': async (question) => previewTopic(parts, (await parts.draft()).connectors, question),
    'preview.value': async (question) => previewValue(parts, question),
    'samples.recent': async ({ connectorId, filter }) => recentSamples(parts, connectorId, filter),
  }
}

/** What a device has under one configuration, from the newest samples; keys without one are made up. */
interface DeviceValues {
  readonly datapoints: readonly Datapoint[]
  readonly placeholders: ReadonlySet<string>
  readonly problems: readonly MappingProblem[]
  readonly profile: string
}

function previewPayload(
  parts: PreviewParts,
  draft: readonly ConnectorConfig[],
  device: string,
): RequestOutput<'preview.payload'> {
  const running = valuesOf(parts, parts.running()?.connectors ?? [], device)
  const found = valuesOf(parts, draft, device)
  // Devices that a rule finds on a server are known only once they run.
  const shown = found.datapoints.length > 0 ? found : { ...found, ...liveValues(parts.registry, device) }
  const before = new Map(running.datapoints.map((point) => [nameOf(point), textOf(point)]))
  const isLive = shown !== found
  const markOf = (point: Datapoint): Mark | undefined => {
    const text = before.get(nameOf(point))
    if (!isLive && text === undefined) return 'added'
    if (!isLive && text !== textOf(point)) return 'changed'
    return shown.placeholders.has(nameOf(point)) ? 'placeholder' : undefined
  }
  const { messages, refused } = encodeDatapoints(shown.datapoints, markOf)
  const kept = new Set(shown.datapoints.map(nameOf))
  const isNew = !isLive && running.datapoints.length === 0
  return {
    messages: messages.length > 0 ? [connectMessage(device, shown.profile, isNew), ...messages] : [],
    problems: [...shown.problems, ...refused.map(refusedKey)].slice(0, problemLimit),
    placeholders: shown.placeholders.size,
    gone: isLive ? [] : running.datapoints.filter((point) => !kept.has(nameOf(point))).map(({ series }) => series.key),
  }
}

const textOf = ({ type, value }: Datapoint): string => valueText(type, value) ?? String(value)

function valuesOf(parts: PreviewParts, connectors: readonly ConnectorConfig[], device: string): DeviceValues {
  const datapoints: Datapoint[] = []
  const placeholders = new Set<string>()
  const problems: MappingProblem[] = []
  let profile = 'default'
  for (const connector of connectors) {
    if (connector.type === 'opcua') {
      const own = opcuaValues(parts, connector, device)
      datapoints.push(...own.datapoints)
      for (const name of own.placeholders) placeholders.add(name)
      problems.push(...own.problems)
      if (own.datapoints.length > 0) profile = own.profile
    } else {
      const own = brokerValues(parts, connector, device)
      datapoints.push(...own)
      profile = own[0]?.series.device.profile ?? profile
    }
  }
  return { datapoints: newestOf(datapoints), placeholders, problems, profile }
}

function opcuaValues(parts: PreviewParts, connector: OpcuaConnectorConfig, name: string): DeviceValues {
  const devices = connector.devices.filter((device) => device.name === name)
  const tags = runningTags(parts, connector.id)
  const made: boolean[] = []
  const samples = devices
    .flatMap((device) => device.keys)
    .map((key, tag): Sample => {
      const sample = parts.memory.tag(connector.id, tags.get(key.node) ?? -1).sample
      made.push(!sample || sample.value === null)
      if (sample && sample.value !== null) return { ...sample, tag }
      return { ...placeholderOf(key), tag, ts: parts.now(), statusCode: 0 }
    })
  const datapoints: Datapoint[] = []
  const placeholders = new Set<string>()
  const problems: MappingProblem[] = []
  // One at a time, so that it is known which datapoints a made-up value became.
  const trial = tryMappingEach(serverWith(devices), samples, parts.now())
  for (const [index, { points, refusals }] of trial.entries()) {
    datapoints.push(...points)
    if (made[index]) for (const point of points) placeholders.add(nameOf(point))
    problems.push(...refusals)
  }
  return { datapoints, placeholders, problems, profile: devices[0]?.profile ?? 'default' }
}

function tryMappingEach(
  connector: OpcuaConnectorConfig,
  samples: readonly Sample[],
  now: number,
): { readonly points: readonly Datapoint[]; readonly refusals: readonly MappingProblem[] }[] {
  if (samples.length === 0) return []
  const { each } = tryMapping(connector, samples, now)
  return each.map(({ datapoints, refusals }) => ({
    points: datapoints,
    refusals: refusals.map((refusal) => problemOf(refusal, 0)),
  }))
}

/** Tag by node address in what runs: a renamed key keeps its values. */
function runningTags({ running }: PreviewParts, connectorId: string): Map<string, number> {
  const connector = running()?.connectors.find((one) => one.id === connectorId)
  if (connector?.type !== 'opcua') return new Map()
  return new Map(opcuaTags(connector).map(({ key }, tag) => [key.node, tag]))
}

function brokerValues(parts: PreviewParts, connector: MqttConnectorConfig, device: string): Datapoint[] {
  return connector.topics.flatMap((rule) =>
    messagesFor(parts, connector.id, rule.filter)
      .flatMap((message, index) => tryMessage(rule, message, index).datapoints)
      .filter((point) => point.series.device.name === device),
  )
}

function liveValues(registry: SeriesRegistry, name: string): Pick<DeviceValues, 'datapoints' | 'profile'> {
  const device = registry.device(name)
  const series = device?.series.filter(({ count, lastValue }) => count > 0 && lastValue !== null) ?? []
  return {
    profile: device?.profile ?? 'default',
    datapoints: series.map((one) => ({ series: one, ts: one.lastTs, type: one.lastType, value: one.lastValue ?? '' })),
  }
}

function previewTopic(
  parts: PreviewParts,
  draft: readonly ConnectorConfig[],
  { connectorId, topic, place, samples: typed }: RequestParsed<'preview.topic'>,
): RequestOutput<'preview.topic'> {
  const samples: RecentMessage[] = typed
    ? typed.map((one) => ({ ...one, at: parts.now(), bytes: Buffer.byteLength(one.payload) }))
    : messagesFor(parts, connectorId, topic.filter)
  const trials = samples.map((sample, index) => tryMessage(topic, sample, index))
  const datapoints = trials.flatMap((trial) => trial.datapoints)
  const newest = newestOf(datapoints)
  const { messages, refused } = encodeDatapoints(newest)
  const problems = trials.flatMap((trial) => trial.problems)
  problems.push(...refused.map(refusedKey))
  const others = draft.flatMap((connector) => claimsBeside(connector, connectorId, place, samples))
  const taken = new Set(others)
  return {
    values: newest.map(mappedValue),
    messages,
    problems: problems.slice(0, problemLimit),
    samples: samples.map((sample, index) => ({
      ...sample,
      matches: trials[index]?.matches ?? false,
      values: trials[index]?.datapoints.length ?? 0,
    })),
    devices: new Set(newest.map(({ series }) => series.device.name)).size,
    keys: newest.length,
    collisions: newest
      .filter((point) => taken.has(nameOf(point)))
      .map(({ series }) => `${series.device.name} / ${series.key}`),
  }
}

/** Keys other parts of the configuration fill: OPC UA keys as configured, rules of the same broker by the same samples. */
function claimsBeside(
  connector: ConnectorConfig,
  connectorId: string,
  place: number | undefined,
  samples: readonly RecentMessage[],
): string[] {
  if (connector.type === 'opcua')
    return opcuaTags(connector).map(({ device, key }) => `${key.kind}\u0000${device.name}\u0000${key.key}`)
  if (connector.id !== connectorId) return []
  return connector.topics
    .filter((_rule, index) => index !== place)
    .flatMap((rule) => samples.flatMap((sample, index) => tryMessage(rule, sample, index).datapoints.map(nameOf)))
}

function previewValue(
  parts: PreviewParts,
  { device, profile, key, value, type, statusCode }: RequestParsed<'preview.value'>,
): RequestOutput<'preview.value'> {
  const typed = valueFromTyped(type, value)
  if (!typed.ok) {
    const words = inWords({ message: typed.problem, hint: said('sample.correct') })
    return { values: [], messages: [], problems: [{ ...words, sample: 0, at: typed.at }] }
  }
  const sample: Sample = { tag: 0, type, value: typed.value, ts: parts.now(), statusCode }
  const { datapoints, refusals } = tryKey({ name: device, profile }, key, sample)
  const { messages, refused } = encodeDatapoints(datapoints)
  return {
    values: datapoints.map(mappedValue),
    messages,
    problems: [
      ...refusals.map((refusal) => problemOf(refusal, 0)),
      ...refused.map(({ reason }) => refusedValue(saidOfStored(reason))),
    ],
  }
}

function recentSamples(parts: PreviewParts, connectorId: string, filter: string): RequestOutput<'samples.recent'> {
  const tag = runningTags(parts, connectorId).get(filter)
  if (tag === undefined) return { messages: messagesFor(parts, connectorId, filter) }
  const { sample, receivedAt } = parts.memory.tag(connectorId, tag)
  if (!sample) return { messages: [] }
  const value = sample.value === null ? '' : String(sample.value)
  return { messages: [], value: { value, type: sample.type, statusCode: sample.statusCode, at: receivedAt } }
}

/** Of a filter that runs, or of a new one among everything that came. Newest first. */
export function messagesFor(
  { memory }: Pick<PreviewParts, 'memory'>,
  connectorId: string,
  filter: string,
): RecentMessage[] {
  const own = memory.messages(connectorId, filter)
  const messages = own.length > 0 ? own : matching(memory.allMessages(connectorId), filter)
  return messages.map(({ topic, payload, at }) => ({ topic, payload: payload.toString(), at, bytes: payload.length }))
}

function matching(messages: readonly CapturedMessage[], filter: string): CapturedMessage[] {
  const matcher = new TopicMatcher([filter])
  return messages.filter(({ topic }) => matcher.route(topic).rules.length > 0)
}
