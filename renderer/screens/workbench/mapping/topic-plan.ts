import { type MqttTopicConfig, mqttTopicSchema } from '../../../../shared/config/mqtt.ts'
import type { TopicItem } from '../selection.ts'
import { freeName, newTopicKey } from './mapping-edits.ts'

// From topics (and fields of their payloads) to a topic rule. Pure.

/** `payloads`: newest messages of these topics, to see whether they are JSON objects, JSON values or text. */
export function topicRuleFor(items: readonly TopicItem[], payloads: readonly string[]): MqttTopicConfig | undefined {
  const topics = [...new Set(items.map(({ topic }) => topic))]
  const [first] = topics
  if (first === undefined) return undefined
  const levels = levelsOf(topics)
  const fields = [...new Set(items.map(({ field }) => field))].filter((field) => field !== '$')
  const shape = shapeOf(payloads)
  return mqttTopicSchema.parse({
    filter: levels.map(({ text }) => text).join('/'),
    format: shape === 'text' ? 'text' : 'json',
    device: deviceFor(levels, first),
    profile: 'default',
    keys: fields.length > 0 ? fieldKeys(fields) : [wholeKey(shape, first)],
  })
}

interface Level {
  readonly text: string
  readonly index: number
  readonly isOpen: boolean
}

/** Levels that differ are open. Of a single topic those with digits are: what is numbered has siblings. */
function levelsOf(topics: readonly string[]): Level[] {
  const [first = [], ...rest] = topics.map((topic) => topic.split('/'))
  const same = rest.filter((other) => other.length === first.length)
  return first.map((level, index) => {
    const isOpen = rest.length === 0 ? /\d/.test(level) : same.some((other) => other[index] !== level)
    return { text: isOpen ? '+' : level, index, isOpen }
  })
}

function deviceFor(levels: readonly Level[], topic: string): string {
  const open = levels.filter(({ isOpen }) => isOpen)
  if (open.length > 0) return open.map(({ index }) => `\${topic[${index}]}`).join(' ')
  return topic.split('/').at(-1) || topic
}

type Shape = 'object' | 'value' | 'text'

function shapeOf(payloads: readonly string[]): Shape {
  const shapes = payloads.map((payload): Shape => {
    try {
      const value: unknown = JSON.parse(payload)
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? 'object' : 'value'
    } catch {
      return 'text'
    }
  })
  if (shapes.length === 0 || shapes.includes('object')) return 'object'
  return shapes.every((shape) => shape === 'text') ? 'text' : 'value'
}

function wholeKey(shape: Shape, topic: string): MqttTopicConfig['keys'][number] {
  if (shape === 'object') return newTopicKey('*', '*')
  return newTopicKey(topic.split('/').at(-1) || 'value', '$')
}

function fieldKeys(fields: readonly string[]): MqttTopicConfig['keys'] {
  const used = new Set<string>()
  return fields.map((field) => {
    const key = freeName(fieldName(field), used, true)
    used.add(key)
    return newTopicKey(key, field)
  })
}

/** `$.a.temp` → `temp`, `$['a b']` → `a b`. */
export function fieldName(field: string): string {
  const quoted = /\[(['"])(.*)\1\]$/.exec(field)?.[2]
  return (
    quoted ??
    field
      .replace(/\[\d+\]$/, '')
      .split('.')
      .at(-1)
      ?.replace('$', '') ??
    field
  )
}

/** MQTT 5, 4.7: does the filter of a rule take this topic? */
export function takes(filter: string, topic: string): boolean {
  const wanted = filter.split('/').slice(filter.startsWith('$share/') ? 2 : 0)
  const levels = topic.split('/')
  for (const [at, level] of wanted.entries()) {
    if (level === '#') return true
    if (at >= levels.length || (level !== '+' && level !== levels[at])) return false
  }
  return wanted.length === levels.length
}
