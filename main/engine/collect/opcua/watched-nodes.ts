import type { Clock } from '../../kit/clock.ts'
import type { Log } from '../../observe/log.ts'
import type { WantedItem } from './monitored-items.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { ServerIssues } from './server-issues.ts'
import type { SessionAccess } from './session-access.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { OpcuaTag } from './tags.ts'

// Which configured tags are watched on the present session, and another try for the others.

/** Nodes that are not there may come with the next machine that is switched on. */
const retryMs = 60_000

export interface WatchedNodesOptions {
  readonly tags: readonly OpcuaTag[]
  readonly subscriptions: Subscriptions
  readonly issues: ServerIssues
  readonly clock: Clock
  readonly log: Log
  /** The session failed while trying again. */
  readonly lost: (error: unknown) => void
}

export class WatchedNodes {
  readonly #options: WatchedNodesOptions
  /** Indexes of tags that are not watched yet. */
  #open: readonly number[]
  #undo: () => void = () => {}
  #closed = false
  #uncertain = false

  constructor(options: WatchedNodesOptions) {
    this.#options = options
    this.#open = options.tags.map((_, index) => index)
  }

  get watched(): number {
    return this.#options.tags.length - this.#open.length
  }

  /** True when a request to create items had no answer: the server may have them without our knowing. */
  get isUncertain(): boolean {
    return this.#uncertain
  }

  /** Resolves and creates everything that is not watched yet, then goes on trying what failed. */
  async watch(access: SessionAccess): Promise<void> {
    this.#undo()
    const items = await this.#resolve(access)
    this.#uncertain = items.length > 0
    const outcomes = await this.#options.subscriptions.add(access.session, items, access.limits.monitoredItemsPerCall)
    this.#uncertain = false
    const { issues, tags } = this.#options
    const watched = new Set<number>()
    for (const { item, status, withoutDeadband } of outcomes) {
      if (status !== 'Good') {
        issues.nodeRefused(item, status)
        continue
      }
      watched.add(item.handle - 1)
      issues.nodeGood(item.tag.node)
      if (withoutDeadband) issues.withoutDeadband(item.tag.node)
    }
    this.#open = this.#open.filter((index) => !watched.has(index))
    this.#options.log.info('nodes-watched', { watched: this.watched, tags: tags.length })
    this.retryLater(access)
  }

  retryLater(access: SessionAccess): void {
    if (this.#closed || this.#open.length === 0) return
    this.#undo = this.#options.clock.after(retryMs, () => {
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

  async #resolve(access: SessionAccess): Promise<WantedItem[]> {
    const { tags, issues } = this.#options
    const wanted = this.#open.map((index) => ({ index, tag: tags[index]! }))
    const resolutions = await resolveNodes(
      access,
      wanted.map(({ tag }) => tag.node),
    )
    const items: WantedItem[] = []
    for (const { index, tag } of wanted) {
      const resolution = resolutions.get(tag.node)
      if (resolution?.kind === 'found') items.push({ handle: index + 1, nodeId: resolution.nodeId, tag })
      else if (resolution) issues.nodeUnknown(tag.node, resolution.message, resolution.hint)
    }
    return items
  }
}
