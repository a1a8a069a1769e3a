import { GatewayError } from '../../main/engine/kit/gateway-error.ts'
import { ObservableValue } from '../../main/engine/kit/observable.ts'
import type { LiveSeries } from '../../main/engine/pipeline/series.ts'
import type {
  AppendOutcome,
  Batch,
  Datapoint,
  Lane,
  RefusedRow,
  SettleOptions,
  Store,
  TakeLimits,
} from '../../main/engine/pipeline/stages.ts'
import { type Balance, emptyStoreStatus, type StoreStatus } from '../../shared/status.ts'

export interface Quarantined {
  readonly datapoint: Datapoint
  readonly reasonCode: number
  readonly reason: string
  readonly attempts: number
}

const ready: StoreStatus = { ...emptyStoreStatus, state: 'ready' }

/**
 * A store without a disk: the same promises but durability, checked by the same contract test as the real one. Tests see
 * what went to quarantine.
 */
export class MemoryStore implements Store {
  readonly name = 'memory-store'
  readonly status = new ObservableValue<StoreStatus>({ ...ready, state: 'opening' })
  readonly balance = new ObservableValue<Balance>({
    accepted: 0,
    delivered: 0,
    pending: 0,
    inFlight: 0,
    quarantined: 0,
    dropped: 0,
    droppedByReason: {},
  })
  readonly quarantine: Quarantined[] = []
  /** One chunk per append, as the real one. */
  #live: Datapoint[][] = []
  /** What waited when the lanes were split. */
  #backlog: Datapoint[][] = []
  /** Delivered and kept for a replay. */
  #retained: { at: number; rows: Datapoint[] }[] = []
  readonly #keptState = new Map<LiveSeries, { at: number; row: Datapoint }>()
  /** Newest value per series; the older one is dropped as superseded. */
  readonly #attributes = new Map<LiveSeries, Datapoint>()
  /** Attributes in flight: a newer value waits until they are settled (D9). */
  readonly #blocked = new Set<LiveSeries>()
  readonly #taken = new Map<number, Datapoint[]>()
  readonly #listeners = new Set<(lane: Lane) => void>()
  readonly #dry = new Set<Lane>(['live', 'backlog', 'attributes'])
  #batchId = 0

  async start(): Promise<void> {
    this.status.set(ready)
  }

  async stop(): Promise<void> {
    this.status.set({ ...ready, state: 'closed' })
  }

  async append(datapoints: readonly Datapoint[]): Promise<AppendOutcome> {
    this.#refuseUnlessReady()
    const telemetry = datapoints.filter(({ series }) => series.kind === 'telemetry')
    if (telemetry.length > 0) this.#live.push(telemetry)
    const superseded = this.#coalesce(datapoints.filter(({ series }) => series.kind === 'attribute'))
    this.#change({ accepted: datapoints.length, dropped: superseded })
    this.#announce()
    return { kind: 'stored' }
  }

