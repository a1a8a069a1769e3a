import { join } from 'node:path'
import type { EventChannel, RequestChannel } from '../../shared/api/channels.ts'
import type { ConnectorConfig, GatewayConfig } from '../../shared/config/gateway.ts'
import type { OpcuaDeviceConfig } from '../../shared/config/opcua.ts'
import { failed, type Result } from '../../shared/errors.ts'
import type { TagIndex } from '../../shared/sample.ts'
import type { LogEntry } from '../../shared/status.ts'
import { ReportFilter } from './analyze/report-filter.ts'
import { createApi } from './api/handlers.ts'
import { ExploreBook } from './collect/mqtt/explore-book.ts'
import { MqttCollector } from './collect/mqtt/mqtt-collector.ts'
import { testMqtt } from './collect/mqtt/mqtt-test.ts'
import { watchExpiry } from './collect/opcua/certificate-expiry.ts'
import { OpcuaCollector } from './collect/opcua/opcua-collector.ts'
import { OpcuaTools } from './collect/opcua/opcua-tools.ts'
import { Pki } from './collect/opcua/pki.ts'
import { ConfigFile, type LoadedConfig } from './config/config-file.ts'
import { DraftDesk } from './config/draft/desk.ts'
import { Vault } from './config/vault.ts'
import { type ConnectorParts, Connectors } from './connectors.ts'
import { Discovery } from './discover/discovery.ts'
import { configIssues, deliveryPicture, heapBytes, pipeSources, restarted } from './engine-status.ts'
import { engineTicks } from './engine-ticks.ts'
import { DashboardFile } from './history/dashboard-file.ts'
import { History } from './history/history.ts'
import { systemClock } from './kit/clock.ts'
import { causeText, type GatewayError } from './kit/gateway-error.ts'
import { Cleanup, once, settledBy } from './kit/lifecycle.ts'
import { Turns } from './kit/turns.ts'
import { type CompiledMapping, compileMapping } from './map/compile.ts'
import { MissingSecrets } from './missing-secrets.ts'
import { AuditTrail } from './observe/audit.ts'
import { expose } from './observe/exposition.ts'
import { GapLog } from './observe/gap-log.ts'
import { IssueBook } from './observe/issues.ts'
import { LogBook } from './observe/log.ts'
import { Metrics } from './observe/metrics.ts'
import { StatusBuilder } from './observe/status-builder.ts'
import { Pipeline } from './pipeline/pipeline.ts'
import { SeriesRegistry } from './pipeline/series.ts'
import type { Collector, SampleSink, Store, StoreBooks, Uplink } from './pipeline/stages.ts'
import { TagMemory } from './pipeline/tag-memory.ts'
import { SqliteStore } from './store/store.ts'
import type { EngineOptions, Progress } from './thread-protocol.ts'
import { startTicks } from './ticks.ts'
import { testThingsboard } from './uplink/thingsboard-test.ts'
import { ThingsboardUplink } from './uplink/uplink.ts'
import { UplinkSlot } from './uplink-slot.ts'

export interface EngineOutputs {
  event(channel: EventChannel, payload: unknown): void
  log(entry: LogEntry): void
  /** The engine wants a new thread: changed storage settings. */
  restart(reason: string): void
  /** The disk failed under the store; nothing is acknowledged any more. */
  storageFault(error: GatewayError): void
}

/** What exists from `start` on. */
interface Running {
  readonly history: History
  readonly store: Store & StoreBooks
  readonly pipeline: Pipeline
  readonly connectors: Connectors
  readonly filter: ReportFilter
  readonly storageIdentity: string
}

/** One reconfiguration may hold up the next by this long at most: a session that does not close is let go. */
const reconfigureMs = 5000
const wakeSpreadMs = 2000
/** How soon a secret that was missing is noticed; a read of a small file each. */
const secretAgainMs = 5000

/**
 * The composition root: builds the parts, starts and stops them in order, hands a new configuration to those it touches.
 * Start: store, uplink, pipeline, collectors; stop in reverse.
 */
