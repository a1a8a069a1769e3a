import type { CollectionOptions } from './collection-options.ts'
import type { Kept } from './kept.ts'
import type { Pace } from './pace.ts'
import { Subscriptions } from './subscriptions.ts'
import { WatchedNodes, type WatchedNodesOptions } from './watched-nodes.ts'

/** What subscriptions and watched nodes need of the collection they belong to. */
export interface KeptTies {
  readonly namespaces: readonly string[]
  readonly serverRun: string
  readonly pace: Pace
  readonly isPaused: boolean
  /** The session failed; subscriptions that were given up meanwhile are told apart by who they are. */
  readonly lost: (subscriptions: Subscriptions, error: unknown) => void
  /** Notifications are gone for good. */
  readonly gap: (subscriptionId: number, messages: number, evidence: string, fromMs: number, toMs: number) => void
  readonly read: WatchedNodesOptions['read']
}

/** Subscriptions and watched nodes without a session yet. */
export function makeKept(options: CollectionOptions, ties: KeptTies): Kept {
  const { config, tags, intake, issues, clock, log, resume, modelChanged } = options
  const { namespaces, serverRun, pace, read, gap } = ties
  const lost = (error: unknown) => ties.lost(subscriptions, error)
  const subscriptions: Subscriptions = new Subscriptions({
    config,
    intake,
    clock,
    log,
    lost,
    gap,
    modelChanged,
    publishing: (isRefused) => issues.publishing(isRefused),
    holdsAcknowledgements: resume !== undefined,
  })
  subscriptions.pause(ties.isPaused)
  const changed = () => resume?.itemsChanged()
  const nodes = new WatchedNodes({
    tags,
    subscriptions,
    issues,
    clock,
    log,
    pace,
    lost,
    changed,
    read,
  })
  return { namespaces, serverRun, subscriptions, nodes, session: undefined }
}
