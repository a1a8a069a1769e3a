import type { MqttConnectorConfig } from '../../../../shared/config/mqtt.ts'
import type { ErrorCode } from '../../../../shared/errors.ts'
import type { Sample, TagIndex } from '../../../../shared/sample.ts'
import type { Clock } from '../../kit/clock.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import type { SampleSink } from '../../pipeline/stages.ts'
import { notUtf8, type ParsedJson, parseJson, utf8Text } from './json-payload.ts'
import type { Route, TopicMatcher } from './topic-matcher.ts'

// What one connection received, from packet to acknowledgement. Promises, to the broker: a QoS 1 message is acknowledged only
// after `accept` resolved for the samples made of it, in order of arrival [MQTT-4.6.0-2]; malformed messages are acknowledged
// too, since they can never become good, and counted. When `accept` rejects, nothing after it is acknowledged and the owner
// closes the connection, so that the broker sends it all again. Acknowledgements never outlive their connection: `end`.

/** Messages that arrive within this time share one `accept`; short beside a commit of 40 ms. */
const batchMs = 2
/** Samples in one `accept`, about: a burst is handed on at once. */
const batchLimit = 500
/** Messages and payload bytes between arrival and `accept`; beyond it the socket is not read (QoS 0 and MQTT 3.1.1 have no window). */
const heldMessagesLimit = 100_000
const heldBytesLimit = 64 * 1024 * 1024
/** Characters of a bad payload shown as evidence. */
const evidenceLimit = 200

export interface Packet {
  readonly topic: string
  readonly payload: Buffer | string
  readonly qos: number
  readonly messageId?: number | undefined
}

export type Capture = (filter: string, topic: string, payload: Buffer) => void

export interface IntakeOptions {
  readonly config: MqttConnectorConfig
  readonly firstTag: TagIndex
  readonly matcher: TopicMatcher
  readonly sink: SampleSink
  readonly clock: Clock
  /** Sends PUBACKs, in this order. */
  readonly acknowledge: (messageIds: readonly number[]) => void
  /** There is room again after `isFull`. */
  readonly roomMade: () => void
  /** Every message some rule wants, as it arrived: for the eyes of the operator. */
  readonly capture?: Capture | undefined
  /** `accept` rejected: the connection must be closed without acknowledging. */
  readonly failed: (error: unknown) => void
}

interface Batch {
  samples: Sample[]
  messageIds: number[]
  messages: number
  bytes: number
  accepted: boolean
}

