import type { Clock } from '../../../main/engine/kit/clock.ts'
import { GatewayError } from '../../../main/engine/kit/gateway-error.ts'
import { ObservableValue } from '../../../main/engine/kit/observable.ts'
import type { SeriesRegistry } from '../../../main/engine/pipeline/series.ts'
import type {
  AppendOutcome,
  Batch,
  Datapoint,
  Lane,
  RefusedRow,
  SettleOptions,
  Store,
  TakeLimits,
} from '../../../main/engine/pipeline/stages.ts'
import { type Balance, emptyStoreStatus, type StoreStatus } from '../../../shared/status.ts'
import { batchOf } from '../../fakes/memory-store.ts'
import type { Random } from './random.ts'

// A store with a simulated disk: commits take time, what was not committed is gone after a crash, what was not settled is
// there again. The same promises as the real one, so that the rest of the gateway can be run on it a thousand times faster.

interface StoredRow {
  readonly device: string
  readonly profile: string
  readonly key: string
  readonly kind: 'telemetry' | 'attribute'
  readonly ts: number
  readonly type: Datapoint['type']
  readonly value: Datapoint['value']
}

interface StoredChunk {
  readonly seq: number
  readonly rows: readonly StoredRow[]
  /** Delivered before and waiting again: always backlog. */
  readonly again: boolean
}

/** How rows end, told in the moment of the commit. */
export interface StoreWitness {
  accepted(row: StoredRow): void
  delivered(row: StoredRow): void
  quarantined(row: StoredRow, why: RefusedRow): void
  dropped(row: StoredRow, reason: string): void
  /** Handed to the uplink. */
  taken(row: StoredRow, lane: Lane): void
  /** What waits now is backlog from now on. */
  split(): void
  /** Delivered, and now waiting again on request. */
  replayed(row: StoredRow): void
}

/** What the disk does at this moment; the world changes it as it runs. */
export interface DiskWeather {
  commitMs: number
  jitterMs: number
  /** Somebody else has filled the volume: appends are refused, settles wait. */
  full: boolean
  /** Rows that fit; beyond it `whenFull` decides. */
  quotaRows: number
  whenFull: 'block' | 'drop-oldest' | 'drop-newest'
  /** Probability that reading a batch fails once. */
  takeFails: number
}

/** What survives the process. */
export class SimDisk {
  chunks: StoredChunk[] = []
  /** Delivered and kept for a replay. */
  retained: { readonly at: number; readonly rows: readonly StoredRow[] }[] = []
  attributes: StoredChunk[] = []
  seq = 0
  readonly weather: DiskWeather
  readonly witness: StoreWitness
  readonly counts = { accepted: 0, delivered: 0, quarantined: 0, dropped: 0 }
  readonly droppedByReason: Record<string, number> = {}

  constructor(weather: DiskWeather, witness: StoreWitness) {
    this.weather = weather
    this.witness = witness
  }

  get rows(): number {
    let rows = this.attributes.length
    for (const chunk of this.chunks) rows += chunk.rows.length
    return rows
  }

  accept(rows: readonly StoredRow[]): StoredChunk {
    for (const row of rows) this.witness.accepted(row)
    this.counts.accepted += rows.length
    return { seq: ++this.seq, rows, again: false }
  }

  drop(rows: readonly StoredRow[], reason: string): void {
    for (const row of rows) this.witness.dropped(row, reason)
    this.counts.dropped += rows.length
    this.droppedByReason[reason] = (this.droppedByReason[reason] ?? 0) + rows.length
  }

  /** False when the row is not here any more. */
  end(lane: Lane, seq: number, refused: ReadonlyMap<number, RefusedRow>, retainedAt: number | undefined): void {
    const list = lane === 'attributes' ? this.attributes : this.chunks
    const index = list.findIndex((chunk) => chunk.seq === seq)
    const [chunk] = index < 0 ? [] : list.splice(index, 1)
    if (chunk && retainedAt !== undefined && lane !== 'attributes') {
      this.retained.push({ at: retainedAt, rows: chunk.rows.filter((_, i) => !refused.has(i)) })
    }
    chunk?.rows.forEach((row, i) => {
      const why = refused.get(i)
      if (why) {
        this.witness.quarantined(row, why)
        this.counts.quarantined++
      } else {
        this.witness.delivered(row)
        this.counts.delivered++
      }
    })
  }
}

interface Taken {
  readonly lane: Lane
  readonly chunks: readonly StoredChunk[]
}

const ready: StoreStatus = { ...emptyStoreStatus, state: 'ready' }

export interface SimStoreOptions {
  readonly disk: SimDisk
  readonly clock: Clock
  readonly random: Random
  readonly registry: SeriesRegistry
}

