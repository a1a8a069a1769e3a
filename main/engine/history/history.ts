import { Worker } from 'node:worker_threads'
import type { Clock } from '../kit/clock.ts'
import { GatewayError } from '../kit/gateway-error.ts'
import { type Deadline, once, type Service, settledBy } from '../kit/lifecycle.ts'
import type { Log } from '../observe/log.ts'
import type { SeriesRegistry } from '../pipeline/series.ts'
import type { FromHistory, HistoryLine, HistoryQuestion, ToHistory } from './protocol.ts'
import { Sampler } from './sampler.ts'

// The last hours of every key, on a thread of its own. It is for looking only: when it fails, values are collected and delivered
// as before, and the trend says that there is no history.

const entry = new URL(import.meta.url.endsWith('.ts') ? './history-thread.ts' : './history-thread.js', import.meta.url)
/** A file that fails again and again is on a bad disk: trying more would only fill the log. */
const startsLimit = 3
/** Questions that wait at once: more come from a window that hangs. */
const questionLimit = 50

export interface HistoryOptions {
  readonly path: string
  readonly hours: number
  readonly maxBytes: number
  readonly registry: SeriesRegistry
  readonly log: Log
  readonly clock: Clock
}

interface Waiting {
  done(lines: readonly HistoryLine[]): void
  failed(error: GatewayError): void
}

export class History implements Service {
  readonly name = 'history'
  readonly #options: HistoryOptions
  readonly #sampler: Sampler
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #nextId = 1
  #starts = 0
  #ended: (() => void) | undefined

  constructor(options: HistoryOptions) {
    this.#options = options
    this.#sampler = new Sampler(options.registry, options)
  }

  async start(): Promise<void> {
    if (this.#options.hours > 0) this.#open()
  }

  /** Names as of `pinName`: looked at every second. */
  pin(names: ReadonlySet<string>): void {
    this.#sampler.pin(names)
  }

  /** Once a second. */
  second(): void {
    if (!this.#worker) return
    const sampled = this.#sampler.second()
    if (sampled) this.#post({ kind: 'append', at: this.#options.clock.now(), ...sampled })
  }

  /** Rejects with BUSY while there is no history to ask. */
  read(question: HistoryQuestion): Promise<readonly HistoryLine[]> {
    if (!this.#worker || this.#waiting.size >= questionLimit) return Promise.reject(unavailable())
    const id = this.#nextId++
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed })
      this.#post({ kind: 'read', id, question })
    })
  }

  readonly stop = once(async (deadline: Deadline): Promise<void> => {
    const worker = this.#worker
    if (!worker) return
    this.#worker = undefined
    const closed = new Promise<void>((resolve) => {
      this.#ended = resolve
    })
    worker.postMessage({ kind: 'close' } satisfies ToHistory)
    await settledBy(closed, deadline, this.#options.clock)
    await worker.terminate()
    this.#failAll()
  })

  #open(): void {
    this.#starts += 1
    const worker = new Worker(entry, { name: 'history' })
    this.#worker = worker
    worker.on('message', (message: FromHistory) => this.#take(message))
    worker.once('error', (error: Error) => this.#failed(worker, error))
    const { path, hours, maxBytes } = this.#options
    this.#post({ kind: 'open', path, hours, maxBytes })
  }

  #take(message: FromHistory): void {
    if (message.kind === 'closed') {
      this.#ended?.()
      return
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    waiting?.done(message.lines)
  }

  #failed(worker: Worker, error: Error): void {
    this.#ended?.()
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#failAll()
    const again = this.#starts < startsLimit
    this.#options.log.warn('history.failed', { cause: error.message, again })
    if (again) this.#open()
  }

  #failAll(): void {
    for (const { failed } of this.#waiting.values()) failed(unavailable())
    this.#waiting.clear()
  }

  #post(message: ToHistory): void {
    this.#worker?.postMessage(message)
  }
}

function unavailable(): GatewayError {
  return new GatewayError('BUSY', 'The local history can not be read now', {
    hint: 'Collecting and delivering go on. If this stays, see the log for what is wrong with the file history.db.',
  })
}
