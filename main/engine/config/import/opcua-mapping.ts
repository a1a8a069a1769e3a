import type * as z from 'zod'
import {
  type OpcuaDeviceConfig,
  type OpcuaRuleConfig,
  opcuaDeviceSchema,
  opcuaKeySchema,
  opcuaRuleSchema,
} from '../../../../shared/config/opcua.ts'
import { type Said, said } from '../../../../shared/said/said.ts'
import type { ImportReport, Note } from './import-report.ts'
import { globOf, isPattern, type NodeText, ownNames, parseNodeText, pathOf, regexOf } from './opcua-paths.ts'
import type { Part } from './source-text.ts'
import { noteStrategy, reportOf, typeOf } from './value-options.ts'

// One entry of `mapping` in an opcua.json: a device found by a path or NodeId, or, in older files, by a pattern. A pattern
// becomes a rule, so that machines which come later are found too.

type KeyInput = z.input<typeof opcuaKeySchema>
type RuleKeyInput = NonNullable<z.input<typeof opcuaRuleSchema>['keys']>[number]

const keysPerRule = 100

export interface MappingContext {
  readonly report: ImportReport
  /** `deviceInfo` style: paths are literal there, patterns in the older one. */
  readonly isCurrent: boolean
  /** `reportStrategy` of the connector. */
  readonly strategy: Part
}

export class OpcuaMapping {
  readonly devices = new Map<string, OpcuaDeviceConfig>()
  readonly rules: OpcuaRuleConfig[] = []
  readonly #context: MappingContext
  readonly #taken = new Set<string>()

  constructor(context: MappingContext) {
    this.#context = context
  }

  add(mapping: Part): void {
    const { report, isCurrent } = this.#context
    const pattern = mapping.get('deviceNodePattern')
    const target = parseNodeText(pattern.text)
    const names = deviceNames(mapping, isCurrent)
    if (target.kind === 'node') this.#addDevice(mapping, pattern, names, { nodeId: target.nodeId })
    else if (target.kind !== 'absolute' || target.levels.length === 0) {
      this.#refuse(
        mapping,
        pattern,
        'It must begin with Root\\.Objects or be a NodeId like ns=2;s=Device1; it finds nothing.',
      )
    } else if (!isCurrent && target.levels.some(isPattern)) this.#addRule(mapping, pattern, names, target.levels)
    else this.#addDevice(mapping, pattern, names, { levels: target.levels })
    for (const [name, note] of unsupportedLists)
      for (const item of mapping.get(name).items) report.unsupported(item, note)
    noteStrategy(mapping.get('reportStrategy'), report)
    const source = mapping.get('deviceNodeSource')
    if (source.exists) report.exact(source, target.kind === 'node' ? 'NodeId' : said('became.path'))
    report.rest(mapping, [...known, ...unsupportedLists.map(([name]) => name)], {
      converter: 'A converter of your own in Python does not run here; the value is sent as the server has it.',
      subOverrideServerTime: 'The time of the source is used; set “Time” of the keys to Gateway for the other one.',
    })
  }

  #addDevice(mapping: Part, pattern: Part, names: Names, at: DevicePlace): void {
    const { report } = this.#context
    const own = 'levels' in at ? (at.levels.at(-1) ?? '') : at.nodeId.replace(/^(ns=\d+;)?[isgb]=/, '')
    const name = fixedName(names.name, own, report)
    const profile = profileOf(names.profile, report)
    const device = this.devices.get(name) ?? opcuaDeviceSchema.parse({ name: name.slice(0, 255), profile })
    this.devices.set(name, device)
    report.exact(pattern, 'levels' in at ? pathOf(at.levels) : at.nodeId)
    for (const { part, kind } of keyParts(mapping)) this.#addKey(part, kind, mapping, device, at)
  }

  #addKey(
    part: Part,
    kind: 'telemetry' | 'attribute',
    mapping: Part,
    device: OpcuaDeviceConfig,
    at: DevicePlace,
  ): void {
    const { report } = this.#context
    const key = keyNameOf(part)
    const address = addressOf(parseNodeText(valuePart(part).text), at)
    if ('problem' in address) {
      report.unsupported(part, address.problem)
      return
    }
    const id = `${device.name}\u0000${kind}\u0000${key}`
    if (this.#taken.has(id)) {
      report.unsupported(part, said('import.mappedAlready', { key, device: device.name }))
      return
    }
    const input: KeyInput = { key, kind, node: address.node, ...this.#options(part, mapping) }
    const parsed = opcuaKeySchema.safeParse(input)
    if (!parsed.success) {
      report.unsupported(part, parsed.error.issues[0]?.message ?? '')
      return
    }
    this.#taken.add(id)
    device.keys.push(parsed.data)
    const target = `${device.name} › ${key}`
    if (address.note) report.interpreted(part, target, address.note)
    else report.exact(part, target)
  }

  #addRule(mapping: Part, pattern: Part, names: Names, levels: readonly string[]): void {
    const { report } = this.#context
    const regex = regexOf(levels)
    if (regex === undefined) {
      this.#refuse(
        mapping,
        pattern,
        'This is no regular expression that runs in bounded time (RE2): look-around and back references do not.',
      )
      return
    }
    const device = templateName(names.name, report)
    const profile = profileOf(names.profile, report)
    report.exact(pattern, said('became.rule', { pattern: regex }))
    const keys: RuleKeyInput[] = []
    for (const { part, kind } of keyParts(mapping)) {
      const key = keyNameOf(part)
      const path = relativePath(parseNodeText(valuePart(part).text), levels)
      if ('problem' in path) {
        report.unsupported(part, path.problem)
        continue
      }
      keys.push({ path: path.glob, key: templateSafe(key), kind, ...this.#options(part, mapping) })
      if (path.note) report.interpreted(part, `${device} › ${key}`, path.note)
      else report.exact(part, `${device} › ${key}`)
    }
    for (let at = 0; at < keys.length; at += keysPerRule) {
      const name = at === 0 ? regex : `${regex} (${at / keysPerRule + 1})`
      const part = keys.slice(at, at + keysPerRule)
      const rule = opcuaRuleSchema.safeParse({
        name: name.slice(0, 120),
        select: { regex },
        device,
        profile,
        keys: part,
      })
      if (rule.success) this.rules.push(rule.data)
      else report.unsupported(pattern, rule.error.issues[0]?.message ?? '')
    }
  }

  #options(part: Part, mapping: Part) {
    const strategy = reportOf(part.get('reportStrategy'), mapping.get('reportStrategy'), this.#context.strategy)
    const clock = timestamps[part.get('timestampLocation').text]
    const type = this.#context.isCurrent ? undefined : typeOf(part.get('type'))
    return {
      ...(strategy && { report: strategy }),
      ...(clock && { timestamp: clock }),
      ...(type && { type }),
    }
  }

  /** The pattern leads nowhere, and with it everything below. */
  #refuse(mapping: Part, pattern: Part, note: string): void {
    const { report } = this.#context
    report.unsupported(pattern.exists ? pattern : mapping, note)
    for (const { part } of keyParts(mapping)) report.unsupported(part, 'Its device is not found.')
  }
}

