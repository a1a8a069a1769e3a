import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import type { Clock } from '../kit/clock.ts'
import type { GatewayError } from '../kit/gateway-error.ts'
import type { Log } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { LiveDevice } from '../pipeline/series.ts'
import type { Batch, RefusedRow, Store } from '../pipeline/stages.ts'
import { observeAges } from './ages.ts'
import { byDevice, Culprits } from './culprits.ts'
import { DeviceGate, rateClosingMs } from './devices.ts'
import { type EncodeLimits, tooLargeText } from './encode.ts'
import { ackStalled, hex, notAGateway, reason } from './errors.ts'
import { type SessionLimits, shareOfLimit, unknownLimits } from './limits.ts'
import { type Envelope, Outbox } from './outbox.ts'
import { Pace } from './pace.ts'
import type { UplinkIssues } from './uplink-issues.ts'
import { Window } from './window.ts'

// Publishes what the store holds and settles it on PUBACK. Guarantees: a value counts as delivered only after a PUBACK with
// reason code < 0x80 for a message that holds it; everything in flight when a session ends is sent again, byte-equal and in
// order; a value that ThingsBoard refuses ends alone in quarantine while all others pass.

/** v1/gateway/connect without PUBACK while the server is otherwise alive: this device is no gateway. */
const gatewaySilenceMs = 10_000
/** In flight at the end of this many sessions: from then on it is sent with nothing beside it, to find the culprit. */
const suspectLosses = 2
/** MQTT 3.1.1 acknowledges what it refuses and closes: what was acknowledged shortly before a close did not count. */
const probationMs = 2000
const tickMs = 1000

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
  /** The link is of no use any more: tear it down. */
  broken(error: GatewayError): void
}

export class Sender {
  readonly #options: SenderOptions
  readonly #clock: Clock
  readonly #outbox: Outbox
  readonly #devices = new DeviceGate()
  readonly #pace: Pace
  readonly #culprits: Culprits
  readonly #window: Window
  readonly #inFlight = new Set<Envelope>()
  readonly #connecting = new Map<LiveDevice, number>()
  readonly #probation: { envelope: Envelope; ackedAtMs: number }[] = []
  #session: Publisher | undefined
  #limits: EncodeLimits
  #alone: Envelope | undefined
  #undoTick: () => void = () => {}
  #undoWait: () => void = () => {}
  #pumping = false
  #accepted = 0
  #repeated = 0
  #quotaRefusedAtMs = Number.NEGATIVE_INFINITY
  #lastAckAt: number | undefined
  #drained: (() => void) | undefined

