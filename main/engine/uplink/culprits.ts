import { said } from '../../../shared/said/said.ts'
import type { Log } from '../observe/log.ts'
import type { EncodeLimits } from './encode.ts'
import { hex, reason } from './errors.ts'
import type { Envelope, Outbox } from './outbox.ts'
import type { UplinkIssues } from './uplink-issues.ts'

// What becomes of a message that was not accepted. Guarantees: nothing is given up but a single value that ThingsBoard
// refuses by itself (0x99), or one that fails again and again while other messages pass; everything else is sent again.

/** A message of several values is split after this many strikes, a single value given up after so many. */
const strikesToSplit = 2
const strikesToGiveUp = 4
/**
 * When the server said nothing and the connection just ended, it may have been the network: a single value is given up when
 * that happened so often in a row with nothing beside it, and other messages passed each time in between.
 */
const deathsToGiveUp = 3
/** Where nothing else is to be sent, the only proof is that the server took the announcement of the device each time. */
const lonelyDeathsToGiveUp = 8
/** A part that passes costs a round trip, a death costs a connection: eight parts find one in a thousand in four deaths. */
const partsPerDeath = 8
/** Without any proof that the server takes other messages, splitting waits this long; giving up waits for ever. */
const refusalsToSplit = 8

export interface CulpritsOptions {
  readonly outbox: Outbox
  readonly issues: UplinkIssues
  readonly log: Log
  limits(): EncodeLimits
  /** Messages accepted so far: that it grows is the proof that others pass. */
  accepted(): number
  /** The server is overtaxed: send more slowly. */
  refusedForAmount(): void
}

export class Culprits {
  readonly #options: CulpritsOptions

  constructor(options: CulpritsOptions) {
    this.#options = options
  }

  /** A PUBACK with reason code >= 0x80. */
  refused(envelope: Envelope, code: number): void {
    const { log, issues, outbox, refusedForAmount } = this.#options
    log.warn('publish-refused', {
      reasonCode: hex(code),
      device: envelope.publish.devices[0]?.name,
      rows: envelope.publish.rows.length,
    })
    if (code === reason.quotaExceeded) {
      // About the amount, not about this message.
      refusedForAmount()
      issues.rateLimited()
      outbox.putBack(envelope)
    } else if (code === reason.payloadFormatInvalid) {
      this.#blame(envelope, code, said('stored.unreadable').text)
    } else {
      refusedForAmount()
      this.strike(envelope, code, said('stored.answered', { reasonCode: hex(code) }).text)
    }
  }

  /** Something went wrong with this message; it may or may not be its fault. */
  strike(envelope: Envelope, code: number, why: string): void {
    const { outbox, limits, accepted } = this.#options
    envelope.refusals++
    if (envelope.acceptedBefore < 0) envelope.acceptedBefore = accepted()
    else if (accepted() > envelope.acceptedBefore) envelope.strikes++
    const single = envelope.publish.rows.length === 1
    if (envelope.strikes >= (single ? strikesToGiveUp : strikesToSplit)) this.#blame(envelope, code, why)
    else if (!single && envelope.refusals >= refusalsToSplit) outbox.split(envelope, parts(envelope, 2), limits())
    else outbox.postpone(envelope)
  }

  /** In flight with others when the connection ended for no known reason. */
  lost(envelope: Envelope): void {
    envelope.losses++
    envelope.acceptedBefore = this.#options.accepted()
    this.#options.outbox.putBack(envelope)
  }

  /** The connection ended, and there was nothing but this message on the way. */
  died(envelope: Envelope): void {
    const { outbox, limits } = this.#options
    const accepted = this.#options.accepted()
    const othersPass = envelope.acceptedBefore >= 0 && accepted > envelope.acceptedBefore
    envelope.acceptedBefore = accepted
    envelope.refusals++
    if (othersPass) envelope.strikes++
    if (envelope.publish.rows.length > 1) outbox.split(envelope, parts(envelope, partsPerDeath), limits())
    else if (envelope.strikes >= deathsToGiveUp || envelope.refusals >= lonelyDeathsToGiveUp) {
      this.giveUp(envelope, 0, said('stored.endedEachTime').text)
    } else outbox.putBack(envelope)
  }

  giveUp(envelope: Envelope, reasonCode: number, why: string): void {
    const attempts = envelope.timesSent
    const rows = Array.from(envelope.publish.rows, (row) => ({ row, reasonCode, reason: why, attempts }))
    this.#options.outbox.finish(envelope, rows)
  }

  /** It is this message: cut it down until the culprit is alone. */
  #blame(envelope: Envelope, code: number, why: string): void {
    const { rows, devices } = envelope.publish
    if (rows.length === 1) this.giveUp(envelope, code, why)
    else {
      const pieces = devices.length > 1 ? byDevice(envelope) : parts(envelope, 2)
      this.#options.outbox.split(envelope, pieces, this.#options.limits())
    }
  }
}

/** About equal parts, in order; none is empty. */
function parts({ publish: { rows } }: Envelope, count: number): Uint32Array[] {
  const size = Math.ceil(rows.length / count)
  const pieces: Uint32Array[] = []
  for (let start = 0; start < rows.length; start += size) pieces.push(rows.subarray(start, start + size))
  return pieces
}

/** The rows of each device by themselves. */
export function byDevice({ publish: { rows }, open: { batch } }: Envelope): Uint32Array[] {
  const pieces: Uint32Array[] = []
  let start = 0
  for (let i = 1; i <= rows.length; i++) {
    const device = batch.seriesAt(rows[start] as number).device
    if (i < rows.length && batch.seriesAt(rows[i] as number).device === device) continue
    pieces.push(rows.subarray(start, i))
    start = i
  }
  return pieces
}
