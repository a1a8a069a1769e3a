import type { OpcuaDeviceConfig } from '../../../shared/config/opcua.ts'
import type { Sample, TagIndex } from '../../../shared/sample.ts'
import type { Clock } from '../kit/clock.ts'
import type { Datapoint, Mapper, Refusal, SampleSink } from './stages.ts'

// What came last, tag by tag, for the eyes of an operator: Trace and previews ask, nothing in the pipe depends on it. In
// memory only. Costs three array writes per sample; messages are copied at most every `captureEveryMs` per filter.

/** Messages kept per topic filter. */
const messagesPerFilter = 10
/** Bytes of one kept message: longer ones are rare and are not shown whole anywhere. */
const messageBytes = 32_768
/** All kept messages together: about a hundred busy filters at their fullest. */
const allMessagesBytes = 16 * 1024 * 1024
/** A filter with 20,000 messages/s must not cost 20,000 copies. */
const captureEveryMs = 50

export interface TagMoment {
  /** Newest sample; of messages only their time is kept here. */
  readonly sample: Sample | undefined
  /** ms since the epoch; 0 = never. */
  readonly receivedAt: number
  /** When a sample last became a datapoint. */
  readonly mappedAt: number
  readonly refusal: Refusal | undefined
  readonly refusedAt: number
}

export interface CapturedMessage {
  readonly topic: string
  readonly payload: Buffer
  readonly at: number
}

interface ConnectorMemory {
  readonly samples: (Sample | undefined)[]
  readonly receivedAt: number[]
  readonly mappedAt: number[]
  readonly refusals: Map<TagIndex, { readonly refusal: Refusal; readonly at: number }>
  readonly messages: Map<string, CapturedMessage[]>
  /** Ranges of tags with the keys they are: searched when somebody asks, so that 100,000 names are not kept twice. */
  readonly names: { readonly first: TagIndex; readonly devices: readonly OpcuaDeviceConfig[] }[]
}

/** Refusals remembered per connector, one per tag. */
const refusalLimit = 10_000

export class TagMemory {
  readonly #clock: Pick<Clock, 'now'>
  readonly #connectors = new Map<string, ConnectorMemory>()
  #bytes = 0

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** The same mapper, watched. The connector starts anew: its tags may mean something else now. */
  watched(connectorId: string, mapper: Mapper): Mapper {
    const memory = this.#renew(connectorId)
    return {
      map(sample: Sample, receivedAt: number, out: Datapoint[]): void {
        const before = out.length
        mapper.map(sample, receivedAt, out)
        const { tag } = sample
        if (tag < 0) return
        memory.receivedAt[tag] = receivedAt
        if (out.length > before) memory.mappedAt[tag] = receivedAt
        if (!sample.message) memory.samples[tag] = sample
      },
    }
  }

  /** The same sink, its refusals remembered. */
  sink(connectorId: string, sink: SampleSink): SampleSink {
    const memory = this.#connectors.get(connectorId) ?? this.#renew(connectorId)
    return {
      accept: (samples, options) => sink.accept(samples, options),
      refuse: (refusal) => {
        this.#refused(memory, refusal)
        sink.refuse(refusal)
      },
      pressure: sink.pressure,
    }
  }

  /** A message as it arrived, before it is decoded: malformed ones are the most interesting. */
  capture(connectorId: string, filter: string, topic: string, payload: Buffer): void {
    if (payload.length > messageBytes) return
    const memory = this.#connectors.get(connectorId)
    if (!memory) return
    const at = this.#clock.now()
    const ring = memory.messages.get(filter)
    if (ring && Math.abs(at - (ring.at(-1)?.at ?? 0)) < captureEveryMs) return
    // A copy: the client's buffer is a slice of what it read from the socket, which would stay in memory as a whole.
    const message = { topic, payload: Buffer.from(payload), at }
    if (ring) ring.push(message)
    else memory.messages.set(filter, [message])
    this.#bytes += payload.length
    if (ring && ring.length > messagesPerFilter) this.#forgetOldest(ring)
    while (this.#bytes > allMessagesBytes) if (!this.#forgetOne(memory)) return
  }

  tag(connectorId: string, tag: TagIndex): TagMoment {
    const memory = this.#connectors.get(connectorId)
    const refused = memory?.refusals.get(tag)
    return {
      sample: memory?.samples[tag],
      receivedAt: memory?.receivedAt[tag] ?? 0,
      mappedAt: memory?.mappedAt[tag] ?? 0,
      refusal: refused?.refusal,
      refusedAt: refused?.at ?? 0,
    }
  }

  /** Tags from `first` on are the keys of these devices, in order. */
  name(connectorId: string, first: TagIndex, devices: readonly OpcuaDeviceConfig[]): void {
    this.#connectors.get(connectorId)?.names.push({ first, devices })
  }

  named(connectorId: string, device: string, key: string): TagMoment {
    for (const { first, devices } of this.#connectors.get(connectorId)?.names ?? []) {
      let tag = first
      for (const { name, keys } of devices) {
        const place = name === device ? keys.findIndex((one) => one.key === key) : -1
        if (place >= 0) return this.tag(connectorId, tag + place)
        tag += keys.length
      }
    }
    return this.tag(connectorId, -1)
  }

  /** Tags whose newest sample the mapping refused for another reason than its quality. */
  refused(connectorId: string): TagIndex[] {
    const memory = this.#connectors.get(connectorId)
    if (!memory) return []
    const refused: TagIndex[] = []
    for (const [tag, { refusal, at }] of memory.refusals)
      if (refusal.code !== 'MAP_BAD_QUALITY' && at >= (memory.mappedAt[tag] ?? 0)) refused.push(tag)
    return refused
  }

  /** Of one filter, newest first. */
  messages(connectorId: string, filter: string): readonly CapturedMessage[] {
    return (this.#connectors.get(connectorId)?.messages.get(filter) ?? []).toReversed()
  }

  /** Of all filters of a broker, newest first. */
  allMessages(connectorId: string): readonly CapturedMessage[] {
    const filters = this.#connectors.get(connectorId)?.messages.values() ?? []
    return [...filters].flat().sort((a, b) => b.at - a.at)
  }

  #renew(connectorId: string): ConnectorMemory {
    const before = this.#connectors.get(connectorId)
    // Messages say the same under any mapping, so they outlive a change of it.
    const messages = before?.messages ?? new Map<string, CapturedMessage[]>()
    const memory = { samples: [], receivedAt: [], mappedAt: [], refusals: new Map(), messages, names: [] }
    this.#connectors.set(connectorId, memory)
    return memory
  }

  #refused({ refusals }: ConnectorMemory, refusal: Refusal): void {
    if (refusal.tag === undefined) return
    if (refusals.size >= refusalLimit && !refusals.has(refusal.tag)) refusals.clear()
    refusals.set(refusal.tag, { refusal, at: this.#clock.now() })
  }

  #forgetOldest(ring: CapturedMessage[]): void {
    this.#bytes -= ring.shift()?.payload.length ?? 0
  }

  /** Of the filter that was heard longest ago; false when there is nothing to forget. */
  #forgetOne(memory: ConnectorMemory): boolean {
    for (const [filter, ring] of memory.messages) {
      if (ring.length === 0) {
        memory.messages.delete(filter)
        continue
      }
      this.#forgetOldest(ring)
      return true
    }
    return false
  }
}
