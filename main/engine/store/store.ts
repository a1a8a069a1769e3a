import { assert } from '../../../shared/assert.ts'
import type { StorageConfig } from '../../../shared/config/storage.ts'
import { type Balance, emptyStoreStatus, type QuarantineEntry, type StoreStatus } from '../../../shared/status.ts'
import type { Clock } from '../kit/clock.ts'
import { asGatewayError, GatewayError } from '../kit/gateway-error.ts'
import { Cleanup, type Deadline, once, settledBy } from '../kit/lifecycle.ts'
import type { Observable } from '../kit/observable.ts'
import type { IssueSink } from '../observe/issues.ts'
import type { Log } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { SeriesRegistry } from '../pipeline/series.ts'
import type {
  AppendOutcome,
  Batch,
  Datapoint,
  Lane,
  LedgerPage,
  RefusedRow,
  Store,
  StoreBooks,
  TakeLimits,
} from '../pipeline/stages.ts'
import { AttributeBatch, ChunkBatch, type StoredBatch } from './batch.ts'
import { encodeChunks } from './chunk.ts'
import type { FromThread, Opened, Snapshot, WriteResult } from './protocol.ts'
import { Growth } from './quota.ts'
import { SampledValue } from './sampled-value.ts'
import { SeriesIds } from './series-ids.ts'
import { balanceOf, detailOf, emptySnapshot, sizesOf } from './snapshot-view.ts'
import { StoreIssues } from './store-issues.ts'
import { TelemetryLane } from './telemetry-lane.ts'
import { ThreadLink } from './thread-link.ts'
import { fromReport, stopped, storeDied, toQuarantine, toRow } from './translate.ts'

/*
 * The tank: keeps datapoints from acceptance until ThingsBoard has acknowledged them.
 *
 * Constraints
 * - `append` resolves with 'stored' only after COMMIT with synchronous=FULL in WAL mode, both read back at open. Appends that
 *   arrive while a commit runs share the next one.
 * - `seq` numbers telemetry in order of acceptance, without holes as written; it only grows and is never reused, also not after
 *   a crash or a full drain. A batch is consecutive chunks; what was taken is never dropped, what was dropped never taken.
 * - D4 holds after every commit: counters, rows and ledger change in one transaction. Pending and in-flight are counted from
 *   rows, not derived from the counters, so a difference shows a bug or a damaged disk (BALANCE_BROKEN).
 * - Attributes are state: per series at most one value in flight and one, the newest, waiting. Replaced ones count as
 *   dropped, reason `superseded`.
 * - A value that can not be read back as written is never sent: it is set aside, counted as dropped (`corrupt`) and passed.
 * - Everything is bounded: bytes and age on disk by configuration; read-ahead, cache, quarantine and ledger by constants here.
 * - One process per data folder, one connection that writes, in a thread of its own: a slow disk stalls no socket.
 * - After an error of the disk nothing is retried on the open file (a second fsync may lie): the store is 'faulted',
 *   `onFault` ends the engine with exit code 75, and the next start verifies what is there.
 * - Delivery is at least once: after a restart everything that was not settled is handed out again, byte-equal (D2).
 *
 * Format: store.db, tables in schema.ts; a row of `chunks` is up to 2,000 datapoints as columns (chunk.ts), zstd, CRC-32.
 *
 * Operations: append -> [thread] rows + counters, COMMIT; take -> from memory, else read ahead from the file, CRC checked;
 * settle -> [thread] delete rows, refused ones into `quarantine`, COMMIT.
 */

interface SqliteStoreOptions {
  /** Data folder; made when missing. */
  readonly folder: string
  readonly config: StorageConfig
  /** Learns the series of what is stored already. */
  readonly registry: SeriesRegistry
  readonly clock: Clock
  readonly log: Log
  readonly issues: IssueSink
  readonly metrics: Metrics
  /** The store can not go on in this process: end the engine (exit code 75). Called at most once. */
  readonly onFault: (error: GatewayError) => void
}

/** How often listeners hear of status and balance; housekeeping (expiry, sizes) every fourth time. */
const publishMs = 250
const ticksPerHousekeeping = 4

