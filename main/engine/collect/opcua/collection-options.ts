import type { OPCUAClient } from 'node-opcua-client'
import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Log } from '../../observe/log.ts'
import type { Backfill } from './backfill.ts'
import type { EventWatch } from './event-watch.ts'
import type { Intake } from './intake.ts'
import type { Pki } from './pki.ts'
import type { PolledMark } from './polled-mark.ts'
import type { ResumePoint } from './resume-point.ts'
import type { ServerIssues } from './server-issues.ts'
import type { SessionAccess } from './session-access.ts'
import type { TagTable } from './tag-table.ts'

/** What a collection is given: the parts it works with, and whom it tells. */
export interface CollectionOptions {
  readonly config: OpcuaConnectorConfig
  readonly tags: TagTable
  readonly intake: Intake
  readonly events: EventWatch
  readonly issues: ServerIssues
  readonly backfill: Backfill
  readonly pki: Pki
  readonly clock: Clock
  readonly log: Log
  /** Undefined: nothing is known after a restart of the gateway. */
  readonly resume: ResumePoint | undefined
  /** The same of nodes that are read in turn. */
  readonly polled: PolledMark | undefined
  /** Completes the tags by what is there; before anything is subscribed. */
  readonly prepare: (access: SessionAccess) => Promise<void>
  /** Nodes came or went on the server, or may have while we were away. */
  readonly modelChanged: () => void
  /** The session of this client does not answer any more, or the server does not know it. */
  readonly lost: (client: OPCUAClient, error: unknown) => void
}
