import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import type { Clock } from '../kit/clock.ts'
import type { GatewayError } from '../kit/gateway-error.ts'
import type { Log } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { LiveDevice } from '../pipeline/series.ts'
import type { Store, UplinkProgress } from '../pipeline/stages.ts'
import { ackVerdict, tickMs } from './ack-watch.ts'
import { Announcer } from './announcer.ts'
import { Culprits } from './culprits.ts'
import { Deliveries } from './deliveries.ts'
import { ackStalled, notAGateway } from './errors.ts'
import { InFlight } from './in-flight.ts'
import { LaneLag } from './lane-lag.ts'
import type { SessionLimits } from './limits.ts'
import { type Envelope, Outbox } from './outbox.ts'
import { soonest } from './pace.ts'
import { type HoldOff, Probes } from './probes.ts'
import type { Publisher } from './publisher.ts'
import { Traffic } from './traffic.ts'
import type { UplinkIssues } from './uplink-issues.ts'

// Publishes what the store holds and settles it on PUBACK. Guarantees: a value counts as delivered only after a PUBACK with
// reason code < 0x80 for a message that holds it; everything in flight when a session ends is sent again, byte-equal and in
// order; a value that ThingsBoard refuses ends alone in quarantine while all others pass; live values do not wait for the
// backlog, nor the backlog for ever, nor control for either.

export interface SenderOptions {
  readonly config: ThingsboardConfig
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly issues: UplinkIssues
  /** Between the deaths that the search for a culprit costs. */
  readonly holdOff: HoldOff
  /** The message that announces a device. */
  connectMessage(device: LiveDevice): Buffer | string
  /** The link is of no use any more: tear it down. */
  broken(error: GatewayError): void
}

export class Sender {
  readonly #options: SenderOptions
  readonly #clock: Clock
  readonly #outbox: Outbox
  readonly #announcer: Announcer
  readonly #traffic: Traffic
  readonly #lag: LaneLag
  readonly #culprits: Culprits
  readonly #inFlight: InFlight
  readonly #probes: Probes
  readonly #deliveries: Deliveries
  #session: Publisher | undefined
  #undoTick: () => void = () => {}
  #undoWait: () => void = () => {}
  #waitUntilMs = 0
  #pumping = false
  #drained: (() => void) | undefined

