import {
  DataChangeNotification,
  type DataValue,
  EventNotificationList,
  type NotificationData,
  type NotificationMessage,
  promoteOpaqueStructureInNotificationData,
} from 'node-opcua-client'
import type { Sample } from '../../../../shared/sample.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText, isGatewayError } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import type { SampleSink } from '../../pipeline/stages.ts'
import { BuiltInType } from './built-in-types.ts'
import { toSample } from './data-value.ts'
import type { EnumNames } from './enum-names.ts'
import type { EventWatch } from './event-watch.ts'
import { isUnknownStructure } from './plain-value.ts'
import type { RawSession } from './raw-session.ts'
import { type Span, TagStates } from './tag-states.ts'
import type { TagTable } from './tag-table.ts'
import type { OpcuaTag } from './tags.ts'
import { within } from './within.ts'

// From a notification to the sink, 100,000 values a second. `settled` is told when the commit that holds the values has
// returned and not before: only then may the notification be acknowledged. When the store refuses, the same samples are
// offered again until it takes them or we stop; meanwhile `crowded` asks to have publishing paused.

/** Notifications given to the sink and not committed yet; more of them pause publishing. */
const crowdedFrom = 64
const crowdedUntil = 16
/** Between two offers of samples the store refused. */
const retryMs = 1000
/** Reading the type of a structure takes a few round trips; a server that takes longer gets its bytes delivered instead. */
const promoteTimeoutMs = 10_000
/** After this many failed tries structures are delivered as bytes until the next session. */
const promoteFailuresLimit = 3

export interface IntakeOptions {
  readonly tags: TagTable
  readonly sink: SampleSink
  /** Reads configured events. */
  readonly events?: Pick<EventWatch, 'samplesOf'>
  readonly clock: Clock
  readonly log: Log
  /** For tags that want enumerations as text. */
  readonly enums?: EnumNames
  /** Called when too many notifications wait for their commit, and again when they do not any more. */
  readonly crowded: (isCrowded: boolean) => void
}

