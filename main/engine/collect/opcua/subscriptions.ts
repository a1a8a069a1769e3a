import type { NotificationMessage } from 'node-opcua-client'
import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { statusNameOf } from './errors.ts'
import { Feed } from './feed.ts'
import type { Intake } from './intake.ts'
import { createItems, type ItemOutcome, type WantedItem } from './monitored-items.ts'
import { Publisher } from './publisher.ts'
import type { RawSession } from './raw-session.ts'

// All subscriptions of one connector, from their creation until they are given up: they outlive the connection and, where
// the server allows it, the session.

/** Few large subscriptions: each costs publish requests and responses of its own. */
const itemsPerSubscription = 10_000
/** Large responses are cheaper per value by half (measured); servers cap them as they like. */
const notificationsPerPublish = 10_000
const notificationsAtLeast = 100
/** Part 4, 5.14.1: how often an idle subscription says that it is there, and how long it survives without us. */
const keepAliveMs = 5000
const lifetimeMs = 600_000

export interface SubscriptionsOptions {
  readonly config: Pick<OpcuaConnectorConfig, 'publishingIntervalMs' | 'requestTimeoutMs'>
  readonly intake: Intake
  readonly clock: Clock
  readonly log: Log
  readonly lost: (error: unknown) => void
  readonly gap: (messages: number, evidence: string) => void
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions
  readonly #publisher: Publisher
  readonly #sizes = new Map<number, number>()
  #session: RawSession | undefined
  #paused = false
  /** As the server last confirmed. */
  #isPublishing = true
  #publishingMode: Promise<void> = Promise.resolve()
  #notificationsPerPublish = notificationsPerPublish

  constructor(options: SubscriptionsOptions) {
    this.#options = options
    this.#publisher = new Publisher({
      log: options.log,
      lost: (error) => options.lost(error),
      tooLarge: () => void this.#shrink(),
    })
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
    this.#session = undefined
    this.#publisher.detach()
  }

  /** Creates items, in a new subscription where the present ones are full. Some outcomes may be refusals. */
  async add(session: RawSession, items: readonly WantedItem[], batch: number): Promise<ItemOutcome[]> {
    const outcomes: ItemOutcome[] = []
    for (let at = 0; at < items.length; ) {
      const [id, free] = this.#roomiest() ?? (await this.#create(session))
      const part = items.slice(at, at + free)
      const made = await createItems(session, id, part, batch)
      this.#sizes.set(id, (this.#sizes.get(id) ?? 0) + made.filter((o) => o.status === 'Good').length)
      outcomes.push(...made)
      at += part.length
    }
    return outcomes
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
      return moved && (await this.resume(session))
    } catch (error) {
      this.#options.log.debug('transfer-refused', { status: statusNameOf(error) ?? causeText(error) })
      return false
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

  #roomiest(): readonly [number, number] | undefined {
    for (const [id, size] of this.#sizes) if (size < itemsPerSubscription) return [id, itemsPerSubscription - size]
    return undefined
  }

  async #create(session: RawSession): Promise<readonly [number, number]> {
    const { publishingIntervalMs, requestTimeoutMs } = this.#options.config
    const keepAliveCount = Math.max(1, Math.round(keepAliveMs / publishingIntervalMs))
    const response = await session.createSubscription({
      requestedPublishingInterval: publishingIntervalMs,
      requestedMaxKeepAliveCount: keepAliveCount,
      requestedLifetimeCount: Math.max(keepAliveCount * 3, Math.ceil(lifetimeMs / publishingIntervalMs)),
      maxNotificationsPerPublish: this.#notificationsPerPublish,
      publishingEnabled: !this.#paused,
      priority: 0,
    })
    const id = response.subscriptionId
    const feed: Feed = new Feed(
      {
        subscriptionId: id,
        keepAliveMs: Math.max(1, response.revisedMaxKeepAliveCount) * response.revisedPublishingInterval,
        republishTimeoutMs: requestTimeoutMs,
        deliver: (message) => this.#deliver(id, message),
        lost: (messages, evidence) => this.#options.gap(messages, evidence),
        ended: (status) =>
          this.#options.lost(new Error(`The server ended subscription ${id}: BadSubscriptionIdInvalid (${status})`)),
        monotonic: () => this.#options.clock.monotonic(),
      },
      session,
    )
    this.#sizes.set(id, 0)
    this.#session = session
    this.#publisher.add(feed)
    this.#options.log.info('subscription-created', {
      subscriptionId: id,
      publishingMs: response.revisedPublishingInterval,
      keepAliveCount: response.revisedMaxKeepAliveCount,
      lifetimeCount: response.revisedLifetimeCount,
    })
    return [id, itemsPerSubscription]
  }

  #deliver(id: number, message: NotificationMessage): void | Promise<void> {
    const session = this.#session
    if (!session) return undefined
    return this.#options.intake.take(message, session, () => this.#publisher.acknowledge(id, message.sequenceNumber))
  }

  /** Asks for smaller responses. */
  async #shrink(): Promise<void> {
    this.#notificationsPerPublish = Math.max(notificationsAtLeast, Math.floor(this.#notificationsPerPublish / 2))
    this.#options.log.warn('responses-too-large', { notificationsPerPublish: this.#notificationsPerPublish })
    const { publishingIntervalMs } = this.#options.config
    const keepAliveCount = Math.max(1, Math.round(keepAliveMs / publishingIntervalMs))
    for (const subscriptionId of this.ids) {
      await this.#session
        ?.modifySubscription({
          subscriptionId,
          requestedPublishingInterval: publishingIntervalMs,
          requestedMaxKeepAliveCount: keepAliveCount,
          requestedLifetimeCount: Math.max(keepAliveCount * 3, Math.ceil(lifetimeMs / publishingIntervalMs)),
          maxNotificationsPerPublish: this.#notificationsPerPublish,
          priority: 0,
        })
        .catch((error: unknown) => this.#options.log.warn('modify-refused', { cause: causeText(error) }))
    }
  }
}
