import type { Log, LogLevel } from '../observe/log.ts'
import { parseObject } from './gateway-rpc.ts'

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
  readonly #setLogLevel: (level: LogLevel) => void

  constructor(log: Log, setLogLevel: (level: LogLevel) => void) {
    this.#log = log
    this.#setLogLevel = setLogLevel
  }

  /** Topic and payload that ask for them; a new id for each connect. */
  request(id: number): { topic: string; payload: string } {
    return {
      topic: `v1/devices/me/attributes/request/${id}`,
      payload: JSON.stringify({ sharedKeys: wanted.join(',') }),
    }
  }

  /** True when the message was about shared attributes. */
  receive(topic: string, payload: Buffer): boolean {
    const isResponse = responseTopic.test(topic)
    if (!isResponse && topic !== updateTopic) return false
    const message = parseObject(payload)
    const values = isResponse ? message?.['shared'] : message
    if (typeof values !== 'object' || values === null) return true
    const deleted: unknown = Reflect.get(values, 'deleted')
    for (const name of wanted) {
      if (Array.isArray(deleted) && deleted.includes(name)) this.#values.delete(name)
      if (Object.hasOwn(values, name)) this.#adopt(name, Reflect.get(values, name))
    }
    return true
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
