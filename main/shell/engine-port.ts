import type { EventChannel, RequestChannel } from '../../shared/api/channels.ts'
import type { Result } from '../../shared/errors.ts'

/** What the shell needs of the engine's host (`EngineHost` satisfies it). */
export interface EnginePort {
  start(): Promise<void>
  request(channel: RequestChannel, input: unknown, by?: string): Promise<Result<unknown>>
  onEvent(listener: (channel: EventChannel, payload: unknown) => void): () => void
  setPower(event: 'suspend' | 'resume'): void
  stop(withinMs: number): Promise<void>
}
