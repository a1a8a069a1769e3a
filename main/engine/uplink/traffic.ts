import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import type { Clock } from '../kit/clock.ts'
import type { Lane } from '../pipeline/stages.ts'
import { BacklogRate } from './backlog-rate.ts'
import { rateClosingMs } from './devices.ts'
import type { EncodeLimits } from './encode.ts'
import { LaneShares } from './lane-shares.ts'
import { allowedPerSecond, type SessionLimits, shareOfLimit, unknownLimits } from './limits.ts'
import { Pace } from './pace.ts'
import { Window } from './window.ts'

/** A server that closes on messages of this size has another problem. */
const smallestAimBytes = 1024

/** Values per take: 5 ms of encoding at most, so that the engine's thread stays responsive. */
const rowsPerTake = 16_384
/**
 * Where the server counts messages, a take of the backlog has to hold enough of each device to fill one: some 30 ms of
 * encoding, seldom, because such a server lets only few messages pass.
 */
const rowsPerScarceTake = 131_072

/** `{"ts":1700000000000,"values":{"v":0}},` */
const shortestElementBytes = 38

/** How much may be on the way, how fast, how large, and whose turn it is; what was learnt survives a reconnect. */
export class Traffic {
  readonly pace: Pace
  readonly #config: ThingsboardConfig
  readonly #clock: Clock
  readonly #backlogRate: BacklogRate
  readonly #shares = new LaneShares()
  readonly #window: Window
  #limits: EncodeLimits
  #messagesAreScarce = false
  #slowedAtMs = Number.NEGATIVE_INFINITY
  /** Learnt from closed connections; a server that tells its limit never teaches it. */
  #aimBytes = Number.POSITIVE_INFINITY

  constructor(config: ThingsboardConfig, clock: Clock) {
    this.#config = config
    this.#clock = clock
    this.pace = new Pace(unknownLimits, clock.monotonic())
    this.#backlogRate = new BacklogRate(config.backlog)
    this.#window = new Window(config.maxInFlight)
    this.#limits = this.#encodeLimits(unknownLimits)
  }

  /** For the messages that are encoded from now on. */
  get limits(): EncodeLimits {
    return this.#limits
  }

  get window(): number {
    return this.#window.size
  }

  /** A session with these limits begins. */
  adopt(limits: SessionLimits): void {
    this.pace.adopt(limits, this.#clock.monotonic())
    this.#limits = this.#encodeLimits(limits)
    this.#messagesAreScarce = Number.isFinite(allowedPerSecond(limits).messages)
    const allowed = limits.maxInFlight === undefined ? Number.POSITIVE_INFINITY : limits.maxInFlight * shareOfLimit
    this.#window.setLimit(Math.max(1, Math.min(this.#config.maxInFlight, Math.floor(allowed))))
  }

  /** A batch is settled as a whole, so one that holds more than the window would be repeated beyond it after a kill (D5). */
  rowsPerTake(lane: Lane): number {
    if (lane === 'backlog' && this.#messagesAreScarce) return rowsPerScarceTake
    const { maxPayloadBytes, aimBytes } = this.#limits
    const rowsPerMessage = Math.ceil(Math.min(maxPayloadBytes, aimBytes) / shortestElementBytes)
    return Math.min(rowsPerTake, this.#window.size * rowsPerMessage)
  }

  hasRoom(inFlight: number): boolean {
    return inFlight < this.#window.size
  }

  hasRoomForData(inFlight: number): boolean {
    return inFlight < this.#window.size - this.#window.reserve
  }

  /** Lanes in the order in which to look for the next message. */
  turn(inFlight: number): readonly Lane[] {
    const lanes = this.#shares.turn()
    const backlogToo = inFlight < this.#window.size - this.#window.backlogReserve && this.backlogWaitMs() === 0
    return backlogToo ? lanes : lanes.filter((lane) => lane !== 'backlog')
  }

  /** Until the backlog's own rate allows another message. */
  backlogWaitMs(): number {
    return this.#backlogRate.waitMs(this.#clock.monotonic())
  }

  fits(bytes: number, rows: number): boolean {
    const { maxPayloadBytes, aimBytes, maxRows } = this.#limits
    return bytes <= (rows > 1 ? aimBytes : maxPayloadBytes) && rows <= maxRows
  }

  sent(lane: Lane, bytes: number, rows: number): void {
    this.#shares.sent(lane, bytes)
    if (lane === 'backlog') this.#backlogRate.sent(rows, this.#clock.monotonic())
  }

  accepted(sentAtMs: number): void {
    this.#window.acknowledged(sentAtMs, this.#clock.monotonic())
  }

  stalled(): void {
    this.#window.stalled()
  }

  /** The server refused for the amount. It says so with a PUBACK, a message and the end of the connection: one refusal. */
  slowDown(): void {
    if (this.slowedJustNow) return
    this.#slowedAtMs = this.#clock.monotonic()
    this.pace.slowDown(this.#slowedAtMs)
    this.#window.stalled()
  }

  get slowedJustNow(): boolean {
    return this.#clock.monotonic() - this.#slowedAtMs < rateClosingMs
  }

  /** The server closed on a message it found too large; the largest on the way had `bytes`. */
  aimLower(bytes: number): void {
    this.#aimBytes = Math.max(smallestAimBytes, Math.min(this.#aimBytes, bytes >> 1))
    this.#limits = { ...this.#limits, aimBytes: Math.min(this.#limits.aimBytes, this.#aimBytes) }
  }

  #encodeLimits(limits: SessionLimits): EncodeLimits {
    const { maxPayloadBytes: configured, severalDevicesPerMessage, payload } = this.#config
    const allowed =
      limits.maxPayloadBytes === undefined ? Number.POSITIVE_INFINITY : limits.maxPayloadBytes * shareOfLimit
    const maxPayloadBytes = Math.min(configured, Math.floor(allowed))
    return {
      maxPayloadBytes,
      aimBytes: Math.min(maxPayloadBytes, this.#aimBytes),
      maxRows: this.pace.maxDatapoints,
      severalDevices: severalDevicesPerMessage,
      protobuf: payload === 'protobuf',
    }
  }
}
