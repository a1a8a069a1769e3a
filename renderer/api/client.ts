import type { EventChannel, RequestChannel } from '../../shared/api/channels.ts'
import type { EventPayload, RequestInput, RequestOutput } from '../../shared/api/contract.ts'
import type { Result } from '../../shared/errors.ts'
import { createPreloadTransport } from './preload-transport.ts'
import { keepToken, takeToken } from './token.ts'
import type { LinkState, Transport } from './transport.ts'
import { WebSocketTransport } from './web-socket-transport.ts'

// The one door to the engine. Nothing else in the renderer knows whether IPC or a WebSocket carries it. Answers are
// validated by the host against shared/api/contract.ts before they are sent, so they are not validated twice.

const transport: Transport = window.gateway ? createPreloadTransport(window.gateway) : browserTransport()

const listeners = new Map<EventChannel, Set<(payload: never) => void>>()

transport.onEvent((channel, payload) => {
  for (const listener of listeners.get(channel) ?? []) listener(payload as never)
})

export function request<C extends RequestChannel>(
  channel: C,
  input: RequestInput<C>,
): Promise<Result<RequestOutput<C>>> {
  return transport.request(channel, input) as Promise<Result<RequestOutput<C>>>
}

export function on<C extends EventChannel>(channel: C, listener: (payload: EventPayload<C>) => void): () => void {
  const set = listeners.get(channel) ?? new Set()
  listeners.set(channel, set)
  const entry = (payload: never): void => listener(payload as EventPayload<C>)
  set.add(entry)
  return () => set.delete(entry)
}

export function onLink(listener: (state: LinkState) => void): () => void {
  return transport.onLink(listener)
}

export function logIn(token: string): void {
  keepToken(token, sessionStorage)
  transport.logIn(token)
}

function browserTransport(): Transport {
  const token = takeToken(location, history, sessionStorage)
  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api`
  return new WebSocketTransport({ url, token, probe })
}

/** A refused WebSocket handshake is opaque to scripts, so the same address is asked once more by HTTP. */
async function probe(token: string): Promise<'unauthorized' | 'unreachable'> {
  try {
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
    const response = await fetch('/api', { headers, cache: 'no-store' })
    return response.status === 401 || response.status === 403 ? 'unauthorized' : 'unreachable'
  } catch {
    return 'unreachable'
  }
}
