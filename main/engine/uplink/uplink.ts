import type { TestReport } from '../../../shared/api/contract.ts'
import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import { said } from '../../../shared/said/said.ts'
import type { UplinkStatus } from '../../../shared/status.ts'
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
import { Confirmed } from './confirmed.ts'
import { ackStalled, addressOf, reason } from './errors.ts'
import { answerRpc } from './gateway-rpc.ts'
import { limitWords, type SessionLimits, unknownLimits } from './limits.ts'
import { Sender } from './sender.ts'
import { type ConnectMqtt, openSession, type Session } from './session.ts'
import { SessionLimitsQuestion } from './session-limits.ts'
import { SharedAttributes } from './shared-attributes.ts'
import { Takeovers } from './takeovers.ts'
import { sameIdentity, testThingsboard } from './thingsboard-test.ts'
import { UplinkIssues } from './uplink-issues.ts'
import { backlogValues, type LinkPicture, pictureOf, type StatusParts, uplinkStatus } from './uplink-status.ts'
import { WatermarkFile } from './watermark-file.ts'
import { type Wire, wireOf } from './wire.ts'

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
  /** Where confirmed mode keeps its watermark over a restart; undefined = it does not. */
  readonly watermarkPath?: string
  readonly linkPolicy?: LinkPolicy
  readonly connectMqtt?: ConnectMqtt
}

/** 4 per second: what the UI shows. */
const statusEveryMs = 250
/** How often the operator's words about the backlog are renewed. */
const wordsEveryMs = 5000
/** Answers to commands without PUBACK; beyond it commands stay unanswered and time out on the server. */
const answersInFlightLimit = 100
/** After sleep: a server that has not answered a PINGREQ by then is gone, whatever the socket says. */
const probeMs = 5000
/** Longer than any connection test. */
const testMs = 60_000

