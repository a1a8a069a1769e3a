import { assert } from '../../../shared/assert.ts'
import type { MqttConnectorConfig, MqttTopicConfig } from '../../../shared/config/mqtt.ts'
import { said } from '../../../shared/said/said.ts'
import type { Message, Sample, TagIndex } from '../../../shared/sample.ts'
import type { MadeKey } from '../pipeline/made-keys.ts'
import type { LiveSeries } from '../pipeline/series.ts'
import type { Datapoint, Mapper } from '../pipeline/stages.ts'
import { type Typed, typedOf } from './convert.ts'
import { compileParts, type MqttKeyParts, type MqttParts } from './mqtt-parts.ts'
import { type CleanedName, cleanName, refusedName } from './names.ts'
import type { TargetContext } from './opcua-target.ts'
import { excerpt, Refusals, type RefusalText } from './refusals.ts'
import { claim, type SeriesOwner, tooManySeries } from './series-claim.ts'
import { parseTime, wholeMs } from './time.ts'

/** Rendered names remembered per rule and per device; beyond it they are looked up in the registry again. */
const cacheLimit = 100_000

interface DeviceEntry {
  readonly name: string
  /** By position of the key in the rule, then by rendered key text. */
  readonly series: Map<string, LiveSeries>[]
}

/** What one element of one message has in common for all its keys. */
interface Scene {
  readonly message: Message
  readonly element: unknown
  readonly device: DeviceEntry
  readonly ts: number
  readonly receivedAt: number
  readonly out: Datapoint[]
}

/** One MQTT topic rule, or selection of OPC UA events: message -> device, keys, values. One bad value costs that value only. */
export class MqttRule implements Mapper {
  readonly #config: MqttTopicConfig
  readonly #parts: MqttParts
  readonly #owner: SeriesOwner
  readonly #refusals: Refusals
  readonly #devices = new Map<string, DeviceEntry>()
  /** Told of every key this rule makes, once. */
  readonly #made: (key: Omit<MadeKey, 'rule'>) => void
  readonly #told = new Set<LiveSeries>()

  constructor(
    connector: Pick<MqttConnectorConfig, 'id'>,
    config: MqttTopicConfig,
    index: TagIndex,
    context: TargetContext,
    made: (key: Omit<MadeKey, 'rule'>) => void = () => {},
  ) {
    this.#made = made
    this.#config = config
    this.#parts = compileParts(config, [])
    const profile = cleanName(config.profile)
    assert(profile.ok, `profile ${config.profile} was checked before`)
    this.#owner = { registry: context.registry, connectorId: connector.id, profile: profile.name }
    this.#refusals = new Refusals(index, context.refuse)
  }

