import type { MqttConnectorConfig } from '../../../../shared/config/mqtt.ts'
import type { ErrorCode } from '../../../../shared/errors.ts'
import { inWords, type Said, said, saidOfError } from '../../../../shared/said/said.ts'
import type { TagIndex } from '../../../../shared/sample.ts'
import type { Clock } from '../../kit/clock.ts'
import { defaultLinkPolicy, type LinkState } from '../../kit/connection-machine.ts'
import { causeText, type GatewayError } from '../../kit/gateway-error.ts'
import { type Deadline, once } from '../../kit/lifecycle.ts'
import { Link } from '../../kit/link.ts'
import { ObservableValue } from '../../kit/observable.ts'
import type { IssueSink } from '../../observe/issues.ts'
import type { Log } from '../../observe/log.ts'
import type { Collector, CollectorStatus, SampleSink } from '../../pipeline/stages.ts'
import { addressText, clientIdContested, mayBeTakenOver } from './broker-errors.ts'
import { BrokerSession, type Grant } from './broker-session.ts'
import { clientIdOf } from './connect-options.ts'
import { grantProblem } from './grants.ts'
import type { Capture } from './intake.ts'
import { TopicMatcher } from './topic-matcher.ts'

/** A connection the broker takes away sooner was hardly of use; this many in a row: somebody else has our client id. */
const briefMs = 10_000
const contestedAfter = 3

export interface MqttCollectorOptions {
  /** With its secrets resolved. */
  readonly config: MqttConnectorConfig
  readonly firstTag: TagIndex
  readonly sink: SampleSink
  readonly issues: IssueSink
  readonly log: Log
  readonly clock: Clock
  /** Tells this gateway from others with the same configuration on this PC: its data folder. */
  readonly instance?: string
  /** Told of every message a rule wants, before it is decoded. */
  readonly capture?: Capture
}

/**
 * One MQTT broker. QoS 1 messages are acknowledged after their samples are committed, on a session the broker keeps: while
 * the gateway is away, the broker queues. QoS 0 messages are taken as they come. Every lost connection is made again.
 */
export class MqttCollector implements Collector {
  readonly name: string
  readonly status: ObservableValue<CollectorStatus>
  readonly #options: MqttCollectorOptions
  readonly #clientId: string
  readonly #matcher: TopicMatcher
  readonly #link: Link
  #session: BrokerSession | undefined
  #raised: ErrorCode | undefined
  #grants: readonly Grant[] = []
  #onlineSince = 0
  #briefInARow = 0

  constructor(options: MqttCollectorOptions) {
    const { config, clock } = options
    this.#options = options
    this.name = `mqtt ${config.id}`
    this.#clientId = clientIdOf(config, options.instance)
    this.#matcher = new TopicMatcher(config.topics.map((topic) => topic.filter))
    this.status = new ObservableValue<CollectorStatus>({
      state: 'idle',
      since: clock.now(),
      ...inWords({ detail: said('link.notStarted') }),
      tags: config.topics.length,
      tagsGood: 0,
    })
    this.#link = new Link(defaultLinkPolicy, clock, {
      connect: (signal) => this.#connect(signal),
      changed: (state, error, nextTryAt) => this.#changed(state, error, nextTryAt),
    })
  }

  async start(): Promise<void> {
    this.#link.start()
  }

  readonly stop = once(async (deadline: Deadline): Promise<void> => {
    const session = this.#session
    this.#session = undefined
    this.#link.stop()
    await session?.close(deadline)
    this.#options.issues.clear(this.#options.config.id)
  })

  retry(): void {
    this.#link.retry()
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const session: BrokerSession = new BrokerSession({
      ...this.#options,
      clientId: this.#clientId,
      matcher: this.#matcher,
      ended: (error) => this.#ended(session, error),
      stalled: (isStalled) => this.#stalled(isStalled),
    })
    this.#session = session
    try {
      this.#grants = await session.open(signal)
    } catch (error) {
      if (this.#session === session) this.#session = undefined
      throw error
    }
    this.#onlineSince = this.#options.clock.monotonic()
    this.#reportGrants()
  }

  #ended(session: BrokerSession, error: GatewayError): void {
    if (this.#session !== session) return
    this.#session = undefined
    const { clock, config } = this.#options
    const isBrief = this.#link.state.kind === 'online' && clock.monotonic() - this.#onlineSince < briefMs
    this.#briefInARow = isBrief && mayBeTakenOver(error) ? this.#briefInARow + 1 : 0
    const isContested = this.#briefInARow >= contestedAfter
    this.#link.lost(isContested ? clientIdContested(config, this.#clientId) : error)
  }

  #changed(state: LinkState, error: GatewayError | undefined, nextTryAt: number | undefined): void {
    const { config, log } = this.#options
    log.info(`mqtt.${state.kind}`, {
      connector: config.id,
      address: addressText(config),
      code: error?.code,
      cause: error && causeText(error),
    })
    switch (state.kind) {
      case 'idle':
        return
      case 'connecting':
        this.#show('connecting', said('link.connecting', { address: addressText(config) }))
        return
      case 'online':
        this.#clearIssue()
        this.#show('online', this.#onlineDetail())
        return
      case 'waiting':
        if (error) this.#raise(error)
        this.#show('waiting', error ? saidOfError(error).detail : said('link.lost'), nextTryAt)
        return
      case 'stopped':
        this.#show('idle', said('link.stopped'))
    }
  }

  #show(state: CollectorStatus['state'], detail: Said, nextTryAt?: number): void {
    const { config, clock } = this.#options
    const before = this.status.value
    const since = before.state === state ? before.since : clock.now()
    const good = new Set(this.#grants.filter((grant) => grant.code < 0x80).map((grant) => grant.filter))
    const tagsGood = state === 'online' ? config.topics.filter((topic) => good.has(topic.filter)).length : 0
    this.status.set({ state, since, ...inWords({ detail }), tags: config.topics.length, tagsGood, nextTryAt })
  }

  #onlineDetail(): Said {
    const granted = this.#grants.filter((grant) => grant.code < 0x80).length
    if (this.#grants.length === 0) return said('source.mqttNoTopics')
    return said('source.mqttOnline', { granted, asked: this.#grants.length })
  }

  #stalled(isStalled: boolean): void {
    if (this.status.value.state !== 'online') return
    this.#show('online', isStalled ? said('source.mqttPaused') : this.#onlineDetail())
  }

  #reportGrants(): void {
    const { config, issues } = this.#options
    issues.clear(config.id, 'MQTT_SUBSCRIPTION_REFUSED')
    for (const grant of this.#grants) {
      if (grant.code < 0x80) continue
      const { message, hint } = grantProblem(grant)
      issues.raise({
        code: 'MQTT_SUBSCRIPTION_REFUSED',
        severity: 'error',
        subject: config.id,
        subjectName: config.name,
        key: grant.filter,
        message,
        hint,
        evidence: `${grant.filter}: 0x${grant.code.toString(16)}`,
      })
    }
  }

  #raise({ code, message, hint }: GatewayError): void {
    const { config, issues } = this.#options
    if (this.#raised !== code) this.#clearIssue()
    this.#raised = code
    const evidence = addressText(config)
    issues.raise({ code, severity: 'error', subject: config.id, subjectName: config.name, message, hint, evidence })
  }

  #clearIssue(): void {
    if (this.#raised) this.#options.issues.clear(this.#options.config.id, this.#raised)
    this.#raised = undefined
  }
}
