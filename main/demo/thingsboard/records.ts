import type { StoredValue } from './json-values.ts'

export interface Arrival {
  readonly device: string
  readonly key: string
  readonly ts: number
  readonly value: StoredValue
}

export interface StandInCounters {
  messages: number
  bytes: number
  datapoints: number
  /** The same (device, key, ts) again with the same value. */
  duplicates: number
  /** The same (device, key, ts) again with another value: a broken promise (D2). */
  conflicts: number
  /** Counting mode: values that were not exactly one step after the one before. */
  gaps: number
  attributes: number
  refused: number
  unanswered: number
  connections: number
}

export const newCounters = (): StandInCounters => ({
  messages: 0,
  bytes: 0,
  datapoints: 0,
  duplicates: 0,
  conflicts: 0,
  gaps: 0,
  attributes: 0,
  refused: 0,
  unanswered: 0,
  connections: 0,
})

interface SeriesRecord {
  readonly points: Map<number, StoredValue>
  latestTs: number
  latest: StoredValue | undefined
  count: number
  lastNumber: number
}

export class DeviceRecord {
  readonly name: string
  readonly profile: string
  readonly attributes = new Map<string, StoredValue>()
  readonly series = new Map<string, SeriesRecord>()

  constructor(name: string, profile: string) {
    this.name = name
    this.profile = profile
  }
}

/** What arrived, as ThingsBoard would have stored it: upsert on (device, key, ts), attributes as state. */
export class Records {
  readonly devices = new Map<string, DeviceRecord>()
  readonly #counters: StandInCounters
  readonly #limit: number
  readonly #step: number | undefined
  #points = 0

  /** At most `limit` points are kept one by one; beyond it only the newest of each series and the counts. */
  constructor(counters: StandInCounters, limit: number, step: number | undefined) {
    this.#counters = counters
    this.#limit = limit
    this.#step = step
  }

  store(device: DeviceRecord, key: string, ts: number, value: StoredValue): void {
    const series = this.#series(device, key)
    series.count++
    this.#counters.datapoints++
    const known = series.points.get(ts)
    if (known !== undefined) {
      if (known.type === value.type && known.text === value.text) this.#counters.duplicates++
      else this.#counters.conflicts++
    }
    if (known !== undefined || this.#points < this.#limit) {
      if (known === undefined) this.#points++
      series.points.set(ts, value)
    }
    if (ts >= series.latestTs) {
      series.latestTs = ts
      series.latest = value
    }
  }

  /** Counting only: nothing is kept but the last value, to check that the next one is one step further. */
  count(device: DeviceRecord, key: string, ts: number, value: unknown): void {
    const series = this.#series(device, key)
    this.#counters.datapoints++
    if (this.#step !== undefined && typeof value === 'number') {
      if (series.count > 0 && value <= series.lastNumber) this.#counters.duplicates++
      else {
        if (series.count > 0 && Math.abs(value - series.lastNumber - this.#step) > 1e-6) this.#counters.gaps++
        series.lastNumber = value
      }
    }
    series.count++
    series.latestTs = ts
  }

  #series(device: DeviceRecord, key: string): SeriesRecord {
    let series = device.series.get(key)
    if (!series) {
      series = { points: new Map(), latestTs: Number.NEGATIVE_INFINITY, latest: undefined, count: 0, lastNumber: 0 }
      device.series.set(key, series)
    }
    return series
  }
}
