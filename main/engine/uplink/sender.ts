import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import type { Clock } from '../kit/clock.ts'
import type { GatewayError } from '../kit/gateway-error.ts'
import type { Log } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { LiveDevice } from '../pipeline/series.ts'
import type { Batch, RefusedRow, Store } from '../pipeline/stages.ts'
import { ackVerdict, tickMs } from './ack-watch.ts'
import { observeAges } from './ages.ts'
import { Announcer } from './announcer.ts'
import { BacklogRate } from './backlog-rate.ts'
import { Culprits } from './culprits.ts'
import { DrainMeter } from './drain-meter.ts'
import { type EncodeLimits, tooLargeText } from './encode.ts'
import { ackStalled, hex, notAGateway, reason } from './errors.ts'
import { LaneLag } from './lane-lag.ts'
import { LaneShares } from './lane-shares.ts'
import { type SessionLimits, shareOfLimit, unknownLimits } from './limits.ts'
import { type Envelope, Outbox } from './outbox.ts'
import { Pace } from './pace.ts'
import { Probation } from './probation.ts'
import type { UplinkIssues } from './uplink-issues.ts'
import { Window } from './window.ts'

// Publishes what the store holds and settles it on PUBACK. Guarantees: a value counts as delivered only after a PUBACK with
// reason code < 0x80 for a message that holds it; everything in flight when a session ends is sent again, byte-equal and in
// order; a value that ThingsBoard refuses ends alone in quarantine while all others pass; live values do not wait for the
// backlog, nor the backlog for ever, nor control for either.

/** A server that closes on messages of this size has another problem. */
const smallestAimBytes = 1024
/** A session that ends this soon after a refusal for the amount ended because of it. */
const rateClosingMs = 1500
/** In flight at the end of this many sessions: from then on it is sent with nothing beside it, to find the culprit. */
const suspectLosses = 2

/** What the sender needs of a session. */
export interface Publisher {
  readonly lastHeardMs: number
  publish(topic: string, payload: Buffer | string, acked: (reasonCode: number) => void): void
  ping(): void
}

export interface SenderOptions {
  readonly config: ThingsboardConfig
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly issues: UplinkIssues
  /** The message that announces a device. */
  connectMessage(device: LiveDevice): Buffer | string
  /** The link is of no use any more: tear it down. */
  broken(error: GatewayError): void
}

export class Sender {
  readonly meter = new DrainMeter()
  readonly #options: SenderOptions
  readonly #clock: Clock
  readonly #outbox: Outbox
  readonly #announcer: Announcer
  readonly #pace: Pace
  readonly #backlogRate: BacklogRate
  readonly #shares = new LaneShares()
  readonly #lag: LaneLag
  readonly #culprits: Culprits
  readonly #window: Window
  readonly #inFlight = new Set<Envelope>()
  readonly #probation: Probation
  #session: Publisher | undefined
  #limits: EncodeLimits
  #alone: Envelope | undefined
  #undoTick: () => void = () => {}
  #undoWait: () => void = () => {}
  #waitUntilMs = 0
  #slowedAtMs = Number.NEGATIVE_INFINITY
  /** Learnt from closed connections; a server that tells its limit never teaches it. */
  #aimBytes = Number.POSITIVE_INFINITY
  #pumping = false
  #accepted = 0
  #answers = 0
  #repeated = 0
  #lastAckAt: number | undefined
  #drained: (() => void) | undefined

