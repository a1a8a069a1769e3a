import type * as z from 'zod'
import { type MqttTopicConfig, mqttTopicSchema } from '../../../../shared/config/mqtt.ts'
import { said } from '../../../../shared/said/said.ts'
import type { ImportReport, Note } from './import-report.ts'
import { jsonPath, messageTemplate, type Translated, topicTemplate, valuePath } from './mqtt-expressions.ts'
import type { Part } from './source-text.ts'
import { noteStrategy, reportOf, typeOf } from './value-options.ts'

// One entry of `mapping`: a topic filter and a converter, in the spelling of any generation.

type TopicInput = z.input<typeof mqttTopicSchema>
type KeyInput = TopicInput['keys'][number]

export function readTopic(mapping: Part, strategy: Part, report: ImportReport): MqttTopicConfig | undefined {
  const filter = mapping.get('topicFilter')
  const converter = mapping.get('converter')
  const kind = converter.get('type').text.toLowerCase() || 'json'
  noteStrategy(mapping.get('reportStrategy'), report)
  report.rest(mapping, ['topicFilter', 'converter', 'subscriptionQos', 'reportStrategy'])
  if (kind !== 'json')
    return refuse(mapping, converterNotes[kind] ?? said('import.unknownConverter', { type: kind }), report)
  const device = deviceOf(converter, filter.text, report)
  if (device === undefined)
    return refuse(mapping, 'Without a device name there is nothing to send the values to.', report)
  const changes = converter.get('sendDataOnlyOnChange')
  const inherited = reportOf(mapping.get('reportStrategy'), strategy) ?? (changes.flag ? { onChange: true } : undefined)
  const keys = keysOf(converter, filter.text, device, inherited, report)
  if (keys.length === 0) return refuse(mapping, 'None of its values can be taken.', report, false)
  const each = forEachOf(converter.get('filterExpression'), report)
  const time = timeOf(converter, report)
  const topic: TopicInput = {
    filter: filter.text,
    qos: mapping.get('subscriptionQos').number === 0 ? 0 : 1,
    device,
    profile: profileOf(converter, report),
    ...(each && { forEach: each }),
    ...(time && { timestamp: { value: time, format: 'ms' as const } }),
    keys,
  }
  const parsed = mqttTopicSchema.safeParse(topic)
  if (!parsed.success) {
    report.unsupported(filter, parsed.error.issues[0]?.message ?? '')
    return undefined
  }
  report.exact(filter, filter.text)
  if (mapping.get('subscriptionQos').exists) report.exact(mapping.get('subscriptionQos'), `QoS ${parsed.data.qos}`)
  if (changes.exists) report.exact(changes, said(changes.flag ? 'became.onChange' : 'became.everyValue'))
  report.rest(converter, knownFields, converterFieldNotes)
  return parsed.data
}

const converterNotes: Readonly<Record<string, string>> = {
  bytes: 'Payloads cut up by byte positions are not supported yet; nothing of this topic is collected.',
  custom:
    'A converter of your own in Python does not run here. Publish to the gateway’s own API instead, or send JSON.',
}

const knownFields = [
  'type',
  'deviceInfo',
  'deviceNameJsonExpression',
  'deviceNameTopicExpression',
  'deviceTypeJsonExpression',
  'deviceTypeTopicExpression',
  'sendDataOnlyOnChange',
  'attributes',
  'timeseries',
  'filterExpression',
]

const converterFieldNotes: Readonly<Record<string, string>> = {
  timeout: 'Not needed: a device that sends nothing is shown as silent.',
  useReceivedTs: 'Without a time in the message its arrival counts.',
  useEval: 'Expressions are not calculated; use scale and offset of the key.',
}

/** The whole entry is reported, each of its values too. */
function refuse(mapping: Part, note: Note, report: ImportReport, withKeys = true): undefined {
  const converter = mapping.get('converter')
  report.unsupported(mapping.get('topicFilter'), note)
  if (!withKeys) return undefined
  for (const list of ['attributes', 'timeseries']) {
    for (const item of converter.get(list).items) report.unsupported(item, 'Its topic is not collected.')
  }
  const info = converter.get('deviceInfo')
  for (const name of info.names) report.unsupported(info.get(name), 'Its topic is not collected.')
  report.rest(converter, [...knownFields, 'deviceNameExpression', 'deviceTypeExpression'], {
    extension: 'Belongs to the converter.',
    extensionConfig: 'Belongs to the converter.',
    'extension-config': 'Belongs to the converter.',
    cached: 'Belongs to the converter.',
    ...converterFieldNotes,
  })
  return undefined
}

