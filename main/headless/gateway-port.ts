import type { EventChannel, RequestChannel } from '../../shared/api/channels.ts'
import type { Result } from '../../shared/errors.ts'

/** What the server needs of the engine's host (`EngineHost` satisfies it). */
export interface GatewayPort {
  request(channel: RequestChannel, input: unknown, by?: string): Promise<Result<unknown>>
  metrics(): Promise<string>
  onEvent(listener: (channel: EventChannel, payload: unknown) => void): () => void
}
