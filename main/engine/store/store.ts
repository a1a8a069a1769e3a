import { assert } from '../../../shared/assert.ts'
import type { StorageConfig } from '../../../shared/config/storage.ts'
import type { Said } from '../../../shared/said/said.ts'
import type { Balance, QuarantineEntry, StoreStatus } from '../../../shared/status.ts'
import type { Clock } from '../kit/clock.ts'
import { GatewayError } from '../kit/gateway-error.ts'
import { Cleanup, type Deadline, once } from '../kit/lifecycle.ts'
import type { Observable } from '../kit/observable.ts'
import type { IssueSink } from '../observe/issues.ts'
import type { Log } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { SeriesRegistry } from '../pipeline/series.ts'
import type {
  AppendOutcome,
  Batch,
  Correction,
  Datapoint,
  Lane,
  LedgerPage,
  PageQuery,
  RefusedRow,
  SettleOptions,
  SourceLoss,
  Store,
  StoreBooks,
  TakeLimits,
} from '../pipeline/stages.ts'
import { Handouts } from './handouts.ts'
import { LaneNews } from './lane-news.ts'
import type { FromThread, Opened, Snapshot, WriteResult } from './protocol.ts'
import { QuarantineDesk } from './quarantine-desk.ts'
import { SeriesIds } from './series-ids.ts'
import { makeSlots } from './slots.ts'
import { sort } from './sorting.ts'
import { StoreIssues } from './store-issues.ts'
import { StoreView } from './store-view.ts'
import { TelemetryLanes } from './telemetry-lanes.ts'
import { ThreadSession } from './thread-session.ts'
import { fromReport } from './translate.ts'

