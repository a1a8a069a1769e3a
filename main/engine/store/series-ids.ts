import type { LiveSeries, SeriesRegistry } from '../pipeline/series.ts'
import type { Datapoint } from '../pipeline/stages.ts'
import type { SeriesRow } from './protocol.ts'

/** Which number stands for which series in the file. */
export class SeriesIds {
  /** Index = id; sparse where old series were forgotten. */
  readonly byId: (LiveSeries | undefined)[] = []
  readonly #registry: SeriesRegistry
  /** Given, but not known to be committed: sent along with every append until one of them is stored. */
  readonly #unsaved = new Map<number, SeriesRow>()
  #next = 1

  constructor(registry: SeriesRegistry) {
    this.#registry = registry
  }

  restore(rows: readonly SeriesRow[], next: number): void {
    this.#next = next
    for (const { id, device, profile, key, kind } of rows) {
      const series = this.#registry.intern(device, profile, key, kind)
      if (!series) continue
      series.storeId = id
      this.byId[id] = series
    }
  }

  /** Gives ids to series that have none; returns the rows the file does not have yet. */
  assign(datapoints: readonly Datapoint[]): SeriesRow[] {
    for (const { series } of datapoints) {
      if (this.byId[series.storeId] === series) continue
      const id = this.#next++
      series.storeId = id
      this.byId[id] = series
      const { device, key, kind } = series
      this.#unsaved.set(id, { id, device: device.name, profile: device.profile, key, kind })
    }
    return this.#unsaved.size === 0 ? [] : [...this.#unsaved.values()]
  }

  saved(rows: readonly SeriesRow[]): void {
    for (const { id } of rows) this.#unsaved.delete(id)
  }
}
