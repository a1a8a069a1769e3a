import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import type { Clock } from '../kit/clock.ts'
import { GatewayError } from '../kit/gateway-error.ts'
import type { Log } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { LiveDevice } from '../pipeline/series.ts'
import type { Batch, RefusedRow, Store } from '../pipeline/stages.ts'
import { DeviceGate } from './devices.ts'
import { type EncodeLimits, tooLargeText } from './encode.ts'
import { addressOf, hex, reason } from './errors.ts'
import { type SessionLimits, shareOfLimit, unknownLimits } from './limits.ts'
import { type Envelope, Outbox } from './outbox.ts'
import { Pace } from './pace.ts'
import type { UplinkIssues } from './uplink-issues.ts'

// Publishes what the store holds and settles it on PUBACK. Guarantees: a value counts as delivered only after a PUBACK with
// reason code < 0x80 for a message that holds it; everything in flight when a session ends is sent again, byte-equal and in
// order; a value that ThingsBoard refuses ends alone in quarantine while all others pass.

/** v1/gateway/connect without PUBACK while the server is otherwise alive: this device is no gateway. */
const gatewaySilenceMs = 10_000
/** In flight at the end of this many sessions: from then on it is sent with nothing beside it, to find the culprit. */
const suspectLosses = 2
/** A message of several values is split after this many strikes, a single value given up after so many. */
const strikesToSplit = 2
const strikesToGiveUp = 4
/** Without any proof that the server takes other messages, splitting waits this long; giving up waits for ever. */
const refusalsToSplit = 8
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
  readonly #inFlight = new Set<Envelope>()
  readonly #connecting = new Map<LiveDevice, number>()
  readonly #probation: { envelope: Envelope; ackedAtMs: number }[] = []
  #session: Publisher | undefined
  #limits: EncodeLimits
  #window = 1
  #alone: Envelope | undefined
  #undoTick: () => void = () => {}
  #undoWait: () => void = () => {}
  #pumping = false
  #accepted = 0
  #repeated = 0
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

  get counts() {
    return {
      inFlightMessages: this.#inFlight.size,
      window: this.#window,
      devices: this.#devices.connected,
      repeated: this.#repeated,
      lastAckAt: this.#lastAckAt,
    }
  }

  deviceNames(): string[] {
    return this.#devices.names()
  }

  /** A session is ready for data. */
  online(session: Publisher, limits: SessionLimits): void {
    this.#pace.adopt(limits, this.#clock.monotonic())
    this.#limits = this.#encodeLimits(limits)
    const allowed = limits.maxInFlight === undefined ? Number.POSITIVE_INFINITY : limits.maxInFlight * shareOfLimit
    this.#window = Math.max(1, Math.min(this.#options.config.maxInFlight, Math.floor(allowed)))
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
      if (envelope === this.#alone) this.#strike(envelope, 0, 'the connection ended each time it was sent')
      else this.#outbox.putBack(envelope)
    }
    this.#inFlight.clear()
    this.#alone = undefined
    this.#connecting.clear()
    for (const envelope of this.#devices.reset(this.#clock.monotonic())) this.#outbox.putBack(envelope)
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
    return this.#inFlight.size + this.#connecting.size < this.#window
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
        if (code === reason.quotaExceeded) this.#pace.slowDown(this.#clock.monotonic())
        for (const envelope of this.#devices.refused(device, this.#clock.monotonic())) this.#outbox.putBack(envelope)
      }
      this.#pump()
    })
  }

  #sendData(session: Publisher): number {
    this.#outbox.fill(this.#window)
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
      this.#outbox.fill(this.#window)
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
      this.#giveUp(envelope, 0, 'ThingsBoard does not create the device')
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
    if (code >= 0x80) this.#refused(envelope, code)
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
    this.#observeAges(envelope, now)
    this.#options.issues.acknowledged()
    this.#outbox.finish(envelope)
  }

  /** One observation for neighbours with the same time; of very many different times every n-th stands for n. */
  #observeAges({ open, publish }: Envelope, now: number): void {
    const { rows } = publish
    const { sourceToAck } = this.#options.metrics
    const step = Math.max(1, Math.floor(rows.length / agesPerMessage))
    let ts = Number.NaN
    let weight = 0
    for (let i = 0; i < rows.length; i += step) {
      const rowTs = open.batch.tsAt(rows[i] as number)
      if (rowTs !== ts && weight > 0) {
        sourceToAck.observe((now - ts) / 1000, weight)
        weight = 0
      }
      ts = rowTs
      weight += Math.min(step, rows.length - i)
    }
    if (weight > 0) sourceToAck.observe((now - ts) / 1000, weight)
  }

  #refused(envelope: Envelope, code: number): void {
    this.#options.log.warn('publish-refused', {
      reasonCode: hex(code),
      device: envelope.publish.devices[0]?.name,
      rows: envelope.publish.rows.length,
    })
    if (code === reason.quotaExceeded) {
      // About the amount, not about this message.
      this.#pace.slowDown(this.#clock.monotonic())
      this.#options.issues.rateLimited()
      this.#outbox.putBack(envelope)
    } else if (code === reason.payloadFormatInvalid) {
      this.#blame(envelope, code, 'ThingsBoard can not read it')
    } else {
      this.#pace.slowDown(this.#clock.monotonic())
      this.#strike(envelope, code, `ThingsBoard answered ${hex(code)}`)
    }
  }

  /** Something went wrong with this message; it may or may not be its fault. */
  #strike(envelope: Envelope, code: number, why: string): void {
    envelope.refusals++
    if (envelope.acceptedBefore < 0) envelope.acceptedBefore = this.#accepted
    else if (this.#accepted > envelope.acceptedBefore) envelope.strikes++
    const single = envelope.publish.rows.length === 1
    if (envelope.strikes >= (single ? strikesToGiveUp : strikesToSplit)) this.#blame(envelope, code, why)
    else if (!single && envelope.refusals >= refusalsToSplit)
      this.#outbox.split(envelope, halves(envelope), this.#limits)
    else this.#outbox.postpone(envelope)
  }

  /** It is this message: cut it down until the culprit is alone. */
  #blame(envelope: Envelope, code: number, why: string): void {
    if (envelope.publish.rows.length === 1) this.#giveUp(envelope, code, why)
    else if (envelope.publish.devices.length > 1) this.#outbox.split(envelope, byDevice(envelope), this.#limits)
    else this.#outbox.split(envelope, halves(envelope), this.#limits)
  }

  #giveUp(envelope: Envelope, reasonCode: number, why: string): void {
    const rows = Array.from(envelope.publish.rows, (row) => ({
      row,
      reasonCode,
      reason: why,
      attempts: envelope.timesSent,
    }))
    this.#outbox.finish(envelope, rows)
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
    const since = Math.min(oldest?.sentAtMs ?? Number.POSITIVE_INFINITY, connectSince)
    if (silentMs >= gatewaySilenceMs && alive && this.#devices.connected === 0) broken(notAGateway(config))
    else if (nowMs - since >= config.ackTimeoutSeconds * 1000) broken(ackStalled(config))
  }
}

