import type { TopicSuggestion } from '../../../shared/api/setup-requests.ts'
import { type MqttKeyConfig, type MqttTopicConfig, mqttTopicSchema } from '../../../shared/config/mqtt.ts'
import { TopicMatcher } from '../collect/mqtt/topic-matcher.ts'
import { mergedShapes, type Shape, textOf } from './topic-shapes.ts'

// What is worth sending, from the topics a broker was heard to send: topics of one shape become one rule, their differing
// levels the name of the device. Pure. A rule never takes a topic of another group: then its topics are named one by one.

/** A topic as it was heard. */
export interface HeardTopic {
  readonly topic: string
  readonly format: 'json' | 'text' | 'binary' | 'too large'
  readonly fields: readonly { readonly path: string; readonly type: string }[]
}

export interface TopicSuggestions {
  readonly suggestions: readonly TopicSuggestion[]
  /** Topics whose payloads are neither JSON nor text, or too large to look into. */
  readonly unread: number
  /** There are more topics than were looked at. */
  readonly isCut: boolean
}

/** Of a broker with more, the first ones: a tenth of a second of work. */
const topicsLimit = 3000
const groupsLimit = 50
const keysPerRule = 100
/** Where topics are named one by one. */
const rulesPerGroup = 50
const samplesLimit = 5
/** More is a question of what somebody wants, not of what is there. */
const proposedKeysLimit = 5000
/** Payloads that say whose they are, where the topic does not. */
const nameFields = /^\$\.(id|device|deviceId|device_id|deviceName|serial|serialNumber)$/

export function suggestTopics(all: readonly HeardTopic[]): TopicSuggestions {
  const heard = all.slice(0, topicsLimit)
  const readable = heard.filter(({ format }) => format === 'json' || format === 'text')
  const objects = readable.filter((one) => leaves(one).length > 0)
  const values = readable.filter((one) => one.format === 'text' || one.fields.length === 0)
  const objectShapes = mergedShapes(
    objects.map((one) => shape(one.topic.split('/'), elementLeaves(one).join('\n'), [one])),
  )
  const groups = [
    ...objectShapes.map((group) => ({ group, make: objectGroup })),
    ...valueShapes(values).map((group) => ({ group, make: valueGroup })),
  ]
  groups.sort((a, b) => b.group.topics.length - a.group.topics.length)
  const suggestions = groups.slice(0, groupsLimit).map(({ group, make }) => make(group, heard))
  suggestions.sort((a, b) => b.keys - a.keys || (a.id < b.id ? -1 : 1))
  return { suggestions, unread: heard.length - objects.length - values.length, isCut: all.length > heard.length }
}

function shape(levels: readonly string[], signature: string, topics: readonly HeardTopic[]): Shape<HeardTopic> {
  // What is numbered has siblings, also ones that were silent meanwhile.
  return { levels: levels.map((level) => (/\d/.test(level) ? '+' : level)), signature, topics }
}

/** One value a topic: the topics of one parent are its keys. */
function valueShapes(values: readonly HeardTopic[]): Shape<HeardTopic>[] {
  const parents = Map.groupBy(values, ({ topic }) => topic.split('/').slice(0, -1).join('/'))
  return mergedShapes(
    [...parents].map(([parent, topics]) => {
      const levels = parent === '' && !topics[0]?.topic.includes('/') ? [] : parent.split('/')
      return shape(levels, topics.map(lastLevel).sort().join('\n'), topics)
    }),
  )
}

function objectGroup(group: Shape<HeardTopic>, heard: readonly HeardTopic[]): TopicSuggestion {
  const paths = [...new Set(group.topics.flatMap(elementLeaves))]
  const isList = group.topics.every(isListOfObjects)
  // Elements of a list are told apart by what they say, whatever their topic is called.
  const named = group.levels.includes('+') && !isList ? undefined : nameField(group.topics)
  const keys = keysOf(paths.filter((path) => path !== named)).slice(0, keysPerRule)
  const filter = textOf(group.levels)
  const device = named ? `\${${named}}` : deviceOf(group.levels)
  const forEach = isList ? '$' : undefined
  const rules = isOwn(filter, group, heard)
    ? [rule(filter, device, keys, 'json', forEach)]
    : group.topics
        .slice(0, rulesPerGroup)
        .map(({ topic }) =>
          rule(topic, named ? device : literal(deviceName(group.levels, topic)), keys, 'json', forEach),
        )
  const elements = isList ? group.topics.reduce((sum, one) => sum + elementsOf(one), 0) : group.topics.length
  const names = new Set(group.topics.map(({ topic }) => deviceName(group.levels, topic)))
  return suggestionOf('object', group, rules, isList ? elements : names.size, {
    perDevice: keys.map(({ key }) => key),
    keys: keys.length * elements,
  })
}

