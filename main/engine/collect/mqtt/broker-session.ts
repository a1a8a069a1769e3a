import type { IPublishPacket } from 'mqtt'
import type { MqttConnectorConfig } from '../../../../shared/config/mqtt.ts'
import type { TagIndex } from '../../../../shared/sample.ts'
import type { Clock } from '../../kit/clock.ts'
import { asGatewayError, type GatewayError } from '../../kit/gateway-error.ts'
import { type Deadline, settledBy } from '../../kit/lifecycle.ts'
import type { Log } from '../../observe/log.ts'
import type { SampleSink } from '../../pipeline/stages.ts'
import { BrokerConnection, type Subscription } from './broker-connection.ts'
import { type Capture, Intake } from './intake.ts'
import type { TopicMatcher } from './topic-matcher.ts'

export interface BrokerSessionOptions {
  readonly config: MqttConnectorConfig
  readonly clientId: string
  readonly firstTag: TagIndex
  readonly matcher: TopicMatcher
  readonly sink: SampleSink
  readonly clock: Clock
  readonly log: Log
  readonly capture?: Capture | undefined
  /** The established connection ended, once; not after `close`. */
  readonly ended: (error: GatewayError) => void
  /** The socket is not read because the pipe is full, or is read again. */
  readonly stalled: (isStalled: boolean) => void
}

/** What the broker answered for one filter. */
export interface Grant extends Subscription {
  readonly code: number
}

/** One connection with what was received on it: both end together, so that no acknowledgement outlives its connection. */
export class BrokerSession {
  readonly #options: BrokerSessionOptions
  readonly #connection: BrokerConnection
  readonly #intake: Intake
  /** Set while the parser waits for room. */
  #resume: (() => void) | undefined
  #undoPing: () => void = () => {}

  constructor(options: BrokerSessionOptions) {
    this.#options = options
    this.#connection = new BrokerConnection({
      config: options.config,
      clientId: options.clientId,
      keepsSession: true,
      clock: options.clock,
      received: (packet, done) => this.#receive(packet, done),
      ended: (error) => this.#end(error),
    })
    this.#intake = new Intake({
      ...options,
      acknowledge: (messageIds) => this.#connection.acknowledge(messageIds),
      roomMade: () => this.#goOn(),
      failed: (error) => {
        this.#connection.abandon()
        this.#end(asGatewayError(error))
      },
    })
  }

  /** Resolves when the broker has answered all subscriptions; messages of a kept session may arrive before. */
  async open(signal: AbortSignal): Promise<Grant[]> {
    try {
      await this.#connection.open(signal)
      // Also with a kept session: the broker may have lost it, or the configuration changed meanwhile.
      const subscriptions = subscriptionsOf(this.#options.config)
      const codes = await this.#connection.subscribe(subscriptions, () => this.#resume !== undefined)
      return subscriptions.map((s, i) => ({ ...s, code: codes[i] ?? 0x80 }))
    } catch (error) {
      this.#connection.abandon()
      this.#letGo()
      throw error
    }
  }

  /** Acknowledges what is accepted until the deadline, then disconnects; the broker keeps the rest. */
  async close(deadline: Deadline): Promise<void> {
    const drained = this.#intake.drain()
    this.#goOn()
    await settledBy(drained, deadline, this.#options.clock)
    this.#intake.end()
    await this.#connection.close(deadline)
    this.#letGo()
  }

  #receive(packet: IPublishPacket, done: () => void): void {
    this.#intake.receive(packet)
    if (!this.#intake.isFull) {
      done()
      return
    }
    const { clock, config, stalled } = this.#options
    this.#resume = done
    this.#undoPing = clock.every((config.keepAliveSeconds * 1000) / 2, () => this.#connection.ping())
    stalled(true)
  }

  #goOn(): void {
    const resume = this.#resume
    if (!resume) return
    this.#resume = undefined
    this.#undoPing()
    this.#options.stalled(false)
    resume()
  }

  #end(error: GatewayError): void {
    this.#letGo()
    this.#options.ended(error)
  }

  #letGo(): void {
    this.#intake.end()
    this.#undoPing()
    this.#resume = undefined
    const { unmatched } = this.#intake
    if (unmatched > 0)
      this.#options.log.info('mqtt.unmatched', { connector: this.#options.config.id, count: unmatched })
  }
}

/** Each filter once, with the highest QoS any of its rules asks for. */
export function subscriptionsOf({ topics }: Pick<MqttConnectorConfig, 'topics'>): Subscription[] {
  const byFilter = new Map<string, 0 | 1>()
  for (const { filter, qos } of topics) byFilter.set(filter, qos === 1 ? 1 : (byFilter.get(filter) ?? 0))
  return [...byFilter].map(([filter, qos]) => ({ filter, qos }))
}