type DevicePlace = { readonly levels: readonly string[] } | { readonly nodeId: string }

interface Names {
  readonly name: Part
  readonly profile: Part
}

const known = [
  'deviceNodePattern',
  'deviceInfo',
  'deviceNamePattern',
  'deviceTypePattern',
  'attributes',
  'timeseries',
  'reportStrategy',
  'deviceNodeSource',
]

const unsupportedLists: readonly (readonly [string, string])[] = [
  [
    'rpc_methods',
    'Commands from ThingsBoard are not imported: nothing on a machine is called unless it is allowed under the source’s “Commands”.',
  ],
  [
    'rpcMethods',
    'Commands from ThingsBoard are not imported: nothing on a machine is called unless it is allowed under the source’s “Commands”.',
  ],
  [
    'attributes_updates',
    'Writing shared attributes to the machine is not imported: nothing is written unless it is allowed under the source’s “Commands”.',
  ],
  [
    'attributesUpdates',
    'Writing shared attributes to the machine is not imported: nothing is written unless it is allowed under the source’s “Commands”.',
  ],
]

const timestamps: Readonly<Record<string, 'gateway' | 'source' | 'server'>> = {
  gateway: 'gateway',
  sourceTimestamp: 'source',
  serverTimestamp: 'server',
}

function deviceNames(mapping: Part, isCurrent: boolean): Names {
  const device = mapping.get('deviceInfo')
  return isCurrent
    ? {
        name: device.get('deviceNameExpression'),
        profile: device.first('deviceProfileExpression', 'deviceTypeExpression'),
      }
    : { name: mapping.get('deviceNamePattern'), profile: mapping.get('deviceTypePattern') }
}

