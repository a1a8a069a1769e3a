import type { RateLimitTexts } from '../../../main/demo/thingsboard/rate-limiter.ts'
import type { StandInOptions } from '../../../main/demo/thingsboard/stand-in-core.ts'
import type { Random } from './random.ts'

// What a seed makes happen. Each run switches on a random part of the faults ("swarm testing"): all at once would only ever
// show the most frequent one.

export type Fault =
  | { readonly kind: 'crash'; readonly forMs: number; readonly silent: boolean; readonly ambush: boolean }
  | { readonly kind: 'restart'; readonly forMs: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'half-open'; readonly direction: 'both' | 'up' | 'down' }
  | { readonly kind: 'door'; readonly door: 'refused' | 'black-hole'; readonly forMs: number; readonly cut: boolean }
  | { readonly kind: 'slow'; readonly latencyMs: number; readonly forMs: number }
  | { readonly kind: 'server-restart' }
  | { readonly kind: 'silent'; readonly forMs: number }
  | { readonly kind: 'lose-acks'; readonly count: number }
  | { readonly kind: 'limit'; readonly count: number }
  | { readonly kind: 'clock'; readonly byMs: number }
  | { readonly kind: 'disk'; readonly what: 'full' | 'quota' | 'slow' | 'take-fails'; readonly forMs: number }

export interface Plan {
  readonly lengthMs: number
  readonly faults: readonly (readonly [atMs: number, fault: Fault])[]
  readonly devices: number
  readonly keys: number
  readonly everyMs: number
  readonly burst: number
  readonly commitIntervalMs: number
  readonly whenFull: 'block' | 'drop-oldest' | 'drop-newest'
  readonly protocolVersion: 4 | 5
  readonly maxInFlight: number
  readonly maxPayloadBytes: number
  readonly ackTimeoutSeconds: number
  readonly severalDevices: boolean
  readonly hideLimits: boolean
  readonly latencyMs: number
  readonly jitterMs: number
  readonly server: StandInOptions
  /** Probability of a row that ThingsBoard can not take, by kind. */
  readonly poison: number
  readonly deadly: number
  readonly oversize: number
  readonly notANumber: number
  readonly badDevice: boolean
}

export function planOf(random: Random): Plan {
  const on = (probability: number) => random.chance(probability)
  const protocolVersion = on(0.1) ? 4 : 5
  const v5 = protocolVersion === 5
  const limited = v5 && on(0.25)
  const lengthMs = random.between(20_000, 120_000)
  const devices = random.between(1, 5)
  const keys = random.between(1, 4)
  const burst = random.pick([3, 20, 80])
  const maxPayloadBytes = random.pick([1024, 2048, 8192])
  const tooFewDevices = v5 && on(0.05)
  return {
    lengthMs,
    faults: faultsOf(random, lengthMs, v5),
    devices,
    keys,
    everyMs: Math.round((lengthMs * ((burst + 1) / 2) * keys) / random.pick([100, 300, 1500])),
    burst,
    commitIntervalMs: random.pick([5, 40, 300]),
    whenFull: random.pick(['block', 'drop-oldest', 'drop-newest']),
    protocolVersion,
    maxInFlight: random.pick([1, 4, 16, 64]),
    maxPayloadBytes,
    ackTimeoutSeconds: random.pick([5, 10, 30]),
    severalDevices: on(0.3),
    hideLimits: on(0.3),
    latencyMs: random.pick([1, 10, 80]),
    jitterMs: random.pick([0, 5, 40]),
    server: {
      version: '4.2.1',
      maxPayloadSize: 65_536,
      ...(limited ? { gatewayRateLimits: random.pick([datapointLimit, messageLimit]) } : {}),
      ...(tooFewDevices ? { maxDevices: Math.max(1, devices - 1) } : {}),
    },
    poison: v5 && on(0.3) ? 0.01 : 0,
    deadly: v5 && on(0.1) ? 0.0005 : 0,
    oversize: on(0.2) ? 0.01 : 0,
    notANumber: on(0.2) ? 0.01 : 0,
    badDevice: v5 && on(0.1),
  }
}

const datapointLimit: RateLimitTexts = { telemetryDataPoints: '400:1,6000:60' }
const messageLimit: RateLimitTexts = { telemetryMessages: '20:1,600:60' }

function faultsOf(random: Random, lengthMs: number, v5: boolean): (readonly [number, Fault])[] {
  const makers: (() => Fault)[] = []
  const offer = (probability: number, make: () => Fault) => {
    if (random.chance(probability)) makers.push(make)
  }
  const short = () => random.between(50, 3000)
  const long = () => random.between(1000, 60_000)
  offer(0.4, () => ({ kind: 'crash', forMs: short(), silent: random.chance(0.3), ambush: random.chance(0.4) }))
  offer(0.15, () => ({ kind: 'restart', forMs: short() }))
  offer(0.4, () => ({ kind: 'cut' }))
  offer(0.25, () => ({ kind: 'half-open', direction: random.pick(['both', 'up', 'down']) }))
  offer(0.25, () => ({
    kind: 'door',
    door: random.pick(['refused', 'black-hole']),
    forMs: long(),
    cut: random.chance(0.7),
  }))
  offer(0.2, () => ({ kind: 'slow', latencyMs: random.pick([300, 2000, 6000]), forMs: long() }))
  offer(0.2, () => ({ kind: 'server-restart' }))
  offer(0.2, () => ({ kind: 'silent', forMs: long() }))
  offer(0.3, () => ({ kind: 'lose-acks', count: random.between(1, 5) }))
  offer(0.25, () => ({ kind: 'limit', count: random.between(1, v5 ? 3 : 1) }))
  offer(0.15, () => ({ kind: 'clock', byMs: random.pick([-3_600_000, 3_600_000, -40_000, 86_400_000]) }))
  offer(0.4, () => ({
    kind: 'disk',
    what: random.pick(['full', 'quota', 'slow', 'take-fails']),
    forMs: random.between(500, 20_000),
  }))
  if (makers.length === 0) return []
  const count = random.between(1, 14)
  return Array.from({ length: count }, () => {
    const make = makers[random.between(0, makers.length - 1)] as () => Fault
    return [random.between(0, lengthMs), make()] as const
  })
}