/** More observations than this per message would cost more than they tell. */
const agesPerMessage = 512

function halves({ publish: { rows } }: Envelope): Uint32Array[] {
  const middle = rows.length >> 1
  return [rows.subarray(0, middle), rows.subarray(middle)]
}

function byDevice({ publish: { rows }, open: { batch } }: Envelope): Uint32Array[] {
  const parts: Uint32Array[] = []
  let start = 0
  for (let i = 1; i <= rows.length; i++) {
    const device = batch.seriesAt(rows[start] as number).device
    if (i < rows.length && batch.seriesAt(rows[i] as number).device === device) continue
    parts.push(rows.subarray(start, i))
    start = i
  }
  return parts
}

const notAGateway = (config: ThingsboardConfig) =>
  new GatewayError(
    'UPLINK_NOT_A_GATEWAY',
    `ThingsBoard at ${addressOf(config)} accepts the sign-in but does not answer as to a gateway.`,
    {
      retry: 'after-config-change',
      hint: 'Open the device in ThingsBoard, switch on "Is gateway", save, and press "Try now" here.',
    },
  )

const ackStalled = (config: ThingsboardConfig) =>
  new GatewayError(
    'UPLINK_ACK_STALLED',
    `ThingsBoard at ${addressOf(config)} has not acknowledged anything for ${config.ackTimeoutSeconds} s.`,
    {
      hint: 'Nothing is lost: the gateway connects again and sends the same values again. If it lasts, ThingsBoard or the network is overloaded.',
    },
  )
