import type { Log, LogLevel } from '../observe/log.ts'
import type { Wire } from './wire.ts'

/** Shared attributes of the gateway device that mean something to us. */
const wanted = ['RemoteLoggingLevel'] as const
const updateTopic = 'v1/devices/me/attributes'
const responseTopic = /^v1\/devices\/me\/attributes\/response\/\d+$/

const levels: Readonly<Record<string, LogLevel>> = {
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warn',
  WARN: 'warn',
  ERROR: 'error',
  CRITICAL: 'error',
}

/**
 * The newest shared attributes of the gateway device. ThingsBoard sends an update only to whoever is connected: what was
 * changed meanwhile has to be asked for on every connect.
 */
export class SharedAttributes {
  readonly #values = new Map<string, unknown>()
  readonly #log: Log
  readonly #wire: Wire
  readonly #setLogLevel: (level: LogLevel) => void
  readonly #clientRead: (values: Readonly<Record<string, unknown>>) => void
  #requestId = 0

  /** `clientRead` gets the client attributes of every answer. */
  constructor(
    wire: Wire,
    log: Log,
    setLogLevel: (level: LogLevel) => void,
    clientRead: (values: Readonly<Record<string, unknown>>) => void,
  ) {
    this.#wire = wire
    this.#log = log
    this.#setLogLevel = setLogLevel
    this.#clientRead = clientRead
  }

  /** Topic and payload that ask for them, and for client attributes of our own. */
  request(clientKeys: readonly string[]): { topic: string; payload: Buffer | string } {
    return {
      topic: `v1/devices/me/attributes/request/${++this.#requestId}`,
      payload: this.#wire.attributesRequest(clientKeys, wanted),
    }
  }

  /** True when the message was about attributes of the gateway device. */
  receive(topic: string, payload: Buffer): boolean {
    if (responseTopic.test(topic)) {
      const answer = this.#wire.readAttributes(payload)
      if (answer) {
        this.#adoptAll(answer.shared)
        this.#clientRead(answer.client)
      }
      return true
    }
    if (topic !== updateTopic) return false
    const update = this.#wire.readUpdate(payload)
    for (const name of wanted) if (update?.deleted.includes(name)) this.#values.delete(name)
    if (update) this.#adoptAll(update.values)
    return true
  }

  #adoptAll(values: Readonly<Record<string, unknown>>): void {
    for (const name of wanted) if (Object.hasOwn(values, name)) this.#adopt(name, values[name])
  }

  #adopt(name: (typeof wanted)[number], value: unknown): void {
    if (this.#values.get(name) === value) return
    this.#values.set(name, value)
    const level = typeof value === 'string' ? levels[value.toUpperCase()] : undefined
    if (level === undefined) return
    this.#log.info('log-level-set-remotely', { level })
    this.#setLogLevel(level)
  }
}
