import {
  type NotificationMessage,
  RepublishRequest,
  type RepublishResponse,
  StatusChangeNotification,
} from 'node-opcua-client'
import type { Mark } from './durable-mark.ts'
import { statusNameOf, translateError } from './errors.ts'
import { isRefusal } from './operation-limits.ts'
import type { RawSession } from './raw-session.ts'

// One subscription as seen by the client: hands notifications on in the order of their sequence numbers, none twice. A gap
// is filled by Republish; what the server no longer has is reported as lost, never passed over.

/** Messages asked for again after one gap; a server whose numbers jump further has started anew. */
const republishLimit = 1000
/** Republish requests that may stay without an answer before what is missing counts as lost. */
const unansweredLimit = 2

export interface FeedOptions {
  readonly subscriptionId: number
  readonly keepAliveMs: number
  readonly republishTimeoutMs: number
  /** A promise holds later notifications back. */
  readonly deliver: (message: NotificationMessage) => void | Promise<void>
  /** `count` messages are gone for good, sent between these times (ms since the epoch, the server's clock). */
  readonly lost: (count: number, evidence: string, fromMs: number, toMs: number) => void
  /** A keep-alive: up to this time of the server's clock there is nothing that was not handed on. */
  readonly quiet?: (timeMs: number) => void
  /** The server ended the subscription. */
  readonly ended: (status: string) => void
  readonly monotonic: () => number
  /** Of a subscription from before: what of it is stored already. */
  readonly after?: Mark
}

export class Feed {
  readonly subscriptionId: number
  readonly keepAliveMs: number
  readonly #options: FeedOptions
  /** Of the newest message handed on. Starts at 0: the first one of a subscription is 1 (Part 4, 5.14.1.1). */
  #last: number
  #lastTime: number
  #lastHeard: number
  /** While set, messages wait their turn: something before them is still on its way. */
  #held: NotificationMessage[] | undefined
  /** Republish requests without an answer, one after the other. */
  #unanswered = 0
  #session: RawSession

  constructor(options: FeedOptions, session: RawSession) {
    this.#options = options
    this.#session = session
    this.subscriptionId = options.subscriptionId
    this.keepAliveMs = options.keepAliveMs
    this.#lastHeard = options.monotonic()
    this.#last = options.after?.sequence ?? 0
    this.#lastTime = options.after?.time ?? 0
  }

  /** Everything the server sent up to this time of its clock was handed on; 0 = nothing was sent yet. */
  get completeUntil(): number {
    return this.#lastTime
  }

  /** How long the subscription has said nothing, not even "still here". */
  silentMs(): number {
    return this.#options.monotonic() - this.#lastHeard
  }

