import { assert } from '../../../shared/assert.ts'
import type { StorageConfig } from '../../../shared/config/storage.ts'
import type { Balance, QuarantineEntry, StoreStatus } from '../../../shared/status.ts'
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
  Correction,
  Datapoint,
  Lane,
  LedgerPage,
  PageQuery,
  RefusedRow,
  SettleOptions,
  Store,
  StoreBooks,
  TakeLimits,
} from '../pipeline/stages.ts'
import { ChunkBatch, StateBatch, type StoredBatch } from './batch.ts'
import { encodeChunks } from './chunk.ts'
import { Growth } from './growth.ts'
import type {
  AttributeRow,
  FromThread,
  Opened,
  RetentionClass,
  Snapshot,
  StateTableName,
  WriteResult,
} from './protocol.ts'
import { QuarantineDesk } from './quarantine-desk.ts'
import { SampledValue } from './sampled-value.ts'
import { SeriesIds } from './series-ids.ts'
import { makeSlots } from './slots.ts'
import { balanceOf, detailOf, emptySnapshot, fillOf, lanesOf, sizesOf } from './snapshot-view.ts'
import { StoreIssues } from './store-issues.ts'
import { TelemetryLanes } from './telemetry-lanes.ts'
import { ThreadLink } from './thread-link.ts'
import { fromReport, stopped, storeDied, toQuarantine, toRow } from './translate.ts'

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
 *   comes back in the backlog. The end of a file that SQLite lost without an error is found by the high-water mark.
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
/** Of the turns of the live lane, one in so many is for newest-only values. */
const latestEvery = 8
/** Ages of the live lane that are remembered: an hour and more, then coarser. */
const marksLimit = 4096

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
  readonly #slots = makeSlots()
  readonly #lanes: TelemetryLanes
  readonly #desk: QuarantineDesk
  /** When which seq was the last, once per housekeeping: the age of what waits in the live lane. */
  readonly #marks: { seq: number; at: number }[] = []
  readonly #series: SeriesIds
  #link: ThreadLink | undefined
  #opening: { resolve(opened: Opened): void; reject(error: GatewayError): void } | undefined
  #state: StoreStatus['state'] = 'opening'
  #error: GatewayError | undefined
  #snapshot: Snapshot = emptySnapshot
  #attributesKnown = false
  #latestKnown = false
  #turn = 0
  #inFlight = 0
  #commits = 0
  /** Of requests and batches. */
  #nextId = 1
  #closed: () => void = () => {}

  constructor(options: SqliteStoreOptions) {
    this.#options = options
    this.#issues = new StoreIssues(options.issues)
    this.#series = new SeriesIds(options.registry)
    this.#lanes = new TelemetryLanes(new Int8Array(this.#slots), (from, before, maxChunks, forgotten) =>
      this.#read(from, before, maxChunks, forgotten),
    )
    this.#desk = new QuarantineDesk({
      link: () => this.#openLink(),
      nextId: () => this.#nextId++,
      now: options.clock.now,
      registry: options.registry,
      series: this.#series,
    })
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
    const { chunks, classes, attributes, latest } = sort(datapoints)
    const at = this.#options.clock.now()
    const message = { kind: 'append', id: this.#nextId++, at, chunks, classes, attributes, latest, series } as const
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

  async take(lane: Lane, { maxCount }: TakeLimits): Promise<Batch | undefined> {
    const link = this.#openLink()
    if (lane === 'attributes') return this.#takeState(link, lane, maxCount)
    // Newest-only values share the live lane: they have every eighth turn, and what is left.
    const latestFirst = lane === 'live' && this.#snapshot.latestAvailable > 0 && ++this.#turn % latestEvery === 0
    const first = latestFirst ? await this.#takeState(link, 'latest', maxCount) : undefined
    const batch = first ?? (await this.#takeChunks(lane, maxCount))
    if (batch || lane === 'backlog' || latestFirst || this.#snapshot.latestAvailable === 0) return batch
    return this.#takeState(link, 'latest', maxCount)
  }

  async settle(batch: Batch, refused: readonly RefusedRow[], options: SettleOptions = {}): Promise<void> {
    const link = this.#openLink()
    const stored = this.#end(batch)
    const { seqs, lane, table } = stored
    const rows = refused.map((row) => toQuarantine(stored, row))
    const at = this.#options.clock.now()
    const retainMs = options.retainMs ?? 0
    const message = { kind: 'settle', id: this.#nextId++, at, lane, table, seqs, refused: rows, retainMs } as const
    await link.ask(message, [], () => {
      this.#inFlight -= batch.count
    })
  }

  /** After the store has stopped there is nothing to give back to: the next start hands everything out again anyway. */
  release(batch: Batch): void {
    if (this.#state !== 'ready' && this.#state !== 'full') return
    const link = this.#openLink()
    const taken = this.#end(batch)
    if (taken instanceof ChunkBatch) {
      this.#inFlight -= taken.count
      this.#withNews(() => this.#lanes.giveBack(taken.lane, taken.chunks))
      return
    }
    const { table, seqs } = taken
    assert(table !== undefined, 'what is no chunk is a row of a state table')
    const message = { kind: 'give-back', id: this.#nextId++, at: this.#options.clock.now(), table, seqs } as const
    link
      .ask(message, [], () => {
        this.#inFlight -= taken.count
      })
      // Only a store that has failed or stopped answers with an error; it says so itself.
      .catch(() => undefined)
  }

  splitLanes(): void {
    this.#withNews(() => this.#lanes.split())
    this.#marks.length = 0
  }

  async replay(sinceMs: number): Promise<number> {
    const at = this.#options.clock.now()
    const answer = await this.#openLink().ask({ kind: 'replay', id: this.#nextId++, at, since: sinceMs })
    return answer.kind === 'returned' ? answer.count : 0
  }

  quarantinePage(query: PageQuery): Promise<{ total: number; limit: number; rows: QuarantineEntry[] }> {
    return this.#desk.page(query, this.#snapshot.quarantineLimit)
  }

  retryQuarantined(ids: readonly number[]): Promise<number> {
    return this.#desk.retry(ids)
  }

  fixQuarantined(id: number, correction: Correction): Promise<string | undefined> {
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
        const { maxBytes, maxAgeHours, whenFull, preallocate } = config
        const limits = { maxBytes, maxAgeHours, whenFull, preallocate }
        link.post({ kind: 'open', options: { folder, config: limits, slots: this.#slots, at: clock.now() } })
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
    if (opened.snapshot.storedRows > 0)
      this.#withNews(() => this.#lanes.found([opened.firstSeq, opened.snapshot.tailSeq]))
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
    this.#noteAge(at)
    this.#lanes.evict(at)
    if (this.#state !== 'faulted') this.#link?.post({ kind: 'tick', at, forgotten: this.#lanes.takeForgotten() })
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
      case 'state':
        this.#link?.answer(message.id, message)
        this.#accept(message.snapshot)
        return
      case 'books':
        this.#link?.answer(message.id, message)
        return
      case 'backlog-grew':
        this.#withNews(() => this.#lanes.grew(message.ranges))
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
      if (result.kind === 'stored') this.#withNews(() => this.#lanes.keep(result.chunks, result.slots))
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
    const hadLatest = this.#latestKnown
    this.#latestKnown = snapshot.latestAvailable > 0
    if (!hadLatest && this.#latestKnown && !this.#lanes.hasMore('live')) this.#announce('live')
    const hadAttributes = this.#attributesKnown
    this.#attributesKnown = snapshot.attributesAvailable > 0
    if (!hadAttributes && this.#attributesKnown) this.#announce('attributes')
  }

  /** Announces the lanes that have something to take after `change` and had nothing before. */
  #withNews(change: () => void): void {
    const lanes = ['live', 'backlog'] as const
    const had = lanes.map((lane) => this.#lanes.hasMore(lane))
    change()
    for (const [i, lane] of lanes.entries()) if (!had[i] && this.#lanes.hasMore(lane)) this.#announce(lane)
  }

  #announce(lane: Lane): void {
    for (const listener of [...this.#listeners]) listener(lane)
  }

  async #takeChunks(lane: 'live' | 'backlog', maxCount: number): Promise<Batch | undefined> {
    const chunks = await this.#lanes.take(lane, maxCount)
    if (!chunks) return undefined
    return this.#hand(new ChunkBatch(this.#nextId++, lane, chunks, this.#series.byId))
  }

  async #takeState(link: ThreadLink, table: StateTableName, maxCount: number): Promise<Batch | undefined> {
    let batch: Batch | undefined
    await link.ask({ kind: 'take-state', id: this.#nextId++, table, maxCount }, [], (answer) => {
      if (answer.kind !== 'state' || answer.rows.length === 0) return
      batch = this.#hand(new StateBatch(this.#nextId++, table, answer.rows, this.#series.byId))
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

  async #read(from: number, before: number, maxChunks: number, forgotten: readonly number[]) {
    const at = this.#options.clock.now()
    const id = this.#nextId++
    const answer = await this.#openLink().ask({ kind: 'read', id, at, from, before, maxChunks, forgotten })
    assert(answer.kind === 'chunks', 'a read is answered with chunks')
    return answer
  }

  #noteAge(at: number): void {
    const first = this.#lanes.firstSeq('live') ?? Number.POSITIVE_INFINITY
    while (this.#marks.length > 1 && (this.#marks[1]?.seq ?? first) < first) this.#marks.shift()
    this.#marks.push({ seq: this.#snapshot.tailSeq, at })
    if (this.#marks.length > marksLimit) this.#marks.splice(1, 1)
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
    const now = clock.now()
    const waiting = { live: this.#lanes.pending('live'), backlog: this.#lanes.pending('backlog') }
    const liveSince = this.#marks[0]?.at ?? now
    return {
      ...sizesOf(this.#snapshot, this.#growth, now),
      ...fillOf(this.#snapshot),
      lanes: lanesOf(this.#snapshot, waiting, this.#inFlight, liveSince, now),
      state: this.#state,
      detail: this.#error?.message ?? detailOf(this.#snapshot),
      commits: this.#commits,
      commitP50Ms: metrics.commit.quantileMs(0.5),
      commitP99Ms: metrics.commit.quantileMs(0.99),
    }
  }
}

interface Sorted {
  readonly chunks: ArrayBuffer[]
  readonly classes: RetentionClass[]
  readonly attributes: AttributeRow[]
  readonly latest: AttributeRow[]
}

/** By what happens to them: chunks of each retention class, and rows of which only the newest waits. */
function sort(datapoints: readonly Datapoint[]): Sorted {
  const sorted: Sorted = { chunks: [], classes: [], attributes: [], latest: [] }
  const special = datapoints.some(({ series: { kind, retention } }) => kind === 'attribute' || retention !== undefined)
  const byClass: readonly Datapoint[][] = special ? [[], [], []] : [datapoints as Datapoint[]]
  if (special) {
    for (const datapoint of datapoints) {
      const { kind, retention } = datapoint.series
      if (kind === 'attribute') sorted.attributes.push(toRow(datapoint))
      else if (retention === 'latest') sorted.latest.push(toRow(datapoint))
      else byClass[retention === undefined ? 0 : retention === 'guaranteed' ? 1 : 2]?.push(datapoint)
    }
  }
  for (const [retention, some] of byClass.entries()) {
    if (some.length === 0) continue
    for (const chunk of encodeChunks(some)) {
      sorted.chunks.push(chunk)
      sorted.classes.push(retention as RetentionClass)
    }
  }
  return sorted
}
