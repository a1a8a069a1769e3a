import { Worker } from 'node:worker_threads'
import type { GatewayError } from '../kit/gateway-error.ts'
import type { FromThread, ToThread, WriteResult } from './protocol.ts'

// From source the thread's entry is TypeScript, in the bundle it lies beside this file as JavaScript.
const entry = new URL(import.meta.url.endsWith('.ts') ? './store-thread.ts' : './store-thread.js', import.meta.url)

export type Answer = WriteResult | FromThread

interface ThreadEvents {
  message(message: FromThread): void
  /** The thread ended although nobody asked it to. */
  died(reason: unknown): void
}

interface Waiting {
  done(answer: Answer): void
  failed(error: GatewayError): void
}

/** The store's thread as seen from the engine's, and who waits for which answer. */
export class ThreadLink {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #ended = false

  constructor(events: ThreadEvents) {
    this.#worker = new Worker(entry, { name: 'store' })
    this.#worker.on('message', (message: FromThread) => events.message(message))
    const died = (reason: unknown) => {
      if (this.#ended) return
      this.#ended = true
      events.died(reason)
    }
    this.#worker.once('error', died)
    this.#worker.once('exit', (code) => died(new Error(`the store's thread ended with code ${code}`)))
  }

  post(message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  /** `atOnce` runs with the answer before the promise resolves, in the same turn as the snapshot that came with it. */
  ask(
    message: ToThread & { readonly id: number },
    transfer: readonly ArrayBuffer[] = [],
    atOnce: (answer: Answer) => void = () => {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const done = (answer: Answer) => {
        atOnce(answer)
        resolve(answer)
      }
      this.#waiting.set(message.id, { done, failed: reject })
      this.post(message, transfer)
    })
  }

  answer(id: number, answer: Answer): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    waiting?.done(answer)
  }

  fail(id: number, error: GatewayError): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    waiting?.failed(error)
  }

  failAll(error: GatewayError): void {
    for (const id of [...this.#waiting.keys()]) this.fail(id, error)
  }

  /** From now on the end of the thread is expected. */
  expectEnd(): void {
    this.#ended = true
  }

  /** Ends the thread whatever it does. The file is safe: an unfinished transaction is rolled back at the next open. */
  async end(): Promise<void> {
    this.#ended = true
    await this.#worker.terminate()
  }
}
