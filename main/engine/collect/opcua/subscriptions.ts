import type { NotificationMessage, TransferSubscriptionsResponse } from 'node-opcua-client'
import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { DurableMark, type Mark } from './durable-mark.ts'
import { statusNameOf } from './errors.ts'
import type { EventWatch } from './event-watch.ts'
import { Feed } from './feed.ts'
import type { Intake } from './intake.ts'
import { tellsModelChange, watchModel } from './model-events.ts'
import { createItems, type ItemOutcome, type WantedItem } from './monitored-items.ts'
import { inBatches, isRefusal } from './operation-limits.ts'
import type { Pace } from './pace.ts'
import { Publisher } from './publisher.ts'
import type { RawSession } from './raw-session.ts'
import type { SessionAccess } from './session-access.ts'

// All subscriptions of one connector, from their creation until they are given up: they outlive the connection and, where
// the server allows it, the session.

/** Added at once to a subscription that is full already, because the server gives no other. */
const sharedItems = 1000
/** Large responses are cheaper per value by half (measured); servers cap them as they like. */
const notificationsPerPublish = 10_000
const notificationsAtLeast = 100
const deletionsPerCall = 1000
/** Acknowledgements held back until the marks are on disk; a disk that fails for longer must not fill the memory. */
const heldLimit = 10_000

export interface SubscriptionsOptions {
  readonly config: Pick<
    OpcuaConnectorConfig,
    'publishingIntervalMs' | 'keepAliveMs' | 'lifetimeMs' | 'requestTimeoutMs'
  >
  readonly intake: Intake
  readonly clock: Clock
  readonly log: Log
  readonly lost: (error: unknown) => void
  readonly gap: (subscriptionId: number, messages: number, evidence: string, fromMs: number, toMs: number) => void
  /** The server says that nodes came or went. */
  readonly modelChanged: () => void
  /** True: acknowledgements wait until `release` says that the marks were written. */
  readonly holdsAcknowledgements: boolean
}

/** What is known of the server's strength. */
export interface ItemTuning {
  readonly pace: Pace
  readonly takesFilters: boolean
  /** Few large subscriptions: each costs publish requests and responses of its own. */
  readonly itemsPerSubscription: number
}

/** One subscription as it is needed to go on with it later. */
export interface KnownSubscription {
  readonly id: number
  readonly keepAliveMs: number
  readonly mark: Mark
  /** Items on it. */
  readonly size: number
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions
  readonly #publisher: Publisher
  readonly #sizes = new Map<number, number>()
  readonly #marks = new Map<number, DurableMark>()
  /** Committed but not acknowledged, oldest first; only while acknowledgements are held. */
  readonly #held = new Map<number, number[]>()
  #itemsPerSubscription = 10_000
  #modelItem: number | undefined
  /** Of the last connection; structures that came with it still have their types read with it. */
  #formerSession: RawSession | undefined
  #session: RawSession | undefined
  #paused = false
  /** As the server last confirmed. */
  #isPublishing = true
  #publishingMode: Promise<void> = Promise.resolve()
  #notificationsPerPublish = notificationsPerPublish
  #eventsSubscription: number | undefined