export class SqliteStore implements Store, StoreBooks {
  readonly name = 'store'
  readonly status: Observable<StoreStatus>
  readonly balance: Observable<Balance>
  readonly start: () => Promise<void>
  readonly stop: (deadline: Deadline) => Promise<void>
  readonly #options: SqliteStoreOptions
  readonly #status: SampledValue<StoreStatus>
  readonly #balance: SampledValue<Balance>
  readonly #issues: StoreIssues
  readonly #growth = new Growth()
  readonly #cleanup = new Cleanup()
  readonly #listeners = new Set<(lane: Lane) => void>()
  readonly #taken = new Map<number, StoredBatch>()
  readonly #claimed = new SharedArrayBuffer(8)
  readonly #telemetry: TelemetryLane
  readonly #series: SeriesIds
  #link: ThreadLink | undefined
  #opening: { resolve(opened: Opened): void; reject(error: GatewayError): void } | undefined
  #state: StoreStatus['state'] = 'opening'
  #error: GatewayError | undefined
  #snapshot: Snapshot = emptySnapshot
  #attributesKnown = false
  #inFlight = 0
  #commits = 0
  /** Of requests and batches. */
  #nextId = 1
  #closed: () => void = () => {}

  constructor(options: SqliteStoreOptions) {
    this.#options = options
    this.#issues = new StoreIssues(options.issues)
    this.#series = new SeriesIds(options.registry)
    this.#telemetry = new TelemetryLane(new BigInt64Array(this.#claimed), (from, before, maxChunks) =>
      this.#read(from, before, maxChunks),
    )
    this.#status = new SampledValue(() => this.#readStatus())
    this.#balance = new SampledValue(() => balanceOf(this.#snapshot, this.#inFlight))
    this.status = this.#status
    this.balance = this.#balance
    this.start = once(() => this.#start())
    this.stop = once((deadline) => this.#stop(deadline))
  }

  async append(datapoints: readonly Datapoint[]): Promise<AppendOutcome> {
    assert(datapoints.length > 0, 'append is never called with nothing')
    const link = this.#openLink()
    const series = this.#series.assign(datapoints)
    const hasAttributes = datapoints.some(({ series: { kind } }) => kind === 'attribute')
    const telemetry = hasAttributes ? datapoints.filter(({ series: { kind } }) => kind === 'telemetry') : datapoints
    const attributes = hasAttributes ? datapoints.filter(({ series: { kind } }) => kind === 'attribute').map(toRow) : []
    const chunks = encodeChunks(telemetry)
    const at = this.#options.clock.now()
    const result = await link.ask({ kind: 'append', id: this.#nextId++, at, chunks, attributes, series }, chunks)
    switch (result.kind) {
      case 'stored':
        this.#series.saved(series)
        return { kind: 'stored' }
      case 'full':
        return { kind: 'full' }
      case 'dropped':
        return { kind: 'dropped', reason: result.reason }
      default:
        throw new GatewayError('INTERNAL', `the store answered an append with ${result.kind}`)
    }
  }

  async take(lane: Lane, { maxCount }: TakeLimits): Promise<Batch | undefined> {
    const link = this.#openLink()
    if (lane === 'backlog') return undefined
    return lane === 'live' ? this.#takeTelemetry(maxCount) : this.#takeAttributes(link, maxCount)
  }

  async settle(batch: Batch, refused: readonly RefusedRow[]): Promise<void> {
    const link = this.#openLink()
    const { seqs, lane } = this.#end(batch)
    const rows = refused.map((row) => toQuarantine(batch, row))
    const at = this.#options.clock.now()
    await link.ask({ kind: 'settle', id: this.#nextId++, at, lane, seqs, refused: rows }, [], () => {
      this.#inFlight -= batch.count
    })
  }

  /** After the store has stopped there is nothing to give back to: the next start hands everything out again anyway. */
  release(batch: Batch): void {
    if (this.#state !== 'ready' && this.#state !== 'full') return
    const link = this.#openLink()
    const taken = this.#end(batch)
    if (taken instanceof ChunkBatch) {
      const hadTelemetry = this.#telemetry.hasMore
      this.#inFlight -= taken.count
      this.#telemetry.giveBack(taken.chunks)
      if (!hadTelemetry) this.#announce('live')
      return
    }
    const message = { kind: 'give-back', id: this.#nextId++, at: this.#options.clock.now(), seqs: taken.seqs } as const
    link
      .ask(message, [], () => {
        this.#inFlight -= taken.count
      })
      // Only a store that has failed or stopped answers with an error; it says so itself.
      .catch(() => undefined)
  }

  splitLanes(): void {}

  async quarantinePage(): Promise<{ total: number; limit: number; rows: QuarantineEntry[] }> {
    return { total: 0, limit: 0, rows: [] }
  }
  async retryQuarantined(): Promise<number> {
    return 0
  }
  async fixQuarantined(): Promise<string | undefined> {
    return undefined
  }
  async discardQuarantined(): Promise<number> {
    return 0
  }
  async quarantineAfter(): Promise<QuarantineEntry[]> {
    return []
  }
  async ledgerPage(): Promise<LedgerPage> {
    return { total: 0, rows: [], totals: [] }
  }

  async replay(): Promise<number> {
    return 0
  }

  onAvailable(listener: (lane: Lane) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #start(): Promise<void> {
    const { folder, config, clock, log } = this.#options
    const link = new ThreadLink({
      message: (message) => this.#receive(message),
      died: (reason) => this.#fault(storeDied(reason)),
    })
    this.#link = link
    try {
      const opened = await new Promise<Opened>((resolve, reject) => {
        this.#opening = { resolve, reject }
        const { maxBytes, maxAgeHours, whenFull } = config
        const options = { folder, config: { maxBytes, maxAgeHours, whenFull }, claimed: this.#claimed, at: clock.now() }
        link.post({ kind: 'open', options })
      })
      this.#open(opened)
      const { sqliteVersion, snapshot } = opened
      log.info('store-opened', { rows: snapshot.storedRows, bytes: snapshot.usedBytes, sqlite: sqliteVersion })
    } catch (error) {
      this.#setState('faulted', asGatewayError(error))
      await link.end()
      throw error
    } finally {
      this.#opening = undefined
    }
  }

  #open(opened: Opened): void {
    this.#series.restore(opened.series, opened.nextSeriesId)
    this.#issues.opened(opened)
    this.#setState('ready')
    let turn = 0
    this.#cleanup.add(
      this.#options.clock.every(publishMs, () => {
        if (++turn % ticksPerHousekeeping === 0) this.#tick()
        this.#status.publish()
        this.#balance.publish()
      }),
    )
    this.#accept(opened.snapshot)
  }

  #tick(): void {
    const at = this.#options.clock.now()
    this.#growth.add(at, this.#snapshot.usedBytes)
    if (this.#state !== 'faulted') this.#link?.post({ kind: 'tick', at })
  }

  async #stop(deadline: Deadline): Promise<void> {
    const link = this.#link
    const before = this.#state
    this.#cleanup.run()
    if (this.#state !== 'faulted') this.#setState('closed')
    if (!link) return
    if (before === 'ready' || before === 'full') {
      link.expectEnd()
      const closed = new Promise<void>((resolve) => {
        this.#closed = resolve
      })
      link.post({ kind: 'close' })
      const inTime = await settledBy(closed, deadline, this.#options.clock)
      if (!inTime) this.#options.log.warn('store-close-late')
    }
    await link.end()
    link.failAll(stopped())
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'opened':
        this.#opening?.resolve(message)
        return
      case 'not-opened':
        this.#opening?.reject(fromReport(message.error))
        return
      case 'committed':
        this.#committed(message.results, message.seconds, message.snapshot)
        return
      case 'chunks':
        if (message.damaged > 0) this.#issues.damaged(message.damaged)
        this.#link?.answer(message.id, message)
        this.#accept(message.snapshot)
        return
      case 'attributes':
        this.#link?.answer(message.id, message)
        this.#accept(message.snapshot)
        return
      case 'fault':
        this.#fault(fromReport(message.error))
        return
      case 'closed':
        this.#closed()
    }
  }

  #committed(results: readonly WriteResult[], seconds: number, snapshot: Snapshot): void {
    if (seconds > 0) {
      this.#commits++
      this.#options.metrics.commit.observe(seconds)
    }
    // Promises resolve after this function, when the snapshot is in place.
    for (const result of results) {
      if (result.kind === 'stored') this.#telemetry.keep(result.chunks)
      if (result.kind === 'failed') this.#link?.fail(result.id, fromReport(result.error))
      else this.#link?.answer(result.id, result)
    }
    this.#accept(snapshot)
  }

  /** Takes over the thread's picture and wakes those who wait for what is new in it. */
  #accept(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    if (this.#state === 'ready' || this.#state === 'full')
      this.#setState(snapshot.full || snapshot.diskFull ? 'full' : 'ready')
    this.#issues.snapshot(snapshot)
    const hadTelemetry = this.#telemetry.hasMore
    this.#telemetry.tail = snapshot.tailSeq
    if (!hadTelemetry && this.#telemetry.hasMore) this.#announce('live')
    const hadAttributes = this.#attributesKnown
    this.#attributesKnown = snapshot.attributesAvailable > 0
    if (!hadAttributes && this.#attributesKnown) this.#announce('attributes')
  }

  #announce(lane: Lane): void {
    for (const listener of [...this.#listeners]) listener(lane)
  }

  async #takeTelemetry(maxCount: number): Promise<Batch | undefined> {
    const chunks = await this.#telemetry.take(maxCount)
    if (!chunks) return undefined
    return this.#hand(new ChunkBatch(this.#nextId++, chunks, this.#series.byId))
  }

  async #takeAttributes(link: ThreadLink, maxCount: number): Promise<Batch | undefined> {
    let batch: Batch | undefined
    await link.ask({ kind: 'take-attributes', id: this.#nextId++, maxCount }, [], (answer) => {
      if (answer.kind !== 'attributes' || answer.rows.length === 0) return
      batch = this.#hand(new AttributeBatch(this.#nextId++, answer.rows, this.#series.byId))
    })
    return batch
  }

  #hand(batch: StoredBatch): Batch {
    this.#taken.set(batch.id, batch)
    this.#inFlight += batch.count
    return batch
  }