export class Engine {
  readonly #options: EngineOptions
  readonly #outputs: EngineOutputs
  readonly #clock = systemClock
  readonly #startedAt = systemClock.now()
  readonly #cleanup = new Cleanup()
  readonly #issues = new IssueBook(systemClock)
  readonly #metrics = new Metrics()
  readonly #registry = new SeriesRegistry()
  readonly #memory = new TagMemory(systemClock)
  readonly #uplink = new UplinkSlot(systemClock)
  readonly #dashboard: DashboardFile
  readonly #audit: AuditTrail
  readonly #log: LogBook
  readonly #gaps: GapLog
  readonly #opcuaFolder: string
  readonly #vault: Vault
  readonly #configFile: ConfigFile
  readonly #desk: DraftDesk
  readonly #pki: Pki
  readonly #tools: OpcuaTools
  readonly #explore: ExploreBook
  readonly #discovery: Discovery
  readonly #status: StatusBuilder
  readonly #api: (channel: RequestChannel, input: unknown, by: string) => Promise<Result<unknown>>
  #running: Running | undefined
  #loaded: LoadedConfig | undefined
  #resolved: GatewayConfig | undefined
  #missing = new MissingSecrets([], [])
  readonly #reconfiguring = new Turns()
  #undoWake: () => void = () => {}