/*
 * The tank: keeps datapoints from acceptance until ThingsBoard has acknowledged them.
 *
 * Constraints
 * - `append` resolves with 'stored' only after COMMIT with synchronous=FULL in WAL mode, both read back at open. Appends that
 *   arrive while a commit runs share the next one.
 * - `seq` numbers telemetry in order of acceptance, without holes as written; it only grows and is never reused, also not after
 *   a crash or a full drain. A batch is chunks in ascending order; what was taken is never dropped, what was dropped never
 *   taken (slots.ts).
 * - D4 holds in every file after each of its commits: counters, rows and ledger change in one transaction. So it holds for
 *   their sum. Pending and in-flight are counted from rows, not derived from the counters, so a difference shows a bug or a
 *   damaged disk (BALANCE_BROKEN).
 * - State (attributes, and telemetry of retention class `latest`): per series at most one value in flight and one, the newest,
 *   waiting. Replaced ones count as dropped, reason `superseded`.
 * - A value that can not be read back as written is never sent: it is set aside, counted as dropped (`corrupt`) and passed. A
 *   whole file that can not be read is moved to quarantine/<utc>/, intake goes on in the next one, and what can be saved of it
 *   comes back: telemetry in the backlog, state and quarantine at once. The end of a file that SQLite lost without an error is
 *   found by the high-water mark, to the last commit.
 * - The ledger covers every loss with cause, class, series, time range and count; and what sources lost before it was accepted,
 *   which is no part of D4.
 * - Everything is bounded: bytes and age on disk by configuration; read-ahead, cache, quarantine and ledger by constants here.
 * - One process per data folder, one connection per file, in a thread of its own: a slow disk stalls no socket.
 * - After a failed write or fsync nothing is retried on the open file (a second fsync may lie): the store is 'faulted',
 *   `onFault` ends the engine with exit code 75, and the next start verifies what is there.
 * - Delivery is at least once: after a restart everything that was not settled is handed out again, byte-equal (D2). It begins
 *   in the live lane; `splitLanes` makes backlog of what waits.
 *
 * Format: store.db (state) and segments/seg-NNNN.db (telemetry), all with the tables of schema.ts; a row of `chunks` is up to
 * 2,000 datapoints as columns (chunk.ts), zstd, CRC-32. store.hwm: high-water.ts. What was the whole store of format 1 is the
 * store.db of format 2: its chunks are drained from there.
 *
 * Operations: append -> [thread] rows + counters, COMMIT; take -> from memory, else read ahead from the files, CRC checked;
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
  readonly #view: StoreView
  readonly #issues: StoreIssues
  readonly #cleanup = new Cleanup()
  readonly #news: LaneNews
  readonly #slots = makeSlots()
  readonly #session: ThreadSession
  readonly #lanes: TelemetryLanes
  readonly #handouts: Handouts
  readonly #desk: QuarantineDesk
  readonly #series: SeriesIds

  constructor(options: SqliteStoreOptions) {
    this.#options = options
    this.#issues = new StoreIssues(options.issues)
    this.#series = new SeriesIds(options.registry)
    const { clock, log, registry } = options
    this.#session = new ThreadSession({
      clock,
      log,
      issues: this.#issues,
      onFault: (error) => options.onFault(error),
      message: (message) => this.#receive(message),
      changed: () => this.#view.status.publish(),
    })
    this.#lanes = new TelemetryLanes(new Int8Array(this.#slots), (from, before, maxChunks, forgotten) =>
      this.#read(from, before, maxChunks, forgotten),
    )
    this.#news = new LaneNews(this.#lanes)
    this.#handouts = new Handouts({
      session: this.#session,
      lanes: this.#lanes,
      news: this.#news,
      series: this.#series,
      clock,
    })
    this.#desk = new QuarantineDesk({
      link: () => this.#session.openLink(),
      nextId: () => this.#session.nextId(),
      now: clock.now,
      registry,
      series: this.#series,
    })
    this.#view = new StoreView({
      session: this.#session,
      lanes: this.#lanes,
      handouts: this.#handouts,
      clock,
      metrics: options.metrics,
    })
    this.status = this.#view.status
    this.balance = this.#view.balance
    this.start = once(() => this.#start())
    this.stop = once((deadline) => this.#stop(deadline))
  }

  async append(datapoints: readonly Datapoint[]): Promise<AppendOutcome> {
    assert(datapoints.length > 0, 'append is never called with nothing')
    const link = this.#session.openLink()
    const series = this.#series.assign(datapoints)
    const { chunks, classes, attributes, latest } = sort(datapoints)
    const at = this.#options.clock.now()
    const message = {
      kind: 'append',
      id: this.#session.nextId(),
      at,
      chunks,
      classes,
      attributes,
      latest,
      series,
    } as const
    const result = await link.ask(message, chunks)
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

  take(lane: Lane, limits: TakeLimits): Promise<Batch | undefined> {
    return this.#handouts.take(lane, limits)
  }

  settle(batch: Batch, refused: readonly RefusedRow[], options: SettleOptions = {}): Promise<void> {
    return this.#handouts.settle(batch, refused, options)
  }

  release(batch: Batch): void {
    this.#handouts.release(batch)
  }

  splitLanes(): void {
    this.#news.after(() => this.#lanes.split())
    this.#view.liveStartsNow()
  }

  async replay(sinceMs: number): Promise<number> {
    const at = this.#options.clock.now()
    const answer = await this.#session
      .openLink()
      .ask({ kind: 'replay', id: this.#session.nextId(), at, since: sinceMs })
    return answer.kind === 'returned' ? answer.count : 0
  }

  quarantinePage(query: PageQuery): Promise<{ total: number; limit: number; rows: QuarantineEntry[] }> {
    return this.#desk.page(query, this.#view.snapshot.quarantineLimit)
  }

  retryQuarantined(ids: readonly number[]): Promise<number> {
    return this.#desk.retry(ids)
  }

  fixQuarantined(id: number, correction: Correction): Promise<Said | undefined> {
    return this.#desk.fix(id, correction)
  }

  discardQuarantined(ids: readonly number[]): Promise<number> {
    return this.#desk.discard(ids)
  }

  quarantineAfter(after: number, limit: number): Promise<QuarantineEntry[]> {
    return this.#desk.after(after, limit)
  }

  ledgerPage(query: PageQuery): Promise<LedgerPage> {
    return this.#desk.ledger(query)
  }

  async recordLosses(losses: readonly SourceLoss[]): Promise<void> {
    const at = this.#options.clock.now()
    await this.#session.openLink().ask({ kind: 'record', id: this.#session.nextId(), at, losses })
  }

  onAvailable(listener: (lane: Lane) => void): () => void {
    return this.#news.subscribe(listener)
  }

  async #start(): Promise<void> {
    const { folder, config, clock } = this.#options
    const { maxBytes, maxAgeHours, whenFull, preallocate } = config
    const limits = { maxBytes, maxAgeHours, whenFull, preallocate }
    const options = { folder, config: limits, slots: this.#slots, at: clock.now() }
    await this.#session.open(options, (opened) => this.#open(opened))
  }

  #open(opened: Opened): void {
    this.#series.restore(opened.series, opened.nextSeriesId)
    this.#issues.opened(opened)
    this.#session.setState('ready')
    if (opened.snapshot.storedRows > 0)
      this.#news.after(() => this.#lanes.found([opened.firstSeq, opened.snapshot.tailSeq]))
    let turn = 0
    this.#cleanup.add(
      this.#options.clock.every(publishMs, () => {
        if (++turn % ticksPerHousekeeping === 0) this.#tick()
        this.#view.publish()
      }),
    )
    this.#accept(opened.snapshot)
    const { sqliteVersion, snapshot } = opened
    this.#options.log.info('store-opened', {
      rows: snapshot.storedRows,
      bytes: snapshot.usedBytes,
      sqlite: sqliteVersion,
    })
  }

  #tick(): void {
    const at = this.#options.clock.now()
    this.#view.note(at)
    this.#lanes.evict(at)
    if (this.#session.state !== 'faulted')
      this.#session.link?.post({ kind: 'tick', at, forgotten: this.#lanes.takeForgotten() })
  }

  async #stop(deadline: Deadline): Promise<void> {
    this.#cleanup.run()
    await this.#session.close(deadline)
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'opened':
        this.#session.opened(message)
        return
      case 'not-opened':
        this.#session.notOpened(fromReport(message.error))
        return
      case 'committed':
        this.#committed(message.results, message.seconds, message.snapshot)
        return
      case 'chunks':
        if (message.damaged > 0) this.#issues.damaged(message.damaged)
        this.#session.link?.answer(message.id, message)
        this.#accept(message.snapshot)
        return
      case 'state':
        if (message.damaged > 0) this.#issues.damaged(message.damaged)
        this.#session.link?.answer(message.id, message)
        this.#accept(message.snapshot)
        return
      case 'books':
        this.#session.link?.answer(message.id, message)
        return
      case 'backlog-grew':
        this.#news.after(() => this.#lanes.grew(message.ranges))
        this.#accept(message.snapshot)
        return
      case 'damaged':
        this.#issues.moved(message.damage)
        this.#options.log.error('segment-moved-aside', { path: message.damage.movedTo, rows: message.damage.rows })
        this.#accept(message.snapshot)
        return
      case 'salvaged':
        this.#issues.salvaged(message)
        this.#options.log.info('salvaged', { path: message.movedTo, rows: message.recovered, lost: message.lost })
        return
      case 'fault':
        this.#session.fault(fromReport(message.error))
        return
      case 'closed':
        this.#session.closed()
    }
  }

  #committed(results: readonly WriteResult[], seconds: number, snapshot: Snapshot): void {
    if (seconds > 0) this.#view.committed(seconds)
    // Promises resolve after this function, when the snapshot is in place.
    for (const result of results) {
      if (result.kind === 'stored') this.#news.after(() => this.#lanes.keep(result.chunks, result.slots))
      if (result.kind === 'failed') this.#session.link?.fail(result.id, fromReport(result.error))
      else this.#session.link?.answer(result.id, result)
    }
    this.#accept(snapshot)
  }

  /** Takes over the thread's picture and wakes those who wait for what is new in it. */
  #accept(snapshot: Snapshot): void {
    this.#view.snapshot = snapshot
    this.#handouts.latestAvailable = snapshot.latestAvailable
    if (this.#session.running) this.#session.setState(snapshot.full || snapshot.diskFull ? 'full' : 'ready')
    this.#issues.snapshot(snapshot)
    this.#news.snapshot(snapshot)
  }

  async #read(from: number, before: number, maxChunks: number, forgotten: readonly number[]) {
    const at = this.#options.clock.now()
    const id = this.#session.nextId()
    const answer = await this.#session.openLink().ask({ kind: 'read', id, at, from, before, maxChunks, forgotten })
    assert(answer.kind === 'chunks', 'a read is answered with chunks')
    return answer
  }
}
