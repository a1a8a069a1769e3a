import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import type { UplinkState, UplinkStatus } from '../../../shared/status.ts'
import type { Clock } from '../kit/clock.ts'
import { defaultLinkPolicy, type LinkPolicy, type LinkState } from '../kit/connection-machine.ts'
import { GatewayError } from '../kit/gateway-error.ts'
import { Cleanup, type Deadline, once, settledBy } from '../kit/lifecycle.ts'
import { Link } from '../kit/link.ts'
import { type Observable, ObservableValue } from '../kit/observable.ts'
import type { IssueSink } from '../observe/issues.ts'
import type { Log, LogLevel } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { SeriesRegistry } from '../pipeline/series.ts'
import type { Store, Uplink } from '../pipeline/stages.ts'
import { addressOf } from './errors.ts'
import { answerRpc } from './gateway-rpc.ts'
import { Sender } from './sender.ts'
import { openSession, type Session } from './session.ts'
import { askSessionLimits } from './session-limits.ts'
import { SharedAttributes } from './shared-attributes.ts'
import { UplinkIssues } from './uplink-issues.ts'

export interface ThingsboardUplinkOptions {
  /** Secrets resolved to clear text. */
  readonly config: ThingsboardConfig
  readonly store: Store
  readonly registry: SeriesRegistry
  readonly clock: Clock
  readonly log: Log
  /** Called when the shared attribute RemoteLoggingLevel changes. */
  readonly setLogLevel?: (level: LogLevel) => void
  readonly issues: IssueSink
  readonly metrics: Metrics
  readonly gatewayName: string
  readonly version: string
  /** ms since the epoch. */
  readonly startedAt: number
  /** What `gateway_stats` answers. */
  statistics(): object
  readonly linkPolicy?: LinkPolicy
}

/** 4 per second: what the UI shows. */
const statusEveryMs = 250
/** Taken over this often within this time is no accident of a reconnect but a second gateway with our credentials. */
const takeoverLimit = 3
const takeoverWindowMs = 600_000
/** Answers to commands without PUBACK; beyond it commands stay unanswered and time out on the server. */
const answersInFlightLimit = 100

