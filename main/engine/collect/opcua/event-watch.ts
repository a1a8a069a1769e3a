import { createHash } from 'node:crypto'
import {
  AttributeIds,
  type EventNotificationList,
  MonitoringMode,
  type NodeId,
  TimestampsToReturn,
} from 'node-opcua-client'
import type { OpcuaEventConfig } from '../../../../shared/config/opcua.ts'
import type { Sample } from '../../../../shared/sample.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText } from '../../kit/gateway-error.ts'
import type { IssueSink } from '../../observe/issues.ts'
import type { Log } from '../../observe/log.ts'
import { BuiltInType } from './built-in-types.ts'
import { standardNode } from './data-type.ts'
import { statusNameOf } from './errors.ts'
import { EventFields, type FilterLevel, filterLevels } from './event-fields.ts'
import { itemsOnServer } from './items-on-server.ts'
import { isRefusal } from './operation-limits.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { SessionAccess } from './session-access.ts'

// The configured events and alarms of one server, as monitored items beside the values: they travel in the same notifications
// and are acknowledged after the same commit. After a connection was made anew the server is asked to tell the present state
// of its alarms (ConditionRefresh), so that one that came meanwhile is not missed; plain events of that time are.

/**
 * Client handles of events; those of values count up from 1 (tag-table.ts), that of model changes is above. The same
 * selection has the same handle in every process, so that items which moved to us from the process before are recognised.
 */
const firstHandle = 0xf000_0000
const handles = 0x0f00_0000
/** Events the server keeps for us between two publishes; they come in bursts. */
const queueSize = 1000
/** A machine that is switched on later brings its notifier with it. */
const retryMs = 60_000
/** Servers that tell of new nodes tell of many at once. */
const soonMs = 1000

export interface EventWatchOptions {
  readonly events: readonly OpcuaEventConfig[]
  readonly connector: { readonly id: string; readonly name: string; readonly endpointUrl: string }
  readonly issues: IssueSink
  readonly clock: Clock
  readonly log: Log
}

interface Watched {
  readonly config: OpcuaEventConfig
  readonly fields: EventFields
  readonly tag: number
  readonly handle: number
}

export class EventWatch {
  readonly #options: EventWatchOptions
  /** By handle. */
  readonly #watched = new Map<number, Watched>()
  #namespaces: readonly string[] = []
  /** Handles of what the server does not send yet: its notifier is missing or refused. */
  #open: Set<number> = new Set()
  #at: { readonly access: SessionAccess; readonly subscriptionId: number } | undefined
  #undo: () => void = () => {}

