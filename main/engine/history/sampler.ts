import type { LiveSeries, SeriesRegistry } from '../pipeline/series.ts'
import type { HistoryRows, HistorySeries } from './protocol.ts'

// What of the live values goes into the history. It looks at the newest value of every series in turn instead of standing in the
// way of the values: pinned series every second, the others as often as the space for all of them allows.

/** Beyond these many series only pinned ones are kept: 100,000 × 40 bytes of bookkeeping. */
const historySeriesLimit = 100_000
/** Of one row in the file, index included (measured: 24 to 30). */
const rowBytes = 32
/** Half hours are thrown away whole, so not all of the space is ever full. */
const usableShare = 0.8
const shortestRoundSeconds = 10
/** Longest text kept: it is for the eye. */
const textLimit = 200

export interface Sampled {
  readonly series: readonly HistorySeries[]
  readonly rows: HistoryRows
}

export class Sampler {
  readonly #registry: SeriesRegistry
  readonly #rowsPerSecond: number
  /** By id. */
  readonly #known: LiveSeries[] = []
  readonly #ids = new Map<LiveSeries, number>()
  /** Count of values at the last look, by id. */
  readonly #seen: number[] = []
  #pinned: ReadonlySet<string> = new Set()
  #pinnedIds: number[] = []
  #registered = 0
  #announced = 0
  #cursor = 0
  /** Values found new in this round, and the share of the round before: quiet plants are looked at more often. */
  #changed = 0
  #changedShare = 1

  constructor(registry: SeriesRegistry, space: { readonly hours: number; readonly maxBytes: number }) {
    this.#registry = registry
    this.#rowsPerSecond = (space.maxBytes * usableShare) / rowBytes / (space.hours * 3600)
  }

  /** `names` as of `pinName`. */
  pin(names: ReadonlySet<string>): void {
    this.#pinned = names
    this.#pinnedIds = []
    this.#known.forEach((series, id) => {
      if (names.has(nameOf(series))) this.#pinnedIds.push(id)
    })
  }

  /** Seconds until each series has been looked at once. */
  get roundSeconds(): number {
    return Math.max(shortestRoundSeconds, (this.#known.length * this.#changedShare) / this.#rowsPerSecond)
  }

  /** The work of one second; undefined when nothing is new. */
  second(): Sampled | undefined {
    this.#look()
    const ids: number[] = []
    const ts: number[] = []
    const values: (number | string)[] = []
    const take = (id: number): boolean => {
      const series = this.#known[id]
      if (!series || series.count === this.#seen[id] || series.lastValue === null) return false
      this.#seen[id] = series.count
      const value = plain(series)
      if (value === undefined) return false
      ids.push(id)
      ts.push(series.lastTs)
      values.push(value)
      return true
    }
    for (const id of this.#pinnedIds) take(id)
    const slice = Math.ceil(this.#known.length / this.roundSeconds)
    for (let n = 0; n < slice; n += 1) {
      if (this.#cursor >= this.#known.length) this.#nextRound()
      if (take(this.#cursor)) this.#changed += 1
      this.#cursor += 1
    }
    const fresh = this.#known.slice(this.#announced)
    const first = this.#announced
    this.#announced = this.#known.length
    if (ids.length === 0 && fresh.length === 0) return undefined
    const series = fresh.map(({ device, key, kind }, at) => ({ id: first + at, device: device.name, key, kind }))
    return { series, rows: { ids, ts, values } }
  }

  #nextRound(): void {
    this.#changedShare = Math.max(0.01, this.#changed / Math.max(1, this.#known.length))
    this.#changed = 0
    this.#cursor = 0
  }

  /** New series since the last look; only then all are walked. */
  #look(): void {
    if (this.#registry.seriesCount === this.#registered) return
    this.#registered = this.#registry.seriesCount
    for (const device of this.#registry.devices()) {
      for (const series of device.series) this.#add(series)
    }
  }

  #add(series: LiveSeries): void {
    if (this.#ids.has(series)) return
    const isPinned = this.#pinned.has(nameOf(series))
    if (this.#known.length >= historySeriesLimit && !isPinned) return
    const id = this.#known.length
    this.#known.push(series)
    this.#ids.set(series, id)
    this.#seen.push(0)
    if (isPinned) this.#pinnedIds.push(id)
  }
}

export function pinName(device: string, key: string): string {
  return `${device}\u0000${key}`
}

function nameOf({ device, key }: LiveSeries): string {
  return pinName(device.name, key)
}

function plain({ lastValue }: LiveSeries): number | string | undefined {
  if (typeof lastValue === 'number') return Number.isFinite(lastValue) ? lastValue : undefined
  if (typeof lastValue === 'bigint') return Number(lastValue)
  if (typeof lastValue === 'boolean') return lastValue ? 1 : 0
  return lastValue === null ? undefined : lastValue.slice(0, textLimit)
}
