import type { IPublishPacket } from 'mqtt'
import type { RequestOutput } from '../../../../shared/api/contract.ts'
import { exploreLimits } from '../../../../shared/api/explore-limits.ts'
import type { ExploreState } from '../../../../shared/api/explore-requests.ts'
import type { MqttConnectorConfig } from '../../../../shared/config/mqtt.ts'
import type { Clock } from '../../kit/clock.ts'
import { asGatewayError } from '../../kit/gateway-error.ts'
import { BrokerConnection } from './broker-connection.ts'
import { clientIdOf } from './connect-options.ts'
import { type Payload, payloadOf, payloadText } from './explore-fields.ts'
import { grantProblem } from './grants.ts'
import { withoutShare } from './topic-matcher.ts'

/** Last payloads of all topics together; beyond it topics are known, but not what was in them. */
const keptBytesLimit = 64 * 1024 * 1024
const closeMs = 1000

interface Topic {
  readonly topic: string
  format: Payload['format'] | 'too large'
  /** Of the first message: what a topic carries does not change as a rule. */
  fields: Payload['fields']
  payload: Buffer | undefined
  messages: number
  bytes: number
  ts: number
  retained: boolean
}

/**
 * Listens to a broker for a while, to show what is there. Guarantees: a session of its own that ends by itself and leaves
 * nothing at the broker, QoS 0, bounded topics, bytes and rate, nothing of it is collected or kept on disk.
 */
export class TopicExplorer {
  readonly #config: MqttConnectorConfig
  readonly #clock: Clock
  readonly #topics: Topic[] = []
  readonly #byName = new Map<string, Topic>()
  readonly #abort = new AbortController()
  #connection: BrokerConnection | undefined
  #state: ExploreState
  #keptBytes = 0
  #second = 0
  #inSecond = 0
  #undoEnd: () => void = () => {}

  constructor(config: MqttConnectorConfig, clock: Clock, filters: readonly string[], generation: number) {
    this.#config = config
    this.#clock = clock
    this.#state = {
      state: 'connecting',
      filters: [...new Set(filters.map(withoutShare))],
      startedAt: 0,
      endsAt: 0,
      topics: 0,
      messages: 0,
      skipped: 0,
      isFull: false,
      generation,
    }
  }

  get state(): ExploreState {
    return { ...this.#state, topics: this.#topics.length }
  }

  /** Resolves when it listens or has failed; the state says which. */
  async start(seconds: number): Promise<void> {
    const connection = new BrokerConnection({
      config: this.#config,
      clientId: `${clientIdOf(this.#config).slice(0, 50)}-explore`,
      keepsSession: false,
      clock: this.#clock,
      received: (packet, done) => {
        this.#take(packet)
        done()
      },
      ended: (error) => this.#fail(error),
    })
    this.#connection = connection
    try {
      await connection.open(this.#abort.signal)
      const subscriptions = this.#state.filters.map((filter) => ({ filter, qos: 0 as const }))
      // From here on: messages can come before the broker has answered all of it.
      const startedAt = this.#clock.now()
      this.#set({ state: 'listening', startedAt, endsAt: startedAt + seconds * 1000 })
      this.#undoEnd = this.#clock.after(seconds * 1000, () => void this.stop())
      const codes = await connection.subscribe(subscriptions, () => false)
      const refused = subscriptions.flatMap((s, i) =>
        (codes[i] ?? 0) >= 0x80 ? [{ ...s, code: codes[i] ?? 0x80 }] : [],
      )
      const [first] = refused
      if (first) this.#set({ error: { code: 'MQTT_SUBSCRIPTION_REFUSED', ...grantProblem(first) } })
      if (refused.length === subscriptions.length) await this.#end('failed')
    } catch (error) {
      this.#fail(error)
    }
  }

  /** What was found stays. Never rejects. */
  async stop(): Promise<void> {
    await this.#end('ended')
  }

  page(offset: number, limit: number): RequestOutput<'explore.page'>['topics'] {
    return this.#topics.slice(offset, offset + limit).map(({ topic, format, fields }) => ({
      topic,
      format,
      fields: fields.map(({ path, type }) => ({ path, type })),
    }))
  }

  values(topics: readonly string[]): RequestOutput<'explore.values'>['values'] {
    return topics.flatMap((name) => {
      const topic = this.#byName.get(name)
      if (!topic) return []
      const { ts, messages, bytes, retained, payload } = topic
      const fields = payload && topic.format === 'json' ? payloadOf(payload).fields : []
      return [
        { topic: name, ts, messages, bytes, retained, text: payload ? payloadText(payload) : '', fields: [...fields] },
      ]
    })
  }

  /** The newest one, where it is kept. */
  payload(name: string): Buffer | undefined {
    return this.#byName.get(name)?.payload
  }

  #take({ topic: name, payload, retain }: IPublishPacket): void {
    if (this.#state.state !== 'listening') return
    const now = this.#clock.now()
    this.#set({ messages: this.#state.messages + 1 })
    const second = Math.floor(now / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#inSecond = 0
    }
    const known = this.#byName.get(name)
    const isFull = !known && this.#topics.length >= exploreLimits.topics
    if (++this.#inSecond > exploreLimits.messagesPerSecond || isFull) {
      this.#set({ skipped: this.#state.skipped + 1, isFull: this.#state.isFull || isFull })
      return
    }
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
    const topic = known ?? this.#found(name)
    topic.messages++
    topic.ts = now
    topic.bytes = bytes.length
    topic.retained = retain
    this.#keep(topic, bytes)
  }

  #found(name: string): Topic {
    const topic: Topic = {
      topic: name,
      format: 'text',
      fields: [],
      payload: undefined,
      messages: 0,
      bytes: 0,
      ts: 0,
      retained: false,
    }
    this.#topics.push(topic)
    this.#byName.set(name, topic)
    return topic
  }

  #keep(topic: Topic, bytes: Buffer): void {
    this.#keptBytes -= topic.payload?.length ?? 0
    const fits = bytes.length <= exploreLimits.payloadBytes && this.#keptBytes + bytes.length <= keptBytesLimit
    // A copy: the packet is a part of a larger buffer of the socket.
    topic.payload = fits ? Buffer.from(bytes) : undefined
    this.#keptBytes += topic.payload?.length ?? 0
    if (topic.messages > 1 && topic.format !== 'too large') return
    if (!fits) topic.format = 'too large'
    else {
      const { format, fields } = payloadOf(bytes)
      topic.format = format
      // Values are read from the last payload when somebody looks.
      topic.fields = fields.map((field) => ({ ...field, value: '' }))
    }
  }

  #fail(error: unknown): void {
    if (this.#abort.signal.aborted) return
    const { code, message, hint } = asGatewayError(error)
    this.#set({ error: { code, message, hint } })
    void this.#end('failed')
  }

  async #end(state: 'ended' | 'failed'): Promise<void> {
    if (this.#state.state === 'ended' || this.#state.state === 'failed') return
    this.#set({ state, endsAt: this.#clock.now() })
    this.#undoEnd()
    this.#abort.abort()
    await this.#connection?.close(this.#clock.monotonic() + closeMs)
  }

  #set(change: Partial<ExploreState>): void {
    this.#state = { ...this.#state, ...change }
  }
}
