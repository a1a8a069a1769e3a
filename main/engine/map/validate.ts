import type { ConfigProblem, GatewayConfig } from '../../../shared/config/gateway.ts'
import type { MqttConnectorConfig } from '../../../shared/config/mqtt.ts'
import type { OpcuaConnectorConfig } from '../../../shared/config/opcua.ts'
import { compileRule } from '../collect/opcua/select-pattern.ts'
import { eventRule } from './event-rule.ts'
import { compileParts } from './mqtt-parts.ts'
import { cleanName, nameLimit } from './names.ts'

/** What the schema can not see: names, templates, paths, and claims that contradict each other. Problems with exact paths. */
export function validateMapping(config: Pick<GatewayConfig, 'connectors'>): ConfigProblem[] {
  return mappingClaims(config).problems
}

/** One mention each: a device with the profile it is given, a series by its id. */
export interface Claims {
  readonly devices: readonly { readonly name: string; readonly profile: string }[]
  readonly series: readonly string[]
}

/** The same check, and what the configuration lays claim to: parts checked apart must not meet in a claim. */
export function mappingClaims(config: Pick<GatewayConfig, 'connectors'>): Claims & { problems: ConfigProblem[] } {
  const book = new ClaimBook()
  config.connectors.forEach((connector, i) => {
    const path = `connectors[${i}]`
    if (connector.type === 'mqtt') checkMqtt(connector, path, book)
    else checkOpcua(connector, path, book)
  })
  return book
}

/** Who claimed which device with which profile, and which series. */
class ClaimBook {
  readonly problems: ConfigProblem[] = []
  readonly devices: { readonly name: string; readonly profile: string }[] = []
  readonly series: string[] = []
  readonly #profiles = new Map<string, { readonly profile: string; readonly path: string }>()
  readonly #series = new Map<string, string>()

  add(path: string, message: string): void {
    this.problems.push({ path, message })
  }

  /** The name as ThingsBoard gets it; undefined and a problem when it can not be used. */
  name(path: string, raw: string): string | undefined {
    const cleaned = cleanName(raw)
    if (!cleaned.ok) this.add(path, cleaned.problem)
    return cleaned.ok ? cleaned.name : undefined
  }

  claimDevice(path: string, name: string, profile: string): void {
    this.devices.push({ name, profile })
    const first = this.#profiles.get(name)
    if (!first) this.#profiles.set(name, { profile, path })
    else if (first.profile !== profile) {
      this.add(path, `"${name}" has the profile "${first.profile}" in ${first.path}; a device has one profile`)
    }
  }

  claimSeries(path: string, device: string, key: string, kind: string): void {
    const id = `${kind}\u0000${device}\u0000${key}`
    this.series.push(id)
    const first = this.#series.get(id)
    if (first === undefined) this.#series.set(id, path)
    else this.add(path, `"${key}" of "${device}" is mapped by ${first} already; give one of them another key`)
  }
}

function checkOpcua(connector: OpcuaConnectorConfig, at: string, book: ClaimBook): void {
  checkEvents(connector, at, book)
  connector.rules.forEach((rule, r) => {
    const compiled = compileRule(rule)
    if (compiled.ok) return
    const [field = '', ...words] = compiled.problem.split(' ')
    book.add(`${at}.rules[${r}].${field}`, words.join(' '))
  })
  connector.devices.forEach((device, d) => {
    const path = `${at}.devices[${d}]`
    const name = book.name(`${path}.name`, device.name)
    const profile = book.name(`${path}.profile`, device.profile)
    if (device.name.includes('${')) book.add(`${path}.name`, 'is taken as it is: ${…} works in MQTT rules only')
    if (name !== undefined && profile !== undefined) book.claimDevice(`${path}.profile`, name, profile)
    device.keys.forEach((key, k) => {
      const keyPath = `${path}.keys[${k}]`
      const keyName = book.name(`${keyPath}.key`, key.key)
      if (key.key.includes('${')) book.add(`${keyPath}.key`, 'is taken as it is: ${…} works in MQTT rules only')
      checkTarget(key, keyPath, book)
      if (name === undefined || keyName === undefined) return
      book.claimSeries(`${keyPath}.key`, name, keyName, key.kind)
      if (key.unit !== undefined) claimCompanion(book, `${keyPath}.unit`, name, keyName, 'unit', 'attribute')
      if (key.quality === 'companion') claimCompanion(book, `${keyPath}.quality`, name, keyName, 'status', key.kind)
    })
  })
}