  constructor(options: SubscriptionsOptions) {
    this.#options = options
    this.#publisher = new Publisher({
      log: options.log,
      lost: (error) => options.lost(error),
      tooLarge: () => void this.#shrink(),
    })
  }

  /** How far each subscription is committed. */
  marks(): Map<number, Mark> {
    return new Map([...this.#marks].map(([id, mark]) => [id, mark.value]))
  }

  /** How far each subscription was handed on, ms since the epoch; 0 = it never said anything. */
  completeUntil(): Map<number, number> {
    return new Map([...this.#publisher.feeds].map((feed) => [feed.subscriptionId, feed.completeUntil]))
  }

  get keepAlives(): Map<number, number> {
    return new Map([...this.#publisher.feeds].map((feed) => [feed.subscriptionId, feed.keepAliveMs]))
  }

  /** The marks are on disk: what they cover may be acknowledged. */
  release(marks: ReadonlyMap<number, Mark>): void {
    for (const [id, { sequence }] of marks) this.#release(id, sequence)
  }

  /** Subscriptions of a process before this one; `transfer` then takes them over. */
  restore(session: RawSession, known: readonly KnownSubscription[]): void {
    for (const { id, keepAliveMs, mark, size } of known) this.#track(session, id, keepAliveMs, size, mark)
  }

  get ids(): number[] {
    return [...this.#sizes.keys()]
  }

  /** The longest silence of a subscription in keep-alives, and whether that is measured at all. */
  get silentKeepAlives(): number {
    let longest = 0
    for (const feed of this.#publisher.feeds) longest = Math.max(longest, feed.silentMs() / feed.keepAliveMs)
    return longest
  }

  attach(session: RawSession): void {
    this.#session = session
    this.#publisher.attach(session)
  }

  detach(): void {
    this.#formerSession = this.#session ?? this.#formerSession
    this.#session = undefined
    this.#publisher.detach()
  }

  /** Creates items, in a new subscription where the present ones are full. Some outcomes may be refusals. */
  async add(session: RawSession, items: readonly WantedItem[], tuning: ItemTuning): Promise<ItemOutcome[]> {
    const outcomes: ItemOutcome[] = []
    this.#itemsPerSubscription = tuning.itemsPerSubscription
    for (let at = 0; at < items.length; ) {
      const [id, free] = this.#roomiest(tuning) ?? (await this.#createOrShare(session))
      const part = items.slice(at, at + free)
      const made = await createItems(session, id, part, tuning.pace, tuning.takesFilters)
      this.#sizes.set(id, (this.#sizes.get(id) ?? 0) + made.filter((o) => o.status === 'Good').length)
      outcomes.push(...made)
      at += part.length
    }
    return outcomes
  }

  /** Asks to be told when nodes come or go; on the first subscription, where there is one. */
  async watchModel(session: RawSession): Promise<void> {
    const [id] = this.ids
    const subscriptionId = id ?? (await this.#create(session))[0]
    this.#modelItem ??= await watchModel(session, subscriptionId, this.#options.log)
  }

  /** Once for these subscriptions, however often they move. */
  async watchEvents(access: SessionAccess, events: EventWatch): Promise<void> {
    if (events.isEmpty || this.#eventsSubscription !== undefined) return
    const [id] = this.ids
    const subscriptionId = id ?? (await this.#create(access.session))[0]
    await events.watch(access, subscriptionId)
    this.#eventsSubscription = subscriptionId
  }

  /** Takes items off; what the server refuses is not watched for any more all the same. */
  async remove(session: RawSession, subscriptionId: number, monitoredItemIds: readonly number[]): Promise<void> {
    const size = this.#sizes.get(subscriptionId)
    if (size !== undefined) this.#sizes.set(subscriptionId, Math.max(0, size - monitoredItemIds.length))
    await inBatches(
      monitoredItemIds,
      deletionsPerCall,
      (ids) => session.deleteMonitoredItems({ subscriptionId, monitoredItemIds: ids }).then((r) => r.results ?? []),
      () => undefined,
    )
  }

  /** On a new channel or a new session: fetches what was missed. False when the server has forgotten one of them. */
  async resume(session: RawSession): Promise<boolean> {
    this.#session = session
    for (const feed of this.#publisher.feeds) {
      if (!(await feed.resume(session))) return false
    }
    this.attach(session)
    this.#applyPublishingMode()
    return true
  }

  /** Moves the subscriptions to a new session (Part 4, 5.14.7). Many servers can not, or not without security. */
  async transfer(session: RawSession): Promise<boolean> {
    try {
      const { results } = await session.transferSubscriptions({ subscriptionIds: this.ids, sendInitialValues: false })
      const moved = (results ?? []).length === this.ids.length && (results ?? []).every((r) => r.statusCode.isGood())
      if (moved) this.#acknowledgeStored(results ?? [])
      return moved && (await this.resume(session))
    } catch (error) {
      this.#options.log.debug('transfer-refused', { status: statusNameOf(error) ?? causeText(error) })
      return false
    }
  }

  /** What the process before had stored but not acknowledged would stay with the server for ever. */
  #acknowledgeStored(results: NonNullable<TransferSubscriptionsResponse['results']>): void {
    for (const [i, id] of this.ids.entries()) {
      const stored = this.#marks.get(id)?.value.sequence ?? 0
      for (const sequence of results[i]?.availableSequenceNumbers ?? [])
        if (sequence <= stored) this.#publisher.acknowledge(id, sequence)
    }
  }

  /** While paused the server keeps the values in its queues. */
  pause(paused: boolean): void {
    if (paused === this.#paused) return
    this.#paused = paused
    this.#applyPublishingMode()
  }

  #applyPublishingMode(): void {
    this.#publishingMode = this.#publishingMode.then(async () => {
      const session = this.#session
      if (!session || this.ids.length === 0) return
      const enabled = !this.#paused
      try {
        await session.setPublishingMode(enabled, this.ids)
        if (enabled !== this.#isPublishing) this.#options.log.info('publishing-mode', { enabled })
        this.#isPublishing = enabled
      } catch (error) {
        // Asked again after the next change or reconnect; values then only come although nobody waits for them.
        this.#options.log.warn('publishing-mode-refused', { enabled, cause: causeText(error) })
      }
    })
  }

  #roomiest({ itemsPerSubscription }: ItemTuning): readonly [number, number] | undefined {
    for (const [id, size] of this.#sizes) if (size < itemsPerSubscription) return [id, itemsPerSubscription - size]
    return undefined
  }

  /** A server that gives no further subscription gets the rest on the smallest one it has. */
  async #createOrShare(session: RawSession): Promise<readonly [number, number]> {
    try {
      return await this.#create(session)
    } catch (error) {
      const [smallest] = [...this.#sizes].sort(([, a], [, b]) => a - b)
      if (!smallest || !isRefusal(error)) throw error
      this.#options.log.warn('subscription-refused', { status: statusNameOf(error), subscriptions: this.#sizes.size })
      return [smallest[0], sharedItems]
    }
  }

  async #create(session: RawSession): Promise<readonly [number, number]> {
    const response = await session.createSubscription({
      ...this.#parameters(),
      publishingEnabled: !this.#paused,
    })
    const id = response.subscriptionId
    const keepAliveMs = Math.max(1, response.revisedMaxKeepAliveCount) * response.revisedPublishingInterval
    const time = response.responseHeader.timestamp?.getTime() ?? 0
    this.#track(session, id, keepAliveMs, 0, { sequence: 0, time })
    this.#options.log.info('subscription-created', {
      subscriptionId: id,
      publishingMs: response.revisedPublishingInterval,
      keepAliveCount: response.revisedMaxKeepAliveCount,
      lifetimeCount: response.revisedLifetimeCount,
    })
    return [id, this.#itemsPerSubscription]
  }

  #parameters() {
    const { publishingIntervalMs, keepAliveMs, lifetimeMs } = this.#options.config
    const keepAliveCount = Math.max(1, Math.round(keepAliveMs / publishingIntervalMs))
    return {
      requestedPublishingInterval: publishingIntervalMs,
      requestedMaxKeepAliveCount: keepAliveCount,
      requestedLifetimeCount: Math.max(keepAliveCount * 3, Math.ceil(lifetimeMs / publishingIntervalMs)),
      maxNotificationsPerPublish: this.#notificationsPerPublish,
      priority: 0,
    }
  }

  #track(session: RawSession, id: number, keepAliveMs: number, size: number, after: Mark): void {
    const mark = new DurableMark(after)
    const feed: Feed = new Feed(
      {
        subscriptionId: id,
        keepAliveMs,
        republishTimeoutMs: this.#options.config.requestTimeoutMs,
        deliver: (message) => this.#deliver(id, message),
        lost: (messages, evidence, fromMs, toMs) => this.#options.gap(id, messages, evidence, fromMs, toMs),
        quiet: (timeMs) => mark.quiet(timeMs),
        ended: (status) =>
          this.#options.lost(new Error(`The server ended subscription ${id}: BadSubscriptionIdInvalid (${status})`)),
        monotonic: () => this.#options.clock.monotonic(),
        after,
      },
      session,
    )
    this.#marks.set(id, mark)
    this.#sizes.set(id, size)
    this.#session = session
    this.#publisher.add(feed)
  }

  #deliver(id: number, message: NotificationMessage): void | Promise<void> {
    const session = this.#session ?? this.#formerSession
    if (!session) return undefined
    const { sequenceNumber } = message
    if (tellsModelChange(message)) this.#options.modelChanged()
    this.#marks.get(id)?.taken(sequenceNumber, message.publishTime?.getTime() ?? 0)
    return this.#options.intake.take(message, session, () => this.#settled(id, sequenceNumber))
  }

  #settled(id: number, sequenceNumber: number): void {
    this.#marks.get(id)?.settled(sequenceNumber)
    if (!this.#options.holdsAcknowledgements) {
      this.#publisher.acknowledge(id, sequenceNumber)
      return
    }
    const held = this.#held.get(id) ?? []
    this.#held.set(id, held)
    held.push(sequenceNumber)
    if (held.length > heldLimit) this.#publisher.acknowledge(id, held.shift()!)
  }

  /** Sequence numbers wrap around after 4 billion, in which case what is held waits for the next marks. */
  #release(id: number, upTo: number): void {
    const held = this.#held.get(id)
    if (!held) return
    const later: number[] = []
    for (const sequence of held) {
      if (sequence <= upTo) this.#publisher.acknowledge(id, sequence)
      else later.push(sequence)
    }
    this.#held.set(id, later)
  }

  /** Asks for smaller responses. */
  async #shrink(): Promise<void> {
    this.#notificationsPerPublish = Math.max(notificationsAtLeast, Math.floor(this.#notificationsPerPublish / 2))
    this.#options.log.warn('responses-too-large', { notificationsPerPublish: this.#notificationsPerPublish })
    for (const subscriptionId of this.ids) {
      await this.#session
        ?.modifySubscription({ subscriptionId, ...this.#parameters() })
        .catch((error: unknown) => this.#options.log.warn('modify-refused', { cause: causeText(error) }))
    }
  }
}