  constructor(options: SenderOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#pace = new Pace(unknownLimits, options.clock.monotonic())
    this.#limits = this.#encodeLimits(unknownLimits)
    this.#outbox = new Outbox({
      store: options.store,
      clock: options.clock,
      log: options.log,
      limits: () => this.#limits,
      changed: () => this.#pump(),
      refused: (batch, row) => this.#report(batch, row),
    })
    this.#window = new Window(options.config.maxInFlight)
    this.#culprits = new Culprits({
      outbox: this.#outbox,
      pace: this.#pace,
      issues: options.issues,
      log: options.log,
      clock: options.clock,
      limits: () => this.#limits,
      accepted: () => this.#accepted,
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
      devices: this.#devices.connected,
      repeated: this.#repeated,
      lastAckAt: this.#lastAckAt,
    }
  }

  /** A session is ready for data. */
  online(session: Publisher, limits: SessionLimits): void {
    this.#pace.adopt(limits, this.#clock.monotonic())
    this.#limits = this.#encodeLimits(limits)
    const allowed = limits.maxInFlight === undefined ? Number.POSITIVE_INFINITY : limits.maxInFlight * shareOfLimit
    this.#window.setLimit(Math.max(1, Math.min(this.#options.config.maxInFlight, Math.floor(allowed))))
    this.#session = session
    this.#pump()
  }

  /** The session ended: what it left unanswered goes first in the next one. */
  offline(): void {
    this.#session = undefined
    this.#undoWait()
    for (const { envelope } of this.#probation.splice(0)) this.#inFlight.add(envelope)
    for (const envelope of this.#inFlight) {
      envelope.losses++
      if (envelope === this.#alone) this.#culprits.strike(envelope, 0, 'the connection ended each time it was sent')
      else this.#outbox.putBack(envelope)
    }
    this.#inFlight.clear()
    this.#alone = undefined
    this.#connecting.clear()
    const nowMs = this.#clock.monotonic()
    // With the end of the connection 0x97 was about the rate; without it about the number of devices.
    if (nowMs - this.#quotaRefusedAtMs < rateClosingMs) this.#pace.slowDown(nowMs)
    for (const envelope of this.#devices.reset(nowMs)) this.#outbox.putBack(envelope)
  }

  /** Resolves when the store is empty and everything is acknowledged; see `stop` for giving up. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained = resolve
      this.#pump()
    })
  }

  #encodeLimits(limits: SessionLimits): EncodeLimits {
    const { config } = this.#options
    const allowed =
      limits.maxPayloadBytes === undefined ? Number.POSITIVE_INFINITY : limits.maxPayloadBytes * shareOfLimit
    return {
      maxPayloadBytes: Math.min(config.maxPayloadBytes, Math.floor(allowed)),
      maxRows: this.#pace.maxDatapoints,
      severalDevices: config.severalDevicesPerMessage,
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
      this.#connectDevices(session)
      const waits = [this.#sendData(session), this.#connectDevices(session)].filter((ms) => ms > 0)
      if (waits.length > 0) this.#undoWait = this.#clock.after(Math.min(...waits), () => this.#pump())
    } finally {
      this.#pumping = false
    }
  }

  #hasRoom(): boolean {
    return this.#inFlight.size + this.#connecting.size < this.#window.size
  }

  /** Returns how long to wait, 0 when nothing has to wait for time. */
  #connectDevices(session: Publisher): number {
    for (
      let device = this.#devices.nextToConnect();
      device && this.#hasRoom();
      device = this.#devices.nextToConnect()
    ) {
      const nowMs = this.#clock.monotonic()
      const wait = this.#pace.control(nowMs)
      if (wait > 0) return wait
      this.#devices.announced(device)
      this.#connecting.set(device, nowMs)
      this.#connect(session, device)
    }
    return 0
  }

  #connect(session: Publisher, device: LiveDevice): void {
    const payload = JSON.stringify({ device: device.name, type: device.profile })
    session.publish('v1/gateway/connect', payload, (code) => {
      if (this.#session !== session) return
      this.#connecting.delete(device)
      const { issues, log } = this.#options
      if (code < 0x80) {
        issues.gatewayAnswers()
        issues.deviceAccepted(device.name)
        for (const envelope of this.#devices.accepted(device)) this.#outbox.putBack(envelope)
      } else {
        log.warn('device-refused', { device: device.name, reasonCode: hex(code) })
        issues.deviceRefused(device.name, code)
        if (code === reason.quotaExceeded) this.#quotaRefusedAtMs = this.#clock.monotonic()
        for (const envelope of this.#devices.refused(device, this.#clock.monotonic())) this.#outbox.putBack(envelope)
      }
      this.#pump()
    })
  }

  #sendData(session: Publisher): number {
    this.#outbox.fill(this.#window.size)
    while (this.#hasRoom() && this.#alone === undefined) {
      const envelope = this.#outbox.next()
      if (!envelope) break
      if (this.#isHeld(envelope)) continue
      const { payload, rows, devices } = envelope.publish
      if (payload.length > this.#limits.maxPayloadBytes || rows.length > this.#limits.maxRows) {
        // The server allows less than when this was encoded.
        this.#outbox.split(envelope, [rows], this.#limits)
        continue
      }
      const suspect = envelope.losses >= suspectLosses
      const wait =
        suspect && this.#inFlight.size > 0 ? 0 : this.#pace.data(devices.length, rows.length, this.#clock.monotonic())
      if (wait > 0 || (suspect && this.#inFlight.size > 0)) {
        this.#outbox.putBack(envelope)
        return wait
      }
      if (suspect) this.#alone = envelope
      this.#send(session, envelope)
      this.#outbox.fill(this.#window.size)
    }
    return 0
  }

  /** True when a device of the message has to be announced first, or can not be had. */
  #isHeld(envelope: Envelope): boolean {
    const { devices } = envelope.publish
    const device = this.#devices.missing(devices)
    if (!device) return false
    if (devices.length > 1 && devices.some((d) => this.#devices.isGivenUp(d))) {
      this.#outbox.split(envelope, byDevice(envelope), this.#limits)
    } else if (this.#devices.isGivenUp(device)) {
      this.#culprits.giveUp(envelope, 0, 'ThingsBoard does not create the device')
    } else {
      this.#devices.hold(device, envelope)
    }
    return true
  }

  #send(session: Publisher, envelope: Envelope): void {
    if (envelope.timesSent++ > 0) this.#repeated += envelope.publish.rows.length
    envelope.sentAtMs = this.#clock.monotonic()
    this.#inFlight.add(envelope)
    session.publish(envelope.publish.topic, envelope.publish.payload, (code) => {
      if (this.#session === session && this.#inFlight.delete(envelope)) this.#acknowledged(envelope, code)
    })
  }

  #acknowledged(envelope: Envelope, code: number): void {
    if (this.#alone === envelope) this.#alone = undefined
    const nowMs = this.#clock.monotonic()
    this.#options.metrics.puback.observe((nowMs - envelope.sentAtMs) / 1000)
    this.#window.acknowledged()
    if (code >= 0x80) this.#culprits.refused(envelope, code)
    else if (this.#options.config.protocolVersion === 5) this.#delivered(envelope)
    else this.#probation.push({ envelope, ackedAtMs: nowMs })
    this.#pump()
  }

  #delivered(envelope: Envelope): void {
    const { open, publish } = envelope
    const now = this.#clock.now()
    this.#accepted++
    this.#lastAckAt = now
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
    while (this.#probation[0] && nowMs - this.#probation[0].ackedAtMs >= probationMs) {
      const done = this.#probation.shift()
      if (done) this.#delivered(done.envelope)
    }
    if (!this.#session) return
    if (this.#devices.retryDue(nowMs)) this.#pump()
    this.#watchAcks(this.#session, nowMs)
  }

  #watchAcks(session: Publisher, nowMs: number): void {
    const { config, broken } = this.#options
    const connectSince = Math.min(...this.#connecting.values())
    const silentMs = nowMs - connectSince
    // Asked half-way, so that a server that is alive has said something since.
    if (silentMs >= gatewaySilenceMs / 2) session.ping()
    const alive = session.lastHeardMs - connectSince >= gatewaySilenceMs / 2
    const [oldest] = this.#inFlight
    const timeoutMs = config.ackTimeoutSeconds * 1000
    // One tick later than the verdict "no gateway", which needs the whole time.
    const connectTimeoutMs = Math.max(timeoutMs, gatewaySilenceMs + 2 * tickMs)
    const dataStalled = oldest !== undefined && nowMs - oldest.sentAtMs >= timeoutMs
    if (silentMs >= gatewaySilenceMs && alive && this.#devices.connected === 0) broken(notAGateway(config))
    else if (dataStalled || silentMs >= connectTimeoutMs) {
      this.#window.stalled()
      broken(ackStalled(config))
    }
  }
}