  constructor(options: EventWatchOptions) {
    this.#options = options
    for (const [index, config] of options.events.entries()) {
      let handle = handleOf(config)
      while (this.#watched.has(handle)) handle++
      this.#watched.set(handle, { config, fields: new EventFields(config), tag: -1 - index, handle })
    }
  }

  get isEmpty(): boolean {
    return this.#watched.size === 0
  }

  /** Creates the items on this subscription; one the server refuses is an issue, is tried again, and leaves the others alone. */
  async watch(access: SessionAccess, subscriptionId: number): Promise<void> {
    this.#namespaces = access.namespaces
    const present = await this.#present(access, subscriptionId)
    this.#open = new Set([...this.#watched.keys()].filter((handle) => !present.has(handle)))
    await this.#tryOpen(access, subscriptionId)
    await this.#refresh(access, subscriptionId)
  }

  /** A new connection to subscriptions that live on: only what could not be watched before is tried again. */
  async resume(access: SessionAccess, subscriptionId: number): Promise<void> {
    this.#namespaces = access.namespaces
    const had = this.#open.size
    await this.#tryOpen(access, subscriptionId)
    if (this.#open.size < had) await this.#refresh(access, subscriptionId)
  }

  /** Nodes came or went: what is missing may be among them. */
  soon(): void {
    if (this.#open.size > 0) this.#retryIn(soonMs)
  }

  /** Until the connection is back. */
  suspend(): void {
    this.#undo()
    this.#at = undefined
  }

  async #tryOpen(access: SessionAccess, subscriptionId: number): Promise<void> {
    this.#undo()
    for (const handle of [...this.#open]) {
      if (await this.#watchOne(access, subscriptionId, this.#watched.get(handle)!)) this.#open.delete(handle)
    }
    this.#at = { access, subscriptionId }
    if (this.#open.size > 0) this.#retryIn(retryMs)
  }

  #retryIn(ms: number): void {
    this.#undo()
    this.#undo = this.#options.clock.after(ms, () => void this.#again())
  }

  async #again(): Promise<void> {
    const at = this.#at
    if (!at) return
    try {
      await this.resume(at.access, at.subscriptionId)
    } catch (error) {
      // A lost connection says so itself, and the next one tries again.
      this.#options.log.info('events-not-watched', { cause: causeText(error) })
    }
  }

  /** Samples of the events of one notification; tag -1 is the first selection of the configuration, -2 the second (map/compile.ts). */
  samplesOf(list: EventNotificationList, receivedAt: number, out: Sample[]): void {
    for (const { clientHandle, eventFields } of list.events ?? []) {
      const watched = this.#watched.get(clientHandle)
      const sample = watched?.fields.sample(watched.tag, eventFields ?? [], this.#namespaces, receivedAt)
      if (sample) out.push(sample)
    }
  }

  /** Handles that are there already; those of selections nobody has any more are removed. */
  async #present({ session }: SessionAccess, subscriptionId: number): Promise<ReadonlySet<number>> {
    const present = new Set<number>()
    const stale: number[] = []
    for (const [id, handle] of await itemsOnServer(session, subscriptionId, this.#options.log)) {
      if (this.#watched.has(handle)) present.add(handle)
      else if (handle >= firstHandle && handle < firstHandle + handles) stale.push(id)
    }
    if (stale.length > 0) await session.deleteMonitoredItems({ subscriptionId, monitoredItemIds: stale })
    return present
  }

  /** False when it is to be tried again. */
  async #watchOne(access: SessionAccess, subscriptionId: number, watched: Watched): Promise<boolean> {
    const { notifier, eventType } = watched.config
    const resolutions = await resolveNodes(access, [notifier, eventType])
    const [from, type] = [resolutions.get(notifier), resolutions.get(eventType)]
    if (from?.kind !== 'found' || type?.kind !== 'found') {
      const missing = from?.kind === 'found' ? type : from
      if (missing?.kind === 'missing') this.#raise(watched, missing.message, missing.hint)
      return false
    }
    let status = ''
    let filter: FilterLevel = 'full'
    for (filter of filterLevels) {
      status = await this.#create(access, subscriptionId, watched, filter, from.nodeId, type.nodeId)
      if (status === 'Good') break
    }
    if (status === 'Good') this.#clear(watched)
    else {
      const message = `The server does not send the events of ${notifier}: ${status}`
      this.#raise(
        watched,
        message,
        'Choose a node that sends events (EventNotifier); the Server object i=2253 mostly does.',
      )
    }
    this.#options.log.info('events-watched', { notifier, status, filter })
    return status === 'Good'
  }

  async #create(
    { session }: SessionAccess,
    subscriptionId: number,
    { fields, handle }: Watched,
    level: FilterLevel,
    nodeId: NodeId,
    eventType: NodeId,
  ): Promise<string> {
    try {
      const { results } = await session.createMonitoredItems({
        subscriptionId,
        timestampsToReturn: TimestampsToReturn.Neither,
        itemsToCreate: [
          {
            itemToMonitor: { nodeId, attributeId: AttributeIds.EventNotifier },
            monitoringMode: MonitoringMode.Reporting,
            requestedParameters: {
              clientHandle: handle,
              samplingInterval: 0,
              queueSize,
              discardOldest: true,
              filter: fields.filter(eventType, level),
            },
          },
        ],
      })
      const result = results?.[0]
      return result?.statusCode.isGoodish() ? 'Good' : (result?.statusCode.name ?? 'BadUnexpectedError')
    } catch (error) {
      if (!isRefusal(error)) throw error
      return statusNameOf(error) ?? 'BadUnexpectedError'
    }
  }

  /** ConditionType.ConditionRefresh (Part 9, 5.5.7): servers without alarms refuse it, which is no fault. */
  async #refresh({ session }: SessionAccess, subscriptionId: number): Promise<void> {
    try {
      await session.call({
        objectId: standardNode(2782),
        methodId: standardNode(3875),
        inputArguments: [{ dataType: BuiltInType.UInt32 as number, value: subscriptionId }],
      })
    } catch (error) {
      if (!isRefusal(error)) throw error
      this.#options.log.debug('condition-refresh-refused', { cause: causeText(error) })
    }
  }

  #raise({ handle }: Watched, message: string, hint: string): void {
    const { issues, connector } = this.#options
    const base = { severity: 'error' as const, subject: connector.id, subjectName: connector.name, evidence: '' }
    issues.raise({ ...base, code: 'OPCUA_NODE_REFUSED', key: `events ${handle}`, message, hint })
  }

  #clear({ handle }: Watched): void {
    this.#options.issues.clear(this.#options.connector.id, 'OPCUA_NODE_REFUSED', `events ${handle}`)
  }
}

function handleOf(config: OpcuaEventConfig): number {
  const { notifier, eventType, minSeverity, fields } = config
  const text = JSON.stringify([notifier, eventType, minSeverity ?? 0, fields])
  return firstHandle + (createHash('sha256').update(text).digest().readUInt32LE(0) % handles)
}