  #end(batch: Batch): StoredBatch {
    const taken = this.#taken.get(batch.id)
    assert(taken === batch, 'a batch is settled or given back once, to the store that handed it out')
    this.#taken.delete(batch.id)
    return taken
  }

  async #read(from: number, before: number, maxChunks: number) {
    const at = this.#options.clock.now()
    const answer = await this.#openLink().ask({ kind: 'read', id: this.#nextId++, at, from, before, maxChunks })
    assert(answer.kind === 'chunks', 'a read is answered with chunks')
    return answer
  }

  #fault(error: GatewayError): void {
    if (this.#opening) {
      this.#opening.reject(error)
      return
    }
    if (this.#state === 'faulted' || this.#state === 'closed') return
    this.#setState('faulted', error)
    this.#issues.faulted(error)
    this.#options.log.error('store-faulted', { code: error.code, ...error.detail })
    this.#link?.failAll(error)
    this.#options.onFault(error)
  }

  #openLink(): ThreadLink {
    if (this.#state === 'faulted' && this.#error) throw this.#error
    if (!this.#link || (this.#state !== 'ready' && this.#state !== 'full')) throw stopped()
    return this.#link
  }

  #setState(state: StoreStatus['state'], error?: GatewayError): void {
    if (this.#state === state) return
    this.#state = state
    this.#error = error
    this.#status.publish()
  }

  #readStatus(): StoreStatus {
    const { clock, metrics } = this.#options
    return {
      ...emptyStoreStatus,
      ...sizesOf(this.#snapshot, this.#growth, clock.now()),
      state: this.#state,
      detail: this.#error?.message ?? detailOf(this.#snapshot),
      commits: this.#commits,
      commitP50Ms: metrics.commit.quantileMs(0.5),
      commitP99Ms: metrics.commit.quantileMs(0.99),
    }
  }
}
