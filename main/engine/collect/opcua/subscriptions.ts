import type { NotificationMessage } from 'node-opcua-client'
import { causeText } from '../../kit/gateway-error.ts'
import { Acknowledging } from './acknowledging.ts'
import { createSubscription } from './create-subscription.ts'
import type { Mark } from './durable-mark.ts'
import { statusNameOf } from './errors.ts'
import type { EventWatch } from './event-watch.ts'
import { Feed } from './feed.ts'
import { ItemRoom } from './item-room.ts'
import { tellsModelChange } from './model-events.ts'
import { createItems, type ItemOutcome, type WantedItem } from './monitored-items.ts'
import { inBatches, isRefusal } from './operation-limits.ts'
import { Publisher } from './publisher.ts'
import { PublishingMode } from './publishing-mode.ts'
import type { RawSession } from './raw-session.ts'
import type { SessionAccess } from './session-access.ts'
import { SideItems } from './side-items.ts'
import { SubscriptionRequest } from './subscription-request.ts'
import type { ItemTuning, KnownSubscription, SubscriptionsOptions } from './subscription-types.ts'

// All subscriptions of one connector, from their creation until they are given up: they outlive the connection and, where
// the server allows it, the session.

const deletionsPerCall = 1000

export class Subscriptions {
  readonly #options: SubscriptionsOptions
  readonly #publisher: Publisher
  readonly #room = new ItemRoom()
  readonly #side: SideItems
  readonly #acknowledging: Acknowledging
  readonly #mode: PublishingMode
  readonly #request: SubscriptionRequest
  #itemsPerSubscription = 10_000
  #slowestMs: number | undefined
  /** Of the last connection; structures that came with it still have their types read with it. */
  #formerSession: RawSession | undefined
  #session: RawSession | undefined

