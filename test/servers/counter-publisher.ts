import mqtt, { type MqttClient } from 'mqtt'
import type { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'

/** First timestamp of a counter, so that value n of a topic is identified by `firstTs + n`. */
export const firstTs = 1_700_000_000_000

/**
 * Publishes counters 0, 1, 2 … to `load/<topic>` with QoS 1 as `{"v":n,"ts":firstTs+n}` at a steady rate, and knows which
 * the broker has acknowledged: those are what must arrive.
 */
export class CounterPublisher {
  /** Next counter per topic; all below are published. */
  readonly counters: number[]
  #client: MqttClient | undefined
  #timer: NodeJS.Timeout | undefined
  #unacknowledged = 0
  readonly #port: number

  constructor(options: { readonly port: number; readonly topics: number }) {
    this.#port = options.port
    this.counters = Array.from({ length: options.topics }, () => 0)
  }

  get published(): number {
    return this.counters.reduce((sum, n) => sum + n, 0)
  }

  async start(messagesPerSecond: number): Promise<void> {
    const client = mqtt.connect({ host: '127.0.0.1', port: this.#port, protocolVersion: 4 })
    this.#client = client
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve())
      client.once('error', reject)
    })
    let topic = 0
    let due = 0
    let last = performance.now()
    this.#timer = setInterval(() => {
      const now = performance.now()
      due += ((now - last) / 1000) * messagesPerSecond
      last = now
      // A broker that does not acknowledge is not flooded: the load waits, nothing is skipped.
      for (; due >= 1 && this.#unacknowledged < 5000; due--) {
        this.#publish(client, topic)
        topic = (topic + 1) % this.counters.length
      }
      due = Math.min(due, messagesPerSecond)
    }, 5)
  }

  /** Resolves when the broker has acknowledged everything that was published. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    while (this.#unacknowledged > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await this.#client?.endAsync()
  }

  /** Published values that have not arrived, or not as they were published. */
  missingFrom(thingsboard: Pick<ThingsboardStandIn, 'points'>): number {
    let missing = 0
    this.counters.forEach((count, topic) => {
      const points = thingsboard.points(`load-${topic}`, 'v')
      for (let n = 0; n < count; n++) if (points.get(firstTs + n)?.text !== String(n)) missing++
    })
    return missing
  }

  /** Resolves when everything published has arrived; throws when nothing more of it came for `stuckMs`. */
  async arrived(thingsboard: Pick<ThingsboardStandIn, 'points'>, stuckMs = 120_000): Promise<void> {
    let fewest = Number.POSITIVE_INFINITY
    let since = 0
    for (;;) {
      const started = performance.now()
      const missing = this.missingFrom(thingsboard)
      if (missing === 0) return
      if (missing < fewest) {
        fewest = missing
        since = started
      } else if (started - since > stuckMs)
        throw new Error(`${missing} of ${this.published} are missing, and none of them came for ${stuckMs / 1000} s`)
      // Counting millions holds up the ThingsBoard of this process: it is left most of the time.
      const tookMs = performance.now() - started
      await new Promise((resolve) => setTimeout(resolve, Math.max(20, 4 * tookMs)))
    }
  }

  #publish(client: MqttClient, topic: number): void {
    const n = this.counters[topic] ?? 0
    this.counters[topic] = n + 1
    this.#unacknowledged++
    client.publish(`load/${topic}`, `{"v":${n},"ts":${firstTs + n}}`, { qos: 1 }, (error) => {
      if (error) throw error
      this.#unacknowledged--
    })
  }
}

/** The mapping that takes them apart again: device `load-<topic>`, key `v`. */
export const counterTopics = [
  {
    filter: 'load/+',
    device: 'load-${topic[1]}',
    timestamp: { value: '$.ts', format: 'ms' },
    keys: [{ key: 'v', value: '$.v' }],
  },
]
