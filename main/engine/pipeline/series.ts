import type { ReportConfig, Retention } from '../../../shared/config/mapping.ts'
import type { Device, Series, SeriesKind } from '../../../shared/datapoint.ts'
import type { PlainValue, ValueType } from '../../../shared/sample.ts'

/** Each series costs about 300 bytes; a topic template fed with random device names must not fill the memory. */
export const seriesLimit = 500_000

export class LiveDevice implements Device {
  readonly name: string
  profile: string
  /** Connector that feeds it; empty when only old data of an earlier configuration is left. */
  connectorId = ''
  readonly series: LiveSeries[] = []

  constructor(name: string, profile: string) {
    this.name = name
    this.profile = profile
  }
}

/**
 * The interned series with the slots each stage owns: an array of slots beats a map lookup per value at 100,000 values/s.
 * A slot is written by exactly one stage.
 */
export class LiveSeries implements Series {
  readonly device: LiveDevice
  readonly key: string
  readonly kind: SeriesKind
  /** Owned by map/. */
  unit = ''
  report: ReportConfig | undefined = undefined
  /** What happens to its values when the store is full; undefined = as the storage settings say. */
  retention: Retention | undefined = undefined
  /** Owned by the pipeline: the newest mapped value, for the live view. */
  lastValue: PlainValue = null
  lastType: ValueType = 'json'
  lastTs = 0
  lastStatusCode = 0
  count = 0
  /** Owned by store/: row id in the series table, 0 = not stored yet. */
  storeId = 0
  /** Owned by uplink/: when ThingsBoard last acknowledged a value (ms since the epoch), and encoder scratch. */
  deliveredAt = 0
  encodedKey = ''
  stamp = 0

  constructor(device: LiveDevice, key: string, kind: SeriesKind) {
    this.device = device
    this.key = key
    this.kind = kind
  }
}

/** All devices and series of this data folder: configured, seen or still stored. One instance per engine. */
export class SeriesRegistry {
  readonly #devices = new Map<string, LiveDevice>()
  readonly #series = new Map<string, LiveSeries>()

  get seriesCount(): number {
    return this.#series.size
  }

  get deviceCount(): number {
    return this.#devices.size
  }

  devices(): IterableIterator<LiveDevice> {
    return this.#devices.values()
  }

  device(name: string): LiveDevice | undefined {
    return this.#devices.get(name)
  }

  /** The series, made on first use; undefined when the limit is reached. `profile` of a known device is updated. */
  intern(deviceName: string, profile: string, key: string, kind: SeriesKind): LiveSeries | undefined {
    const id = `${kind}\u0000${deviceName}\u0000${key}`
    const known = this.#series.get(id)
    if (known) {
      known.device.profile = profile
      return known
    }
    if (this.#series.size >= seriesLimit) return undefined
    let device = this.#devices.get(deviceName)
    if (!device) {
      device = new LiveDevice(deviceName, profile)
      this.#devices.set(deviceName, device)
    }
    device.profile = profile
    const series = new LiveSeries(device, key, kind)
    device.series.push(series)
    this.#series.set(id, series)
    return series
  }
}
