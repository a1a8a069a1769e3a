import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { Log } from '../../observe/log.ts'
import type { PickedEndpoint } from './endpoint.ts'
import type { Kept } from './kept.ts'
import type { Granted } from './monitored-items.ts'
import { identityOf, type Marks, ResumeFile, type ResumeRecord } from './resume-file.ts'
import type { SessionAccess } from './session-access.ts'
import { noSlot, type TagTable } from './tag-table.ts'

// Where the next process goes on: writes it down once a second when something changed, and recalls it after a restart.

export interface ResumePointOptions {
  /** Path of the files, without ending. */
  readonly path: string
  readonly config: Pick<OpcuaConnectorConfig, 'endpointUrl'>
  readonly tags: TagTable
  readonly log: Log
}

export class ResumePoint {
  readonly #options: ResumePointOptions
  readonly #file: ResumeFile
  #recalled: { readonly record: ResumeRecord; readonly marks: Marks } | undefined
  #security: ResumeRecord['security'] | undefined
  #itemsChanged = true
  #saved = ''
  #saving: Promise<void> | undefined

  constructor(options: ResumePointOptions) {
    this.#options = options
    this.#file = new ResumeFile(options.path, options.log)
  }

  /** Reads what the process before wrote. */
  async load(): Promise<void> {
    const loaded = await this.#file.load()
    // Another server knows nothing of these subscriptions, and nothing is missing there.
    if (loaded?.record.endpointUrl !== this.#options.config.endpointUrl) return
    this.#recalled = loaded
    this.#security = loaded.record.security
  }

  /** Security of the last connection of the process before. */
  get security(): ResumeRecord['security'] | undefined {
    return this.#security
  }

  /** The subscriptions of the process before as if they were ours; undefined when there are none. */
  recall(access: SessionAccess, make: (namespaces: readonly string[], serverRun: string) => Kept): Kept | undefined {
    const recalled = this.#recalled
    if (!recalled) return undefined
    const { record, marks } = recalled
    const { tags, log } = this.#options
    const slots = new Map<string, number>()
    for (let slot = 0; slot < tags.size; slot++) if (tags.isActive(slot)) slots.set(identityOf(tags.at(slot)!), slot)
    const items: [slot: number, granted: Granted][] = []
    const sizes = new Map<number, number>()
    const handles: [handle: number, slot: number][] = []
    const unknown: [subscriptionId: number, monitoredItemId: number][] = []
    for (const [handle, monitoredItemId, subscriptionId, identity, samplingMs, queueSize] of record.items) {
      const slot = slots.get(identity) ?? noSlot
      handles.push([handle, slot])
      sizes.set(subscriptionId, (sizes.get(subscriptionId) ?? 0) + 1)
      if (slot === noSlot) unknown.push([subscriptionId, monitoredItemId])
      else items.push([slot, { subscriptionId, monitoredItemId, samplingMs, queueSize }])
    }
    tags.restoreHandles(handles)
    const kept = make(record.namespaces, record.serverRun)
    kept.subscriptions.restore(
      access.session,
      record.subscriptions.map(({ id, keepAliveMs }) => ({
        id,
        keepAliveMs,
        mark: marks.get(id) ?? { sequence: 0, time: 0 },
        size: sizes.get(id) ?? 0,
      })),
    )
    kept.nodes.restore(items, unknown)
    log.info('subscriptions-recalled', { subscriptions: record.subscriptions.length, items: items.length })
    return kept
  }

  /** From now on the present subscriptions are what the next process goes on with. */
  established(): void {
    this.#recalled = undefined
    this.#itemsChanged = true
  }

  itemsChanged(): void {
    this.#itemsChanged = true
  }

  save(kept: Kept, security: Pick<PickedEndpoint, 'securityMode' | 'securityPolicy'>): Promise<void> {
    this.#saving ??= this.#save(kept, security).finally(() => {
      this.#saving = undefined
    })
    return this.#saving
  }

  remove(): Promise<void> {
    return this.#file.remove()
  }

  async #save(kept: Kept, security: Pick<PickedEndpoint, 'securityMode' | 'securityPolicy'>): Promise<void> {
    if (kept.nodes.isUncertain) return
    const marks = kept.subscriptions.marks()
    const text = JSON.stringify([...marks])
    const whole = this.#itemsChanged
    if (!whole && text === this.#saved) return
    this.#itemsChanged = false
    const written = whole
      ? await this.#file.saveItems(this.#recordOf(kept, security), marks)
      : await this.#file.saveMarks(marks)
    if (!written) {
      this.#itemsChanged ||= whole
      return
    }
    this.#saved = text
    kept.subscriptions.release(marks)
  }

  #recordOf(kept: Kept, security: Pick<PickedEndpoint, 'securityMode' | 'securityPolicy'>): ResumeRecord {
    const { tags, config } = this.#options
    return {
      endpointUrl: config.endpointUrl,
      security: { mode: security.securityMode, policy: security.securityPolicy },
      namespaces: [...kept.namespaces],
      serverRun: kept.serverRun,
      subscriptions: [...kept.subscriptions.keepAlives].map(([id, keepAliveMs]) => ({ id, keepAliveMs })),
      items: [...kept.nodes.items].map(([slot, { granted }]) => [
        tags.handleOf(slot),
        granted.monitoredItemId,
        granted.subscriptionId,
        identityOf(tags.at(slot)!),
        granted.samplingMs,
        granted.queueSize,
      ]),
    }
  }
}