  receive(message: NotificationMessage): void {
    this.#lastHeard = this.#options.monotonic()
    if (this.#held) this.#held.push(message)
    else void this.#take(message)
  }

  /**
   * After a lost connection: asks for everything that was sent meanwhile. False when the server does not have the
   * subscription any more. What it cannot give again shows as a gap at the next message.
   */
  async resume(session: RawSession): Promise<boolean> {
    this.#session = session
    this.#lastHeard = this.#options.monotonic()
    const held: NotificationMessage[] = []
    this.#held = held
    try {
      for (let i = 0; i < republishLimit; i++) {
        const message = await this.#republish(nextOf(this.#last))
        if (!message) break
        this.#lastHeard = this.#options.monotonic()
        await this.#handOn(message)
      }
      return true
    } catch (error) {
      if (statusNameOf(error) === 'BadSubscriptionIdInvalid') return false
      throw error
    } finally {
      void this.#release(held)
    }
  }

  /** Hands on what was held back, then lets new messages pass again. */
  async #release(held: NotificationMessage[]): Promise<void> {
    for (let message = held.shift(); message; message = held.shift()) await this.#inOrder(message)
    if (this.#held === held) this.#held = undefined
  }

  #take(message: NotificationMessage): void {
    const pending = this.#inOrder(message)
    if (!pending) return
    const held: NotificationMessage[] = []
    this.#held = held
    void pending.then(() => this.#release(held))
  }

  /** Undefined when it was done at once. */
  #inOrder(message: NotificationMessage): void | Promise<void> {
    const missing = distance(this.#last, message.sequenceNumber) - 1
    if (missing === 0) return isKeepAlive(message) ? this.#noteQuiet(message) : this.#handOn(message)
    // Already handed on: a republished message, or a keep-alive of a server that repeats its last number.
    if (missing < 0) return undefined
    return this.#fill(missing, message)
  }

  async #fill(missing: number, message: NotificationMessage): Promise<void> {
    const first = nextOf(this.#last)
    const since = this.#lastTime
    let filled = 0
    try {
      for (let i = 0; i < Math.min(missing, republishLimit); i++) {
        const again = await this.#republish(forward(first, i))
        this.#unanswered = 0
        if (!again) continue
        await this.#handOn(again)
        filled++
      }
    } catch (error) {
      // The connection went: what is missing is asked for again on the next one. Only this message must not close the gap.
      // A server that goes on talking and never answers this would hold everything back for good.
      if (!isTimeout(error) || ++this.#unanswered < unansweredLimit) return
    }
    // A keep-alive announces its number but some servers count it wrongly; the next data message proves the gap.
    if (isKeepAlive(message)) return
    const lost = missing - filled
    if (lost > 0) {
      const { subscriptionId } = this
      const evidence = `subscription ${subscriptionId}, sequence ${first} to ${message.sequenceNumber - 1}`
      this.#options.lost(lost, evidence, since, timeOf(message))
    }
    await this.#handOn(message)
  }

  #noteQuiet(message: NotificationMessage): void {
    const time = timeOf(message)
    this.#lastTime = Math.max(this.#lastTime, time)
    this.#options.quiet?.(time)
  }

  #handOn(message: NotificationMessage): void | Promise<void> {
    this.#last = message.sequenceNumber
    this.#lastTime = Math.max(this.#lastTime, timeOf(message))
    for (const data of message.notificationData ?? []) {
      if (!(data instanceof StatusChangeNotification)) continue
      // GoodSubscriptionTransferred goes to the session that lost it, which is not us any more.
      if (data.status.isBad()) this.#options.ended(data.status.name)
    }
    return this.#options.deliver(message)
  }

  /** Undefined when the server does not have the message (any more). */
  #republish(sequenceNumber: number): Promise<NotificationMessage | undefined> {
    const request = new RepublishRequest({
      requestHeader: { timeoutHint: this.#options.republishTimeoutMs },
      subscriptionId: this.subscriptionId,
      retransmitSequenceNumber: sequenceNumber,
    })
    return new Promise((resolve, reject) => {
      this.#session.republish(request, (error: Error | null, response?: RepublishResponse) => {
        if (response && !error) resolve(response.notificationMessage)
        // Not available any more, or a server that can not republish at all.
        else if (isRefusal(error)) resolve(undefined)
        else reject(error ?? new Error('Republish without an answer'))
      })
    })
  }
}

function isTimeout(error: unknown): boolean {
  return translateError(error, { address: '', doing: '' }).code === 'TIMEOUT'
}

function isKeepAlive(message: NotificationMessage): boolean {
  return !message.notificationData || message.notificationData.length === 0
}

function timeOf(message: NotificationMessage): number {
  return message.publishTime?.getTime() ?? 0
}

/** Sequence numbers are UInt32 and go on with 1 after the largest (Part 4, 7.38). */
const largest = 0xffff_ffff

function nextOf(sequence: number): number {
  return sequence >= largest ? 1 : sequence + 1
}

function forward(sequence: number, by: number): number {
  const sum = sequence + by
  return sum > largest ? sum - largest : sum
}

/** How far `to` is ahead of `from`; negative when it is behind. */
function distance(from: number, to: number): number {
  const ahead = to - from
  if (ahead < -largest / 2) return ahead + largest
  return ahead > largest / 2 ? ahead - largest : ahead
}
