import type { ConnectorConfig } from '../../shared/config/gateway.ts'
import type { OpcuaDeviceConfig } from '../../shared/config/opcua.ts'
import { asIs, inWords, said } from '../../shared/said/said.ts'
import type { TagIndex } from '../../shared/sample.ts'
import type { ConnectorStatus } from '../../shared/status.ts'
import type { Clock } from './kit/clock.ts'
import { asGatewayError, causeText } from './kit/gateway-error.ts'
import { type Deadline, settledBy } from './kit/lifecycle.ts'
import type { IssueSink } from './observe/issues.ts'
import type { Log } from './observe/log.ts'
import { RateMeter } from './observe/rate.ts'
import type { MadeKeys } from './pipeline/made-keys.ts'
import type { Feed, FeedCounts } from './pipeline/pipeline.ts'
import type { Collector, Mapper, SampleSink, TagPage, TagQuery } from './pipeline/stages.ts'

// The running collectors, one per enabled connector. A new configuration touches only what changed: equal connectors keep
// their session and their counts.

export interface ConnectorParts {
  readonly mapper: Mapper
  readonly tags: number
  /** Adds keys found on the server while it runs; the tag of the first one. */
  readonly extendTags: (devices: readonly OpcuaDeviceConfig[]) => TagIndex
  /** Where it is told which keys its rules made. */
  readonly made: MadeKeys
}

export interface ConnectorsOptions {
  /** Compiles the connector's mapping; refusals of the mapper go to `refuse`. */
  readonly compile: (config: ConnectorConfig, refuse: SampleSink['refuse']) => ConnectorParts
  readonly sink: (feed: Feed, counts: FeedCounts) => SampleSink
  /** Builds the collector for a configuration whose secrets are still references. */
  readonly collector: (config: ConnectorConfig, sink: SampleSink, parts: ConnectorParts) => Collector
  readonly issues: IssueSink
  readonly log: Log
  readonly clock: Clock
}

interface Running {
  readonly config: ConnectorConfig
  readonly identity: string
  readonly collector: Collector | undefined
  readonly counts: FeedCounts
  readonly rate: RateMeter
  readonly tags: number
  readonly since: number
  /** Why there is no collector although it is enabled. */
  readonly problem: string
}

export class Connectors {
  readonly #options: ConnectorsOptions
  #running: Running[] = []

  constructor(options: ConnectorsOptions) {
    this.#options = options
  }

  /** Stops what changed or went, then starts what is new. Resolves when all run; connecting goes on by itself. */
  async apply(configs: readonly ConnectorConfig[], deadline: Deadline): Promise<void> {
    const wanted = new Map(configs.map((config) => [config.id, JSON.stringify(config)]))
    const keep = this.#running.filter((r) => wanted.get(r.config.id) === r.identity)
    const gone = this.#running.filter((r) => !keep.includes(r))
    const staying = new Set(configs.filter((c) => c.enabled).map((c) => c.id))
    await Promise.all(gone.map((r) => this.#stopOne(r, deadline, staying.has(r.config.id))))
    const kept = new Map(keep.map((r) => [r.config.id, r]))
    this.#running = configs.map((config) => kept.get(config.id) ?? this.#build(config))
    await Promise.all(this.#running.map((r) => (kept.has(r.config.id) ? undefined : r.collector?.start())))
  }

  async stop(deadline: Deadline): Promise<void> {
    await Promise.all(this.#running.map((r) => this.#stopOne(r, deadline)))
  }

  retry(connectorId: string): boolean {
    const collector = this.#running.find((r) => r.config.id === connectorId)?.collector
    collector?.retry()
    return collector !== undefined
  }

  tagPage(connectorId: string, query: TagQuery): TagPage {
    const collector = this.#running.find((r) => r.config.id === connectorId)?.collector
    return collector?.tagPage?.(query) ?? { total: 0, rows: [] }
  }

  retryAll(): void {
    for (const { collector } of this.#running) collector?.retry()
  }

  /** Once a second. */
  tick(): void {
    for (const { rate, counts } of this.#running) rate.tick(counts.received)
  }

  /** Sums over all connectors, since their start. */
  totals(): FeedCounts {
    const sum: FeedCounts = { received: 0, refused: 0, unmapped: 0 }
    for (const { counts } of this.#running) {
      sum.received += counts.received
      sum.refused += counts.refused
      sum.unmapped += counts.unmapped
    }
    return sum
  }

  status(): ConnectorStatus[] {
    return this.#running.map(({ config, collector, counts, rate, since, tags, problem }) => {
      const own = collector?.status.value ?? {
        state: problem ? ('faulted' as const) : ('disabled' as const),
        since,
        ...inWords({ detail: problem ? asIs(problem) : said('source.off') }),
        tags,
        tagsGood: 0,
      }
      return {
        ...own,
        id: config.id,
        name: config.name,
        type: config.type,
        address:
          config.type === 'opcua'
            ? config.endpointUrl
            : `mqtt${config.tls.enabled ? 's' : ''}://${config.host}:${config.port}`,
        received: counts.received,
        receivedPerSecond: rate.perSecond,
        refused: counts.refused,
      }
    })
  }

  /** `returns`: with the next configuration or the next process. */
  async #stopOne({ collector, config }: Running, deadline: Deadline, returns = true): Promise<void> {
    if (collector) {
      const ending = !returns && collector.retire ? collector.retire(deadline) : collector.stop(deadline)
      await settledBy(ending, deadline, this.#options.clock)
    }
    this.#options.issues.clear(config.id)
  }

  #build(config: ConnectorConfig): Running {
    const { compile, sink, collector, clock, log, issues } = this.#options
    const counts: FeedCounts = { received: 0, refused: 0, unmapped: 0 }
    const base = {
      config,
      identity: JSON.stringify(config),
      counts,
      rate: new RateMeter(),
      since: clock.now(),
      tags: 0,
    }
    if (!config.enabled) return { ...base, collector: undefined, problem: '' }
    try {
      let refuse: SampleSink['refuse'] = () => {}
      const parts = compile(config, (refusal) => refuse(refusal))
      const ownSink = sink({ connectorId: config.id, connectorName: config.name, mapper: parts.mapper }, counts)
      refuse = ownSink.refuse
      return { ...base, tags: parts.tags, collector: collector(config, ownSink, parts), problem: '' }
    } catch (error) {
      const { code, message, hint } = asGatewayError(error)
      log.error('connector.faulted', { connector: config.id, code, cause: causeText(error) })
      issues.raise({ code, severity: 'error', subject: config.id, subjectName: config.name, message, hint })
      return { ...base, collector: undefined, problem: message }
    }
  }
}
