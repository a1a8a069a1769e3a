import type { EventChannel, RequestChannel } from '../../shared/api/channels.ts'
import type { ErrorReport, Result } from '../../shared/errors.ts'
import type { LogEntry } from '../../shared/status.ts'

// What the host (shell or headless) and the engine's thread say to each other. Secrets travel here, never by argument or
// environment.

export interface EngineOptions {
  /** Absolute. Holds gateway.json (unless configPath), store, pki, vault. */
  readonly dataDir: string
  /** Absolute path of gateway.json when it is not in the data folder. */
  readonly configPath?: string | undefined
  /** 32 bytes that open the vault, kept by the host (safeStorage, or a key file). */
  readonly vaultKey: Uint8Array
  readonly version: string
  /** True: status says so and the UI shows "nothing leaves this PC". */
  readonly demo: boolean
  /** Store and uplink only: the engine crashed too often with collectors running. */
  readonly safeMode: boolean
  readonly logLevel: LogEntry['level']
  /** TB_GW_* of the ThingsBoard gateway; they override the file. */
  readonly environment: Readonly<Record<string, string>>
}

export type HostMessage =
  | { readonly kind: 'start'; readonly options: EngineOptions }
  | { readonly kind: 'request'; readonly id: number; readonly channel: RequestChannel; readonly input: unknown }
  | { readonly kind: 'metrics'; readonly id: number }
  | { readonly kind: 'power'; readonly event: 'suspend' | 'resume' }
  /** Drain and stop within `withinMs`; answered by 'stopped' and the end of the thread. */
  | { readonly kind: 'stop'; readonly withinMs: number }

export type EngineMessage =
  | { readonly kind: 'started' }
  /** Could not start and trying again will not help (exit code for the process). */
  | { readonly kind: 'failed'; readonly error: ErrorReport; readonly exitCode: number }
  | { readonly kind: 'reply'; readonly id: number; readonly result: Result<unknown> }
  | { readonly kind: 'metrics'; readonly id: number; readonly text: string }
  | { readonly kind: 'event'; readonly channel: EventChannel; readonly payload: unknown }
  | { readonly kind: 'log'; readonly entry: LogEntry }
  /** Every second while the event loop turns. */
  | { readonly kind: 'heartbeat' }
  /** A planned end of the thread: the host starts it anew at once. */
  | { readonly kind: 'restarting'; readonly reason: string }
  /** The disk failed under the store: this thread ends, and what is on disk must be read anew by a new handle. */
  | { readonly kind: 'storage-fault'; readonly error: ErrorReport }
  | { readonly kind: 'stopped' }