function deviceOf(converter: Part, filter: string, report: ImportReport): string | undefined {
  const info = converter.get('deviceInfo')
  const parts: readonly (readonly [Part, (text: string) => Translated])[] = [
    [converter.get('deviceNameTopicExpression'), (text) => topicTemplate(text, filter)],
    [converter.get('deviceNameJsonExpression'), messageTemplate],
    [info.get('deviceNameExpression'), bySource(info.get('deviceNameExpressionSource').text, filter)],
    [converter.get('deviceNameExpression'), bySource('message', filter)],
  ]
  const [part, translate] = parts.find(([candidate]) => candidate.text !== '') ?? []
  if (!part || !translate) return undefined
  const device = translate(part.text)
  if ('problem' in device) {
    report.unsupported(part, device.problem)
    return undefined
  }
  report.exact(part, device.text)
  return device.text
}

function bySource(source: string, filter: string): (text: string) => Translated {
  switch (source.toLowerCase()) {
    case 'topic':
      return (text) => topicTemplate(text, filter)
    case 'constant':
      return (text) => ({ text: text.replaceAll('${', '$ {') })
    default:
      return messageTemplate
  }
}

function profileOf(converter: Part, report: ImportReport): string {
  const info = converter.get('deviceInfo')
  const part = [
    info.first('deviceProfileExpression', 'deviceTypeExpression'),
    converter.get('deviceTypeJsonExpression'),
    converter.get('deviceTypeTopicExpression'),
  ].find((candidate) => candidate.text !== '')
  if (!part) return 'default'
  const isTopic =
    info.get('deviceProfileExpressionSource').text === 'topic' || part.path.at(-1) === 'deviceTypeTopicExpression'
  // A pattern that is only a word finds nothing, and then the connector takes the word itself.
  if (!part.text.includes('${') && (!isTopic || /^[\w -]+$/.test(part.text))) {
    report.exact(part, part.text)
    return part.text.slice(0, 255)
  }
  report.interpreted(
    part,
    'default',
    'A device profile that is read from topic or message is not supported; “default” is used.',
  )
  return 'default'
}

function keysOf(
  converter: Part,
  filter: string,
  device: string,
  inherited: KeyInput['report'],
  report: ImportReport,
): KeyInput[] {
  const keys: KeyInput[] = []
  for (const [list, kind] of [
    ['attributes', 'attribute'],
    ['timeseries', 'telemetry'],
  ] as const) {
    const part = converter.get(list)
    // `"timeseries": "*"` or `["*"]`: the whole object.
    const items = part.text === '*' ? [part] : part.items
    for (const item of items) {
      const key = item.text === '*' ? { key: '*', value: '*' } : oneKey(item, filter)
      if ('problem' in key) {
        report.unsupported(item, key.problem)
        continue
      }
      const type = typeOf(item.get('type'))
      const strategy = reportOf(item.get('reportStrategy')) ?? inherited
      keys.push({ ...key, kind, ...(type && key.value !== '*' && { type }), ...(strategy && { report: strategy }) })
      const target = key.key === '*' ? said('became.everyMember', { device }) : `${device} › ${key.key}`
      const isTwice = keys.slice(0, -1).some((other) => other.key === key.key && other.kind === kind)
      if (isTwice) {
        keys.pop()
        report.unsupported(item, said('import.keyMappedAlready', { key: key.key }))
      } else report.exact(item, target)
    }
  }
  return keys
}

function oneKey(item: Part, filter: string): { key: string; value: string } | { readonly problem: Note } {
  const source = item.get('keySource').text.toLowerCase()
  const raw = item.get('key').text
  const key = source === 'topic' ? topicTemplate(raw, filter) : messageTemplate(raw)
  if ('problem' in key) return key
  const value = valuePath(item.get('value').text)
  if ('problem' in value) return value
  if (key.text === '') return { problem: 'There is no key.' }
  if (item.get('transformer').exists)
    return { problem: 'A transformer is not supported; use scale and offset of the key.' }
  return { key: key.text, value: value.text }
}

/** Java: `$.devices[*]` makes a record of every element. */
function forEachOf(part: Part, report: ImportReport): string | undefined {
  if (part.text === '') return undefined
  const path = /^(\$.*)\[\*\]$/.exec(part.text)?.[1]
  const translated = path === undefined ? undefined : jsonPath(path)
  if (translated && 'text' in translated) {
    report.exact(part, said('became.forEach', { path: translated.text }))
    return translated.text
  }
  report.unsupported(part, 'A filter over the message is not supported; the whole message is taken.')
  return undefined
}

/** All values of a topic have one time: the first `tsField` or `ts` found. */
function timeOf(converter: Part, report: ImportReport): string | undefined {
  const items = ['timeseries', 'attributes'].flatMap((list) => converter.get(list).items)
  let time: string | undefined
  for (const item of items) {
    const part = item.first('tsField', 'ts')
    if (!part.exists) continue
    const path = part.text.includes('${') ? valuePath(part.text) : jsonPath(part.text)
    if ('problem' in path) report.unsupported(part, path.problem)
    else if (time === undefined || time === path.text) {
      time = path.text
      report.interpreted(
        part,
        path.text,
        'Taken as milliseconds since 1970; choose seconds or ISO text in the topic if it is one of them.',
      )
    } else report.unsupported(part, 'All values of one message have one time; the first one is used.')
  }
  return time
}
