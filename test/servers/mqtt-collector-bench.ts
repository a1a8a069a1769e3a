import mqtt, { type MqttClient } from 'mqtt'
import { MqttCollector } from '../../main/engine/collect/mqtt/mqtt-collector.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { ObservableValue } from '../../main/engine/kit/observable.ts'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import type { Refusal, SampleSink } from '../../main/engine/pipeline/stages.ts'
import { type MqttConnectorConfig, mqttConnectorSchema } from '../../shared/config/mqtt.ts'
import type { Sample } from '../../shared/sample.ts'

/** A collector with a sink the test commits by hand, or at once. */
export class CollectorBench implements SampleSink {
  readonly pressure = new ObservableValue(false)
  readonly issues = new IssueBook(systemClock)
  readonly samples: Sample[] = []
  readonly refusals: Refusal[] = []
  readonly collector: MqttCollector
  commitsAtOnce = true
  readonly #waiting: PromiseWithResolvers<void>[] = []

  constructor(config: object) {
    this.collector = new MqttCollector({
      config: brokerConfig(config),
      firstTag: 0,
      sink: this,
      issues: this.issues,
      log: new LogBook(() => Date.now()).logger('mqtt'),
      clock: systemClock,
    })
  }

  get payloads(): unknown[] {
    return this.samples.map((sample) => sample.message?.payload)
  }

  get state(): string {
    return this.collector.status.value.state
  }

  accept(samples: readonly Sample[]): Promise<void> {
    this.samples.push(...samples)
    if (this.commitsAtOnce) return Promise.resolve()
    const waiting = Promise.withResolvers<void>()
    this.#waiting.push(waiting)
    return waiting.promise
  }

  refuse(refusal: Refusal): void {
    this.refusals.push(refusal)
  }

  commit(): void {
    for (const waiting of this.#waiting.splice(0)) waiting.resolve()
  }

  reject(error: Error): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error)
  }

  async stop(withinMs = 3000): Promise<void> {
    await this.collector.stop(systemClock.monotonic() + withinMs)
  }
}

export function brokerConfig(config: object): MqttConnectorConfig {
  return mqttConnectorSchema.parse({
    type: 'mqtt',
    id: 'broker',
    name: 'Broker',
    host: '127.0.0.1',
    topics: [{ filter: 'plant/#', device: '${topic[1]}', keys: [{ key: 'v' }] }],
    ...config,
  })
}

export async function publisher(port: number, options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  return mqtt.connectAsync({ host: '127.0.0.1', port, protocol: 'mqtt', protocolVersion: 4, ...options })
}
