import { join } from 'node:path'
import type { EventChannel, RequestChannel } from '../../shared/api/channels.ts'
import type { ConnectorConfig, GatewayConfig } from '../../shared/config/gateway.ts'
import type { OpcuaDeviceConfig } from '../../shared/config/opcua.ts'
import { failed, type Result } from '../../shared/errors.ts'
import type { TagIndex } from '../../shared/sample.ts'
import type { LogEntry } from '../../shared/status.ts'
import { ReportFilter } from './analyze/report-filter.ts'
import { createApi } from './api/handlers.ts'
import { MqttCollector } from './collect/mqtt/mqtt-collector.ts'
import { testMqtt } from './collect/mqtt/mqtt-test.ts'
import { watchExpiry } from './collect/opcua/certificate-expiry.ts'
import { knownNamespaces } from './collect/opcua/index-namespaces.ts'
import { OpcuaCollector } from './collect/opcua/opcua-collector.ts'
import { DraftDesk } from './config/draft/desk.ts'
import { type ConnectorParts, Connectors } from './connectors.ts'
import { type EngineServices, engineServices } from './engine-services.ts'
import { deliveryPicture, progressOf, restarted, statusBuilder } from './engine-status.ts'
import { engineTicks } from './engine-ticks.ts'
import { History } from './history/history.ts'
import { type Clock, systemClock } from './kit/clock.ts'
import { causeText, type GatewayError } from './kit/gateway-error.ts'
import { Cleanup, once, settledBy } from './kit/lifecycle.ts'
import { Turns } from './kit/turns.ts'
import { type CompiledMapping, compileMapping } from './map/compile.ts'
import { expose } from './observe/exposition.ts'
import { GapLog } from './observe/gap-log.ts'
import type { IssueBook } from './observe/issues.ts'
import type { LogBook } from './observe/log.ts'
import type { StatusBuilder } from './observe/status-builder.ts'
import type { MadeKeys } from './pipeline/made-keys.ts'
import { Pipeline } from './pipeline/pipeline.ts'
import type { Collector, SampleSink, Store, StoreBooks, Uplink } from './pipeline/stages.ts'
import { RunningConfig } from './running-config.ts'
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
  readonly #services: EngineServices
  readonly #clock: Clock
  readonly #log: LogBook
  readonly #issues: IssueBook
  readonly #cleanup = new Cleanup()
  readonly #uplink = new UplinkSlot(systemClock)
  readonly #gaps: GapLog
  readonly #desk: DraftDesk
  readonly #config: RunningConfig
  readonly #status: StatusBuilder
  readonly #api: (channel: RequestChannel, input: unknown, by: string) => Promise<Result<unknown>>
  #running: Running | undefined
  readonly #reconfiguring = new Turns()
  #undoWake: () => void = () => {}

  constructor(options: EngineOptions, outputs: EngineOutputs) {
    this.#options = options
    this.#outputs = outputs
    this.#services = engineServices(options, () => this.#desk.secretNames())
    const { clock, log, issues } = this.#services
    this.#clock = clock
    this.#log = log
    this.#issues = issues
    this.#gaps = new GapLog({
      issues,
      log: log.logger('gaps'),
      clock,
      record: (losses) => this.#must().store.recordLosses(losses),
    })
    this.#desk = this.#makeDesk()
    this.#config = new RunningConfig(this.#services, this.#desk)
    this.#status = statusBuilder({
      options,
      services: this.#services,
      running: () => this.#running,
      uplink: this.#uplink,
      loaded: () => this.#config.loaded,
    })
    this.#api = this.#makeApi()
  }

  /** Resolves when the store is open and everything is on its way; rejects with STORE_* or CONFIG_UNREADABLE. */
  async start(): Promise<void> {
    this.#cleanup.add(this.#log.onEntry((entry) => this.#outputs.log(entry)))
    await this.#services.vault.open()
    const config = await this.#config.load()
    const running = this.#build(config)
    this.#running = running
    await this.#services.pki.start()
    this.#cleanup.add(
      watchExpiry({
        list: () => this.#services.pki.list(),
        onChange: (listener) => this.#services.pki.onChange(listener),
        issues: this.#issues,
        clock: this.#clock,
        log: this.#log.logger('pki'),
      }),
    )
    await running.store.start()
    await this.#services.dashboard.load()
    await this.#services.audit.load()
    running.history.pin(this.#services.dashboard.pins)
    await running.history.start()
    await this.#applyUplink(config, running.store)
    await running.pipeline.start()
    await this.#applyConnectors(config, running.connectors)
    this.#cleanup.add(this.#services.configFile.watch(this.#clock, () => void this.#fileChanged()))
    this.#cleanup.add(this.#clock.every(secretAgainMs, () => void this.#lookForSecrets()))
    const ticks = engineTicks({
      clock: this.#clock,
      issues: this.#issues,
      log: this.#log,
      metrics: this.#services.metrics,
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
    this.#services.discovery.stop()
    await settledBy(this.#desk.stop(), deadline, this.#clock)
    await this.#running?.connectors.stop(deadline)
    await this.#running?.pipeline.stop(deadline)
    await this.#uplink.stop(deadline)
    await this.#running?.history.stop(deadline)
    await this.#gaps.stop(deadline)
    await this.#running?.store.stop(deadline)
    await this.#services.opcua.stop(deadline)
    await this.#services.explore.stop()
    await this.#services.pki.stop(deadline)
  })

  async request(channel: RequestChannel, input: unknown, by: string): Promise<Result<unknown>> {
    if (this.#running) return this.#api(channel, input, by)
    return failed({ code: 'BUSY', message: 'The engine is starting', hint: 'Try again in a moment.' })
  }

  metricsText(): string {
    return this.#running ? expose(this.#status.build(this.#clock.now()), this.#services.metrics) : ''
  }

  /** What the heartbeat carries; undefined while there is nothing to judge. */
  progress(): Progress | undefined {
    return this.#running && progressOf(this.#running, this.#uplink)
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

  #build(config: GatewayConfig): Running {
    const base = { clock: this.#clock, issues: this.#issues }
    const store = new SqliteStore({
      ...base,
      folder: this.#options.dataDir,
      config: config.storage,
      registry: this.#services.registry,
      log: this.#log.logger('store'),
      metrics: this.#services.metrics,
      onFault: (error) => {
        this.#running?.pipeline.abort(error)
        this.#outputs.storageFault(error)
      },
    })
    const history = new History({
      path: join(this.#options.dataDir, 'history.db'),
      ...config.storage.history,
      registry: this.#services.registry,
      log: this.#log.logger('history'),
      clock: this.#clock,
    })
    const filter = new ReportFilter()
    const { commitIntervalMs } = config.storage
    const pipeline = new Pipeline({ ...base, store, filter, commitIntervalMs })
    const connectors = new Connectors({
      ...base,
      log: this.#log.logger('connectors'),
      sink: (feed, counts) => this.#services.memory.sink(feed.connectorId, pipeline.sink(feed, counts)),
      compile: (connector, refuse) => {
        const made = this.#services.made.renew(connector.id)
        const mapping = compileMapping({
          config: { ...config, connectors: [connector] },
          registry: this.#services.registry,
          refuse,
          made: made.add.bind(made),
        })
        return this.#watchMapping(connector, mapping, made)
      },
      collector: (connector, sink, parts) => this.#makeCollector(connector, sink, parts),
    })
    return { history, store, pipeline, connectors, filter, storageIdentity: JSON.stringify(config.storage) }
  }

  #watchMapping(connector: ConnectorConfig, mapping: CompiledMapping, made: MadeKeys): ConnectorParts {
    const mapper = this.#services.memory.watched(connector.id, mapping.mapper)
    if (connector.type === 'mqtt') return { mapper, tags: mapping.tagCount, extendTags: () => 0, made }
    this.#services.memory.name(connector.id, 0, connector.devices)
    const extendTags = (devices: readonly OpcuaDeviceConfig[]): TagIndex => {
      const first = mapping.extend(connector, devices)
      this.#services.memory.name(connector.id, first, devices)
      return first
    }
    return { mapper, tags: mapping.tagCount, extendTags, made }
  }

  #makeCollector(config: ConnectorConfig, sink: SampleSink, { extendTags, made }: ConnectorParts): Collector {
    this.#config.missing.check(config.id)
    const log = this.#log.logger(config.id)
    const base = { firstTag: 0, sink, issues: this.#issues, log, clock: this.#clock }
    return config.type === 'opcua'
      ? new OpcuaCollector({
          ...base,
          config,
          extendTags,
          made,
          pki: this.#services.pki,
          gaps: this.#gaps,
          stateFolder: join(this.#options.dataDir, 'opcua'),
        })
      : new MqttCollector({
          ...base,
          config,
          instance: this.#options.dataDir,
          capture: (filter, topic, payload) => this.#services.memory.capture(config.id, filter, topic, payload),
        })
  }

  #applyUplink(config: GatewayConfig, store: Store): Promise<void> {
    const problem = this.#config.missing.checkThingsboard(this.#issues)
    const make = (): Uplink | undefined => {
      if (!config.thingsboard || problem !== undefined) return undefined
      return new ThingsboardUplink({
        config: config.thingsboard,
        store,
        registry: this.#services.registry,
        clock: this.#clock,
        log: this.#log.logger('uplink'),
        setLogLevel: (level) => this.#log.setLevel(level),
        issues: this.#issues,
        metrics: this.#services.metrics,
        gatewayName: config.name,
        version: this.#options.version,
        startedAt: this.#services.startedAt,
        statistics: () => this.#statistics(),
        watermarkPath: join(this.#options.dataDir, 'watermark.json'),
      })
    }
    return this.#uplink.use(JSON.stringify([config.name, config.thingsboard]), make, problem)
  }

  #applyConnectors(config: GatewayConfig, connectors: Connectors): Promise<void> {
    return connectors.apply(this.#options.safeMode ? [] : config.connectors, this.#clock.monotonic() + reconfigureMs)
  }

  async #lookForSecrets(): Promise<void> {
    if (await this.#config.secretsChanged()) await this.#reconfigure()
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
      const config = await this.#config.load()
      this.#outputs.event('config.changed', { revision: this.#config.loaded?.revision ?? 0 })
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
      file: this.#services.configFile,
      vault: this.#services.vault,
      clock: this.#clock,
      log: this.#log.logger('draft'),
      issues: this.#issues,
      reconfigure: () => this.#reconfigure(),
      emit: (channel, payload) => this.#outputs.event(channel, payload),
      delivery: () => deliveryPicture(this.#running, this.#uplink),
    })
  }

  #must(): Running {
    if (!this.#running) throw new Error('Assertion failed: the engine is asked after start')
    return this.#running
  }

  /** For the gateway_stats RPC of ThingsBoard. */
  #statistics(): Record<string, unknown> {
    const { summary, balance, rates, openIssues } = this.#status.build(this.#clock.now())
    return { summary, ...balance, ...rates, openIssues }
  }

  #makeApi(): (channel: RequestChannel, input: unknown, by: string) => Promise<Result<unknown>> {
    return createApi({
      ...this.#services,
      now: () => this.#clock.now(),
      status: () => this.#status.build(this.#clock.now()),
      desk: this.#desk,
      books: () => this.#must().store,
      history: () => this.#must().history,
      running: () => this.#config.resolved,
      draft: async () => this.#desk.document,
      namespaces: () => knownNamespaces(join(this.#options.dataDir, 'opcua-index')),
      report: (series) => this.#running?.filter.look(series),
      tags: (id, query) => this.#running?.connectors.tagPage(id, query) ?? { total: 0, rows: [] },
      retry: (id) => this.#running?.connectors.retry(id) ?? false,
      connector: (id) => this.#config.connector(id),
      testConnector: (connector, signal) =>
        connector.type === 'opcua' ? this.#services.opcua.test(connector, signal) : testMqtt(connector, signal),
      testThingsboard: (config, signal) => this.#uplink.test(config, signal, testThingsboard),
    })
  }
}