  constructor(options: SenderOptions) {
    const { config, clock, store, log, issues } = options
    this.#options = options
    this.#clock = clock
    this.#pace = new Pace(unknownLimits, clock.monotonic())
    this.#limits = this.#encodeLimits(unknownLimits)
    this.#backlogRate = new BacklogRate(config.backlog)
    this.#outbox = new Outbox({
      store,
      clock,
      log,
      retainMs: config.confirmed.retainMinutes * 60_000,
      limits: () => this.#limits,
      changed: () => this.#pump(),
      refused: (batch, row) => this.#report(batch, row),
    })
    this.#window = new Window(config.maxInFlight)
    this.#lag = new LaneLag(store, this.#outbox, clock)
    this.#probation = new Probation((envelope) => this.#delivered(envelope))
    const base = { outbox: this.#outbox, pace: this.#pace, issues, log, clock, limits: () => this.#limits }
    this.#culprits = new Culprits({ ...base, accepted: () => this.#accepted, refusedForAmount: () => this.#slowDown() })
    this.#announcer = new Announcer({
      ...base,
      culprits: this.#culprits,
      connectMessage: (device) => options.connectMessage(device),
      changed: () => this.#pump(),
    })
  }

  start(): void {
    this.#outbox.start()
    this.#undoTick = this.#clock.every(tickMs, () => this.#tick())
  }

  stop(): void {
    this.#session = undefined
    this.#undoTick()
    this.#undoWait()
    this.#outbox.stop()
  }

  /** Slower than it could be, because ThingsBoard refused for the amount. */
  get braking(): boolean {
    return this.#pace.braking
  }

  get counts() {
    return {
      inFlightMessages: this.#inFlight.size,
      window: this.#window.size,
      devices: this.#announcer.connected,
      repeated: this.#repeated,
      lastAckAt: this.#lastAckAt,
    }
  }

  /** Backlog that was taken from the store and is not settled. */
  get openBacklog(): number {
    return this.#outbox.openRows('backlog')
  }

  /** For the supervisor: answers so far, and whether anything but an answer is being waited for. */
  get progress(): { readonly answers: number; readonly maySend: boolean } {
    const waitsForTime = this.#waitUntilMs > this.#clock.monotonic() || this.#pace.braking
    return { answers: this.#answers + this.#announcer.answers, maySend: this.#session !== undefined && !waitsForTime }
  }

  /** A session is ready for data. */
  online(session: Publisher, limits: SessionLimits): void {
    this.#pace.adopt(limits, this.#clock.monotonic())
    this.#limits = this.#encodeLimits(limits)
    const allowed = limits.maxInFlight === undefined ? Number.POSITIVE_INFINITY : limits.maxInFlight * shareOfLimit
    this.#window.setLimit(Math.max(1, Math.min(this.#options.config.maxInFlight, Math.floor(allowed))))
    this.#session = session
    this.#lag.online()
    this.#pump()
  }

  /** The session ended: what it left unanswered goes first in the next one. */
  offline(error: GatewayError): void {
    const nowMs = this.#clock.monotonic()
    this.#session = undefined
    this.#undoWait()
    this.#waitUntilMs = 0
    this.meter.reset()
    for (const envelope of this.#probation.revoke()) this.#inFlight.add(envelope)
    // With the end of the connection 0x97 to an announcement was about the rate; without it about the number of devices.
    if (this.#announcer.offline(nowMs)) this.#slowDown()
    const tooLarge = error.detail['reasonCode'] === hex(reason.malformedPacket)
    if (tooLarge) this.#aimLower()
    const explained = tooLarge || nowMs - this.#slowedAtMs < rateClosingMs
    for (const envelope of this.#inFlight) {
      if (explained) {
        this.#outbox.putBack(envelope)
        continue
      }
      envelope.losses++
      if (envelope === this.#alone) this.#culprits.strike(envelope, 0, 'the connection ended each time it was sent')
      else this.#outbox.putBack(envelope)
    }
    this.#inFlight.clear()
    this.#alone = undefined
  }

  /** ThingsBoard puts out a device because of the amount: before 4.2.1 there is no PUBACK that says so. */
  refusedForAmount(): void {
    this.#slowDown()
    this.#options.issues.rateLimited()
  }

  /** The gateway's own message is about to go: counted, never held up. */
  own(): void {
    this.#pace.own(this.#clock.monotonic())
  }

  /** Resolves when the store is empty and everything is acknowledged; see `stop` for giving up. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained = resolve
      this.#pump()
    })
  }

  #slowDown(): void {
    // A refusal comes as PUBACK, as a message and as the end of the connection; it is one refusal.
    if (this.#clock.monotonic() - this.#slowedAtMs < rateClosingMs) return
    this.#slowedAtMs = this.#clock.monotonic()
    this.#pace.slowDown(this.#clock.monotonic())
    this.#window.stalled()
  }

  /** The server closed on a message it found too large, and one of those in flight was it. */
  #aimLower(): void {
    let largest = 0
    for (const { publish } of this.#inFlight) largest = Math.max(largest, publish.payload.length)
    if (largest > 0) this.#aimBytes = Math.max(smallestAimBytes, Math.min(this.#aimBytes, largest >> 1))
    this.#limits = { ...this.#limits, aimBytes: Math.min(this.#limits.aimBytes, this.#aimBytes) }
  }

  #encodeLimits(limits: SessionLimits): EncodeLimits {
    const { config } = this.#options
    const allowed =
      limits.maxPayloadBytes === undefined ? Number.POSITIVE_INFINITY : limits.maxPayloadBytes * shareOfLimit
    const maxPayloadBytes = Math.min(config.maxPayloadBytes, Math.floor(allowed))
    return {
      maxPayloadBytes,
      aimBytes: Math.min(maxPayloadBytes, this.#aimBytes),
      maxRows: this.#pace.maxDatapoints,
      severalDevices: config.severalDevicesPerMessage,
      protobuf: config.payload === 'protobuf',
    }
  }

  #pump(): void {
    if (this.#drained && this.#outbox.empty) this.#drained()
    const session = this.#session
    // Finishing a message can end a batch, which calls back here.
    if (!session || this.#pumping) return
    this.#pumping = true
    this.#undoWait()
    try {
      const announce = () => this.#announcer.announce(session, () => this.#room() > 0)
      const waits = [announce(), this.#sendData(session), announce()].filter((ms) => ms > 0)
      const waitMs = waits.length > 0 ? Math.min(...waits) : 0
      this.#waitUntilMs = this.#clock.monotonic() + waitMs
      if (waitMs > 0) this.#undoWait = this.#clock.after(waitMs, () => this.#pump())
    } finally {
      this.#pumping = false
    }
  }

  #room(): number {
    return this.#window.size - this.#inFlight.size - this.#announcer.inFlight
  }

  /** Returns how long to wait, 0 when nothing has to wait for time. */
  #sendData(session: Publisher): number {
    let waitMs = 0
    this.#outbox.fill(this.#window.size)
    while (this.#room() > this.#window.reserve && this.#alone === undefined) {
      const backlogMs = this.#backlogRate.waitMs(this.#clock.monotonic())
      const envelope = this.#next(backlogMs === 0 && this.#room() > this.#window.backlogReserve)
      if (backlogMs > 0) waitMs = waitMs === 0 ? backlogMs : Math.min(waitMs, backlogMs)
      if (!envelope) break
      if (this.#announcer.isHeld(envelope)) continue
      const { payload, rows, devices } = envelope.publish
      const { maxPayloadBytes, aimBytes, maxRows } = this.#limits
      if (payload.length > (rows.length > 1 ? aimBytes : maxPayloadBytes) || rows.length > maxRows) {
        // The server allows less than when this was encoded.
        this.#outbox.split(envelope, [rows], this.#limits)
        continue
      }
      const suspect = envelope.losses >= suspectLosses
      const crowded = suspect && this.#inFlight.size > 0
      const paceMs = crowded ? 0 : this.#pace.data(devices.length, rows.length, this.#clock.monotonic())
      if (paceMs > 0 || crowded) {
        this.#outbox.putBack(envelope)
        return paceMs
      }
      if (suspect) this.#alone = envelope
      this.#send(session, envelope)
      this.#outbox.fill(this.#window.size)
    }
    return waitMs
  }

  #next(backlogToo: boolean): Envelope | undefined {
    for (const lane of this.#shares.turn()) {
      const envelope = lane === 'backlog' && !backlogToo ? undefined : this.#outbox.next(lane)
      if (envelope) return envelope
    }
    return undefined
  }

  #send(session: Publisher, envelope: Envelope): void {
    const { topic, payload, rows } = envelope.publish
    const { lane } = envelope.open.queue
    this.#shares.sent(lane, payload.length)
    if (lane === 'backlog') this.#backlogRate.sent(rows.length, this.#clock.monotonic())
    if (envelope.timesSent++ > 0) this.#repeated += rows.length
    envelope.sentAtMs = this.#clock.monotonic()
    this.#inFlight.add(envelope)
    session.publish(topic, payload, (code) => {
      if (this.#session === session && this.#inFlight.delete(envelope)) this.#acknowledged(envelope, code)
    })
  }

  #acknowledged(envelope: Envelope, code: number): void {
    if (this.#alone === envelope) this.#alone = undefined
    const nowMs = this.#clock.monotonic()
    this.#answers++
    this.#options.metrics.puback.observe((nowMs - envelope.sentAtMs) / 1000)
    if (code < 0x80) this.#window.acknowledged(envelope.sentAtMs, nowMs)
    if (code >= 0x80) this.#culprits.refused(envelope, code)
    else if (this.#options.config.protocolVersion === 5) this.#delivered(envelope)
    else this.#probation.add(envelope, nowMs)
    this.#pump()
  }

  #delivered(envelope: Envelope): void {
    const { open, publish } = envelope
    const now = this.#clock.now()
    this.#accepted++
    this.#lastAckAt = now
    this.meter.acknowledged(open.queue.lane, publish.rows.length)
    for (const row of publish.rows) open.batch.seriesAt(row).deliveredAt = now
    observeAges(envelope, now, this.#options.metrics.sourceToAck)
    this.#options.issues.acknowledged()
    this.#outbox.finish(envelope)
  }

  #report(batch: Batch, row: RefusedRow): void {
    const series = batch.seriesAt(row.row)
    this.#options.issues.valueRefused(series, batch.valueAt(row.row), row, row.reason.startsWith(tooLargeText))
  }

  #tick(): void {
    const nowMs = this.#clock.monotonic()
    this.#probation.release(nowMs)
    if (!this.#session) return
    this.meter.second()
    this.#lag.tick()
    if (this.#announcer.retryDue(nowMs)) this.#pump()
    this.#watchAcks(this.#session, nowMs)
  }

  #watchAcks(session: Publisher, nowMs: number): void {
    const { config, broken } = this.#options
    const [oldest] = this.#inFlight
    const verdict = ackVerdict({
      nowMs,
      oldestConnectMs: this.#announcer.oldestMs,
      oldestDataMs: oldest?.sentAtMs ?? Number.POSITIVE_INFINITY,
      lastHeardMs: session.lastHeardMs,
      devicesConnected: this.#announcer.connected,
      ackTimeoutMs: config.ackTimeoutSeconds * 1000,
    })
    if (verdict === 'ask') session.ping()
    if (verdict === 'no-gateway') broken(notAGateway(config))
    if (verdict !== 'stalled') return
    this.#window.stalled()
    broken(ackStalled(config))
  }
}
