import { vi } from 'vitest'
import WebSocket from 'ws'
import { readAccess } from '../../main/headless/data-folder.ts'
import type { RequestChannel } from '../../shared/api/channels.ts'
import type { RequestInput, RequestOutput } from '../../shared/api/contract.ts'
import type { Result } from '../../shared/errors.ts'

/** Speaks to a running headless gateway as its page does. */
export class GatewayClient {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (result: Result<unknown>) => void>()
  #lastId = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { id?: number; result?: Result<unknown> }
      const settle = message.id === undefined ? undefined : this.#waiting.get(message.id)
      if (message.id === undefined || !settle || !message.result) return
      this.#waiting.delete(message.id)
      settle(message.result)
    })
    const lost = {
      ok: false as const,
      error: { code: 'CONNECTION_LOST' as const, message: 'The gateway went', hint: '' },
    }
    socket.on('close', () => {
      for (const settle of this.#waiting.values()) settle(lost)
      this.#waiting.clear()
    })
    socket.on('error', () => {})
  }

  /** Resolves when the gateway of that process runs and listens. */
  static async connect(dataDir: string, pid: number | undefined): Promise<GatewayClient> {
    const open = async (): Promise<WebSocket> => {
      const access = await readAccess(dataDir)
      if (!access?.ui || access.pid !== pid) throw new Error('no UI yet')
      const { url, token } = access.ui
      const socket = new WebSocket(`${url.replace('http', 'ws')}/api`, ['tbgw.v1', `token.${token}`], { origin: url })
      await new Promise((done, failed) => socket.once('open', done).once('error', failed))
      return socket
    }
    return new GatewayClient(await vi.waitFor(open, { timeout: 30_000, interval: 20 }))
  }

  ask<C extends RequestChannel>(channel: C, input: RequestInput<C>): Promise<Result<RequestOutput<C>>> {
    const id = ++this.#lastId
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve as (result: Result<unknown>) => void)
      this.#socket.send(JSON.stringify({ id, channel, input }))
    })
  }

  /** The answer, or an exception with what the gateway said. */
  async get<C extends RequestChannel>(channel: C, input: RequestInput<C>): Promise<RequestOutput<C>> {
    const result = await this.ask(channel, input)
    if (result.ok) return result.value
    throw new Error(`${channel}: ${result.error.code} ${result.error.message}`)
  }

  close(): void {
    this.#socket.close()
  }
}
