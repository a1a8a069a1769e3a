import type { EventChannel, RequestChannel } from '../../shared/api/channels.ts'
import type { Result } from '../../shared/errors.ts'
import { type LinkState, offlineError, type Transport } from './transport.ts'

// The browser: one WebSocket to `/api` of the same origin. Client -> {id, channel, input}; server -> {id, result} or
// {event, payload}. Lost links are tried again for ever with growing pauses; what was asked meanwhile answers "offline".

const firstRetryMs = 250
/** Short enough that an operator who watches does not reload the page. */
const lastRetryMs = 5000
/** Longest a request may stay unanswered: a connection test with all its time-outs fits into it. */
const answerLimitMs = 120_000
/** Close code of the server for "log in first" (4000–4999 are free for applications, RFC 6455, 7.4.2). */
const unauthorizedClose = 4401

interface Pending {
  readonly resolve: (result: Result<unknown>) => void
  readonly timer: ReturnType<typeof setTimeout>
}

interface Message {
  readonly id?: number
  readonly result?: Result<unknown>
  readonly event?: EventChannel
  readonly payload?: unknown
}

export interface WebSocketTransportOptions {
  /** `ws://host:port/api` */
  readonly url: string
  readonly token: string
  /** Asks the server by HTTP why it did not open the socket: a browser hides the status of a refused handshake. */
  readonly probe: (token: string) => Promise<'unauthorized' | 'unreachable'>
  readonly random?: () => number
}

export class WebSocketTransport implements Transport {
  readonly #options: WebSocketTransportOptions
  readonly #pending = new Map<number, Pending>()
  readonly #eventListeners = new Set<(channel: EventChannel, payload: unknown) => void>()
  readonly #linkListeners = new Set<(state: LinkState) => void>()
  #token: string
  #socket: WebSocket | undefined
  #state: LinkState = 'connecting'
  #nextId = 1
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor(options: WebSocketTransportOptions) {
    this.#options = options
    this.#token = options.token
    this.#open()
  }

  request(channel: RequestChannel, input: unknown): Promise<Result<unknown>> {
    const socket = this.#socket
    if (this.#state !== 'online' || !socket) return Promise.resolve(offlineError)
    const id = this.#nextId++
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(id, offlineError), answerLimitMs)
      this.#pending.set(id, { resolve, timer })
      socket.send(JSON.stringify({ id, channel, input }))
    })
  }

  onEvent(listener: (channel: EventChannel, payload: unknown) => void): () => void {
    this.#eventListeners.add(listener)
    return () => this.#eventListeners.delete(listener)
  }

  onLink(listener: (state: LinkState) => void): () => void {
    this.#linkListeners.add(listener)
    listener(this.#state)
    return () => this.#linkListeners.delete(listener)
  }

  logIn(token: string): void {
    this.#token = token
    this.#attempt = 0
    clearTimeout(this.#retry)
    this.#open()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    this.#dropPending()
    this.#socket?.close()
  }

  #open(): void {
    if (this.#closed) return
    let socket: WebSocket
    try {
      const protocols = this.#token ? ['tbgw.v1', `token.${this.#token}`] : ['tbgw.v1']
      socket = new WebSocket(this.#options.url, protocols)
    } catch {
      // A token with characters that no sub-protocol may hold can not be the right one.
      this.#setState('unauthorized')
      return
    }
    this.#socket = socket
    let opened = false
    socket.onopen = () => {
      opened = true
      this.#attempt = 0
      this.#setState('online')
    }
    socket.onmessage = (event: MessageEvent<unknown>) => this.#receive(event.data)
    socket.onclose = (event) => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      this.#dropPending()
      void this.#explainClose(opened, event.code)
    }
  }

  async #explainClose(opened: boolean, code: number): Promise<void> {
    if (this.#closed) return
    if (code === unauthorizedClose) return this.#setState('unauthorized')
    this.#setState('offline')
    if (!opened && (await this.#options.probe(this.#token)) === 'unauthorized') return this.#setState('unauthorized')
    if (this.#closed || this.#socket) return
    const pause = Math.min(lastRetryMs, firstRetryMs * 2 ** this.#attempt)
    this.#attempt += 1
    const random = this.#options.random ?? Math.random
    this.#retry = setTimeout(() => this.#open(), pause * (0.5 + random() / 2))
  }

  #receive(data: unknown): void {
    const message = parse(data)
    if (!message) return
    if (message.event !== undefined) {
      for (const listener of this.#eventListeners) listener(message.event, message.payload)
    } else if (typeof message.id === 'number' && message.result) {
      this.#settle(message.id, message.result)
    }
  }

  #settle(id: number, result: Result<unknown>): void {
    const pending = this.#pending.get(id)
    if (!pending) return
    this.#pending.delete(id)
    clearTimeout(pending.timer)
    pending.resolve(result)
  }

  #dropPending(): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id, offlineError)
  }

  #setState(state: LinkState): void {
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#linkListeners) listener(state)
  }
}

function parse(data: unknown): Message | undefined {
  if (typeof data !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null ? (value as Message) : undefined
  } catch {
    return undefined
  }
}