export class Intake {
  readonly #options: IntakeOptions
  readonly #tags: TagTable
  readonly #states: TagStates
  readonly #undos = new Set<() => void>()
  #waiting = 0
  #drains: (() => void)[] = []
  #isCrowded = false
  #closed = false
  #promoteFailures = 0

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#tags = options.tags
    this.#states = new TagStates(options.tags.size)
  }

  get goodCount(): number {
    return this.#states.goodCount
  }

  /** Values the server threw away because its queue was full, since the last call. */
  takeOverflows(): number {
    return this.#states.takeOverflows()
  }

  /** Where values were thrown away, since the last call, ms since the epoch. */
  takeOverflowed(): ReadonlyMap<number, Span> {
    return this.#states.takeOverflowed()
  }

  /** ms since the epoch, 0 = no value yet. */
  newestOf(slot: number): number {
    return this.#states.newestOf(slot)
  }

  /** StatusCode of the newest value; undefined before the first one. */
  statusOf(slot: number): number | undefined {
    return this.#states.statusOf(slot)
  }

  /** After tags were added. */
  grow(): void {
    this.#states.grow(this.#tags.size)
  }

  /** A value that was read instead of notified. */
  note(slot: number, sample: Sample): void {
    this.#states.note(slot, sample.statusCode, sample.ts)
  }

  /** The tag is not collected any more. */
  forgetSlot(slot: number): void {
    this.#states.forgetSlot(slot)
  }

  /** No value is known to be current any more. */
  forget(): void {
    this.#states.forget()
    this.#promoteFailures = 0
  }

  /** Resolves when nothing waits for its commit. */
  async drained(): Promise<void> {
    if (this.#waiting > 0) await new Promise<void>((resolve) => this.#drains.push(resolve))
  }

  close(): void {
    this.#closed = true
    for (const undo of this.#undos) undo()
    this.#undos.clear()
  }

  /** Returns a promise only when the values can not be read yet; the caller keeps later notifications back until then. */
  take(message: NotificationMessage, session: RawSession, settled: () => void): void | Promise<void> {
    const receivedAt = this.#options.clock.now()
    const samples = this.#samplesOf(message, receivedAt)
    if (samples) return this.offer(samples, settled)
    return this.#promote(message, session).then(() => {
      this.offer(this.#samplesOf(message, receivedAt, true) ?? [], settled)
    })
  }

  /** Undefined when a structure of unknown type is among them, unless `asBytes`. */
  #samplesOf(
    message: NotificationMessage,
    receivedAt: number,
    asBytes = this.#promoteFailures >= promoteFailuresLimit,
  ): Sample[] | undefined {
    const samples: Sample[] = []
    for (const data of message.notificationData ?? []) {
      if (data instanceof EventNotificationList) this.#options.events?.samplesOf(data, receivedAt, samples)
      if (!(data instanceof DataChangeNotification)) continue
      for (const item of data.monitoredItems ?? []) {
        const slot = this.#tags.slotOf(item.clientHandle)
        const tag = this.#tags.at(slot)
        if (tag === undefined) continue
        if (
          !asBytes &&
          item.value.value?.dataType === BuiltInType.ExtensionObject &&
          hasUnknownStructure(item.value.value.value)
        ) {
          return undefined
        }
        const sample = this.sampleOf(slot, tag, item.value, receivedAt)
        if (!sample) continue
        this.#states.note(slot, sample.statusCode, sample.ts)
        samples.push(sample)
      }
    }
    return samples
  }

  /** A value that breaks the conversion costs only itself. */
  sampleOf(slot: number, tag: OpcuaTag, value: DataValue, receivedAt: number): Sample | undefined {
    try {
      const sample = toSample(tag.tag, value, tag.timestamp, receivedAt)
      return tag.enum === 'text' ? this.#named(slot, sample) : sample
    } catch (error) {
      this.#options.sink.refuse({
        code: 'MAP_NO_VALUE',
        tag: tag.tag,
        message: `The server sent a value of ${tag.deviceName} / ${tag.key} that can not be read`,
        hint: 'Look at this node in another OPC UA client; its value does not fit its type.',
        evidence: `${tag.node}: ${causeText(error)}`,
      })
      return undefined
    }
  }

  /** A number the enumeration does not know stays a number. */
  #named(slot: number, sample: Sample): Sample {
    const name = typeof sample.value === 'number' ? this.#options.enums?.of(slot)?.get(sample.value) : undefined
    return name === undefined ? sample : { ...sample, type: 'string', value: name }
  }

  async #promote(message: NotificationMessage, session: RawSession): Promise<void> {
    try {
      const promoted = promoteOpaqueStructureInNotificationData(session, message.notificationData as NotificationData[])
      await within(promoted, { timeoutMs: promoteTimeoutMs, doing: 'reading the type of a structure' })
      this.#promoteFailures = 0
    } catch (error) {
      this.#promoteFailures++
      this.#options.log.warn('structure-type-unreadable', { cause: causeText(error) })
    }
  }

  /** Offers them until they are taken; `settled` is told when they are committed. */
  offer(samples: readonly Sample[], settled: () => void = () => {}): void {
    if (samples.length === 0) {
      settled()
      return
    }
    this.#count(1)
    const offer = () => {
      this.#options.sink.accept(samples).then(
        () => {
          if (!this.#closed) settled()
          this.#count(-1)
        },
        (error: unknown) => {
          if (this.#closed || isGatewayError(error, 'STOPPED')) return this.#count(-1)
          this.#options.log.warn('samples-refused', { count: samples.length, cause: causeText(error) })
          this.#later(offer)
        },
      )
    }
    offer()
  }

  #later(task: () => void): void {
    const undo = this.#options.clock.after(retryMs, () => {
      this.#undos.delete(undo)
      task()
    })
    this.#undos.add(undo)
  }

  #count(by: 1 | -1): void {
    this.#waiting += by
    if (this.#waiting === 0) for (const resolve of this.#drains.splice(0)) resolve()
    const isCrowded = this.#isCrowded ? this.#waiting > crowdedUntil : this.#waiting >= crowdedFrom
    if (isCrowded === this.#isCrowded) return
    this.#isCrowded = isCrowded
    this.#options.crowded(isCrowded)
  }
}

function hasUnknownStructure(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isUnknownStructure) : isUnknownStructure(value)
}
