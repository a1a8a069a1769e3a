import type { EventChannel, RequestChannel } from '../../shared/api/channels.ts'
import type { Result } from '../../shared/errors.ts'

/** How the page reaches the engine's host: `unauthorized` waits for a token, the others heal by themselves. */
export type LinkState = 'connecting' | 'online' | 'offline' | 'unauthorized'

/** Carries requests and events; knows nothing of their meaning. Requests never reject: a lost link is an error value. */
export interface Transport {
  request(channel: RequestChannel, input: unknown): Promise<Result<unknown>>
  onEvent(listener: (channel: EventChannel, payload: unknown) => void): () => void
  onLink(listener: (state: LinkState) => void): () => void
  /** Only a transport with a log-in takes one. */
  logIn(token: string): void
}

export const offlineError = {
  ok: false,
  error: {
    code: 'CONNECTION_LOST',
    message: 'The gateway can not be reached from this window.',
    hint: 'Wait: the connection is tried again by itself. If it stays away, check that the gateway is running.',
  },
} as const satisfies Result<never>