  constructor(options: EngineOptions, outputs: EngineOutputs) {
    this.#options = options
    this.#outputs = outputs
    this.#log = new LogBook(() => this.#clock.now(), options.logLevel)
    this.#gaps = new GapLog({
      issues: this.#issues,
      log: this.#log.logger('gaps'),
      clock: this.#clock,
      record: (losses) => this.#runningStore().recordLosses(losses),
    })
    this.#opcuaFolder = join(options.dataDir, 'opcua')
    this.#vault = new Vault({ path: join(options.dataDir, 'vault.json'), key: options.vaultKey })
    const path = options.configPath ?? join(options.dataDir, 'gateway.json')
    const alsoUsed = (): Iterable<string> => this.#desk.secretNames()
    this.#configFile = new ConfigFile({ path, vault: this.#vault, environment: options.environment, alsoUsed })
    this.#desk = this.#makeDesk()
    this.#audit = new AuditTrail(join(options.dataDir, 'audit.jsonl'), this.#log.logger('audit'))
    this.#dashboard = new DashboardFile(join(options.dataDir, 'dashboard.json'))
    this.#pki = new Pki({ folder: join(options.dataDir, 'pki'), log: this.#log.logger('pki'), clock: this.#clock })
    const indexFolder = join(options.dataDir, 'opcua-index')
    this.#tools = new OpcuaTools({ pki: this.#pki, log: this.#log.logger('opcua'), clock: this.#clock, indexFolder })
    this.#explore = new ExploreBook(this.#clock)
    this.#discovery = new Discovery({
      endpoints: (url, signal) => this.#tools.endpoints(url, signal),
      servers: (url, signal) => this.#tools.servers(url, signal),
      log: this.#log.logger('discovery'),
    })
    this.#status = this.#makeStatus()
    this.#api = this.#makeApi()
  }

  /** Resolves when the store is open and everything is on its way; rejects with STORE_* or CONFIG_UNREADABLE. */
  async start(): Promise<void> {
    this.#cleanup.add(this.#log.onEntry((entry) => this.#outputs.log(entry)))
    await this.#vault.open()
    const config = await this.#load()
    const running = this.#build(config)
    this.#running = running
    await this.#pki.start()
    this.#cleanup.add(
      watchExpiry({
        list: () => this.#pki.list(),
        onChange: (listener) => this.#pki.onChange(listener),
        issues: this.#issues,
        clock: this.#clock,
        log: this.#log.logger('pki'),
      }),
    )
    await running.store.start()
    await this.#dashboard.load()
    await this.#audit.load()
    running.history.pin(this.#dashboard.pins)
    await running.history.start()
    await this.#applyUplink(config, running.store)
    await running.pipeline.start()
    await this.#applyConnectors(config, running.connectors)
    this.#cleanup.add(this.#configFile.watch(this.#clock, () => void this.#fileChanged()))
    this.#cleanup.add(this.#clock.every(secretAgainMs, () => void this.#lookForSecrets()))
    const ticks = engineTicks({
      clock: this.#clock,
      issues: this.#issues,
      log: this.#log,
      metrics: this.#metrics,
      status: this.#status,
      pipeline: running.pipeline,
      connectors: running.connectors,
      history: running.history,
      picture: () => this.#outputs.event('status.changed', this.#status.build(this.#clock.now())),
      trial: () => this.#desk.second(),
      wake: (source, ms) => this.#wake(source, ms),
    })
    this.#cleanup.add(startTicks(this.#clock, ticks))
    this.#cleanup.add(
      this.#issues.onChange(() => this.#outputs.event('issues.changed', { open: this.#issues.openCount })),
    )
    const { version, safeMode, restartReason } = this.#options
    if (restartReason !== '') this.#issues.raise(restarted(restartReason))
    this.#log.logger('engine').info('engine.started', { version, safeMode })
  }

  /** Drains until `withinMs` have passed, then lets go: what is not delivered waits on disk. Never rejects. */
  readonly stop = once(async (withinMs: number): Promise<void> => {
    const deadline = this.#clock.monotonic() + withinMs
    this.#cleanup.run()
    this.#undoWake()
    this.#discovery.stop()
    await settledBy(this.#desk.stop(), deadline, this.#clock)
    await this.#running?.connectors.stop(deadline)
    await this.#running?.pipeline.stop(deadline)
    await this.#uplink.stop(deadline)
    await this.#running?.history.stop(deadline)
    await this.#gaps.stop(deadline)
    await this.#running?.store.stop(deadline)
    await this.#tools.stop(deadline)
    await this.#explore.stop()
    await this.#pki.stop(deadline)
  })

  async request(channel: RequestChannel, input: unknown, by: string): Promise<Result<unknown>> {
    if (this.#running) return this.#api(channel, input, by)
    return failed({ code: 'BUSY', message: 'The engine is starting', hint: 'Try again in a moment.' })
  }

  metricsText(): string {
    return this.#running ? expose(this.#status.build(this.#clock.now()), this.#metrics) : ''
  }

  /** What the heartbeat carries; undefined while there is nothing to judge. */
  progress(): Progress | undefined {
    const running = this.#running
    if (!running) return undefined
    const { accepted, pending, inFlight } = running.store.balance.value
    return {
      accepted,
      pending: pending + inFlight,
      ...this.#uplink.progress,
      waitingToCommit: running.pipeline.load.waiting,
      mayCommit: running.store.status.value.state === 'ready',
      heapBytes: heapBytes(),
    }
  }

  /** The supervisor saw no progress. */
  restartUplink(reason: string): Promise<void> {
    this.#log.logger('engine').warn('uplink.restarted', { reason })
    return this.#reconfiguring.take(() => this.#uplink.restart())
  }

  power(event: 'suspend' | 'resume'): void {
    this.#log.logger('engine').info(`power.${event}`)
    if (event === 'resume') this.#wake('power', 0)
  }

  /** After sleep every socket is stale: try again now instead of at the next time-out. */
  #wake(source: string, sleptMs: number): void {
    this.#log.logger('engine').info('engine.woke', { source, sleptMs: Math.round(sleptMs) })
    this.#undoWake()
    // A host that resumes a hundred virtual machines must not send all of them to ThingsBoard in one moment.
    this.#undoWake = this.#clock.after(Math.random() * wakeSpreadMs, () => {
      this.#running?.connectors.retryAll()
      this.#uplink.retry()
    })
  }

  async #load(): Promise<GatewayConfig> {
    let loaded = await this.#configFile.load()
    if (await this.#desk.adopt(loaded)) loaded = await this.#configFile.load()
    this.#loaded = loaded
    this.#issues.clear('config')
    const { config, problems } = await this.#configFile.resolve(loaded.config)
    this.#resolved = config
    this.#missing = new MissingSecrets(config.connectors, problems)
    const log = this.#log.logger('config')
    for (const issue of configIssues(loaded, this.#configFile.path)) {
      log.warn('config.problem', { path: issue.evidence?.replace(': ', ':'), cause: issue.message })
      this.#issues.raise(issue)
    }
    for (const { path, message } of problems) {
      log.warn('config.problem', { path: `${this.#configFile.path}:${path}`, cause: `${path} ${message}` })
    }
    const { revision, source, overrides } = loaded
    log.info('config.loaded', { revision, source, overrides: overrides.join(',') || undefined })
    return config
  }

  #build(config: GatewayConfig): Running {
    const base = { clock: this.#clock, issues: this.#issues }
    const store = new SqliteStore({
      ...base,
      folder: this.#options.dataDir,
      config: config.storage,
      registry: this.#registry,
      log: this.#log.logger('store'),
      metrics: this.#metrics,
      onFault: (error) => {
        this.#running?.pipeline.abort(error)
        this.#outputs.storageFault(error)
      },
    })
    const history = new History({
      path: join(this.#options.dataDir, 'history.db'),
      ...config.storage.history,
      registry: this.#registry,
      log: this.#log.logger('history'),
      clock: this.#clock,
    })
    const filter = new ReportFilter()
    const { commitIntervalMs } = config.storage
    const pipeline = new Pipeline({ ...base, store, filter, commitIntervalMs })
    const connectors = new Connectors({
      ...base,
      log: this.#log.logger('connectors'),
      sink: (feed, counts) => this.#memory.sink(feed.connectorId, pipeline.sink(feed, counts)),
      compile: (connector, refuse) => {
        const mapping = compileMapping({
          config: { ...config, connectors: [connector] },
          registry: this.#registry,
          refuse,
        })
        return this.#watchMapping(connector, mapping)
      },
      collector: (connector, sink, parts) => this.#makeCollector(connector, sink, parts),
    })
    return { history, store, pipeline, connectors, filter, storageIdentity: JSON.stringify(config.storage) }
  }

  #watchMapping(connector: ConnectorConfig, mapping: CompiledMapping): ConnectorParts {
    const mapper = this.#memory.watched(connector.id, mapping.mapper)
    if (connector.type === 'mqtt') return { mapper, tags: mapping.tagCount, extendTags: () => 0 }
    this.#memory.name(connector.id, 0, connector.devices)
    const extendTags = (devices: readonly OpcuaDeviceConfig[]): TagIndex => {
      const first = mapping.extend(connector, devices)
      this.#memory.name(connector.id, first, devices)
      return first
    }
    return { mapper, tags: mapping.tagCount, extendTags }
  }

  #makeCollector(config: ConnectorConfig, sink: SampleSink, { extendTags }: ConnectorParts): Collector {
    this.#missing.check(config.id)
    const log = this.#log.logger(config.id)
    const base = { firstTag: 0, sink, issues: this.#issues, log, clock: this.#clock }
    return config.type === 'opcua'
      ? new OpcuaCollector({
          ...base,
          config,
          extendTags,
          pki: this.#pki,
          gaps: this.#gaps,
          stateFolder: this.#opcuaFolder,
        })
      : new MqttCollector({
          ...base,
          config,
          instance: this.#options.dataDir,
          capture: (filter, topic, payload) => this.#memory.capture(config.id, filter, topic, payload),
        })
  }

  #applyUplink(config: GatewayConfig, store: Store): Promise<void> {
    const problem = this.#missing.checkThingsboard(this.#issues)
    const make = (): Uplink | undefined => {
      if (!config.thingsboard || problem !== undefined) return undefined
      return new ThingsboardUplink({
        config: config.thingsboard,
        store,
        registry: this.#registry,
        clock: this.#clock,
        log: this.#log.logger('uplink'),
        setLogLevel: (level) => this.#log.setLevel(level),
        issues: this.#issues,
        metrics: this.#metrics,
        gatewayName: config.name,
        version: this.#options.version,
        startedAt: this.#startedAt,
        statistics: () => this.#statistics(),
        watermarkPath: join(this.#options.dataDir, 'watermark.json'),
      })
    }
    return this.#uplink.use(JSON.stringify([config.name, config.thingsboard]), make, problem)
  }

  #applyConnectors(config: GatewayConfig, connectors: Connectors): Promise<void> {
    return connectors.apply(this.#options.safeMode ? [] : config.connectors, this.#clock.monotonic() + reconfigureMs)
  }

  /** A secret lives outside gateway.json (a mounted file): that it has come is not seen by watching that. */
  async #lookForSecrets(): Promise<void> {
    if (!this.#missing.any || !this.#loaded) return
    const { config, problems } = await this.#configFile.resolve(this.#loaded.config)
    if (new MissingSecrets(config.connectors, problems).text !== this.#missing.text) await this.#reconfigure()
  }

  async #fileChanged(): Promise<void> {
    try {
      await this.#reconfigure()
    } catch (error) {
      // What ran goes on; the file is looked at again when it changes.
      this.#log.logger('config').error('config.failed', { cause: causeText(error) })
    }
  }

  /** One at a time; a change that comes while another is applied waits. */
  #reconfigure(): Promise<void> {
    return this.#reconfiguring.take(async () => {
      const running = this.#running
      if (!running) return
      const config = await this.#load()
      this.#outputs.event('config.changed', { revision: this.#loaded?.revision ?? 0 })
      if (JSON.stringify(config.storage) !== running.storageIdentity) {
        this.#outputs.restart('The storage settings changed')
        return
      }
      await this.#applyConnectors(config, running.connectors)
      await this.#applyUplink(config, running.store)
    })
  }

  #makeDesk(): DraftDesk {
    return new DraftDesk({
      dataDir: this.#options.dataDir,
      file: this.#configFile,
      vault: this.#vault,
      clock: this.#clock,
      log: this.#log.logger('draft'),
      issues: this.#issues,
      reconfigure: () => this.#reconfigure(),
      emit: (channel, payload) => this.#outputs.event(channel, payload),
      delivery: () => deliveryPicture(this.#running, this.#uplink),
    })
  }

  #makeStatus(): StatusBuilder {
    const { version, demo, safeMode } = this.#options
    return new StatusBuilder({
      ...pipeSources(() => this.#running, this.#registry),
      store: () => this.#runningStore().status.value,
      balance: () => this.#runningStore().balance.value,
      uplink: () => this.#uplink.status(),
      openIssues: () => this.#issues.openCount,
      fixed: () => ({
        startedAt: this.#startedAt,
        version,
        name: this.#loaded?.config.name ?? '',
        demo,
        safeMode,
        configRevision: this.#loaded?.revision ?? 0,
        configProblem: this.#loaded?.problem,
      }),
    })
  }

  #must(): Running {
    if (!this.#running) throw new Error('Assertion failed: the engine is asked after start')
    return this.#running
  }

  #runningStore(): Store & StoreBooks {
    return this.#must().store
  }

  /** For the gateway_stats RPC of ThingsBoard. */
  #statistics(): Record<string, unknown> {
    const { summary, balance, rates, openIssues } = this.#status.build(this.#clock.now())
    return { summary, ...balance, ...rates, openIssues }
  }

  #makeApi(): (channel: RequestChannel, input: unknown, by: string) => Promise<Result<unknown>> {
    return createApi({
      now: () => this.#clock.now(),
      status: () => this.#status.build(this.#clock.now()),
      configFile: this.#configFile,
      desk: this.#desk,
      registry: this.#registry,
      books: () => this.#runningStore(),
      history: () => this.#must().history,
      dashboard: this.#dashboard,
      issues: this.#issues,
      audit: this.#audit,
      log: this.#log,
      pki: this.#pki,
      opcua: this.#tools,
      memory: this.#memory,
      running: () => this.#resolved,
      draft: async () => this.#desk.document,
      report: (series) => this.#running?.filter.look(series),
      explore: this.#explore,
      discovery: this.#discovery,
      tags: (id, query) => this.#running?.connectors.tagPage(id, query) ?? { total: 0, rows: [] },
      retry: (id) => this.#running?.connectors.retry(id) ?? false,
      connector: (id) => this.#resolved?.connectors.find((c) => c.id === id),
      testConnector: (connector, signal) =>
        connector.type === 'opcua' ? this.#tools.test(connector, signal) : testMqtt(connector, signal),
      testThingsboard: (config, signal) => this.#uplink.test(config, signal, testThingsboard),
    })
  }
}