/** The connection to ThingsBoard: keeps one session up, answers what ThingsBoard asks, and lets the sender deliver. */
export class ThingsboardUplink implements Uplink {
  readonly name = 'uplink'
  readonly stop = once((deadline: Deadline) => this.#stop(deadline))
  readonly #options: ThingsboardUplinkOptions
  readonly #status: ObservableValue<UplinkStatus>
  readonly #parts: StatusParts
  readonly #wire: Wire
  readonly #link: Link
  readonly #sender: Sender
  readonly #issues: UplinkIssues
  readonly #shared: SharedAttributes
  readonly #confirmed: Confirmed
  readonly #takeovers = new Takeovers()
  readonly #limitsQuestion: SessionLimitsQuestion
  readonly #cleanup = new Cleanup()
  #session: Session | undefined
  #limits: SessionLimits = unknownLimits
  #picture: LinkPicture
  #sessions = 0
  #answersInFlight = 0
  #undoProbe: () => void = () => {}
  readonly #sessionEnded = new Set<() => void>()

  constructor(options: ThingsboardUplinkOptions) {
    const { config, clock, store, log, metrics } = options
    this.#options = options
    this.#wire = wireOf(config.payload)
    this.#limitsQuestion = new SessionLimitsQuestion(clock, config.host)
    this.#picture = { state: 'idle', since: clock.now(), detail: said('link.notStarted') }
    this.#issues = new UplinkIssues(options.issues, addressOf(config), () => clock.monotonic())
    const { retainMinutes } = config.confirmed
    const file = options.watermarkPath === undefined ? undefined : new WatermarkFile(options.watermarkPath, config, log)
    this.#confirmed = new Confirmed({ store, clock, log, issues: this.#issues, retainMinutes, file })
    this.#shared = new SharedAttributes(this.#wire, log, options.setLogLevel ?? (() => {}), (values) =>
      this.#confirmed.read(values),
    )
    const linkPolicy = options.linkPolicy ?? defaultLinkPolicy
    this.#sender = new Sender({
      config,
      holdOff: linkPolicy,
      clock,
      store,
      log,
      metrics,
      issues: this.#issues,
      connectMessage: ({ name, profile }) => this.#wire.connect(name, profile),
      broken: (error) => this.#session?.abandon(error),
    })
    this.#link = new Link(linkPolicy, clock, {
      connect: (signal) => this.#connect(signal),
      changed: (state, error, nextTryAt) => this.#linkChanged(state, error, nextTryAt),
    })
    this.#parts = { config, store, metrics, sender: this.#sender, confirmed: this.#confirmed }
    this.#status = new ObservableValue(this.#snapshot())
  }

  get status(): Observable<UplinkStatus> {
    return this.#status
  }

  /** For the supervisor: answers of the server so far, and whether data could be sent now. */
  get progress(): { readonly answers: number; readonly maySend: boolean } {
    return this.#sender.progress
  }

  async start(): Promise<void> {
    const { clock, config } = this.#options
    if (config.protocolVersion === 4) this.#issues.degraded()
    await this.#confirmed.start()
    this.#sender.start()
    this.#cleanup.add(clock.every(statusEveryMs, () => this.#publishStatus()))
    this.#cleanup.add(clock.every(wordsEveryMs, () => this.#sayBacklog()))
    this.#link.start()
  }

  /** Tries now when it waits; makes sure that an open connection is one. */
  retry(): void {
    this.#link.retry()
    this.#probe()
  }

  /** A connection test; with the credentials in use it must not sign in, or ThingsBoard would end the running session. */
  async test(config: ThingsboardConfig, signal: AbortSignal): Promise<TestReport> {
    const { clock } = this.#options
    const same = sameIdentity(config, this.#options.config)
    if (same === 'same-place' && this.#picture.state === 'online') {
      const { devices, lastAckAt } = this.#sender.counts
      const live = { since: this.#picture.since, devices, lastAckAt, limits: this.#limits, now: clock.now() }
      return testThingsboard(config, signal, live)
    }
    if (same !== 'other') this.#takeovers.expect(clock.monotonic() + testMs)
    return testThingsboard(config, signal)
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
    await this.#confirmed.stop(new GatewayError('STOPPED', 'The uplink stops.'))
    this.#undoProbe()
    await this.#session?.close()
    this.#session = undefined
    this.#cleanup.run()
    this.#issues.clearAll()
    this.#picture = { state: 'idle', since: clock.now(), detail: said('link.stopped') }
    this.#publishStatus()
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { config, clock, log, connectMqtt } = this.#options
    const ended = Promise.withResolvers<never>()
    // Only awaited while the session is being prepared.
    ended.promise.catch(() => {})
    const session = await openSession({
      config,
      connectMqtt,
      clock,
      signal,
      onMessage: (from, topic, payload) => this.#receive(from, topic, payload),
      onEnd: (from, error) => {
        ended.reject(error)
        this.#ended(from, error)
      },
    })
    this.#session = session
    this.#sessions++
    this.#confirmed.online({
      ask: () => this.#askAttributes(session),
      write: (values, acked) => this.#own(session, this.#wire.ownAttributesTopic, JSON.stringify(values), acked),
    })
    this.#askAttributes(session)
    const limits = await Promise.race([this.#limitsQuestion.ask(session), ended.promise])
    if (signal.aborted) throw new GatewayError('STOPPED', 'Connecting to ThingsBoard was stopped.')
    log.info('connected', {
      address: addressOf(config),
      maxPayloadBytes: limits.maxPayloadBytes,
      maxInFlight: limits.maxInFlight,
      limit: limitWords(limits).text || undefined,
    })
    this.#limits = limits
    this.#issues.linkUp()
    this.#sender.online(session, limits)
  }

  #askAttributes(session: Session): void {
    const { topic, payload } = this.#shared.request(this.#confirmed.keys)
    this.#own(session, topic, payload)
  }

  /** A message of the gateway device itself: goes at once, whatever data waits. */
  #own(session: Session, topic: string, payload: Buffer | string, acked: () => void = () => {}): void {
    this.#sender.own()
    session.publish(topic, payload, (code) => {
      if (code < 0x80) acked()
    })
  }

  #receive(session: Session, topic: string, payload: Buffer): void {
    if (this.#shared.receive(topic, payload) || session.receiveResponse(topic, payload)) return
    if (topic === 'v1/gateway/disconnect') {
      if (this.#wire.readDisconnect(payload) === reason.messageRateTooHigh) this.#sender.refusedForAmount()
      return
    }
    const { registry, version, gatewayName, startedAt, clock, statistics } = this.#options
    const now = () => clock.now()
    const wire = this.#wire
    const answer = answerRpc(topic, payload, { wire, registry, version, gatewayName, startedAt, now, statistics })
    if (!answer || this.#answersInFlight >= answersInFlightLimit) return
    this.#answersInFlight++
    this.#sender.own()
    session.publish(answer.topic, answer.payload, () => {
      this.#answersInFlight--
    })
  }

  #ended(session: Session, error: GatewayError): void {
    if (this.#session !== session) return
    this.#session = undefined
    this.#answersInFlight = 0
    this.#undoProbe()
    this.#sender.offline(error)
    for (const resolve of this.#sessionEnded) resolve()
    const nowMs = this.#options.clock.monotonic()
    this.#link.lost(error.code === 'UPLINK_DUPLICATE_IDENTITY' ? this.#takeovers.judge(error, nowMs) : error)
  }

  #probe(): void {
    const session = this.#session
    if (!session) return
    const { clock, config } = this.#options
    const askedAtMs = clock.monotonic()
    session.ping()
    this.#undoProbe()
    this.#undoProbe = clock.after(probeMs, () => {
      if (session.lastHeardMs < askedAtMs) session.abandon(ackStalled(config, probeMs / 1000))
    })
  }

  #linkChanged(state: LinkState, error: GatewayError | undefined, nextTryAt: number | undefined): void {
    const { log, clock, config } = this.#options
    this.#picture = pictureOf(state, { config, now: clock.now(), error, nextTryAt })
    if (state.kind !== 'waiting' || !error) return
    log.warn('connection-ended', { code: error.code, reason: error.message, waitMs: state.delayMs })
    this.#issues.linkFailed(error)
    this.#confirmed.offline(error)
  }

  #sayBacklog(): void {
    const values = backlogValues(this.#parts)
    const limit = this.#picture.state === 'online' ? limitWords(this.#limits).text : ''
    this.#issues.backlog(limit, values, this.#sender.meter.secondsLeft(values))
  }

  #publishStatus(): void {
    const next = this.#snapshot()
    const last = this.#status.value
    const changed = Object.keys(next).some((key) => Reflect.get(next, key) !== Reflect.get(last, key))
    if (changed) this.#status.set(next)
  }

  #snapshot(): UplinkStatus {
    return uplinkStatus(this.#parts, this.#picture, this.#limits, this.#sessions)
  }
}
