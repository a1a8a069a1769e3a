import type { Lane } from '../pipeline/stages.ts'
import type { Snapshot } from './protocol.ts'
import type { TelemetryLanes } from './telemetry-lanes.ts'

/** Tells listeners of a lane that has something to take and had nothing before. */
export class LaneNews {
  readonly #lanes: TelemetryLanes
  readonly #listeners = new Set<(lane: Lane) => void>()
  #attributesKnown = false
  #latestKnown = false

  constructor(lanes: TelemetryLanes) {
    this.#lanes = lanes
  }

  subscribe(listener: (lane: Lane) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Announces the lanes that have something to take after `change` and had nothing before. */
  after(change: () => void): void {
    const lanes = ['live', 'backlog'] as const
    const had = lanes.map((lane) => this.#lanes.hasMore(lane))
    change()
    for (const [i, lane] of lanes.entries()) if (!had[i] && this.#lanes.hasMore(lane)) this.#announce(lane)
  }

  /** State is announced by what the thread counts. */
  snapshot({ latestAvailable, attributesAvailable }: Snapshot): void {
    const hadLatest = this.#latestKnown
    this.#latestKnown = latestAvailable > 0
    if (!hadLatest && this.#latestKnown && !this.#lanes.hasMore('live')) this.#announce('live')
    const hadAttributes = this.#attributesKnown
    this.#attributesKnown = attributesAvailable > 0
    if (!hadAttributes && this.#attributesKnown) this.#announce('attributes')
  }

  #announce(lane: Lane): void {
    for (const listener of [...this.#listeners]) listener(lane)
  }
}