  constructor(options: SenderOptions) {
    const { config, clock, store, log, metrics, issues } = options
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
      refused: (batch, row) => this.#deliveries.refused(batch, row),
    })
    this.#deliveries = new Deliveries({ outbox: this.#outbox, clock, metrics, issues })
    this.#probes = new Probes(options.holdOff)
    this.#lag = new LaneLag(store, this.#outbox, clock)
    const base = { outbox: this.#outbox, issues, log, limits: () => this.#traffic.limits }
    this.#culprits = new Culprits({
      ...base,
      accepted: () => this.#deliveries.accepted,
      refusedForAmount: () => this.#traffic.slowDown(),
    })
    this.#inFlight = new InFlight({
      ...options,
      outbox: this.#outbox,
      traffic: this.#traffic,
      culprits: this.#culprits,
      probes: this.#probes,
      deliveries: this.#deliveries,
      answered: () => this.#pump(),
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
    this.#inFlight.stop()
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
      repeated: this.#inFlight.repeated,
      lastAckAt: this.#deliveries.lastAckAt,
    }
  }

  get meter() {
    return this.#deliveries.meter
  }

  /** Backlog that was taken from the store and is not settled. */
  get openBacklog(): number {
    return this.#outbox.openRows('backlog')
  }

  /** For the supervisor: answers so far, and whether anything but an answer is being waited for. */
  get progress(): UplinkProgress {
    const waitsForTime = this.#waitUntilMs > this.#clock.monotonic() || this.braking
    return {
      answers: this.#inFlight.answers + this.#announcer.answers,
      maySend: this.#session !== undefined && !waitsForTime,
    }
  }

  /** A session is ready for data. */
  online(session: Publisher, limits: SessionLimits): void {
    this.#traffic.adopt(limits)
    this.#session = session
    this.#probes.online(this.#clock.monotonic())
    this.#lag.online()
    this.#pump()
  }

  /** The session ended: what it left unanswered goes first in the next one. */
  offline(error: GatewayError): void {
    this.#session = undefined
    this.#undoWait()
    this.#waitUntilMs = 0
    this.meter.reset()
    // With the end of the connection 0x97 to an announcement was about the rate; without it about the number of devices.
    if (this.#announcer.offline(this.#clock.monotonic())) this.#traffic.slowDown()
    this.#inFlight.offline(error)
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

  #pump(): void {
    if (this.#drained && this.#outbox.empty) this.#drained()
    const session = this.#session
    // Finishing a message can end a batch, which calls back here.
    if (!session || this.#pumping) return
    this.#pumping = true
    this.#undoWait()
    try {
      // A probe is alone: an announcement beside it could be what the server dies of.
      const hasRoom = () => !this.#probes.busy && this.#traffic.hasRoom(this.#onTheWay)
      const announce = () => this.#announcer.announce(session, hasRoom)
      const waitMs = soonest(announce(), this.#sendData(session), announce())
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
    for (const envelope of this.#probes.freed()) this.#outbox.putBack(envelope)
    this.#outbox.fill(this.#traffic.window)
    while (!this.#probes.busy && this.#traffic.hasRoomForData(this.#onTheWay)) {
      const probing = this.#mayProbe(this.#clock.monotonic())
      // What is on the way calls back when it is answered.
      if (probing && (this.#announcer.inFlight > 0 || !this.#inFlight.isQuiet)) return 0
      const envelope = probing ? this.#probes.next() : this.#next()
      if (!envelope && !this.#probes.othersHadTheirTurn()) break
      const waitMs = envelope ? this.#offer(session, envelope, probing) : 0
      if (waitMs > 0) return waitMs
      this.#outbox.fill(this.#traffic.window)
    }
    this.#probes.othersHadTheirTurn()
    return soonest(this.#traffic.backlogWaitMs(), this.#probes.waitMs(this.#clock.monotonic()))
  }

  /** Not while the connection may end for another reason: that would say nothing about the probe. */
  #mayProbe(nowMs: number): boolean {
    return this.#probes.due(nowMs) && !this.#traffic.slowedJustNow && !this.#announcer.refusedJustNow(nowMs)
  }

  /** Sends it, or leaves it with whoever it has to wait for. Returns how long to wait when it can not go yet, else 0. */
  #offer(session: Publisher, envelope: Envelope, probing: boolean): number {
    if (!probing && this.#probes.isSuspect(envelope)) {
      this.#probes.add(envelope)
      return 0
    }
    if (!probing && this.#probes.follow(envelope)) return 0
    if (this.#announcer.isHeld(envelope)) return 0
    const { payload, rows, devices } = envelope.publish
    if (!this.#traffic.fits(payload.length, rows.length)) {
      // The server allows less than when this was encoded.
      this.#outbox.split(envelope, [rows], this.#traffic.limits)
      return 0
    }
    const waitMs = this.#traffic.pace.data(devices.length, rows.length, this.#clock.monotonic())
    if (waitMs > 0) {
      if (probing) this.#probes.putBack(envelope)
      else this.#outbox.putBack(envelope)
      return waitMs
    }
    if (probing) this.#probes.sent(envelope)
    this.#inFlight.send(session, envelope)
    return 0
  }

  #next(): Envelope | undefined {
    for (const lane of this.#traffic.turn(this.#onTheWay)) {
      const envelope = this.#outbox.next(lane)
      if (envelope) return envelope
    }
    return undefined
  }

  #tick(): void {
    const nowMs = this.#clock.monotonic()
    const passed = this.#inFlight.tick(nowMs)
    if (!this.#session) return
    this.meter.second()
    if (!this.#probes.searching) this.#options.issues.searched()
    this.#lag.tick()
    const devicesDue = this.#announcer.retryDue(nowMs)
    if (this.#probes.tick() || devicesDue || passed) this.#pump()
    this.#watchAcks(this.#session, nowMs)
  }

  #watchAcks(session: Publisher, nowMs: number): void {
    const { config, broken } = this.#options
    const verdict = ackVerdict({
      nowMs,
      oldestConnectMs: this.#announcer.oldestMs,
      oldestDataMs: this.#inFlight.oldestMs,
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
