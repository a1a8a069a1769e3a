import type { SeriesRegistry } from '../../../main/engine/pipeline/series.ts'
import type { Datapoint } from '../../../main/engine/pipeline/stages.ts'
import type { Oracle, RowKind, Sight, SourceRow } from './oracle.ts'
import type { Fault, Plan } from './plan.ts'
import type { Random } from './random.ts'

const firstTs = 1_700_000_000_000
const badDevice = 'bad <b>device'

/**
 * What the plant produces. Like a broker with a persistent session it keeps every row until the gateway has promised it, and
 * hands it over again after the gateway died.
 */
export class Source {
  registry: SeriesRegistry | undefined
  readonly #plan: Plan
  readonly #random: Random
  readonly #oracle: Oracle
  readonly #unpromised = new Map<number, SourceRow>()
  #tick = 0

  constructor(plan: Plan, random: Random, oracle: Oracle) {
    this.#plan = plan
    this.#random = random
    this.#oracle = oracle
    if (plan.badDevice) oracle.impossible.add(badDevice)
    // What is refused in a message of several devices holds up all of them.
    const mixed =
      plan.severalDevices && (plan.poison > 0 || plan.deadly > 0 || plan.badDevice || plan.server.maxDevices)
    if (mixed) for (const name of this.#devices()) oracle.disturbed.add(name)
    if (plan.server.maxDevices !== undefined) for (const name of this.#devices()) oracle.impossible.add(name)
  }

  get waiting(): number {
    return this.#unpromised.size
  }

  /** Rows of one moment: some keys of some devices, and now and then their state. */
  produce(count: number): SourceRow[] {
    const rows: SourceRow[] = []
    const devices = this.#devices()
    for (let n = 0; n < count; n++) {
      const ts = firstTs + ++this.#tick
      const device = devices[this.#random.between(0, devices.length - 1)] ?? 'device 0'
      for (let key = 0; key < this.#plan.keys; key++) rows.push(this.#row(device, `key ${key}`, ts))
      if (this.#random.chance(0.15)) rows.push(this.#attribute(device))
    }
    for (const row of rows) {
      this.#oracle.produced(row)
      this.#unpromised.set(row.id, row)
    }
    return rows
  }

  /** One value that nothing stands in the way of; undefined when ThingsBoard takes no device of this plant. */
  healthy(): SourceRow[] {
    const device = this.#devices().find((name) => !this.#oracle.impossible.has(name))
    if (device === undefined) return []
    const id = this.#nextId++
    const ts = firstTs + ++this.#tick
    const row: SourceRow = {
      id,
      device,
      key: 'key 0',
      kind: 'telemetry',
      ts,
      type: 'integer',
      value: id,
      text: `${id}`,
      nature: 'healthy',
    }
    this.#oracle.produced(row)
    this.#unpromised.set(id, row)
    return [row]
  }

  datapoints(rows: readonly SourceRow[]): Datapoint[] {
    return rows.map(({ device, key, kind, ts, type, value, id }) => {
      const series = this.registry?.intern(device, 'default', key, kind)
      if (!series) throw new Error('the registry is full')
      return { series, ts: kind === 'attribute' ? id : ts, type, value }
    })
  }

  unpromised(): SourceRow[] {
    return [...this.#unpromised.values()]
  }

  promised(rows: readonly SourceRow[]): void {
    this.#oracle.promised(rows)
    for (const { id } of rows) this.#unpromised.delete(id)
  }

  /** Something is in the store that upstream does not know to be safe. */
  get committedUnpromised(): boolean {
    for (const id of this.#unpromised.keys()) if ((this.#oracle.records[id]?.accepted ?? 0) > 0) return true
    return false
  }

  /** ThingsBoard's answer was read and the store does not know. */
  get acknowledgedUnsettled(): boolean {
    return this.#oracle.records.some(
      ({ acknowledgedBy, accepted, delivered, quarantined, dropped }) =>
        acknowledgedBy >= 0 && accepted > delivered + quarantined + dropped,
    )
  }

  diskFault(what: Extract<Fault, { kind: 'disk' }>['what'], sights: Set<Sight>): void {
    if (what === 'full') sights.add('disk full')
    if (what === 'quota') sights.add('store full')
    if (what === 'take-fails') sights.add('take failed')
  }

  #devices(): string[] {
    const names = Array.from({ length: this.#plan.devices }, (_, n) => `device ${n}`)
    return this.#plan.badDevice ? [...names, badDevice] : names
  }

  #row(device: string, key: string, ts: number): SourceRow {
    const id = this.#nextId++
    const base = { id, device, key, kind: 'telemetry', ts } as const
    const nature = this.#nature()
    switch (nature) {
      case 'poison':
      case 'deadly':
        return { ...base, type: 'string', value: `${nature} ${id}`, text: `${nature} ${id}`, nature }
      case 'oversize': {
        const value = `big ${id} ${'x'.repeat(this.#plan.maxPayloadBytes)}`
        return { ...base, type: 'string', value, text: value, nature }
      }
      case 'not-a-number':
        return { ...base, type: 'double', value: Number.NaN, text: '', nature }
      default:
    }
    switch (this.#random.between(0, 3)) {
      case 0:
        return { ...base, type: 'integer', value: id, text: `${id}`, nature }
      case 1:
        return { ...base, type: 'double', value: id + 0.5, text: `${id}.5`, nature }
      case 2:
        return { ...base, type: 'boolean', value: id % 2 === 0, text: `${id % 2 === 0}`, nature }
      default: {
        const value = `text ${id} ${'ü'.repeat(this.#random.between(0, 40))}`
        return { ...base, type: 'string', value, text: value, nature }
      }
    }
  }

  #attribute(device: string): SourceRow {
    const id = this.#nextId++
    const nature = this.#random.chance(this.#plan.poison) ? 'poison' : 'healthy'
    const text = nature === 'poison' ? `poison ${id}` : `state ${id}`
    const key = `state ${this.#random.between(0, 1)}`
    return { id, device, key, kind: 'attribute', ts: id, type: 'string', value: text, text, nature }
  }

  #nextId = 0

  #nature(): RowKind {
    const { poison, deadly, oversize, notANumber } = this.#plan
    const roll = this.#random.unit()
    if (roll < poison) return 'poison'
    if (roll < poison + deadly) return 'deadly'
    if (roll < poison + deadly + oversize) return 'oversize'
    return roll < poison + deadly + oversize + notANumber ? 'not-a-number' : 'healthy'
  }
}
