import { join } from 'node:path'
import type { OPCUAClient } from 'node-opcua-client'
import type { OpcuaConnectorConfig, OpcuaDeviceConfig } from '../../../../shared/config/opcua.ts'
import type { TagIndex } from '../../../../shared/sample.ts'
import type { Clock } from '../../kit/clock.ts'
import type { IssueSink } from '../../observe/issues.ts'
import type { Log } from '../../observe/log.ts'
import type { MadeKeys } from '../../pipeline/made-keys.ts'
import type { GapSink, SampleSink } from '../../pipeline/stages.ts'
import { Backfill } from './backfill.ts'
import { Collection } from './collection.ts'
import { EventWatch } from './event-watch.ts'
import { Intake } from './intake.ts'
import { Overflows } from './overflows.ts'
import type { Pki } from './pki.ts'
import { PolledMark } from './polled-mark.ts'
import { ResumePoint } from './resume-point.ts'
import { RuleWatch } from './rule-watch.ts'
import { Rules } from './rules.ts'
import { ServerIssues } from './server-issues.ts'
import { ServerSet } from './server-set.ts'
import { ServerWatch } from './server-watch.ts'
import { TagTable } from './tag-table.ts'
import { flattenTags } from './tags.ts'

// What one collector is made of, wired together; nothing here runs before the collector starts it.

export interface OpcuaCollectorOptions {
  /** Secrets resolved. */
  readonly config: OpcuaConnectorConfig
  readonly firstTag: TagIndex
  readonly sink: SampleSink
  readonly issues: IssueSink
  readonly log: Log
  readonly clock: Clock
  readonly pki: Pki
  /** Where values are recorded that are lost for good. */
  readonly gaps: GapSink
  /** Adds keys that a rule found to the mapping; the tag of the first one, the others follow. */
  readonly extendTags: (devices: readonly OpcuaDeviceConfig[]) => TagIndex
  /** Where it is told which keys the rules made. */
  readonly made?: MadeKeys
  /** Folder for what the next process needs to go on; absent = a restart begins anew. */
  readonly stateFolder?: string
}

/** What the parts need of the collector itself. */
export interface CollectorHooks {
  readonly signal: AbortSignal
  readonly isOnline: () => boolean
  /** Too many notifications wait for their commit, or do not any more. */
  readonly crowded: (isCrowded: boolean) => void
  /** The connection of this client is of no use any more. */
  readonly lost: (client: OPCUAClient, error: unknown) => void
}

export interface CollectorParts {
  readonly tags: TagTable
  readonly issues: ServerIssues
  readonly intake: Intake
  readonly collection: Collection
  readonly backfill: Backfill
  readonly overflows: Overflows
  /** Undefined: a restart of the gateway begins anew. */
  readonly resume: ResumePoint | undefined
  /** The same of nodes that are read in turn. */
  readonly polled: PolledMark | undefined
  readonly ruleWatch: RuleWatch
  readonly servers: ServerSet
  readonly watch: ServerWatch
}

export function partsOf(options: OpcuaCollectorOptions, hooks: CollectorHooks): CollectorParts {
  const { config, sink, log, clock, pki, gaps } = options
  const { lost, signal } = hooks
  const tags = new TagTable(flattenTags(config, options.firstTag))
  const path = options.stateFolder && config.resume ? join(options.stateFolder, config.id) : undefined
  const resume = path === undefined ? undefined : new ResumePoint({ path, config, tags, log })
  const polled = path === undefined ? undefined : new PolledMark({ path: `${path}.polled`, config, tags, log })
  const issues = new ServerIssues(options.issues, { id: config.id, name: config.name })
  const events = new EventWatch({ events: config.events, connector: config, issues: options.issues, clock, log })
  const ruleWatch: RuleWatch = new RuleWatch({
    rules: new Rules({ config, tags, issues, log, extendTags: options.extendTags, made: options.made }),
    tags,
    intake: () => intake,
    clock,
    log,
    signal,
    access: () => (hooks.isOnline() ? collection.present?.access : undefined),
    changed: (retired) => collection.tagsChanged(retired),
  })
  const intake = new Intake({ tags, sink, clock, log, enums: ruleWatch.enums, crowded: hooks.crowded, events })
  const servers = new ServerSet({ config, pki, log })
  const backfill = new Backfill({ config, tags, intake, sink, gaps, clock, log })
  const overflows = new Overflows({ config, tags, intake, gaps, backfill })
  const collection: Collection = new Collection({
    config,
    tags,
    intake,
    events,
    issues,
    backfill,
    pki,
    clock,
    log,
    resume,
    polled,
    prepare: async (access) => void (await ruleWatch.prepare(access)),
    modelChanged: () => {
      ruleWatch.soon()
      events.soon()
    },
    lost,
  })
  const silence = () => collection.silentKeepAlives
  const watch = new ServerWatch({ config, servers, pki, clock, log, signal, silence, lost })
  return { tags, issues, intake, collection, backfill, overflows, resume, polled, ruleWatch, servers, watch }
}
