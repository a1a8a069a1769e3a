import type { EventChannel, RequestChannel } from '../../shared/api/channels.ts'
import type { ErrorReport, Result } from '../../shared/errors.ts'
import type { LogEntry } from '../../shared/status.ts'

// What the host (shell or headless) and the engine's thread say to each other. Secrets travel here, never by argument or
// environment.

/** A planned restart does not wait for a slow ThingsBoard: what is not delivered waits on disk. */
export const restartDrainMs = 2000

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
  /** Why the host ended the thread before this one; the operator is told. Empty after a normal start. */
  readonly restartReason: string
  readonly logLevel: LogEntry['level']
  /** TB_GW_* of the ThingsBoard gateway; they override the file. */
  readonly environment: Readonly<Record<string, string>>
}

/** Heartbeats mean progress: what the supervisor judges. Counts only grow while a thread lives. */
export interface Progress {
  readonly accepted: number
  /** PUBACKs of any kind. */
  readonly answers: number
  readonly pending: number
  /** The link is up and neither a rate limit nor a brake holds anything back. */
  readonly maySend: boolean
  readonly waitingToCommit: number
  /** The store takes values: neither full nor faulted. */
  readonly mayCommit: boolean
  /** Of this thread alone. */
  readonly heapBytes: number
}

export type HostMessage =
  | { readonly kind: 'start'; readonly options: EngineOptions }
  | {
      readonly kind: 'request'
      readonly id: number
      readonly channel: RequestChannel
      readonly input: unknown
      /** Who asks, as the transport knows it, for the audit: `desktop window`, `browser 192.168.1.7`. */
      readonly by: string
    }
  | { readonly kind: 'metrics'; readonly id: number }
  | { readonly kind: 'power'; readonly event: 'suspend' | 'resume' }
  /** Drop the connection to ThingsBoard and make a new one, with everything that belongs to it. */
  | { readonly kind: 'restart-uplink'; readonly reason: string }
  /** Drain shortly, say 'restarting' and end. */
  | { readonly kind: 'restart'; readonly reason: string }
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
  | { readonly kind: 'heartbeat'; readonly progress: Progress | undefined }
  /** A planned end of the thread: the host starts it anew at once. */
  | { readonly kind: 'restarting'; readonly reason: string }
  /** The disk failed under the store: this thread ends, and what is on disk must be read anew by a new handle. */
  | { readonly kind: 'storage-fault'; readonly error: ErrorReport }
  | { readonly kind: 'stopped' }
