import { EventEmitter } from 'node:events'

// The Chrome DevTools Protocol over one WebSocket: as much of it as the stand-in needs.

export type CdpParams = Record<string, unknown>

interface Waiting {
  readonly method: string
  readonly resolve: (result: never) => void
  readonly reject: (error: Error) => void
}

export class Cdp {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, Waiting>()
  readonly #sessions = new Map<string, CdpSession>()
  #ids = 0

  static async connect(address: string): Promise<Cdp> {
    const socket = new WebSocket(address)
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve()
      socket.onerror = () => reject(new Error(`Electron stand-in: no connection to ${address}`))
    })
    return new Cdp(socket)
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.onmessage = (event) => this.#receive(JSON.parse(String(event.data)) as Message)
    socket.onclose = () => {
      for (const { method, reject } of this.#waiting.values()) reject(new Error(`${method}: Chromium has gone`))
      this.#waiting.clear()
    }
  }

  send<T>(method: string, params: CdpParams = {}, sessionId?: string): Promise<T> {
    const id = ++this.#ids
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { method, resolve: resolve as (result: never) => void, reject })
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }))
    })
  }

  session(id: string): CdpSession {
    const session = new CdpSession(this, id)
    this.#sessions.set(id, session)
    return session
  }

  #receive(message: Message): void {
    if (message.id === undefined) {
      this.#sessions.get(message.sessionId ?? '')?.emit(message.method ?? '', message.params)
      return
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.error) waiting?.reject(new Error(`${waiting.method}: ${message.error.message}`))
    else waiting?.resolve(message.result as never)
  }
}

interface Message {
  readonly id?: number
  readonly sessionId?: string
  readonly method?: string
  readonly params?: CdpParams
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

export class CdpSession extends EventEmitter {
  readonly #cdp: Cdp
  readonly #id: string

  constructor(cdp: Cdp, id: string) {
    super()
    this.#cdp = cdp
    this.#id = id
  }

  send<T>(method: string, params: CdpParams = {}): Promise<T> {
    return this.#cdp.send<T>(method, params, this.#id)
  }
}
