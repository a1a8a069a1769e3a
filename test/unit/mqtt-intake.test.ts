import { expect, test, vi } from 'vitest'
import { Intake, type Packet } from '../../main/engine/collect/mqtt/intake.ts'
import { TopicMatcher } from '../../main/engine/collect/mqtt/topic-matcher.ts'
import { GatewayError } from '../../main/engine/kit/gateway-error.ts'
import { ObservableValue } from '../../main/engine/kit/observable.ts'
import type { Refusal } from '../../main/engine/pipeline/stages.ts'
import { mqttConnectorSchema } from '../../shared/config/mqtt.ts'
import type { Sample } from '../../shared/sample.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

const config = mqttConnectorSchema.parse({
  type: 'mqtt',
  id: 'b',
  name: 'B',
  host: 'h',
  maxPayloadBytes: 1024,
  topics: [
    { filter: 'a/#', device: 'D', keys: [{ key: 'v' }] },
    { filter: 'a/text', device: 'D', format: 'text', keys: [{ key: 't' }] },
  ],
})

class Bench {
  readonly clock = new FakeClock()
  readonly acknowledged: number[][] = []
  readonly refusals: Refusal[] = []
  readonly commits: { samples: readonly Sample[]; done: PromiseWithResolvers<void> }[] = []
  readonly pressure = new ObservableValue(false)
  readonly failed = vi.fn()
  readonly roomMade = vi.fn()
  readonly intake = new Intake({
    config,
    firstTag: 10,
    matcher: new TopicMatcher(config.topics.map((t) => t.filter)),
    clock: this.clock,
    sink: {
      pressure: this.pressure,
      refuse: (refusal) => this.refusals.push(refusal),
      accept: (samples) => {
        const done = Promise.withResolvers<void>()
        this.commits.push({ samples, done })
        return done.promise
      },
    },
    acknowledge: (ids) => this.acknowledged.push([...ids]),
    roomMade: this.roomMade,
    failed: this.failed,
  })

  message(messageId: number, payload: string, more: Partial<Packet> = {}): void {
    this.intake.receive({ topic: 'a/b', payload: Buffer.from(payload), qos: 1, messageId, ...more })
  }

  /** Time for the present batch to be handed to `accept`. */
  async tick(): Promise<void> {
    await this.clock.run(10)
  }
}

test('when accept rejects, nothing from there on is acknowledged and the owner is told once', async () => {
  const bench = new Bench()
  bench.message(1, '1')
  await bench.tick()
  bench.message(2, '2')
  await bench.tick()
  bench.commits[0]?.done.reject(new GatewayError('STORE_FAULT', 'disk'))
  bench.commits[1]?.done.resolve()
  await bench.tick()
  expect(bench.acknowledged).toEqual([])
  expect(bench.failed).toHaveBeenCalledOnce()
})

test('acknowledgements keep the order of arrival although commits end in another', async () => {
  const bench = new Bench()
  for (const id of [7, 8]) bench.message(id, '1')
  await bench.tick()
  bench.message(9, '1')
  await bench.tick()
  bench.commits[1]?.done.resolve()
  await bench.tick()
  expect(bench.acknowledged).toEqual([])
  bench.commits[0]?.done.resolve()
  await bench.tick()
  expect(bench.acknowledged).toEqual([[7, 8, 9]])
})

test('acknowledgements do not outlive their connection', async () => {
  const bench = new Bench()
  bench.message(1, '1')
  await bench.tick()
  bench.intake.end()
  bench.commits[0]?.done.resolve()
  bench.message(2, '2')
  await bench.tick()
  expect(bench.acknowledged).toEqual([])
  expect(bench.commits).toHaveLength(1)
  expect(bench.clock.waiting).toBe(0)
})

test('malformed and oversize messages are counted with their evidence, acknowledged in order, and stop nothing', async () => {
  const bench = new Bench()
  bench.message(1, '{"v":')
  bench.message(2, 'x'.repeat(1025))
  bench.message(3, '{"v":1}')
  await bench.tick()
  expect(bench.refusals.map((r) => [r.code, r.tag])).toEqual([
    ['MQTT_PAYLOAD_MALFORMED', 10],
    ['MQTT_PAYLOAD_TOO_LARGE', 10],
  ])
  expect(bench.refusals[0]).toMatchObject({
    message: expect.stringContaining('ends too early'),
    evidence: 'a/b: {"v":',
  })
  expect(bench.commits[0]?.samples).toHaveLength(1)
  bench.commits[0]?.done.resolve()
  await bench.tick()
  expect(bench.acknowledged).toEqual([[1, 2, 3]])
})

test('every matching rule gets the message in its own format; a payload that is no JSON still serves the text rule', async () => {
  const bench = new Bench()
  bench.message(1, '12.5', { topic: 'a/text' })
  bench.message(2, 'hello', { topic: 'a/text' })
  await bench.tick()
  const seen = bench.commits[0]?.samples.map((s) => [s.tag, s.message?.payload])
  expect(seen).toEqual([
    [10, 12.5],
    [11, '12.5'],
    [11, 'hello'],
  ])
  expect(bench.refusals.map((r) => r.code)).toEqual(['MQTT_PAYLOAD_MALFORMED'])
})

test('messages no rule wants are acknowledged', async () => {
  const bench = new Bench()
  bench.message(1, '1', { topic: 'old/filter' })
  await bench.tick()
  expect(bench.acknowledged).toEqual([[1]])
  expect(bench.intake.unmatched).toBe(1)
})

test('it is full under pressure and with too many bytes, and says when there is room', async () => {
  const bench = new Bench()
  bench.pressure.set(true)
  expect(bench.intake.isFull).toBe(true)
  bench.roomMade.mockClear()
  bench.pressure.set(false)
  expect(bench.roomMade).toHaveBeenCalled()
  const large = 'x'.repeat(1_000_000)
  for (let id = 1; !bench.intake.isFull; id++) bench.message(id, large, { topic: 'other' })
  expect(bench.intake.isFull).toBe(true)
  bench.roomMade.mockClear()
  await bench.tick()
  expect(bench.intake.isFull).toBe(false)
  expect(bench.roomMade).toHaveBeenCalled()
})

test('draining takes nothing new and ends when the last commit is acknowledged', async () => {
  const bench = new Bench()
  bench.message(1, '1')
  let drained = false
  const done = bench.intake.drain().then(() => {
    drained = true
  })
  bench.message(2, '2')
  await bench.tick()
  expect([drained, bench.commits.length]).toEqual([false, 1])
  bench.commits[0]?.done.resolve()
  await done
  expect(bench.acknowledged).toEqual([[1]])
})
