import type { RequestOutput, RequestParsed, TagRow } from '../../../shared/api/contract.ts'
import { pageLimit } from '../../../shared/api/page.ts'
import type { ConnectorConfig, GatewayConfig } from '../../../shared/config/gateway.ts'
import type { MqttConnectorConfig, MqttTopicConfig } from '../../../shared/config/mqtt.ts'
import type { GatewayStatus, Issue } from '../../../shared/status.ts'
import type { ReportMoment } from '../analyze/report-filter.ts'
import { TopicMatcher } from '../collect/mqtt/topic-matcher.ts'
import type { MadeBook } from '../pipeline/made-keys.ts'
import type { LiveSeries, SeriesRegistry } from '../pipeline/series.ts'
import type { StoreBooks, TagPage, TagQuery } from '../pipeline/stages.ts'
import type { TagMemory, TagMoment } from '../pipeline/tag-memory.ts'
import { messagesFor } from './preview.ts'
import { tryMessage } from './preview-topic.ts'
import { judge } from './trace-stages.ts'

// Where a value stops: gathers what the parts know about one key and has it judged (trace-stages.ts).

export interface TraceParts {
  readonly now: () => number
  readonly status: () => GatewayStatus
  readonly running: () => GatewayConfig | undefined
  readonly draft: () => Promise<Pick<GatewayConfig, 'connectors'>>
  readonly registry: SeriesRegistry
  readonly memory: TagMemory
  readonly made: Pick<MadeBook, 'find'>
  readonly books: () => Pick<StoreBooks, 'quarantinePage'>
  readonly issues: { list(closed: boolean): Issue[] }
  readonly tags: (connectorId: string, page: TagQuery) => TagPage
  readonly report: (series: LiveSeries) => ReportMoment | undefined
}

type Question = RequestParsed<'trace.get'>

/** The key in question and where it comes from, as far as anybody knows. */
interface Found {
  readonly device: string
  readonly key: string
  readonly connectorId: string
  readonly from: string
  readonly tag: TagRow | undefined
  readonly moment: TagMoment
  readonly isUnmapped: boolean
}

/** Quarantined values of one series that are counted. */
const quarantineLimit = 100
const never: TagMoment = { sample: undefined, receivedAt: 0, mappedAt: 0, refusal: undefined, refusedAt: 0 }

export async function trace(parts: TraceParts, question: Question): Promise<RequestOutput<'trace.get'>> {
  const running = parts.running()?.connectors ?? []
  const found = 'device' in question ? byKey(parts, running, question) : bySource(parts, running, question)
  const status = parts.status()
  const series = parts.registry.device(found.device)?.series.find(({ key }) => key === found.key)
  const connectorId = found.connectorId || (series?.device.connectorId ?? '')
  const connector = status.connectors.find(({ id }) => id === connectorId)
  const isKnown = series !== undefined || found.from !== ''
  const draft = isKnown ? undefined : await draftSource(parts, question)
  const facts = {
    now: parts.now(),
    device: found.device,
    key: found.key,
    connector,
    isDraft: draft !== undefined,
    isUnmapped: found.isUnmapped && draft === undefined,
    tag: found.tag,
    moment: found.moment,
    series,
    report: series && parts.report(series),
    store: status.store,
    uplink: status.uplink,
    quarantined: series ? await quarantineOf(parts, series) : [],
    issues: parts.issues.list(false),
  }
  return {
    device: draft?.device ?? found.device,
    key: draft?.key ?? found.key,
    connectorId: draft?.connectorId ?? connectorId,
    sourceName: connector?.name ?? '',
    from: draft?.from ?? found.from,
    value: series && series.count > 0 ? `${series.lastValue} ${series.unit}`.trim() : '',
    ...judge(facts),
  }
}

function byKey(
  parts: TraceParts,
  running: readonly ConnectorConfig[],
  { device, key }: { device: string; key: string },
) {
  for (const connector of running) {
    const found =
      connector.type === 'opcua'
        ? tagOf(parts, connector.id, `${device} ${key}`, (row) => row.device === device && row.key === key)
        : (topicOf(
            parts,
            connector,
            (value) => (value.device === device || value.template === device) && value.key === key,
          ) ?? madeByTopic(parts, connector, device, key))
    if (found) return found
  }
  return { device, key, connectorId: '', from: '', tag: undefined, moment: never, isUnmapped: false }
}

function bySource(
  parts: TraceParts,
  running: readonly ConnectorConfig[],
  { connectorId, nodeId }: { connectorId: string; nodeId: string },
): Found {
  const connector = running.find(({ id }) => id === connectorId)
  const [topic = '', field = '$'] = nodeId.split('\n')
  const found =
    connector?.type === 'mqtt'
      ? topicOf(parts, connector, (value) => value.topic === topic && (field === '$' || value.field === field))
      : connector && tagOf(parts, connectorId, '', (row) => row.node === nodeId || row.nodeId === nodeId)
  return found ?? { device: '', key: '', connectorId, from: '', tag: undefined, moment: never, isUnmapped: true }
}

