import { PublishRequest, type PublishResponse } from 'node-opcua-client'
import type { Clock } from '../../kit/clock.ts'
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

/** A server that took none of our requests is asked again after this, and then twice as late each time. */
const askAgainMs = 1000
const askAgainAtMostMs = 60_000

export interface PublisherOptions {
  readonly log: Log
  readonly clock: Clock
  /** The server takes none of our requests because others have used up its queue; false: it does again. */
  readonly refused: (isRefused: boolean) => void
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
  #askAgainMs = askAgainMs
  #isRefused = false
  #undo: () => void = () => {}

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
    this.#askAgainMs = askAgainMs
    this.#undo()
    this.#replenish()
  }

  detach(): void {
    this.#undo()
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
    this.#askAgainMs = askAgainMs
    this.#tell(false)
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
        this.#tooMany()
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

  /** Fewer from now on; the answers of those it has bring the next ones. Where it has none, another try in a while. */
  #tooMany(): void {
    this.#allowed = Math.max(1, this.#outstanding)
    this.#options.log.info('publish-requests-limited', { allowed: this.#allowed, outstanding: this.#outstanding })
    if (this.#outstanding > 0) return
    this.#tell(true)
    this.#undo()
    this.#undo = this.#options.clock.after(this.#askAgainMs, () => this.#replenish())
    this.#askAgainMs = Math.min(this.#askAgainMs * 2, askAgainAtMostMs)
  }

  #tell(isRefused: boolean): void {
    if (isRefused === this.#isRefused) return
    this.#isRefused = isRefused
    this.#options.refused(isRefused)
  }

  /** A request may wait behind all others, each for one keep-alive; silence itself is noticed by the watchdog. */
  #timeoutMs(): number {
    let longest = 0
    for (const { keepAliveMs } of this.#feeds.values()) longest = Math.max(longest, keepAliveMs)
    return Math.min(0x7fff_ffff, Math.max(60_000, longest * (requestsAtMost + 2)))
  }
}
