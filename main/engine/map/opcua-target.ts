import { assert } from '../../../shared/assert.ts'
import type { OpcuaConnectorConfig } from '../../../shared/config/opcua.ts'
import type { OpcuaTag } from '../../../shared/config/tags.ts'
import type { PlainValue, Sample, TagIndex } from '../../../shared/sample.ts'
import type { LiveSeries, SeriesRegistry } from '../pipeline/series.ts'
import type { Datapoint, Mapper, Refusal } from '../pipeline/stages.ts'
import { type Converter, compileConversion } from './convert.ts'
import { cleanName } from './names.ts'
import { excerpt, Refusals } from './refusals.ts'
import { claim, tooManySeries } from './series-claim.ts'
import { statusText } from './status-text.ts'
import { wholeMs } from './time.ts'

export interface TargetContext {
  readonly registry: SeriesRegistry
  readonly refuse: (refusal: Refusal) => void
}

/** One OPC UA tag: everything is decided when it is compiled, a good sample costs one datapoint and a few branches. */
export class OpcuaTarget implements Mapper {
  readonly #tag: OpcuaTag
  readonly #series: LiveSeries | undefined
  /** `<key>_status` when the quality is to be seen beside the value. */
  readonly #statusSeries: LiveSeries | undefined
  readonly #convert: Converter | undefined
  readonly #refusals: Refusals
  #unit: Datapoint | undefined
  #lastStatus = -1

  constructor(connector: OpcuaConnectorConfig, tag: OpcuaTag, index: TagIndex, { registry, refuse }: TargetContext) {
    this.#tag = tag
    this.#refusals = new Refusals(index, refuse)
    this.#convert = compileConversion(tag.key)
    const device = cleanName(tag.device.name)
    const key = cleanName(tag.key.key)
    assert(device.ok && key.ok, `names of ${tag.device.name} / ${tag.key.key} were checked before`)
    const owner = { registry, connectorId: connector.id, profile: tag.device.profile }
    this.#series = claim(owner, device.name, key.name, tag.key)
    if (tag.key.quality === 'companion') {
      this.#statusSeries = claim(owner, device.name, `${key.name}_status`, { kind: tag.key.kind })
    }
    const unitSeries = tag.key.unit && claim(owner, device.name, `${key.name}_unit`, { kind: 'attribute' })
    if (tag.key.unit && unitSeries) this.#unit = { series: unitSeries, ts: 0, type: 'string', value: tag.key.unit }
  }

  map(sample: Sample, receivedAt: number, out: Datapoint[]): void {
    const { value, statusCode } = sample
    const series = this.#series
    const ts = wholeMs(sample.ts, receivedAt)
    if (this.#statusSeries && statusCode !== this.#lastStatus) this.#reportStatus(statusCode, ts, out)
    // Part 4, 7.39: the top bit is set for bad codes only, which bring no value worth keeping.
    if (statusCode >= badFrom || statusCode < 0 || value === null) this.#refuseBad(sample, receivedAt)
    else if (!series) this.#refusals.add('MAP_TOO_MANY_SERIES', '', receivedAt, () => tooManySeries(this.#name))
    else if (this.#convert) this.#pushConverted(series, this.#convert, sample, value, ts, receivedAt, out)
    else {
      out.push({ series, ts, type: sample.type, value })
      if (this.#unit) this.#reportUnit(receivedAt, out)
    }
  }

  get #name(): string {
    return `${this.#tag.device.name} / ${this.#tag.key.key}`
  }

  #pushConverted(
    series: LiveSeries,
    convert: Converter,
    { type }: Sample,
    value: Exclude<PlainValue, null>,
    ts: number,
    receivedAt: number,
    out: Datapoint[],
  ): void {
    const typed = convert(type, value)
    if (typed) {
      out.push({ series, ts, type: typed.type, value: typed.value })
      if (this.#unit) this.#reportUnit(receivedAt, out)
      return
    }
    const { key } = this.#tag
    const wanted = key.type === 'auto' ? 'number to scale' : key.type
    this.#refusals.add('MAP_TYPE_MISMATCH', '', receivedAt, () => ({
      message: `The ${type} value of ${this.#name} can not become a ${wanted}`,
      hint: `Set the type of ${key.key} to auto or ${type}, or correct its scale.`,
      evidence: `${key.node}: ${excerpt(value)}`,
    }))
  }

  #refuseBad({ statusCode, value }: Sample, receivedAt: number): void {
    const status = statusText(statusCode)
    this.#refusals.add('MAP_BAD_QUALITY', status, receivedAt, () => ({
      message: `${this.#name} has no good value: ${value === null && statusCode === 0 ? 'the value is empty' : status}`,
      hint: 'Look at this node in the server: the device behind it does not deliver. Good values are sent as they come.',
      evidence: `${this.#tag.key.node}: ${status}`,
    }))
  }

  #reportStatus(statusCode: number, ts: number, out: Datapoint[]): void {
    const before = this.#lastStatus < 0 ? '' : statusText(this.#lastStatus)
    this.#lastStatus = statusCode
    const text = statusText(statusCode)
    if (text !== before && this.#statusSeries) out.push({ series: this.#statusSeries, ts, type: 'string', value: text })
  }

  #reportUnit(receivedAt: number, out: Datapoint[]): void {
    if (this.#unit) out.push({ ...this.#unit, ts: Math.floor(receivedAt) })
    this.#unit = undefined
  }
}

const badFrom = 0x8000_0000
