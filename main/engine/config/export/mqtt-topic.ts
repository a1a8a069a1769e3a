import type { MqttKeyConfig, MqttTopicConfig } from '../../../../shared/config/mqtt.ts'
import type { ImportReport } from '../import/import-report.ts'
import type { Part } from '../import/source-text.ts'
import { sentences } from './field-fates.ts'
import { pathExpression, textExpression } from './mqtt-expression.ts'
import { strategyOf } from './report-strategy.ts'

// One topic as an entry of `mapping`: filter and JSON converter.

/** Undefined when it can not be written; the report says why, for each of its keys too. */
export function topicEntry(topic: MqttTopicConfig, part: Part, report: ImportReport): object | undefined {
  const device = textExpression(topic.device, topic.filter)
  const problem = topicProblem(topic) ?? ('problem' in device ? device.problem : undefined)
  if (problem !== undefined || 'problem' in device) {
    report.unsupported(part, problem ?? '', topic.filter)
    for (const key of part.get('keys').items) report.unsupported(key, 'Its topic can not be written.')
    return undefined
  }
  const time = timeOf(topic, part, report)
  const lists: Record<'attributes' | 'timeseries', (object | '*')[]> = { attributes: [], timeseries: [] }
  topic.keys.forEach((key, i) => {
    const at = part.get('keys').items[i] ?? part
    const listName = key.kind === 'attribute' ? 'attributes' : 'timeseries'
    const isAlone = topic.keys.filter(({ kind }) => kind === key.kind).length === 1
    const made = keyItem(key, topic.filter, time, isAlone)
    const target = `${topic.device} › ${key.key}`
    if ('problem' in made) report.unsupported(at, made.problem, target)
    else {
      lists[listName].push(made.item)
      if (made.notes.length > 0) report.interpreted(at, target, sentences(made.notes), target)
      else report.exact(at, target, target)
    }
  })
  if (lists.attributes.length + lists.timeseries.length === 0) {
    report.unsupported(part, 'None of its keys can be written.', topic.filter)
    return undefined
  }
  report.exact(part.get('filter'), topic.filter)
  if (part.get('qos').exists) report.exact(part.get('qos'), `QoS ${topic.qos}`)
  report.exact(part.get('device'), device.text, topic.device)
  const hasOddProfile = topic.profile.includes('${') || topic.profile !== topic.profile.trim()
  if (hasOddProfile) report.interpreted(part.get('profile'), 'default', 'This profile can not be written there.')
  else if (part.get('profile').exists) report.exact(part.get('profile'), topic.profile)
  return {
    topicFilter: topic.filter,
    subscriptionQos: topic.qos,
    converter: {
      type: 'json',
      deviceInfo: {
        deviceNameExpression: device.text,
        deviceNameExpressionSource: device.source,
        deviceProfileExpression: hasOddProfile ? 'default' : topic.profile,
        deviceProfileExpressionSource: 'constant',
      },
      ...lists,
    },
  }
}

function topicProblem({ format, forEach, filter }: MqttTopicConfig): string | undefined {
  if (format === 'text')
    return 'Payloads that are plain text are not written: its converter cuts them by byte positions.'
  if (forEach !== undefined)
    return 'It has no records inside a message: an array is taken only where it is the whole message.'
  return filter === filter.trim() ? undefined : 'A topic with spaces at its ends can not be written there.'
}

/** All values of a message have the same time: each item of the file names it. */
function timeOf({ timestamp }: MqttTopicConfig, part: Part, report: ImportReport): { tsField?: string } {
  if (!timestamp) return {}
  const path = pathExpression(timestamp.value)
  if ('problem' in path) {
    report.unsupported(part.get('timestamp'), `${path.problem} The time of arrival is used.`, timestamp.value)
    return {}
  }
  const note =
    timestamp.format === 'ms'
      ? 'It guesses from the value what kind of time it is.'
      : `It guesses from the value what kind of time it is; imported again it is milliseconds, not ${timestamp.format}.`
  report.interpreted(part.get('timestamp'), path.text, note, timestamp.value)
  return { tsField: `\${${path.text}}` }
}

const types = {
  auto: 'raw',
  double: 'double',
  integer: 'integer',
  boolean: 'boolean',
  string: 'string',
  json: 'raw',
} as const

type KeyItem = { readonly item: object | '*'; readonly notes: readonly string[] } | { readonly problem: string }

function keyItem(key: MqttKeyConfig, filter: string, time: object, isAlone: boolean): KeyItem {
  if (key.scale !== undefined || key.offset !== undefined) {
    return { problem: 'It does not calculate: without scale and offset its values would be others.' }
  }
  const strategy = strategyOf(key.report)
  const notes = [
    strategy.note,
    ...(key.unit === undefined ? [] : ['the unit is not sent']),
    ...(key.retention === undefined ? [] : ['when the store is full it drops the newest, whichever they are']),
    ...(key.type === 'json' ? ['imported again its type is auto'] : []),
  ].filter((note) => note !== '')
  if (key.value === '*') {
    if (!isAlone) return { problem: 'All members at once, and single ones beside them, is not possible there.' }
    if (key.key !== '*') notes.push('every member has its own name as key')
    if (strategy.item.reportStrategy) notes.push('every value is sent')
    return { item: '*', notes }
  }
  const name = textExpression(key.key, filter)
  if ('problem' in name) return name
  const value = pathExpression(key.value)
  if ('problem' in value) return value
  const item = {
    type: types[key.type],
    key: name.text,
    ...(name.source === 'topic' && { keySource: name.source }),
    value: `\${${value.text}}`,
    ...time,
    ...strategy.item,
  }
  return { item, notes }
}