function valueGroup(group: Shape<HeardTopic>, heard: readonly HeardTopic[]): TopicSuggestion {
  const names = [...new Set(group.topics.map(lastLevel))]
  const formats = new Set(group.topics.map(({ format }) => format))
  const filter = textOf([...group.levels, '+'])
  const last = group.levels.length
  const [format = 'json'] = formats
  const device = deviceOf(group.levels)
  // JSON and text, or strangers beside them: a rule for each name says which.
  const isOne = formats.size === 1 && last > 0 && isOwn(filter, group, heard)
  const rules = isOne
    ? [rule(filter, device, [{ key: `\${topic[${last}]}`, value: '$' }], format)]
    : names.slice(0, rulesPerGroup).map((name) => {
        const own = group.topics.find((one) => lastLevel(one) === name)
        return rule(
          textOf([...group.levels, name]),
          device,
          [{ key: keyName(name), value: '$' }],
          own?.format ?? 'json',
        )
      })
  const devices = new Set(group.topics.map(({ topic }) => deviceName(group.levels, topic)))
  return suggestionOf('values', group, rules, devices.size, { perDevice: names, keys: group.topics.length })
}

function suggestionOf(
  kind: TopicSuggestion['kind'],
  group: Shape<HeardTopic>,
  rules: readonly MqttTopicConfig[],
  devices: number,
  { perDevice, keys }: { readonly perDevice: readonly string[]; readonly keys: number },
): TopicSuggestion {
  const name = rules.length === 1 ? (rules[0]?.filter ?? '') : `${textOf(group.levels)}/…`
  return {
    id: `${kind} ${textOf(group.levels)} ${perDevice.join(' ').slice(0, 200)}`,
    kind,
    name,
    topics: group.topics.length,
    devices,
    keys,
    keyNames: perDevice.slice(0, keysPerRule),
    rules: [...rules],
    samples: group.topics.slice(0, samplesLimit).map(({ topic }) => topic),
    isProposed: keys <= proposedKeysLimit,
  }
}

/** Takes the filter nothing but topics of the group? */
function isOwn(filter: string, { topics }: Shape<HeardTopic>, heard: readonly HeardTopic[]): boolean {
  const matcher = new TopicMatcher([filter])
  const own = new Set(topics)
  return heard.every((one) => own.has(one) || matcher.route(one.topic).rules.length === 0)
}

function rule(
  filter: string,
  device: string,
  keys: readonly Pick<MqttKeyConfig, 'key' | 'value'>[],
  format: HeardTopic['format'],
  forEach?: string,
): MqttTopicConfig {
  const own = { filter, format: format === 'text' ? 'text' : 'json', device, keys }
  return mqttTopicSchema.parse(forEach === undefined ? own : { ...own, forEach })
}

/** The levels that differ; without any, the last one. */
function deviceOf(levels: readonly string[]): string {
  const open = levels.flatMap((level, at) => (level === '+' ? [`\${topic[${at}]}`] : []))
  return open.length > 0 ? open.join(' ') : literal(levels.at(-1) || 'MQTT')
}

/** What `deviceOf` gives for a topic. */
function deviceName(levels: readonly string[], topic: string): string {
  const own = topic.split('/')
  const open = levels.flatMap((level, at) => (level === '+' ? [own[at] ?? ''] : []))
  return (open.length > 0 ? open.join(' ') : levels.at(-1)) || 'MQTT'
}

function nameField(topics: readonly HeardTopic[]): string | undefined {
  const [first] = topics
  return first?.fields.map((field) => ({ ...field, path: elementPath(field.path) })).find(isName)?.path
}

function isName({ path, type }: HeardTopic['fields'][number]): boolean {
  return type === 'string' && nameFields.test(path)
}

/** As short as they can be and still differ. */
function keysOf(paths: readonly string[]): { key: string; value: string }[] {
  const taken = new Set<string>()
  return paths.map((value) => {
    const steps = value
      .replace(/^\$\.?/, '')
      .split(/\.|\['|'\]|\[|\]/)
      .filter((step) => step !== '')
    let key = ''
    for (let n = 1; n <= steps.length && (key === '' || taken.has(key)); n++) key = steps.slice(-n).join('.')
    taken.add(key)
    return { key: keyName(key), value }
  })
}

const keyName = (name: string): string => literal(name).slice(0, 255) || 'value'
const literal = (text: string): string => text.replaceAll('${', '$ {')
const lastLevel = ({ topic }: HeardTopic): string => topic.split('/').at(-1) ?? ''

/** Paths of single values. */
function leaves({ format, fields }: HeardTopic): string[] {
  if (format !== 'json') return []
  return fields.flatMap(({ path, type }) => (type === 'object' || type === 'array' ? [] : [path])).sort()
}

/** A payload that is an array of objects is mapped element by element. */
function isListOfObjects(heard: HeardTopic): boolean {
  const own = leaves(heard)
  return own.length > 0 && own.every((path) => /^\$\[\d+\][.[]/.test(path)) && nameField([heard]) !== undefined
}

function elementLeaves(heard: HeardTopic): string[] {
  return isListOfObjects(heard) ? [...new Set(leaves(heard).map(elementPath))] : leaves(heard)
}

function elementPath(path: string): string {
  return path.replace(/^\$\[\d+\]/, '$')
}

function elementsOf(heard: HeardTopic): number {
  return new Set(leaves(heard).map((path) => /^\$\[\d+\]/.exec(path)?.[0])).size
}
