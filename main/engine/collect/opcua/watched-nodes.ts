import type { NodeId } from 'node-opcua-client'
import type { Clock } from '../../kit/clock.ts'
import type { Log } from '../../observe/log.ts'
import type { Granted, WantedItem } from './monitored-items.ts'
import type { Pace } from './pace.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { ServerIssues } from './server-issues.ts'
import type { SessionAccess } from './session-access.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { TagTable } from './tag-table.ts'

// Which configured tags are watched on the present session, what the server granted, and another try for the others.

/** Nodes that are not there may come with the next machine that is switched on. */
const retryMs = 60_000
/** A server that stays full is asked twice as late each time, up to this. */
const retryAtMostMs = 600_000

export interface WatchedNodesOptions {
  readonly tags: TagTable
  readonly subscriptions: Subscriptions
  readonly issues: ServerIssues
  readonly clock: Clock
  readonly log: Log
  /** Of the connector: what was learnt of the server outlives a connection. */
  readonly pace: Pace
  /** Reads the nodes the server has no room to watch, and no others; false where they are not read. */
  readonly read: (access: SessionAccess, slots: ReadonlySet<number>) => Promise<boolean>
  /** The session failed while trying again. */
  readonly lost: (error: unknown) => void
  /** The set of monitored items changed. */
  readonly changed: () => void
}

/** A watched tag. */
export interface Watch {
  /** Undefined for an item of a process before this one, until it is looked up. */
  readonly nodeId: NodeId | undefined
  readonly granted: Granted
}

export class WatchedNodes {
  readonly #options: WatchedNodesOptions
  readonly #watched = new Map<number, Watch>()
  /** Why a slot is not watched: name of the StatusCode, or what the address lacks. */
  readonly #problems = new Map<number, string>()
  #unknown: readonly (readonly [subscriptionId: number, monitoredItemId: number])[] = []
  #undo: () => void = () => {}
  #turn: Promise<unknown> = Promise.resolve()
  #closed = false
  #uncertain = false
  #retryMs = retryMs

  constructor(options: WatchedNodesOptions) {
    this.#options = options
  }

  get watched(): number {
    return this.#watched.size
  }

  /** By slot. */
  get items(): ReadonlyMap<number, Watch> {
    return this.#watched
  }

  problemOf(slot: number): string {
    return this.#problems.get(slot) ?? ''
  }

  /** True when a request to create items had no answer: the server may have them without our knowing. */
  get isUncertain(): boolean {
    return this.#uncertain
  }

  /** Items that exist on subscriptions of a process before this one. */
  restore(
    items: Iterable<readonly [slot: number, granted: Granted]>,
    unknown: readonly (readonly [subscriptionId: number, monitoredItemId: number])[],
  ): void {
    for (const [slot, granted] of items) this.#watched.set(slot, { nodeId: undefined, granted })
    this.#unknown = unknown
  }

  /** Takes items off the server that the process before had and nobody wants any more. */
  async removeUnknown(access: SessionAccess): Promise<void> {
    await this.#remove(access, this.#unknown)
    this.#unknown = []
  }

  /** Resolves and creates everything that is not watched yet, then goes on trying what failed. One run at a time. */
  watch(access: SessionAccess): Promise<void> {
    const turn = this.#turn.catch(() => undefined).then(() => this.#watch(access))
    this.#turn = turn
    return turn
  }

  /** Items of tags that are no longer wanted are taken off the server; a server that refuses only sends too much. */
  async unwatch(access: SessionAccess, slots: Iterable<number>): Promise<void> {
    const items: [number, number][] = []
    for (const slot of slots) {
      this.#problems.delete(slot)
      const granted = this.#watched.get(slot)?.granted
      if (!granted) continue
      this.#watched.delete(slot)
      items.push([granted.subscriptionId, granted.monitoredItemId])
    }
    await this.#remove(access, items)
  }

  async #remove(access: SessionAccess, items: readonly (readonly [number, number])[]): Promise<void> {
    const bySubscription = new Map<number, number[]>()
    for (const [subscriptionId, monitoredItemId] of items) {
      const ids = bySubscription.get(subscriptionId) ?? []
      ids.push(monitoredItemId)
      bySubscription.set(subscriptionId, ids)
    }
    for (const [id, items] of bySubscription) await this.#options.subscriptions.remove(access.session, id, items)
    if (bySubscription.size > 0) this.#options.changed()
  }

  async #watch(access: SessionAccess): Promise<void> {
    this.#undo()
    if (this.#closed) return
    const items = await this.#resolve(access)
    this.#uncertain = items.length > 0
    const { issues, tags, subscriptions, log } = this.#options
    const { pace } = this.#options
    pace.limit(access.limits.monitoredItemsPerCall)
    const { takesFilters, itemsPerSubscription } = access.profile
    const outcomes = await subscriptions.add(access.session, items, { pace, takesFilters, itemsPerSubscription })
    this.#uncertain = false
    const full = new Set<number>()
    const before = this.watched
    for (const { item, status, asked, granted } of outcomes) {
      const slot = tags.slotOf(item.handle)
      if (!granted) {
        this.#problems.set(slot, status)
        if (status === 'BadTooManyMonitoredItems') full.add(slot)
        else issues.nodeRefused(item, status)
        continue
      }
      this.#watched.set(slot, { nodeId: item.nodeId, granted })
      this.#problems.delete(slot)
      issues.nodeGood(item.tag.node)
      issues.nodeMadeWith(item.tag, asked, granted)
    }
    if (this.#closed) return
    const isRead = await this.#options.read(access, full)
    issues.itemsRefused(full.size, this.watched, isRead)
    this.#retryMs = full.size > 0 && this.watched === before ? Math.min(this.#retryMs * 2, retryAtMostMs) : retryMs
    log.info('nodes-watched', { watched: this.watched, tags: tags.active })
    if (outcomes.length > 0) this.#options.changed()
    this.#retryLater(access)
  }

  #retryLater(access: SessionAccess): void {
    if (this.#closed || this.#open().length === 0) return
    this.#undo = this.#options.clock.after(this.#retryMs, () => {
      this.watch(access).catch((error: unknown) => this.#closed || this.#options.lost(error))
    })
  }

  /** Until the connection is back. */
  suspend(): void {
    this.#undo()
  }

  close(): void {
    this.#closed = true
    this.#undo()
  }

  #open(): number[] {
    const { tags } = this.#options
    const open: number[] = []
    for (let slot = 0; slot < tags.size; slot++) if (tags.isActive(slot) && !this.#watched.has(slot)) open.push(slot)
    return open
  }

  async #resolve(access: SessionAccess): Promise<WantedItem[]> {
    const { tags, issues } = this.#options
    const wanted = this.#open().map((slot) => ({ slot, tag: tags.at(slot)! }))
    const resolutions = await resolveNodes(
      access,
      wanted.map(({ tag }) => tag.node),
    )
    const items: WantedItem[] = []
    for (const { slot, tag } of wanted) {
      const resolution = resolutions.get(tag.node)
      if (resolution?.kind === 'found') {
        items.push({ handle: tags.handleOf(slot), nodeId: resolution.nodeId, tag })
        continue
      }
      if (!resolution) continue
      this.#problems.set(slot, resolution.message)
      issues.nodeUnknown(tag.node, resolution.message, resolution.hint)
    }
    return items
  }
}