  map({ message, ts }: Sample, receivedAt: number, out: Datapoint[]): void {
    if (!message) return
    if (!this.#parts.forEach) {
      this.#mapElement(message, message.payload, ts, receivedAt, out)
      return
    }
    const elements = this.#parts.forEach(message.payload)
    if (Array.isArray(elements)) {
      for (const element of elements) this.#mapElement(message, element, ts, receivedAt, out)
      return
    }
    this.#refuse('MAP_NO_VALUE', 'forEach', message, receivedAt, {
      message: `${this.#config.forEach} is no array in a message of ${this.#config.filter}`,
      hint: 'Correct forEach, or remove it when the payload is one object.',
    })
  }

  #mapElement(message: Message, element: unknown, arrivedAt: number, receivedAt: number, out: Datapoint[]): void {
    const device = this.#device(message, element, receivedAt)
    if (!device) return
    const ts = this.#time(message, element, arrivedAt, receivedAt)
    const scene: Scene = { message, element, device, ts, receivedAt, out }
    for (const [i, key] of this.#parts.keys.entries()) {
      if (key.path === 'members') this.#mapMembers(scene, key, i)
      else this.#mapKey(scene, key, i, key.name.constant ?? key.name.render(message.levels, element), key.path(element))
    }
  }

  #device(message: Message, element: unknown, receivedAt: number): DeviceEntry | undefined {
    const raw = this.#parts.device.constant ?? this.#parts.device.render(message.levels, element)
    const known = raw === undefined ? undefined : this.#devices.get(raw)
    if (known) return known
    const cleaned = raw === undefined ? undefinedName : cleanName(raw)
    if (raw === undefined || !cleaned.ok) {
      const why = cleaned.ok ? '' : cleaned.problem
      this.#refuse('MAP_NO_DEVICE_NAME', kindOf(why), message, receivedAt, {
        message: `No device name for a message of ${this.#config.filter}: ${this.#config.device} ${why}`,
        hint: 'Correct the device name of this rule, or narrow its topic filter.',
      })
      return undefined
    }
    const entry: DeviceEntry = { name: cleaned.name, series: this.#parts.keys.map(() => new Map<string, LiveSeries>()) }
    if (this.#devices.size >= cacheLimit) this.#devices.clear()
    this.#devices.set(raw, entry)
    return entry
  }

  #time(message: Message, element: unknown, arrivedAt: number, receivedAt: number): number {
    const { time } = this.#parts
    if (!time) return wholeMs(arrivedAt, receivedAt)
    const ts = parseTime(time.path(element), time.format)
    if (ts !== undefined) return ts
    this.#refuse('MAP_NO_VALUE', 'timestamp', message, receivedAt, {
      message: `${time.source} is no time (${time.format}) in a message of ${this.#config.filter}; its time of arrival is used`,
      hint: 'Correct the timestamp of this rule: its path, and whether it is ms, s or iso.',
    })
    return wholeMs(arrivedAt, receivedAt)
  }

  #mapMembers(scene: Scene, key: MqttKeyParts, index: number): void {
    const { element, message } = scene
    if (typeof element !== 'object' || element === null || Array.isArray(element)) {
      this.#refuse('MAP_NO_VALUE', '*', message, scene.receivedAt, {
        message: `A message of ${this.#config.filter} is no JSON object, so it has no members to take`,
        hint: 'Use the value $ for payloads that are one value, or forEach for arrays.',
      })
      return
    }
    const pattern = key.name.constant ?? key.name.render(message.levels, element)
    for (const [member, value] of Object.entries(element)) {
      if (typeof value === 'object' && !(value instanceof Number)) continue
      const name = pattern?.includes('*') ? pattern.replace('*', () => member) : pattern && member
      this.#mapKey(scene, key, index, name, value)
    }
  }

  #mapKey(scene: Scene, key: MqttKeyParts, index: number, name: string | undefined, value: unknown): void {
    const typed = typedOf(value)
    if (typed === undefined || name === undefined) {
      this.#refuseMissing(scene, key, name === undefined ? key.config.key : key.config.value, value)
      return
    }
    const converted = key.convert ? key.convert(typed.type, typed.value) : typed
    if (!converted) {
      this.#refuseType(scene, key, name, typed)
      return
    }
    const series = scene.device.series[index]?.get(name) ?? this.#claim(scene, key, index, name)
    if (series) scene.out.push({ series, ts: scene.ts, type: converted.type, value: converted.value })
  }

  #claim(
    { device, message, receivedAt, out }: Scene,
    key: MqttKeyParts,
    index: number,
    raw: string,
  ): LiveSeries | undefined {
    const cleaned = cleanName(raw)
    if (!cleaned.ok) {
      this.#refuse('MAP_NO_VALUE', `${key.config.key} ${kindOf(cleaned.problem)}`, message, receivedAt, {
        message: `The key ${key.config.key} of ${this.#config.filter} gave a name that ${cleaned.problem}`,
        hint: 'Correct the key template of this rule.',
      })
      return undefined
    }
    const { unit } = key.config
    const series = claim(this.#owner, device.name, cleaned.name, key.config)
    if (!series) {
      const text = tooManySeries(`${device.name} / ${cleaned.name}`)
      this.#refuse('MAP_TOO_MANY_SERIES', '', message, receivedAt, text)
      return undefined
    }
    this.#tell(series, index, key.config.kind, message.topic)
    const cache = device.series[index]
    if (cache && cache.size >= cacheLimit) cache.clear()
    cache?.set(raw, series)
    const unitSeries = unit && claim(this.#owner, device.name, `${cleaned.name}_unit`, { kind: 'attribute' })
    if (unit && unitSeries) out.push({ series: unitSeries, ts: Math.floor(receivedAt), type: 'string', value: unit })
    return series
  }

  #tell(series: LiveSeries, part: number, kind: MadeKey['kind'], from: string): void {
    if (this.#told.has(series)) return
    this.#told.add(series)
    const { device, key } = series
    this.#made({ device: device.name, profile: device.profile, key, kind, part, from })
  }

  #refuseMissing({ message, receivedAt }: Scene, { config }: MqttKeyParts, path: string, value: unknown): void {
    const what = value === null ? 'is null' : 'is not in the payload'
    this.#refuse('MAP_NO_VALUE', config.key, message, receivedAt, {
      message: `No value for ${config.key}: ${path} ${what} of a message of ${this.#config.filter}`,
      hint: 'Correct the path, or remove the key when devices send it only sometimes.',
    })
  }

  #refuseType({ message, receivedAt }: Scene, { config }: MqttKeyParts, name: string, { type, value }: Typed): void {
    const wanted = config.type === 'auto' ? 'number to scale' : config.type
    this.#refuse('MAP_TYPE_MISMATCH', config.key, message, receivedAt, {
      message: `The ${type} value of ${name} can not become a ${wanted} (rule ${this.#config.filter})`,
      hint: `Set the type of ${config.key} to auto or ${type}, or correct its scale or path.`,
      evidence: () => `${message.topic}: ${excerpt(value)}`,
    })
  }

  #refuse(
    code: Parameters<Refusals['add']>[0],
    subject: string,
    message: Message,
    receivedAt: number,
    text: Pick<RefusalText, 'message' | 'hint'> & { readonly evidence?: string | (() => string) },
  ): void {
    this.#refusals.add(code, subject, receivedAt, () => ({
      message: text.message,
      hint: text.hint,
      evidence:
        typeof text.evidence === 'string'
          ? text.evidence
          : (text.evidence?.() ?? `${message.topic}: ${excerpt(message.payload)}`),
    }))
  }
}

const undefinedName: CleanedName = refusedName(said('name.undefined'))

/** What is wrong with a name without its figures: few different ones, whatever comes in. */
const kindOf = (problem: string): string => problem.replace(/ \d.*/, '')
