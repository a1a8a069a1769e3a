import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import type { Clock } from '../kit/clock.ts'
import type { GatewayError } from '../kit/gateway-error.ts'
import type { Log } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { LiveDevice } from '../pipeline/series.ts'
import type { Batch, RefusedRow, Store, UplinkProgress } from '../pipeline/stages.ts'
import { ackVerdict, tickMs } from './ack-watch.ts'
import { observeAges } from './ages.ts'
import { Announcer } from './announcer.ts'
import { Culprits } from './culprits.ts'
import { DrainMeter } from './drain-meter.ts'
import { tooLargeText } from './encode.ts'
import { ackStalled, hex, notAGateway, reason } from './errors.ts'
import { LaneLag } from './lane-lag.ts'
import type { SessionLimits } from './limits.ts'
import { type Envelope, Outbox } from './outbox.ts'
import { Probation } from './probation.ts'
import { Traffic } from './traffic.ts'
import type { UplinkIssues } from './uplink-issues.ts'

// Publishes what the store holds and settles it on PUBACK. Guarantees: a value counts as delivered only after a PUBACK with
// reason code < 0x80 for a message that holds it; everything in flight when a session ends is sent again, byte-equal and in
// order; a value that ThingsBoard refuses ends alone in quarantine while all others pass; live values do not wait for the
// backlog, nor the backlog for ever, nor control for either.

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
  readonly #traffic: Traffic
  readonly #lag: LaneLag
  readonly #culprits: Culprits
  readonly #inFlight = new Set<Envelope>()
  readonly #probation: Probation
  #session: Publisher | undefined
  #alone: Envelope | undefined
  #undoTick: () => void = () => {}
  #undoWait: () => void = () => {}
  #waitUntilMs = 0
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
    this.#traffic = new Traffic(config, clock)
    this.#outbox = new Outbox({
      store,
      clock,
      log,
      retainMs: config.confirmed.retainMinutes * 60_000,
      limits: () => this.#traffic.limits,
      rowsPerTake: (lane) => this.#traffic.rowsPerTake(lane),
      changed: () => this.#pump(),
      refused: (batch, row) => this.#report(batch, row),
    })
    this.#lag = new LaneLag(store, this.#outbox, clock)
    this.#probation = new Probation((envelope) => this.#delivered(envelope))
    const base = { outbox: this.#outbox, issues, log, limits: () => this.#traffic.limits }
    this.#culprits = new Culprits({
      ...base,
      accepted: () => this.#accepted,
      refusedForAmount: () => this.#traffic.slowDown(),
    })
    this.#announcer = new Announcer({
      ...base,
      clock,
      pace: this.#traffic.pace,
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
    return this.#traffic.pace.braking
  }

  get counts() {
    return {
      inFlightMessages: this.#inFlight.size,
      window: this.#traffic.window,
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
  get progress(): UplinkProgress {
    const waitsForTime = this.#waitUntilMs > this.#clock.monotonic() || this.braking
    return { answers: this.#answers + this.#announcer.answers, maySend: this.#session !== undefined && !waitsForTime }
  }

  /** A session is ready for data. */
  online(session: Publisher, limits: SessionLimits): void {
    this.#traffic.adopt(limits)
    this.#session = session
    this.#lag.online()
    this.#pump()
  }

  /** The session ended: what it left unanswered goes first in the next one. */
  offline(error: GatewayError): void {
    this.#session = undefined
    this.#undoWait()
    this.#waitUntilMs = 0
    this.meter.reset()
    for (const envelope of this.#probation.revoke()) this.#inFlight.add(envelope)
    // With the end of the connection 0x97 to an announcement was about the rate; without it about the number of devices.
    if (this.#announcer.offline(this.#clock.monotonic())) this.#traffic.slowDown()
    const explained = this.#explains(error)
    for (const envelope of this.#inFlight) {
      if (!explained) envelope.losses++
      if (envelope !== this.#alone || explained) this.#outbox.putBack(envelope)
      else this.#culprits.strike(envelope, 0, 'the connection ended each time it was sent')
    }
    this.#inFlight.clear()
    this.#alone = undefined
  }

  /** ThingsBoard puts out a device because of the amount: before 4.2.1 there is no PUBACK that says so. */
  refusedForAmount(): void {
    this.#traffic.slowDown()
    this.#options.issues.rateLimited()
  }

  /** The gateway's own message is about to go: counted, never held up. */
  own(): void {
    this.#traffic.pace.own(this.#clock.monotonic())
  }

  /** Resolves when the store is empty and everything is acknowledged; see `stop` for giving up. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained = resolve
      this.#pump()
    })
  }

  /** True when it is known why the session ended: then no message in flight is suspected. */
  #explains(error: GatewayError): boolean {
    if (error.detail['reasonCode'] !== hex(reason.malformedPacket)) return this.#traffic.slowedJustNow
    let largest = 0
    for (const { publish } of this.#inFlight) {
      if (publish.rows.length > 1) largest = Math.max(largest, publish.payload.length)
    }
    if (largest > 0) this.#traffic.aimLower(largest)
    return largest > 0
  }

  #pump(): void {
    if (this.#drained && this.#outbox.empty) this.#drained()
    const session = this.#session
    // Finishing a message can end a batch, which calls back here.
    if (!session || this.#pumping) return
    this.#pumping = true
    this.#undoWait()
    try {
      const announce = () => this.#announcer.announce(session, () => this.#traffic.hasRoom(this.#onTheWay))
      const waits = [announce(), this.#sendData(session), announce()].filter((ms) => ms > 0)
      const waitMs = waits.length > 0 ? Math.min(...waits) : 0
      this.#waitUntilMs = this.#clock.monotonic() + waitMs
      if (waitMs > 0) this.#undoWait = this.#clock.after(waitMs, () => this.#pump())
    } finally {
      this.#pumping = false
    }
  }

  get #onTheWay(): number {
    return this.#inFlight.size + this.#announcer.inFlight
  }

  /** Returns how long to wait, 0 when nothing has to wait for time. */
  #sendData(session: Publisher): number {
    this.#outbox.fill(this.#traffic.window)
    while (this.#alone === undefined && this.#traffic.hasRoomForData(this.#onTheWay)) {
      const envelope = this.#next()
      if (!envelope) break
      if (this.#announcer.isHeld(envelope)) continue
      const { payload, rows, devices } = envelope.publish
      if (!this.#traffic.fits(payload.length, rows.length)) {
        // The server allows less than when this was encoded.
        this.#outbox.split(envelope, [rows], this.#traffic.limits)
        continue
      }
      const suspect = envelope.losses >= suspectLosses
      const crowded = suspect && this.#inFlight.size > 0
      const waitMs = crowded ? 0 : this.#traffic.pace.data(devices.length, rows.length, this.#clock.monotonic())
      if (waitMs > 0 || crowded) {
        this.#outbox.putBack(envelope)
        return waitMs
      }
      if (suspect) this.#alone = envelope
      this.#send(session, envelope)
      this.#outbox.fill(this.#traffic.window)
    }
    return this.#traffic.backlogWaitMs()
  }

  #next(): Envelope | undefined {
    for (const lane of this.#traffic.turn(this.#onTheWay)) {
      const envelope = this.#outbox.next(lane)
      if (envelope) return envelope
    }
    return undefined
  }

  #send(session: Publisher, envelope: Envelope): void {
    const { topic, payload, rows } = envelope.publish
    this.#traffic.sent(envelope.open.queue.lane, payload.length, rows.length)
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
    if (code < 0x80) this.#traffic.accepted(envelope.sentAtMs)
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
    this.#traffic.stalled()
    broken(ackStalled(config))
  }
}