/** One process's view of the disk. */
export class SimStore implements Store {
  readonly name = 'sim-store'
  readonly status = new ObservableValue<StoreStatus>({ ...ready, state: 'opening' })
  readonly balance: ObservableValue<Balance>
  readonly #options: SimStoreOptions
  readonly #disk: SimDisk
  readonly #listeners = new Set<(lane: Lane) => void>()
  readonly #taken = new Map<number, Taken>()
  readonly #busy = new Set<number>()
  readonly #dry = new Set<Lane>(['live', 'backlog', 'attributes'])
  #writes: { commit: () => () => void; needsRoom: boolean; failed: (error: GatewayError) => void }[] = []
  #committing = false
  #batchId = 0
  /** Telemetry up to here is backlog. */
  #split = 0

  constructor(options: SimStoreOptions) {
    this.#options = options
    this.#disk = options.disk
    this.balance = new ObservableValue(this.#countedBalance())
  }

  async start(): Promise<void> {
    for (const [series, last] of this.#newestAttributes()) {
      const outdated = this.#disk.attributes.filter((a) => seriesId(a) === series && a !== last)
      this.#supersede(outdated)
    }
    this.status.set(ready)
    this.#changed()
  }

  async stop(): Promise<void> {
    this.status.set({ ...ready, state: 'closed' })
    this.#listeners.clear()
  }

  append(datapoints: readonly Datapoint[]): Promise<AppendOutcome> {
    const rows = datapoints.map(storedRow)
    return this.#write(() => this.#append(rows), true)
  }

  async take(lane: Lane, { maxCount }: TakeLimits): Promise<Batch | undefined> {
    const { clock, random } = this.#options
    await new Promise<void>((resolve) => clock.after(random.unit() * 5, resolve))
    this.#refuseUnlessOpen()
    if (random.chance(this.#disk.weather.takeFails)) throw new GatewayError('STORE_FAULT', 'reading failed once')
    const chunks = this.#next(lane, maxCount)
    if (this.#next(lane, 1, chunks).length === 0) this.#dry.add(lane)
    if (chunks.length === 0) return undefined
    for (const { seq, rows } of chunks) {
      this.#busy.add(seq)
      for (const row of rows) this.#disk.witness.taken(row, lane)
    }
    const id = ++this.#batchId
    this.#taken.set(id, { lane, chunks })
    this.#changed()
    return batchOf(
      id,
      lane,
      chunks.flatMap(({ rows }) => rows.map((row) => this.#datapoint(row))),
    )
  }

  settle(batch: Batch, refused: readonly RefusedRow[], { retainMs = 0 }: SettleOptions = {}): Promise<void> {
    const taken = this.#handBack(batch)
    return this.#write(() => {
      const why = new Map(refused.map((row) => [row.row, row]))
      let first = 0
      for (const { seq, rows } of taken.chunks) {
        const own = new Map(rows.flatMap((_, i) => (why.has(first + i) ? [[i, why.get(first + i) as RefusedRow]] : [])))
        this.#disk.end(taken.lane, seq, own, retainMs > 0 ? this.#options.clock.now() : undefined)
        this.#busy.delete(seq)
        first += rows.length
      }
    }, false)
  }

  release(batch: Batch): void {
    if (this.status.value.state !== 'ready') return
    const { chunks, lane } = this.#handBack(batch)
    for (const { seq } of chunks) this.#busy.delete(seq)
    if (lane === 'attributes') {
      this.#supersede(
        chunks.filter((a) => this.#disk.attributes.some((b) => b.seq > a.seq && seriesId(b) === seriesId(a))),
      )
    }
    this.#changed()
  }

  splitLanes(): void {
    this.#disk.witness.split()
    this.#split = this.#disk.seq
    this.#changed()
  }

  replay(sinceMs: number): Promise<number> {
    return this.#write(() => {
      let count = 0
      for (const { at, rows } of this.#disk.retained.splice(0)) {
        if (at < sinceMs) continue
        for (const row of rows) this.#disk.witness.replayed(row)
        this.#disk.counts.delivered -= rows.length
        this.#disk.chunks.push({ seq: ++this.#disk.seq, rows, again: true })
        count += rows.length
      }
      return count
    }, false)
  }

  onAvailable(listener: (lane: Lane) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Writes that arrive while a commit runs share the next one. */
  #write<T>(run: () => T, needsRoom: boolean): Promise<T> {
    this.#refuseUnlessOpen()
    return new Promise<T>((resolve, reject) => {
      const commit = () => {
        const outcome = run()
        return () => resolve(outcome)
      }
      this.#writes.push({ commit, needsRoom, failed: reject })
      this.#commit()
    })
  }

  #commit(): void {
    const { weather } = this.#disk
    const { clock, random } = this.#options
    if (this.#committing || this.#writes.length === 0) return
    this.#committing = true
    const group = this.#writes.splice(0)
    clock.after(weather.commitMs + random.unit() * weather.jitterMs, () => {
      const answers = group.map(({ commit, needsRoom, failed }) =>
        weather.full && needsRoom ? () => failed(new GatewayError('STORE_DISK_FULL', 'the volume is full')) : commit(),
      )
      // The fsync has returned; the answer is still on its way, and the process may die before it arrives.
      clock.after(random.unit() * 3, () => {
        this.#changed()
        for (const answer of answers) answer()
        this.#committing = false
        this.#commit()
      })
    })
  }

  #append(rows: readonly StoredRow[]): AppendOutcome {
    const { quotaRows, whenFull } = this.#disk.weather
    if (this.#disk.rows + rows.length > quotaRows) {
      if (whenFull === 'block') return { kind: 'full' }
      if (whenFull === 'drop-newest' || !this.#makeRoom(rows.length)) {
        this.#disk.drop(this.#disk.accept(rows).rows, 'full-newest')
        return { kind: 'dropped', reason: 'full-newest' }
      }
    }
    const telemetry = rows.filter(({ kind }) => kind === 'telemetry')
    if (telemetry.length > 0) this.#disk.chunks.push(this.#disk.accept(telemetry))
    for (const row of rows) {
      if (row.kind === 'telemetry') continue
      const chunk = this.#disk.accept([row])
      this.#supersede(this.#disk.attributes.filter((a) => seriesId(a) === seriesId(chunk) && !this.#busy.has(a.seq)))
      this.#disk.attributes.push(chunk)
    }
    return { kind: 'stored' }
  }

  #makeRoom(needed: number): boolean {
    while (this.#disk.rows + needed > this.#disk.weather.quotaRows) {
      const index = this.#disk.chunks.findIndex(({ seq }) => !this.#busy.has(seq))
      if (index < 0) return false
      this.#disk.drop(this.#disk.chunks.splice(index, 1)[0]?.rows ?? [], 'full-oldest')
    }
    return true
  }

