import type { OPCUAClient } from 'node-opcua-client'
import type { RawSession } from './raw-session.ts'
import type { SessionAccess } from './session-access.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { WatchedNodes } from './watched-nodes.ts'

/** The connection of now. */
export interface Present {
  readonly client: OPCUAClient
  readonly access: SessionAccess
}

/** What outlives a connection. */
export interface Kept {
  readonly namespaces: readonly string[]
  /**
   * Which run of which server: subscription ids mean nothing beyond it. After a restart the same id may be the subscription of
   * another connector of ours, which the server would hand over all the same.
   */
  readonly serverRun: string
  readonly subscriptions: Subscriptions
  readonly nodes: WatchedNodes
  /** Undefined when it was the session of a process before this one. */
  readonly session: RawSession | undefined
}
