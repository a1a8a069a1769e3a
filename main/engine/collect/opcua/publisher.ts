import { PublishRequest, type PublishResponse } from 'node-opcua-client'
import type { Log } from '../../observe/log.ts'
import { statusNameOf } from './errors.ts'
import type { Feed } from './feed.ts'
import type { RawSession } from './raw-session.ts'

// Keeps PublishRequests waiting at the server, so that it can answer at once (Part 4, 5.14.5), and sends acknowledgements
// with them: only those it was told to, and only for subscriptions that still live. Acknowledging an old subscription makes
// some servers drop the connection.

/** Requests kept at the server: two per subscription bridge a slow network, more only fill its queue. */
const requestsPerSubscription = 2
const requestsAtLeast = 3
const requestsAtMost = 10
/** Acknowledgements in one request: a request of this size is 8 kB. */
const acksPerRequest = 1000

export interface PublisherOptions {
  readonly log: Log
  /** The session does not answer any more, or the server does not know it. */
  readonly lost: (error: unknown) => void
  /** A response did not fit the server's buffers. */
  readonly tooLarge: () => void
}

interface Acknowledgement {
  readonly subscriptionId: number
  readonly sequenceNumber: number
}

export class Publisher {
  readonly #options: PublisherOptions
  readonly #feeds = new Map<number, Feed>()
  #acks: Acknowledgement[] = []
  #session: RawSession | undefined
  #outstanding = 0
  /** What the server takes; learnt from BadTooManyPublishRequests. */
  #allowed = requestsAtMost

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  get feeds(): Iterable<Feed> {
    return this.#feeds.values()
  }

  add(feed: Feed): void {
    this.#feeds.set(feed.subscriptionId, feed)
    this.#replenish()
  }

  acknowledge(subscriptionId: number, sequenceNumber: number): void {
    if (this.#feeds.has(subscriptionId)) this.#acks.push({ subscriptionId, sequenceNumber })
  }

  /** Publishes on this session from now on; answers to requests of the one before are ignored. */
  attach(session: RawSession): void {
    this.#session = session
    this.#outstanding = 0
    this.#allowed = requestsAtMost
    this.#replenish()
  }

  detach(): void {
    this.#session = undefined
  }

  #replenish(): void {
    const wanted = Math.max(requestsAtLeast, this.#feeds.size * requestsPerSubscription)
    while (this.#session && this.#feeds.size > 0 && this.#outstanding < Math.min(wanted, this.#allowed))
      this.#send(this.#session)
  }

  #send(session: RawSession): void {
    const acks = this.#acks.splice(0, acksPerRequest)
    const request = new PublishRequest({
      requestHeader: { timeoutHint: this.#timeoutMs() },
      subscriptionAcknowledgements: acks,
    })
    this.#outstanding++
    session.publish(request, (error: Error | null, response?: PublishResponse) => {
      if (session !== this.#session) {
        // Nobody knows whether they arrived; a second time does no harm.
        this.#acks.unshift(...acks)
        return
      }
      this.#outstanding--
      if (response && !error) this.#receive(response)
      else this.#failed(error, acks)
    })
  }

  #receive(response: PublishResponse): void {
    // First ask for more, then work: the server never waits for us.
    this.#replenish()
    const feed = this.#feeds.get(response.subscriptionId)
    if (feed) feed.receive(response.notificationMessage)
    else this.#options.log.debug('notification-of-unknown-subscription', { subscriptionId: response.subscriptionId })
  }

  #failed(error: Error | null, acks: readonly Acknowledgement[]): void {
    this.#acks.unshift(...acks)
    switch (statusNameOf(error)) {
      case 'BadTooManyPublishRequests':
        this.#allowed = Math.max(1, this.#outstanding)
        return
      case 'BadResponseTooLarge':
      case 'BadEncodingLimitsExceeded':
        this.#options.tooLarge()
        this.#replenish()
        return
      case 'BadRequestTimeout':
      case 'BadTimeout':
        // Some servers answer the time-out hint of a request that simply had nothing to report.
        this.#replenish()
        return
      default:
        this.#options.lost(error ?? new Error('Publish without an answer'))
    }
  }

  /** A request may wait behind all others, each for one keep-alive; silence itself is noticed by the watchdog. */
  #timeoutMs(): number {
    let longest = 0
    for (const { keepAliveMs } of this.#feeds.values()) longest = Math.max(longest, keepAliveMs)
    return Math.min(0x7fff_ffff, Math.max(60_000, longest * (requestsAtMost + 2)))
  }
}
