import { said } from '../../../shared/said/said.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../observe/log.ts'
import type { LiveDevice } from '../pipeline/series.ts'
import { byDevice, type Culprits } from './culprits.ts'
import { DeviceGate, rateClosingMs } from './devices.ts'
import type { EncodeLimits } from './encode.ts'
import { hex, reason } from './errors.ts'
import type { Envelope, Outbox } from './outbox.ts'
import type { Pace } from './pace.ts'
import type { Publisher } from './publisher.ts'
import type { UplinkIssues } from './uplink-issues.ts'

export interface AnnouncerOptions {
  readonly outbox: Outbox
  readonly pace: Pace
  readonly culprits: Culprits
  readonly issues: UplinkIssues
  readonly log: Log
  readonly clock: Clock
  limits(): EncodeLimits
  /** The message that announces a device. */
  connectMessage(device: LiveDevice): Buffer | string
  /** A device was accepted or refused: what waited for it can go on. */
  changed(): void
}

/** Announces each device once per session, before its first value; messages wait here until ThingsBoard knows their devices. */
export class Announcer {
  readonly #options: AnnouncerOptions
  readonly #devices = new DeviceGate()
  /** Sent and not answered, with the monotonic ms of sending. */
  readonly #connecting = new Map<LiveDevice, number>()
  #session: Publisher | undefined
  #quotaRefusedAtMs = Number.NEGATIVE_INFINITY
  #answers = 0

  constructor(options: AnnouncerOptions) {
    this.#options = options
  }

  get connected(): number {
    return this.#devices.connected
  }

  get inFlight(): number {
    return this.#connecting.size
  }

  /** Answers of any kind so far; that it grows is progress. */
  get answers(): number {
    return this.#answers
  }

  /** Monotonic ms of the longest wait for an answer; Infinity when there is none. */
  get oldestMs(): number {
    return Math.min(...this.#connecting.values())
  }

  /** Announces while there is room. Returns how long to wait, 0 when nothing has to wait for time. */
  announce(session: Publisher, hasRoom: () => boolean): number {
    this.#session = session
    for (let device = this.#devices.nextToConnect(); device && hasRoom(); device = this.#devices.nextToConnect()) {
      const nowMs = this.#options.clock.monotonic()
      const wait = this.#options.pace.control(nowMs)
      if (wait > 0) return wait
      this.#devices.announced(device)
      this.#connecting.set(device, nowMs)
      this.#connect(session, device)
    }
    return 0
  }

  /** True when a device of the message has to be announced first, or can not be had. */
  isHeld(envelope: Envelope): boolean {
    const { devices } = envelope.publish
    const device = this.#devices.missing(devices)
    if (!device) return false
    const { outbox, culprits, limits } = this.#options
    if (devices.length > 1 && devices.some((d) => this.#devices.isGivenUp(d))) {
      outbox.split(envelope, byDevice(envelope), limits())
    } else if (this.#devices.isGivenUp(device)) {
      culprits.giveUp(envelope, 0, said('stored.noDevice').text)
    } else {
      this.#devices.hold(device, envelope)
    }
    return true
  }

  retryDue(nowMs: number): boolean {
    return this.#devices.retryDue(nowMs)
  }

  /** An announcement was refused for the amount a moment ago: the end of the connection may still follow. */
  refusedJustNow(nowMs: number): boolean {
    return nowMs - this.#quotaRefusedAtMs < rateClosingMs
  }

  /** The session ended. Returns true when ThingsBoard had refused for the amount just before. */
  offline(nowMs: number): boolean {
    this.#session = undefined
    this.#connecting.clear()
    for (const envelope of this.#devices.reset(nowMs)) this.#options.outbox.putBack(envelope)
    return this.refusedJustNow(nowMs)
  }

  #connect(session: Publisher, device: LiveDevice): void {
    session.publish('v1/gateway/connect', this.#options.connectMessage(device), (code) => {
      if (this.#session !== session) return
      this.#connecting.delete(device)
      this.#answers++
      if (code < 0x80) this.#accepted(device)
      else this.#refused(device, code)
      this.#options.changed()
    })
  }

  #accepted(device: LiveDevice): void {
    const { issues, outbox } = this.#options
    issues.gatewayAnswers()
    issues.deviceAccepted(device.name)
    for (const envelope of this.#devices.accepted(device)) outbox.putBack(envelope)
  }

  #refused(device: LiveDevice, code: number): void {
    const { issues, outbox, log, clock } = this.#options
    const nowMs = clock.monotonic()
    log.warn('device-refused', { device: device.name, reasonCode: hex(code) })
    issues.deviceRefused(device.name, code)
    if (code === reason.quotaExceeded) this.#quotaRefusedAtMs = nowMs
    for (const envelope of this.#devices.refused(device, nowMs)) outbox.putBack(envelope)
  }
}