  async take(lane: Lane, { maxCount }: TakeLimits): Promise<Batch | undefined> {
    this.#refuseUnlessReady()
    const rows = lane === 'attributes' ? this.#takeAttributes(maxCount) : takeChunks(this.#chunksOf(lane), maxCount)
    if (this.#waiting(lane) === 0) this.#dry.add(lane)
    if (rows.length === 0) return undefined
    const id = ++this.#batchId
    this.#taken.set(id, rows)
    this.#change({})
    return batchOf(id, lane, rows)
  }

  async settle(batch: Batch, refused: readonly RefusedRow[], { retainMs = 0 }: SettleOptions = {}): Promise<void> {
    this.#refuseUnlessReady()
    const rows = this.#handBack(batch)
    const gone = new Set(refused.map(({ row }) => row))
    const kept = rows.filter((_, row) => !gone.has(row))
    if (retainMs > 0 && batch.lane !== 'attributes') this.#retained.push({ at: Date.now(), rows: kept })
    if (retainMs > 0 && batch.lane === 'attributes')
      for (const row of kept) this.#keptState.set(row.series, { at: Date.now(), row })
    for (const { row, ...why } of refused) {
      const datapoint = rows[row]
      if (!datapoint) throw new Error(`batch ${batch.id} has no row ${row}`)
      this.quarantine.push({ datapoint, ...why })
    }
    this.#change({ delivered: rows.length - refused.length, quarantined: refused.length })
    this.#announce()
  }

  release(batch: Batch): void {
    const rows = this.#handBack(batch)
    let superseded = 0
    if (batch.lane !== 'attributes') this.#chunksOf(batch.lane).unshift(rows)
    else superseded = this.#coalesce(rows.filter(({ series }) => !this.#attributes.has(series)))
    if (batch.lane === 'attributes') superseded += rows.filter((r) => this.#attributes.get(r.series) !== r).length
    this.#change({ dropped: superseded })
    this.#announce()
  }

  onAvailable(listener: (lane: Lane) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  splitLanes(): void {
    this.#backlog.push(...this.#live.splice(0))
    this.#change({})
    this.#announce()
  }

  async replay(sinceMs: number): Promise<number> {
    const again = this.#retained.filter(({ at }) => at >= sinceMs)
    this.#retained = this.#retained.filter(({ at }) => at < sinceMs)
    const rows = again.flatMap((retained) => retained.rows)
    this.#backlog.push(...again.map((retained) => retained.rows))
    let state = 0
    for (const [series, { at, row }] of this.#keptState) {
      if (at < sinceMs) continue
      this.#keptState.delete(series)
      if (this.#attributes.has(series) || this.#blocked.has(series)) continue
      this.#attributes.set(series, row)
      state++
    }
    this.#change({ delivered: -rows.length - state })
    this.#announce()
    return rows.length + state
  }

  #chunksOf(lane: 'live' | 'backlog'): Datapoint[][] {
    return lane === 'live' ? this.#live : this.#backlog
  }

  #takeAttributes(maxCount: number): Datapoint[] {
    const rows = [...this.#attributes.values()].filter(({ series }) => !this.#blocked.has(series)).slice(0, maxCount)
    for (const { series } of rows) {
      this.#attributes.delete(series)
      this.#blocked.add(series)
    }
    return rows
  }

  #handBack(batch: Batch): Datapoint[] {
    const rows = this.#taken.get(batch.id)
    if (!rows) throw new Error(`Batch ${batch.id} can be settled only once`)
    this.#taken.delete(batch.id)
    if (batch.lane === 'attributes') for (const { series } of rows) this.#blocked.delete(series)
    return rows
  }

  /** How many values were replaced by newer ones. */
  #coalesce(attributes: readonly Datapoint[]): number {
    let superseded = 0
    for (const datapoint of attributes) {
      if (this.#attributes.delete(datapoint.series)) superseded++
      this.#attributes.set(datapoint.series, datapoint)
    }
    return superseded
  }

  #waiting(lane: Lane): number {
    if (lane !== 'attributes') return this.#chunksOf(lane).length
    return [...this.#attributes.keys()].filter((series) => !this.#blocked.has(series)).length
  }

  #announce(): void {
    for (const lane of [...this.#dry]) {
      if (this.#waiting(lane) === 0) continue
      this.#dry.delete(lane)
      for (const listener of this.#listeners) listener(lane)
    }
  }

  #refuseUnlessReady(): void {
    if (this.status.value.state !== 'ready') throw new GatewayError('STOPPED', 'The store is not open.')
  }

  #change(by: { accepted?: number; delivered?: number; quarantined?: number; dropped?: number }): void {
    const b = this.balance.value
    const dropped = b.dropped + (by.dropped ?? 0)
    this.balance.set({
      accepted: b.accepted + (by.accepted ?? 0),
      delivered: b.delivered + (by.delivered ?? 0),
      quarantined: b.quarantined + (by.quarantined ?? 0),
      pending: sum(this.#live) + sum(this.#backlog) + this.#attributes.size,
      inFlight: sum([...this.#taken.values()]),
      dropped,
      droppedByReason: dropped > 0 ? { superseded: dropped } : {},
    })
    const lane = (pending: number) => ({ pending, bytes: 0, oldestSeconds: 0 })
    const lanes = {
      live: lane(sum(this.#live)),
      backlog: lane(sum(this.#backlog)),
      attributes: lane(this.#attributes.size),
    }
    this.status.set({ ...this.status.value, lanes, retained: sum(this.#retained.map(({ rows }) => rows)) })
  }
}

const sum = (lists: readonly (readonly unknown[])[]): number => lists.reduce((total, { length }) => total + length, 0)

function takeChunks(chunks: Datapoint[][], maxCount: number): Datapoint[] {
  const rows: Datapoint[] = []
  for (let next = chunks[0]; next && (rows.length === 0 || rows.length + next.length <= maxCount); next = chunks[0]) {
    for (const datapoint of next) rows.push(datapoint)
    chunks.shift()
  }
  return rows
}

export function batchOf(id: number, lane: Lane, rows: readonly Datapoint[]): Batch {
  const at = (row: number): Datapoint => {
    const datapoint = rows[row]
    if (!datapoint) throw new Error(`batch ${id} has no row ${row}`)
    return datapoint
  }
  return {
    id,
    lane,
    count: rows.length,
    seriesAt: (row) => at(row).series,
    tsAt: (row) => at(row).ts,
    typeAt: (row) => at(row).type,
    valueAt: (row) => at(row).value,
  }
}