/** The connection to ThingsBoard: keeps one session up, answers what ThingsBoard asks, and lets the sender deliver. */
export class ThingsboardUplink implements Uplink {
  readonly name = 'uplink'
  readonly stop = once((deadline: Deadline) => this.#stop(deadline))
  readonly #options: ThingsboardUplinkOptions
  readonly #status: ObservableValue<UplinkStatus>
  readonly #link: Link
  readonly #sender: Sender
  readonly #issues: UplinkIssues
  readonly #shared: SharedAttributes
  readonly #cleanup = new Cleanup()
  #session: Session | undefined
  #state: { state: UplinkState; since: number; detail: string; nextTryAt?: number | undefined }
  #sessions = 0
  #answersInFlight = 0
  readonly #takeovers: number[] = []
  #testsRunning = 0
  readonly #sessionEnded = new Set<() => void>()

  constructor(options: ThingsboardUplinkOptions) {
    const { config, clock } = options
    this.#options = options
    this.#state = { state: 'idle', since: clock.now(), detail: 'Not started' }
    this.#issues = new UplinkIssues(options.issues, addressOf(config), () => clock.monotonic())
    this.#shared = new SharedAttributes(options.log, options.setLogLevel ?? (() => {}))
    this.#sender = new Sender({
      config,
      clock,
      store: options.store,
      log: options.log,
      metrics: options.metrics,
      issues: this.#issues,
      broken: (error) => this.#session?.abandon(error),
    })
    this.#link = new Link(options.linkPolicy ?? defaultLinkPolicy, clock, {
      connect: (signal) => this.#connect(signal),
      changed: (state, error, nextTryAt) => this.#linkChanged(state, error, nextTryAt),
    })
    this.#status = new ObservableValue(this.#snapshot())
  }

  get status(): Observable<UplinkStatus> {
    return this.#status
  }

  async start(): Promise<void> {
    if (this.#options.config.protocolVersion === 4) this.#issues.degraded()
    this.#sender.start()
    this.#cleanup.add(this.#options.clock.every(statusEveryMs, () => this.#publishStatus()))
    this.#link.start()
  }

  retry(): void {
    this.#link.retry()
  }

  expectTakeover(): () => void {
    this.#testsRunning++
    return () => {
      this.#testsRunning--
    }
  }

  /** Sends what the store holds until all is acknowledged, the connection ends or the deadline comes. */
  async #stop(deadline: Deadline): Promise<void> {
    const { clock, log } = this.#options
    if (this.#link.state.kind === 'online') {
      const ended = new Promise<void>((resolve) => this.#sessionEnded.add(resolve))
      const inTime = await settledBy(Promise.race([this.#sender.drained(), ended]), deadline, clock)
      log.info('drained', { complete: inTime && this.#session !== undefined })
    }
    this.#link.stop()
    this.#sender.stop()
    await this.#session?.close()
    this.#session = undefined
    this.#cleanup.run()
    this.#issues.clearAll()
    this.#state = { state: 'idle', since: clock.now(), detail: 'Stopped' }
    this.#publishStatus()
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { config, clock, log } = this.#options
    const ended = Promise.withResolvers<never>()
    // Only awaited while the session is being prepared.
    ended.promise.catch(() => {})
    const session = await openSession({
      config,
      clock,
      signal,
      onMessage: (from, topic, payload) => this.#receive(from, topic, payload),
      onEnd: (from, error) => {
        ended.reject(error)
        this.#ended(from, error)
      },
    })
    this.#session = session
    const request = this.#shared.request(++this.#sessions)
    session.publish(request.topic, request.payload, () => {})
    const limits = await Promise.race([askSessionLimits(session, clock), ended.promise])
    if (signal.aborted) throw new GatewayError('STOPPED', 'Connecting to ThingsBoard was stopped.')
    log.info('connected', {
      address: addressOf(config),
      maxPayloadBytes: limits.maxPayloadBytes,
      maxInFlight: limits.maxInFlight,
    })
    this.#issues.linkUp()
    this.#sender.online(session, limits)
  }

  #receive(session: Session, topic: string, payload: Buffer): void {
    if (this.#shared.receive(topic, payload) || session.receiveResponse(topic, payload)) return
    const { registry, version, gatewayName, startedAt, clock, statistics } = this.#options
    const now = () => clock.now()
    const answer = answerRpc(topic, payload, { registry, version, gatewayName, startedAt, now, statistics })
    if (!answer || this.#answersInFlight >= answersInFlightLimit) return
    this.#answersInFlight++
    session.publish(answer.topic, answer.payload, () => {
      this.#answersInFlight--
    })
  }

  #ended(session: Session, error: GatewayError): void {
    if (this.#session !== session) return
    this.#session = undefined
    this.#answersInFlight = 0
    this.#sender.offline()
    for (const resolve of this.#sessionEnded) resolve()
    this.#link.lost(error.code === 'UPLINK_DUPLICATE_IDENTITY' ? this.#takenOver(error) : error)
  }

  /** Once can be our own old socket, which the server had not noticed the end of. Again and again is a second gateway. */
  #takenOver(error: GatewayError): GatewayError {
    const nowMs = this.#options.clock.monotonic()
    while (this.#takeovers[0] !== undefined && nowMs - this.#takeovers[0] > takeoverWindowMs) this.#takeovers.shift()
    const isOwnTest = this.#testsRunning > 0
    if (!isOwnTest) this.#takeovers.push(nowMs)
    if (isOwnTest || this.#takeovers.length < takeoverLimit) {
      return new GatewayError('CONNECTION_LOST', error.message, { hint: error.hint, detail: error.detail })
    }
    this.#takeovers.length = 0
    const { message, hint, detail } = error
    return new GatewayError('UPLINK_DUPLICATE_IDENTITY', message, { retry: 'after-config-change', hint, detail })
  }

  #linkChanged(state: LinkState, error: GatewayError | undefined, nextTryAt: number | undefined): void {
    const { log, clock, config } = this.#options
    const since = clock.now()
    switch (state.kind) {
      case 'connecting':
        this.#state = { state: 'connecting', since, detail: `Connecting to ${addressOf(config)}` }
        break
      case 'online':
        this.#state = { state: 'online', since, detail: onlineDetail(config) }
        break
      case 'waiting': {
        const patient = error !== undefined && error.retry !== 'soon'
        this.#state = { state: patient ? 'faulted' : 'waiting', since, detail: error?.message ?? '', nextTryAt }
        if (error) {
          log.warn('connection-ended', { code: error.code, reason: error.message, waitMs: state.delayMs })
          this.#issues.linkFailed(error)
        }
        break
      }
      default:
        this.#state = { state: 'idle', since, detail: 'Stopped' }
    }
  }

  #publishStatus(): void {
    const next = this.#snapshot()
    const last = this.#status.value
    const changed = Object.keys(next).some((key) => Reflect.get(next, key) !== Reflect.get(last, key))
    if (changed) this.#status.set(next)
  }

  #snapshot(): UplinkStatus {
    const { puback, sourceToAck } = this.#options.metrics
    const { state } = this.#state
    const slow = state === 'online' && this.#sender.braking ? { detail: brakingDetail } : {}
    return {
      ...this.#state,
      ...slow,
      address: addressOf(this.#options.config),
      ackP50Ms: puback.quantileMs(0.5),
      ackP99Ms: puback.quantileMs(0.99),
      sourceToAckP50Ms: sourceToAck.quantileMs(0.5),
      sourceToAckP99Ms: sourceToAck.quantileMs(0.99),
      reconnects: Math.max(0, this.#sessions - 1),
      ...this.#sender.counts,
    }
  }
}

const brakingDetail = 'Connected, sending more slowly: the rate limit of ThingsBoard was reached'

const onlineDetail = (config: ThingsboardConfig): string =>
  config.protocolVersion === 5 ? 'Connected' : 'Connected with MQTT 3.1.1: refused messages can not be recognised'