function checkEvents(connector: OpcuaConnectorConfig, at: string, book: ClaimBook): void {
  connector.events.forEach((event, e) => {
    const path = `${at}.events[${e}]`
    const below: ConfigProblem[] = []
    compileParts(eventRule(event), below)
    for (const problem of below) book.add(`${path}.${problem.path}`, problem.message)
    book.name(`${path}.profile`, event.profile)
    event.keys.forEach((key, k) => {
      checkTarget(key, `${path}.keys[${k}]`, book)
    })
  })
}

function claimCompanion(
  book: ClaimBook,
  path: string,
  device: string,
  key: string,
  suffix: string,
  kind: string,
): void {
  const name = `${key}_${suffix}`
  if (name.length > nameLimit)
    book.add(path, `would need the key "${name.slice(0, 40)}…", longer than ${nameLimit} characters`)
  else book.claimSeries(path, device, name, kind)
}

function checkMqtt(connector: MqttConnectorConfig, at: string, book: ClaimBook): void {
  connector.topics.forEach((topic, t) => {
    const path = `${at}.topics[${t}]`
    const below: ConfigProblem[] = []
    const parts = compileParts(topic, below)
    for (const problem of below) book.add(`${path}.${problem.path}`, problem.message)
    const profile = book.name(`${path}.profile`, topic.profile)
    const device = parts.device.constant
    if (device !== undefined && profile !== undefined) book.claimDevice(`${path}.profile`, device, profile)
    const own = new Map<string, string>()
    parts.keys.forEach(({ config, name, path: value }, k) => {
      const keyPath = `${path}.keys[${k}]`
      checkTarget(config, keyPath, book)
      if (value === 'members' && topic.format === 'text') {
        book.add(`${keyPath}.value`, '* takes the members of a JSON object; the format of this rule is text')
      }
      if (name.constant === undefined || value === 'members') return
      if (device === undefined) claimOwn(own, `${keyPath}.key`, name.constant, config.kind, book)
      else book.claimSeries(`${keyPath}.key`, device, name.constant, config.kind)
    })
    checkLevels(topic.filter, topic.device, `${path}.device`, book)
    topic.keys.forEach((key, k) => {
      checkLevels(topic.filter, key.key, `${path}.keys[${k}].key`, book)
    })
    if (topic.format === 'text') checkTextPaths(topic, path, book)
  })
}

/** With a device template only keys of the same rule are certain to meet in one device. */
function claimOwn(own: Map<string, string>, path: string, key: string, kind: string, book: ClaimBook): void {
  const first = own.get(`${kind} ${key}`)
  if (first === undefined) own.set(`${kind} ${key}`, path)
  else book.add(path, `"${key}" is mapped by ${first} already; give one of them another key`)
}

/** A level the filter can never have is a mistake that would otherwise refuse every message. */
function checkLevels(filter: string, template: string, path: string, book: ClaimBook): void {
  const levels = filter.split('/').slice(filter.startsWith('$share/') ? 2 : 0)
  if (levels.at(-1) === '#') return
  for (const [, index] of template.matchAll(/\$\{topic\[(\d+)\]\}/g)) {
    if (Number(index) < levels.length) continue
    book.add(path, `\${topic[${index}]}: topics of this rule have ${levels.length} levels, counted from 0`)
  }
}

function checkTextPaths(topic: MqttConnectorConfig['topics'][number], path: string, book: ClaimBook): void {
  if (topic.forEach !== undefined) book.add(`${path}.forEach`, 'needs JSON; the format of this rule is text')
  topic.keys.forEach((key, k) => {
    if (key.value === '$' || key.value === '*') return
    book.add(`${path}.keys[${k}].value`, 'must be $, the whole text, because the format of this rule is text')
  })
}

interface Target {
  readonly type: string
  readonly scale?: number | undefined
  readonly offset?: number | undefined
  readonly report?: { readonly deadband?: number | undefined } | undefined
}

function checkTarget({ type, scale, offset, report }: Target, path: string, book: ClaimBook): void {
  const isText = type === 'string' || type === 'json' || type === 'boolean'
  if (!isText) return
  if (scale !== undefined) book.add(`${path}.scale`, `is for numbers; the type is ${type}`)
  if (offset !== undefined) book.add(`${path}.offset`, `is for numbers; the type is ${type}`)
  if (report?.deadband !== undefined) book.add(`${path}.report.deadband`, `is for numbers; the type is ${type}`)
}