  constructor(options: SubscriptionsOptions) {
    this.#options = options
    this.#publisher = new Publisher({
      log: options.log,
      clock: options.clock,
      refused: (isRefused) => options.publishing(isRefused),
      lost: (error) => options.lost(error),
      tooLarge: () => void this.#shrink(),
    })
    this.#acknowledging = new Acknowledging({
      holds: options.holdsAcknowledgements,
      acknowledge: (id, sequence) => this.#publisher.acknowledge(id, sequence),
    })
    this.#mode = new PublishingMode(options.log)
    this.#request = new SubscriptionRequest(options.config)
    this.#side = new SideItems(options.log)
  }

  /** How far each subscription is committed. */
  marks(): Map<number, Mark> {
    return this.#acknowledging.marks()
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
    this.#acknowledging.release(marks)
  }

  /** Subscriptions of a process before this one; `transfer` then takes them over. */
  restore(session: RawSession, known: readonly KnownSubscription[]): void {
    for (const { id, keepAliveMs, mark, size } of known) this.#track(session, id, keepAliveMs, size, mark)
  }

  /** The longest publishing interval the server grants, where it grants less than was asked for. */
  get slowerPublishingMs(): number | undefined {
    return this.#slowestMs
  }

  get ids(): number[] {
    return this.#room.ids
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
      const [id, free] = this.#room.free(tuning.itemsPerSubscription) ?? (await this.#createOrShare(session))
      const part = items.slice(at, at + free)
      const made = await createItems(session, id, part, tuning.pace, tuning.takesFilters)
      this.#room.added(id, made.filter((o) => o.status === 'Good').length)
      outcomes.push(...made)
      at += part.length
    }
    return outcomes
  }

  /** Asks to be told when nodes come or go; on the first subscription, where there is one. */
  async watchModel(session: RawSession): Promise<void> {
    await this.#side.watchModel(session, () => this.#first(session))
  }

  /** Once for these subscriptions, however often they move; what failed is tried again. */
  async watchEvents(access: SessionAccess, events: EventWatch): Promise<void> {
    await this.#side.watchEvents(access, events, () => this.#first(access.session))
  }

  async #first(session: RawSession): Promise<number> {
    return this.ids[0] ?? (await this.#create(session))[0]
  }

  /** Takes items off; what the server refuses is not watched for any more all the same. */
  async remove(session: RawSession, subscriptionId: number, monitoredItemIds: readonly number[]): Promise<void> {
    this.#room.removed(subscriptionId, monitoredItemIds.length)
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
      if (moved) {
        for (const [i, id] of this.ids.entries())
          this.#acknowledging.stored(id, Array.from(results?.[i]?.availableSequenceNumbers ?? []))
      }
      return moved && (await this.resume(session))
    } catch (error) {
      this.#options.log.debug('transfer-refused', { status: statusNameOf(error) ?? causeText(error) })
      return false
    }
  }

  /** While paused the server keeps the values in its queues. */
  pause(paused: boolean): void {
    if (this.#mode.pause(paused)) this.#applyPublishingMode()
  }

  #applyPublishingMode(): void {
    this.#mode.apply(() => ({ session: this.#session, ids: this.ids }))
  }

  /** A server that gives no further subscription gets the rest on the smallest one it has. */
  async #createOrShare(session: RawSession): Promise<readonly [number, number]> {
    try {
      return await this.#create(session)
    } catch (error) {
      const shared = this.#room.shared()
      if (!shared || !isRefusal(error)) throw error
      this.#options.log.warn('subscription-refused', { status: statusNameOf(error), subscriptions: this.ids.length })
      return shared
    }
  }

  async #create(session: RawSession): Promise<readonly [number, number]> {
    const { config, log } = this.#options
    const created = await createSubscription(session, this.#request, !this.#mode.isPaused, log)
    const { id, publishingMs, keepAliveMs, time } = created
    if (publishingMs > config.publishingIntervalMs) this.#slowestMs = Math.max(this.#slowestMs ?? 0, publishingMs)
    this.#track(session, id, keepAliveMs, 0, { sequence: 0, time })
    return [id, this.#itemsPerSubscription]
  }

  #track(session: RawSession, id: number, keepAliveMs: number, size: number, after: Mark): void {
    const feed: Feed = new Feed(
      {
        subscriptionId: id,
        keepAliveMs,
        republishTimeoutMs: this.#options.config.requestTimeoutMs,
        deliver: (message) => this.#deliver(id, message),
        lost: (messages, evidence, fromMs, toMs) => this.#options.gap(id, messages, evidence, fromMs, toMs),
        quiet: (timeMs) => this.#acknowledging.quiet(id, timeMs),
        ended: (status) =>
          this.#options.lost(new Error(`The server ended subscription ${id}: BadSubscriptionIdInvalid (${status})`)),
        monotonic: () => this.#options.clock.monotonic(),
        after,
      },
      session,
    )
    this.#acknowledging.add(id, after)
    this.#room.set(id, size)
    this.#session = session
    this.#publisher.add(feed)
  }

  #deliver(id: number, message: NotificationMessage): void | Promise<void> {
    const session = this.#session ?? this.#formerSession
    if (!session) return undefined
    const { sequenceNumber } = message
    if (tellsModelChange(message)) this.#options.modelChanged()
    this.#acknowledging.taken(id, sequenceNumber, message.publishTime?.getTime() ?? 0)
    return this.#options.intake.take(message, session, () => this.#acknowledging.settled(id, sequenceNumber))
  }

  /** Asks for smaller responses. */
  async #shrink(): Promise<void> {
    this.#options.log.warn('responses-too-large', { notificationsPerPublish: this.#request.shrink() })
    for (const subscriptionId of this.ids) {
      await this.#session
        ?.modifySubscription({ subscriptionId, ...this.#request.parameters(this.#slowestMs) })
        .catch((error: unknown) => this.#options.log.warn('modify-refused', { cause: causeText(error) }))
    }
  }
}
