import type { LiveDevice } from '../pipeline/series.ts'
import type { Envelope } from './outbox.ts'

// Which devices this session has announced. ThingsBoard creates a device it does not know with the profile `default`, so
// `v1/gateway/connect` with the type has to be acknowledged before the device's first datapoint.

/** First wait after a refused device; doubles. Creating one can fail for a moment, or for good (device limit, name). */
const firstRetryMs = 1000
const longestRetryMs = 300_000
/** From here on its data goes to quarantine instead of waiting in memory. About half a minute after the first refusal. */
const deviceRefusalLimit = 5
/** A quota refusal followed by the end of the session within this time was about the rate, not about the device. */
export const rateClosingMs = 1500

interface DeviceEntry {
  phase: 'unknown' | 'queued' | 'connecting' | 'connected' | 'refused'
  held: Envelope[]
  refusals: number
  retryAtMs: number
  refusedAtMs: number
}

export class DeviceGate {
  readonly #entries = new Map<LiveDevice, DeviceEntry>()
  /** Devices in held messages -> the devices these wait for. What comes later must not overtake them (D8). */
  readonly #waitingFor = new Map<LiveDevice, Set<LiveDevice>>()
  #queue: LiveDevice[] = []
  #connected = 0

  get connected(): number {
    return this.#connected
  }

  /** The first device of the message that ThingsBoard does not know in this session, or that an earlier message waits for. */
  missing(devices: readonly LiveDevice[]): LiveDevice | undefined {
    for (const device of devices) for (const awaited of this.#waitingFor.get(device) ?? []) return awaited
    for (const device of devices) if (this.#entries.get(device)?.phase !== 'connected') return device
    return undefined
  }

  /** Keeps the message until the device is connected; asks for the connection when nobody has. */
  hold(device: LiveDevice, envelope: Envelope): void {
    const entry = this.#entry(device)
    entry.held.push(envelope)
    for (const held of envelope.publish.devices) {
      const awaited = this.#waitingFor.get(held)
      if (awaited) awaited.add(device)
      else this.#waitingFor.set(held, new Set([device]))
      this.#ask(held)
    }
    this.#ask(device)
  }

  isGivenUp(device: LiveDevice): boolean {
    const entry = this.#entries.get(device)
    return entry?.phase === 'refused' && entry.refusals >= deviceRefusalLimit
  }

  /** The next device to announce; stays first until `announced`. */
  nextToConnect(): LiveDevice | undefined {
    return this.#queue[0]
  }

  announced(device: LiveDevice): void {
    this.#queue.shift()
    this.#entry(device).phase = 'connecting'
  }

  /** Returns what was held for it. */
  accepted(device: LiveDevice): Envelope[] {
    const entry = this.#entry(device)
    entry.phase = 'connected'
    entry.refusals = 0
    this.#connected++
    return this.#letGo(device, entry)
  }

  /** Returns what has waited too often, to be given up. */
  refused(device: LiveDevice, nowMs: number): Envelope[] {
    const entry = this.#entry(device)
    entry.phase = 'refused'
    entry.refusals++
    entry.refusedAtMs = nowMs
    entry.retryAtMs = nowMs + Math.min(longestRetryMs, firstRetryMs * 2 ** entry.refusals)
    return entry.refusals >= deviceRefusalLimit ? this.#letGo(device, entry) : []
  }

  /** Refused devices whose wait is over are announced again. */
  retryDue(nowMs: number): boolean {
    let due = false
    for (const [device, entry] of this.#entries) {
      if (entry.phase !== 'refused' || nowMs < entry.retryAtMs) continue
      entry.phase = 'queued'
      this.#queue.push(device)
      due = true
    }
    return due
  }

  /** A new session knows no device. Returns everything held. */
  reset(nowMs: number): Envelope[] {
    const held: Envelope[] = []
    for (const entry of this.#entries.values()) {
      held.push(...entry.held.splice(0))
      if (entry.phase === 'refused' && nowMs - entry.refusedAtMs < rateClosingMs) entry.refusals--
      entry.phase = 'unknown'
    }
    this.#waitingFor.clear()
    this.#queue = []
    this.#connected = 0
    return held
  }

  #ask(device: LiveDevice): void {
    const entry = this.#entry(device)
    if (entry.phase !== 'unknown') return
    entry.phase = 'queued'
    this.#queue.push(device)
  }

  #letGo(device: LiveDevice, { held }: DeviceEntry): Envelope[] {
    for (const { publish } of held) {
      for (const waiting of publish.devices) {
        const awaited = this.#waitingFor.get(waiting)
        awaited?.delete(device)
        if (awaited?.size === 0) this.#waitingFor.delete(waiting)
      }
    }
    return held.splice(0)
  }

  #entry(device: LiveDevice): DeviceEntry {
    let entry = this.#entries.get(device)
    if (!entry) {
      entry = { phase: 'unknown', held: [], refusals: 0, retryAtMs: 0, refusedAtMs: 0 }
      this.#entries.set(device, entry)
    }
    return entry
  }
}