function* keyParts(mapping: Part): Generator<{ part: Part; kind: 'telemetry' | 'attribute' }> {
  for (const part of mapping.get('attributes').items) yield { part, kind: 'attribute' }
  for (const part of mapping.get('timeseries').items) yield { part, kind: 'telemetry' }
}

const valuePart = (part: Part): Part => part.first('value', 'path')

/** The older connector names a key without a name after its node. */
function keyNameOf(part: Part): string {
  const { text } = part.get('key')
  if (text !== '') return text
  const value = parseNodeText(valuePart(part).text)
  return 'levels' in value ? (value.levels.at(-1) ?? '') : 'nodeId' in value ? value.nodeId : ''
}

type Address = { readonly node: string; readonly note: string } | { readonly problem: string }

const mixed = 'Text around a value is not supported: the value alone can be sent. Make it `${path}`.'
const constant = 'A constant is not a value of the machine; set it as a server attribute of the device in ThingsBoard.'

function addressOf(value: NodeText, at: DevicePlace): Address {
  switch (value.kind) {
    case 'node':
      return { node: value.nodeId, note: '' }
    case 'absolute':
      return { node: pathOf(value.levels), note: '' }
    case 'relative': {
      if (value.levels.length === 0) return { problem: 'There is no path.' }
      if ('levels' in at) return { node: pathOf([...at.levels, ...value.levels]), note: '' }
      if (!/;s=/.test(at.nodeId))
        return { problem: 'A path below a numeric NodeId can not be followed. Give the NodeId of the value itself.' }
      const node = `${at.nodeId}.${value.levels.join('.')}`
      return { node, note: 'Taken as the NodeId of the device, a dot and the name, as most servers do. Check it.' }
    }
    case 'constant':
      return { problem: constant }
    case 'mixed':
      return { problem: mixed }
  }
}

function relativePath(value: NodeText, device: readonly string[]): { glob: string; note: Note } | { problem: string } {
  if (value.kind === 'node')
    return { problem: 'One NodeId can not belong to many devices. Make a rule or a key by hand.' }
  if (value.kind === 'mixed') return { problem: mixed }
  if (value.kind === 'constant') return { problem: constant }
  const isBelow = device.every((level, i) => value.levels[i] === level)
  if (value.kind === 'absolute' && !isBelow) return { problem: 'It is not below the device it belongs to.' }
  const glob = globOf(value.kind === 'absolute' ? value.levels.slice(device.length) : value.levels)
  if (!glob || glob.glob === '')
    return { problem: 'This pattern says more than * and ? can. Make the key by hand in the rule.' }
  return {
    glob: glob.glob,
    note: glob.isWider ? said('import.takenAsGlob', { glob: glob.glob }) : '',
  }
}

const readName = (expression: string): Said => said('import.nameWasRead', { expression })

/** The name of one device. */
function fixedName(part: Part, own: string, report: ImportReport): string {
  const text = part.text
  if (text === '') return own || 'device'
  if (!text.includes('${')) {
    report.exact(part, text)
    return text
  }
  let isRead = false
  const name = text.replace(/\$\{([^{}]*)\}/g, (_, inner: string) => {
    if (!Object.hasOwn(ownNames, inner)) isRead = true
    return own
  })
  if (isRead) report.interpreted(part, name, readName(text))
  else report.exact(part, name)
  return name
}

/** The name as a template of a rule. */
function templateName(part: Part, report: ImportReport): string {
  const text = part.text
  if (text === '') return '${browseName}'
  if (!text.includes('${')) {
    report.interpreted(part, `${text} \${browseName}`, 'Many machines match: each gets its own name after this one.')
    return `${text} \${browseName}`
  }
  let isRead = false
  const name = text.replace(/\$\{([^{}]*)\}/g, (_, inner: string) => {
    if (Object.hasOwn(ownNames, inner)) return `\${${ownNames[inner]}}`
    isRead = true
    return '${browseName}'
  })
  if (isRead) report.interpreted(part, name, readName(text))
  else report.exact(part, name)
  return name
}

function profileOf(part: Part, report: ImportReport): string {
  if (part.text === '') return 'default'
  if (!part.text.includes('${')) {
    report.exact(part, part.text)
    return part.text.slice(0, 255)
  }
  report.interpreted(part, 'default', 'A device profile that is read from a value is not supported; “default” is used.')
  return 'default'
}

/** In a rule `${` would be a placeholder. */
const templateSafe = (key: string): string => key.replaceAll('${', '$ {')