export class Intake {
  readonly #options: IntakeOptions
  #batch = newBatch()
  #flushScheduled = false
  /** Handed to `accept`, oldest first. */
  readonly #waiting: Batch[] = []
  #heldMessages = 0
  #heldBytes = 0
  #released: number[] = []
  #undoFlush: () => void = () => {}
  #isEnded = false
  #isClosing = false
  #undoPressure: () => void
  #wakeDrained: () => void = () => {}
  /** Messages no rule wants: of a filter that was removed while the broker kept the session. */
  unmatched = 0

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#undoPressure = options.sink.pressure.subscribe((pressure) => {
      if (!pressure) this.#noteRoom()
    })
  }

  /** The socket should not be read for now. */
  get isFull(): boolean {
    return (
      this.#options.sink.pressure.value || this.#heldMessages >= heldMessagesLimit || this.#heldBytes >= heldBytesLimit
    )
  }

  receive(packet: Packet): void {
    if (this.#isEnded || this.#isClosing) return
    const batch = this.#batch
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    const route = this.#options.matcher.route(packet.topic)
    if (route.rules.length === 0) this.unmatched++
    else {
      this.#capture(packet.topic, payload, route)
      this.#decode(packet.topic, payload, route, batch.samples)
    }
    if (packet.qos === 1 && packet.messageId !== undefined) batch.messageIds.push(packet.messageId)
    batch.messages++
    batch.bytes += payload.length
    this.#heldMessages++
    this.#heldBytes += payload.length
    if (batch.samples.length >= batchLimit) this.#flush()
    else if (!this.#flushScheduled) {
      this.#flushScheduled = true
      this.#undoFlush = this.#options.clock.after(batchMs, () => {
        this.#flushScheduled = false
        this.#flush()
      })
    }
  }

  /** Takes no more messages; resolves when all that were taken are acknowledged or the connection has ended. */
  async drain(): Promise<void> {
    this.#flush()
    this.#isClosing = true
    if (this.#waiting.length === 0 || this.#isEnded) return
    await new Promise<void>((resolve) => {
      this.#wakeDrained = resolve
    })
  }

  /** The connection is gone: packet identifiers of it mean nothing any more. */
  end(): void {
    this.#isEnded = true
    this.#undoFlush()
    this.#undoPressure()
    this.#undoPressure = () => {}
    this.#waiting.length = 0
    this.#released = []
    this.#wakeDrained()
  }

  #capture(topic: string, payload: Buffer, { rules }: Route): void {
    const { capture, config } = this.#options
    if (capture) for (const rule of rules) capture(config.topics[rule]?.filter ?? '', topic, payload)
  }

  #decode(topic: string, payload: Buffer, { levels, rules }: Route, out: Sample[]): void {
    const { config, firstTag, clock } = this.#options
    const [anyRule = 0] = rules
    if (payload.length > config.maxPayloadBytes) {
      const message = `A message of ${payload.length} bytes on ${config.topics[anyRule]?.filter} is larger than ${config.maxPayloadBytes} bytes`
      const hint = 'Raise the largest payload of this broker if messages of this size are meant.'
      this.#refuse('MQTT_PAYLOAD_TOO_LARGE', firstTag + anyRule, message, hint, topic)
      return
    }
    const ts = clock.now()
    let json: ParsedJson | undefined
    let text: string | undefined
    for (const rule of rules) {
      let value: unknown
      if (config.topics[rule]?.format === 'text') {
        text ??= utf8Text(payload)
        if (text === undefined) {
          this.#refuseMalformed(rule, notUtf8, topic, payload)
          continue
        }
        value = text
      } else {
        json ??= parseJson(payload)
        if (!json.ok) {
          this.#refuseMalformed(rule, json.problem, topic, payload)
          continue
        }
        value = json.value
      }
      const message = { topic, levels, payload: value }
      out.push({ tag: firstTag + rule, type: 'json', value: null, ts, statusCode: 0, message })
    }
  }

  #refuseMalformed(rule: number, problem: string, topic: string, payload: Buffer): void {
    const { config, firstTag } = this.#options
    const message = `The payload of a message on ${config.topics[rule]?.filter} ${problem}`
    const hint =
      problem === notUtf8
        ? 'Correct the sender: text and JSON have to be UTF-8. Where it sends binary data, narrow the topic filter of this rule.'
        : 'Correct the sender, set the format of this rule to text, or narrow its topic filter.'
    const beginning = printable(payload.toString('utf8', 0, evidenceLimit))
    this.#refuse('MQTT_PAYLOAD_MALFORMED', firstTag + rule, message, hint, `${topic}: ${beginning}`)
  }

  #refuse(code: ErrorCode, tag: TagIndex, message: string, hint: string, evidence: string): void {
    this.#options.sink.refuse({ code, tag, message, hint, evidence })
  }

  #flush(): void {
    const batch = this.#batch
    if (this.#isEnded || batch.messages === 0) return
    this.#batch = newBatch()
    this.#waiting.push(batch)
    if (batch.samples.length === 0) {
      this.#settle(batch)
      return
    }
    const samples = batch.samples
    batch.samples = []
    this.#options.sink.accept(samples).then(
      () => this.#settle(batch),
      (error: unknown) => this.#fail(error),
    )
  }

  #settle(batch: Batch): void {
    batch.accepted = true
    this.#heldMessages -= batch.messages
    this.#heldBytes -= batch.bytes
    if (this.#isEnded) return
    const nothingReleased = this.#released.length === 0
    while (this.#waiting[0]?.accepted) this.#released.push(...(this.#waiting.shift()?.messageIds ?? []))
    // One commit settles many batches in a row of microtasks; their PUBACKs go out together after the last one.
    if (nothingReleased) queueMicrotask(() => this.#acknowledge())
  }

  #acknowledge(): void {
    const released = this.#released
    this.#released = []
    if (this.#isEnded) return
    if (released.length > 0) this.#options.acknowledge(released)
    if (this.#waiting.length === 0) this.#wakeDrained()
    this.#noteRoom()
  }

  #noteRoom(): void {
    if (!this.#isEnded && !this.isFull) this.#options.roomMade()
  }

  #fail(error: unknown): void {
    if (this.#isEnded) return
    this.end()
    this.#options.failed(
      error instanceof GatewayError
        ? error
        : new GatewayError('INTERNAL', 'Values could not be kept', { cause: error }),
    )
  }
}

function newBatch(): Batch {
  return { samples: [], messageIds: [], messages: 0, bytes: 0, accepted: false }
}

function printable(text: string): string {
  return text.replace(/[^\P{C}\t]/gu, '·')
}
