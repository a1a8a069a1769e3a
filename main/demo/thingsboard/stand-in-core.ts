import type { Outcome } from './gateway-api.ts'
import type { StoredValue } from './json-values.ts'
import { RateLimiter, type RateLimitTexts } from './rate-limiter.ts'
import { type Arrival, DeviceRecord, newCounters, Records } from './records.ts'

/** A device as it stands in ThingsBoard, with its credentials. */
export interface StandInAccount {
  readonly name: string
  readonly gateway: boolean
  readonly token?: string
  readonly clientId?: string
  readonly username?: string
  readonly password?: string
  /** X.509: SHA-256 fingerprint of the client certificate, as Node prints it. */
  readonly fingerprint?: string
}

export interface StandInOptions {
  readonly host?: string
  /** 0 = any free one. */
  readonly port?: number
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer; readonly ca?: string | Buffer }
  /** Access token of the one gateway device, when `accounts` says nothing else. */
  readonly token?: string
  readonly accounts?: readonly StandInAccount[]
  /** Which ThingsBoard it answers like; 4.2.1 changed how a message with several devices is acknowledged. */
  readonly version?: '3.7' | '4.2.0' | '4.2.1'
  readonly maxPayloadSize?: number
  readonly maxInflightMessages?: number
  /** Limits of the gateway device's own messages, and of its devices together. */
  readonly rateLimits?: RateLimitTexts
  readonly gatewayRateLimits?: RateLimitTexts
  readonly maxDevices?: number
  /** As the profile of the gateway device says. */
  readonly payload?: 'json' | 'protobuf'
  /** Count and check steps instead of keeping values: for load. */
  readonly countOnly?: boolean
  /** In counting mode: each value of a series is this much more than the one before. */
  readonly step?: number
  readonly maxRecorded?: number
  /** Simulated time: ms since the epoch, and monotonic ms for the rate limits. */
  readonly clock?: { now(): number; monotonic(): number }
  onDatapoint?(arrival: Arrival): void
}

/** Switches that make it misbehave; may change at any time. */
export interface StandInFaults {
  /** Reads everything and answers nothing, not even PINGREQ. */
  silent: boolean
  /** Acknowledges, and leaves everything in the queue; see `loseQueue`. */
  holdQueue: boolean
  /** Does not answer `getSessionLimits`. */
  hideLimits: boolean
  /** This many PUBACKs are not sent (the message is stored). */
  loseAcks: number
  ackDelayMs: number
  /** Answers this many gateway messages with 0x97 and the end of the connection. */
  limitNext: number
  /** Ends the connection without an answer on a message that holds such a value. */
  closeOn: ((device: string, key: string, value: StoredValue) => boolean) | undefined
  refuse: ((device: string, key: string, value: StoredValue) => boolean) | undefined
}

const noFaults = (): StandInFaults => ({
  silent: false,
  holdQueue: false,
  hideLimits: false,
  loseAcks: 0,
  ackDelayMs: 0,
  limitNext: 0,
  closeOn: undefined,
  refuse: undefined,
})

/** Enough for every scenario; a demo that runs for days must not fill the memory. */
const defaultMaxRecorded = 200_000
/** NoXss and the length rule of the device name. */
const badName = /[\0<>]|\{\{/
const nameLimit = 255

/** What all connections share: devices, what arrived, limits and faults. */
export class StandInCore {
  readonly options: StandInOptions
  readonly accounts: readonly StandInAccount[]
  readonly counters = newCounters()
  readonly faults = noFaults()
  readonly records: Records
  readonly ownLimits: RateLimiter
  readonly gatewayLimits: RateLimiter
  /** The gateway device itself; not among the devices it brought. */
  readonly gatewayDevice = new DeviceRecord('', 'default')
  readonly sharedAttributes = new Map<string, unknown>()
  /** Acknowledged and not stored. */
  #queue: (() => void)[] = []
  readonly #rpcs = new Map<string, (answer: unknown) => void>()

  constructor(options: StandInOptions) {
    this.options = options
    this.accounts = options.accounts ?? [{ name: 'Gateway', gateway: true, token: options.token ?? 'gateway-token' }]
    this.records = new Records(this.counters, options.maxRecorded ?? defaultMaxRecorded, options.step)
    const monotonic = () => options.clock?.monotonic() ?? performance.now()
    this.ownLimits = new RateLimiter(options.rateLimits, monotonic)
    this.gatewayLimits = new RateLimiter(options.gatewayRateLimits, monotonic)
  }

  get recordsText(): boolean {
    return this.options.countOnly !== true
  }

  get protobuf(): boolean {
    return this.options.payload === 'protobuf'
  }

  get aggregatesAcks(): boolean {
    return (this.options.version ?? '4.2.1') === '4.2.1'
  }

  now(): number {
    return this.options.clock?.now() ?? Date.now()
  }

  /** The device, created on first use: with `profile`, or for good as `default` when data came first. */
  deviceOf(name: string, profile: string): { readonly kind: 'made'; readonly device: DeviceRecord } | Outcome {
    const known = this.records.devices.get(name)
    if (known) return { kind: 'made', device: known }
    if (name.trim() === '' || name.length > nameLimit || badName.test(name)) return { kind: 'ack', code: 0x80 }
    if (this.records.devices.size >= (this.options.maxDevices ?? Number.POSITIVE_INFINITY)) {
      return { kind: 'ack', code: 0x97 }
    }
    if (!this.gatewayLimits.message()) return { kind: 'ack', code: 0x80 }
    const device = new DeviceRecord(name, profile)
    this.records.devices.set(name, device)
    return { kind: 'made', device }
  }

  keep(device: DeviceRecord, arrival: Arrival): void {
    this.records.store(device, arrival.key, arrival.ts, arrival.value)
    this.options.onDatapoint?.(arrival)
  }

  /** What the rule engine will do with an acknowledged message. */
  queue(task: () => void): void {
    this.#queue.push(task)
    if (!this.faults.holdQueue) for (const due of this.#queue.splice(0)) due()
  }

  /** The default queue is memory: a restart forgets it. */
  loseQueue(): void {
    this.#queue = []
  }

  limits(): object {
    return {
      maxPayloadSize: this.options.maxPayloadSize ?? 65_536,
      maxInflightMessages: this.options.maxInflightMessages ?? 100,
      rateLimits: this.ownLimits.texts,
      gatewayRateLimits: this.gatewayLimits.texts,
    }
  }

  rpcSent(id: string, answered: (answer: unknown) => void): () => void {
    this.#rpcs.set(id, answered)
    return () => this.#rpcs.delete(id)
  }

  rpcAnswered(id: string, answer: unknown): void {
    this.#rpcs.get(id)?.(answer)
    this.#rpcs.delete(id)
  }
}
