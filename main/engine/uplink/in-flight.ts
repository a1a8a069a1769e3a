import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import type { Clock } from '../kit/clock.ts'
import type { GatewayError } from '../kit/gateway-error.ts'
import type { Log } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Culprits } from './culprits.ts'
import type { Deliveries } from './deliveries.ts'
import { hex, reason } from './errors.ts'
import type { Envelope, Outbox } from './outbox.ts'
import { Probation } from './probation.ts'
import type { Probes } from './probes.ts'
import type { Publisher } from './publisher.ts'
import type { Traffic } from './traffic.ts'
import type { UplinkIssues } from './uplink-issues.ts'

/** A refusal for the amount explains so many ends in a row; after that it may be a coincidence, and a culprit beside it. */
const excuseLimit = 3

export interface InFlightOptions {
  readonly config: ThingsboardConfig
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly issues: UplinkIssues
  readonly outbox: Outbox
  readonly traffic: Traffic
  readonly culprits: Culprits
  readonly probes: Probes
  readonly deliveries: Deliveries
  /** There is room for another message. */
  answered(): void
}

/** The messages that were sent and not answered, and what becomes of them: delivered, refused, or lost with the session. */
export class InFlight {
  readonly #options: InFlightOptions
  readonly #envelopes = new Set<Envelope>()
  readonly #probation: Probation
  #session: Publisher | undefined
  #answers = 0
  #repeated = 0
  /** Ends in a row that were put down to the amount. */
  #excuses = 0

  constructor(options: InFlightOptions) {
    this.#options = options
    this.#probation = new Probation((envelope) => this.#passed(envelope))
  }

  get size(): number {
    return this.#envelopes.size
  }

  /** Nothing was sent of which the end of the connection could be the answer. */
  get isQuiet(): boolean {
    return this.#envelopes.size + this.#probation.size === 0
  }

  /** PUBACKs so far, of any kind. */
  get answers(): number {
    return this.#answers
  }

  /** Values sent more than once. */
  get repeated(): number {
    return this.#repeated
  }

  /** Monotonic ms of the longest wait for an answer; Infinity when there is none. */
  get oldestMs(): number {
    const [oldest] = this.#envelopes
    return oldest?.sentAtMs ?? Number.POSITIVE_INFINITY
  }

  send(session: Publisher, envelope: Envelope): void {
    const { traffic, clock } = this.#options
    const { topic, payload, rows } = envelope.publish
    this.#session = session
    traffic.sent(envelope.open.queue.lane, payload.length, rows.length)
    if (envelope.timesSent++ > 0) this.#repeated += rows.length
    envelope.sentAtMs = clock.monotonic()
    this.#envelopes.add(envelope)
    session.publish(topic, payload, (code) => {
      if (this.#session === session && this.#envelopes.delete(envelope)) this.#acknowledged(envelope, code)
    })
  }

  /** Lets go what has stood the test of time. Returns whether there was any. */
  tick(nowMs: number): boolean {
    return this.#probation.release(nowMs)
  }

  stop(): void {
    this.#session = undefined
  }

  /** The session ended: what it left unanswered is sent again, or is what it died of. */
  offline(error: GatewayError): void {
    const { outbox, culprits, probes } = this.#options
    this.#session = undefined
    for (const envelope of this.#probation.revoke()) this.#envelopes.add(envelope)
    const probe = probes.offline()
    const explained = this.#explains(error)
    for (const envelope of this.#envelopes) {
      if (explained && (envelope === probe || this.#excuses <= excuseLimit)) outbox.putBack(envelope)
      else if (envelope === probe) this.#died(envelope)
      else culprits.lost(envelope)
    }
    this.#envelopes.clear()
  }

  #died(probe: Envelope): void {
    const { probes, culprits, issues, log, clock } = this.#options
    const { devices, rows } = probe.publish
    log.warn('probe-died', { device: devices[0]?.name, rows: rows.length })
    probes.died(probe, clock.monotonic())
    culprits.died(probe)
    issues.searching(rows.length)
  }

  /** True when it is known why the session ended: then no message in flight is suspected. */
  #explains(error: GatewayError): boolean {
    const { traffic } = this.#options
    if (error.detail['reasonCode'] !== hex(reason.malformedPacket)) {
      this.#excuses = traffic.slowedJustNow ? this.#excuses + 1 : 0
      return traffic.slowedJustNow
    }
    this.#excuses = 0
    let largest = 0
    for (const { publish } of this.#envelopes) {
      if (publish.rows.length > 1) largest = Math.max(largest, publish.payload.length)
    }
    if (largest > 0) traffic.aimLower(largest)
    return largest > 0
  }

  #acknowledged(envelope: Envelope, code: number): void {
    const { clock, metrics, traffic, culprits, probes, config } = this.#options
    const nowMs = clock.monotonic()
    this.#answers++
    metrics.puback.observe((nowMs - envelope.sentAtMs) / 1000)
    if (code < 0x80) traffic.accepted(envelope.sentAtMs)
    if (code >= 0x80) {
      probes.answered(envelope)
      culprits.refused(envelope, code)
    } else if (config.protocolVersion === 5) this.#passed(envelope)
    else this.#probation.add(envelope, nowMs)
    this.#options.answered()
  }

  #passed(envelope: Envelope): void {
    this.#options.probes.answered(envelope)
    this.#options.deliveries.delivered(envelope)
  }
}