  #supersede(outdated: readonly StoredChunk[]): void {
    if (outdated.length === 0) return
    for (const { rows } of outdated) this.#disk.drop(rows, 'superseded')
    this.#disk.attributes = this.#disk.attributes.filter((a) => !outdated.includes(a))
  }

  #newestAttributes(): Map<string, StoredChunk> {
    return new Map(this.#disk.attributes.map((a) => [seriesId(a), a]))
  }

  #next(lane: Lane, maxCount: number, except: readonly StoredChunk[] = []): StoredChunk[] {
    const chunks: StoredChunk[] = []
    let count = 0
    const inFlight = new Set(
      lane === 'attributes'
        ? this.#disk.attributes.filter((a) => this.#busy.has(a.seq) || except.includes(a)).map(seriesId)
        : [],
    )
    for (const chunk of lane === 'attributes' ? this.#disk.attributes : this.#disk.chunks) {
      if (this.#busy.has(chunk.seq) || except.includes(chunk)) continue
      if (lane === 'attributes' && inFlight.has(seriesId(chunk))) continue
      if (lane !== 'attributes' && (chunk.again || chunk.seq <= this.#split) !== (lane === 'backlog')) continue
      if (chunks.length > 0 && count + chunk.rows.length > maxCount) break
      chunks.push(chunk)
      count += chunk.rows.length
    }
    return chunks
  }

  #handBack(batch: Batch): Taken {
    const taken = this.#taken.get(batch.id)
    if (!taken) throw new Error('a batch is settled or given back once')
    this.#taken.delete(batch.id)
    return taken
  }

  #datapoint({ device, profile, key, kind, ts, type, value }: StoredRow): Datapoint {
    const series = this.#options.registry.intern(device, profile, key, kind)
    if (!series) throw new Error('the registry is full')
    return { series, ts, type, value }
  }

  #refuseUnlessOpen(): void {
    if (this.status.value.state !== 'ready') throw new GatewayError('STOPPED', 'The store is not open.')
  }

  #changed(): void {
    this.balance.set(this.#countedBalance())
    for (const lane of [...this.#dry]) {
      if (this.#next(lane, 1).length === 0) continue
      this.#dry.delete(lane)
      for (const listener of [...this.#listeners]) listener(lane)
    }
  }

  #countedBalance(): Balance {
    let inFlight = 0
    for (const { chunks } of this.#taken.values()) for (const { rows } of chunks) inFlight += rows.length
    const { counts, rows, droppedByReason } = this.#disk
    return { ...counts, inFlight, pending: rows - inFlight, droppedByReason: { ...droppedByReason } }
  }
}

const seriesId = ({ rows }: StoredChunk): string => `${rows[0]?.device}\u0000${rows[0]?.key}`

const storedRow = ({ series, ts, type, value }: Datapoint): StoredRow => ({
  device: series.device.name,
  profile: series.device.profile,
  key: series.key,
  kind: series.kind,
  ts,
  type,
  value,
})