/** Pages through the tags: a filter finds a key at once, a NodeId may need all of them. */
function tagOf(
  parts: TraceParts,
  connectorId: string,
  filter: string,
  isIt: (row: TagRow) => boolean,
): Found | undefined {
  for (let offset = 0; ; offset += pageLimit) {
    const { rows, total } = parts.tags(connectorId, { offset, limit: pageLimit, filter, onlyProblems: false })
    const tag = rows.find(isIt)
    if (tag) {
      const moment = parts.memory.named(connectorId, tag.device, tag.key)
      return { device: tag.device, key: tag.key, connectorId, from: tag.node, tag, moment, isUnmapped: false }
    }
    if (offset + rows.length >= total || rows.length === 0) return undefined
  }
}

interface TopicValue {
  readonly topic: string
  readonly device: string
  /** The rule's name for its devices: before a message came, and in the table of the draft, nothing else is known. */
  readonly template: string
  readonly key: string
  /** Path in the payload. */
  readonly field: string
}

/** The first rule whose newest messages make the wanted value. Before its first message nobody knows what a rule makes. */
function topicOf(
  parts: TraceParts,
  connector: MqttConnectorConfig,
  isIt: (value: TopicValue) => boolean,
): Found | undefined {
  for (const [place, rule] of connector.topics.entries()) {
    for (const [index, message] of messagesFor(parts, connector.id, rule.filter).entries()) {
      const { datapoints } = tryMessage(rule, message, index)
      for (const { series } of datapoints) {
        const { device, key } = { device: series.device.name, key: series.key }
        if (!isIt({ topic: message.topic, device, template: rule.device, key, field: fieldOf(rule, key) })) continue
        const moment = parts.memory.tag(connector.id, place)
        return { device, key, connectorId: connector.id, from: rule.filter, tag: undefined, moment, isUnmapped: false }
      }
    }
  }
  const constant = connector.topics.findIndex(({ filter, device, keys }) =>
    keys.some(({ key, value }) => isIt({ topic: filter, device, template: device, key, field: value })),
  )
  const rule = connector.topics[constant]
  if (!rule) return undefined
  const key = rule.keys.find((one) =>
    isIt({ topic: rule.filter, device: rule.device, template: rule.device, key: one.key, field: one.value }),
  )
  return {
    device: rule.device,
    key: key?.key ?? '',
    connectorId: connector.id,
    from: rule.filter,
    tag: undefined,
    moment: parts.memory.tag(connector.id, constant),
    isUnmapped: false,
  }
}

/** A device of a busy filter, whose message is none of the newest. */
function madeByTopic(
  { made, memory }: TraceParts,
  { id, topics }: MqttConnectorConfig,
  device: string,
  key: string,
): Found | undefined {
  const found = made.find(id, device, key)
  if (!found) return undefined
  const from = topics[found.rule]?.filter ?? ''
  return { device, key, connectorId: id, from, tag: undefined, moment: memory.tag(id, found.rule), isUnmapped: false }
}

/** `*` gives keys the names of the members. */
function fieldOf(rule: MqttTopicConfig, key: string): string {
  return rule.keys.find((one) => one.key === key)?.value ?? `$.${key}`
}

async function draftSource(
  parts: TraceParts,
  question: Question,
): Promise<Pick<Found, 'device' | 'key' | 'connectorId' | 'from'> | undefined> {
  const { connectors } = await parts.draft()
  for (const connector of connectors) {
    if (connector.type === 'opcua') {
      for (const { name, keys } of connector.devices) {
        const key = keys.find((one) =>
          'device' in question
            ? name === question.device && one.key === question.key
            : connector.id === question.connectorId && one.node === question.nodeId,
        )
        if (key) return { device: name, key: key.key, connectorId: connector.id, from: key.node }
      }
    } else {
      const rule = connector.topics.find(({ filter, device, keys }) =>
        'device' in question
          ? device === question.device && keys.some(({ key }) => key === question.key)
          : connector.id === question.connectorId && matches(filter, question.nodeId.split('\n')[0] ?? ''),
      )
      const device = 'device' in question ? question.device : (rule?.device ?? '')
      const key = 'device' in question ? question.key : (rule?.keys[0]?.key ?? '')
      if (rule) return { device, key, connectorId: connector.id, from: rule.filter }
    }
  }
  return undefined
}

function matches(filter: string, topic: string): boolean {
  return new TopicMatcher([filter]).route(topic).rules.length > 0
}

async function quarantineOf({ books }: TraceParts, { device, key }: LiveSeries) {
  // The store compares with device, newline, key, so this finds the series and nothing else.
  const filter = `${device.name}\n${key}\n`.slice(0, 255)
  const { rows } = await books().quarantinePage({ offset: 0, limit: quarantineLimit, filter })
  return rows.filter((row) => row.device === device.name && row.key === key)
}
