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
import { causeText } from '../../kit/gateway-error.ts'
import type { IssueSink } from '../../observe/issues.ts'
import type { Log } from '../../observe/log.ts'
import { BuiltInType } from './built-in-types.ts'
import { standardNode } from './data-type.ts'
import { statusNameOf } from './errors.ts'
import { EventFields, type FilterLevel, filterLevels } from './event-fields.ts'
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

export interface EventWatchOptions {
  readonly events: readonly OpcuaEventConfig[]
  readonly connector: { readonly id: string; readonly name: string; readonly endpointUrl: string }
  readonly issues: IssueSink
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

  /** Creates the items on this subscription; one the server refuses is an issue and leaves the others alone. */
  async watch(access: SessionAccess, subscriptionId: number): Promise<void> {
    this.#namespaces = access.namespaces
    const present = await this.#present(access, subscriptionId)
    for (const watched of this.#watched.values()) {
      if (!present.has(watched.handle)) await this.#watchOne(access, subscriptionId, watched)
    }
    await this.#refresh(access, subscriptionId)
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
    try {
      // Server.GetMonitoredItems (Part 5, 9.1).
      const { statusCode, outputArguments } = await session.call({
        objectId: standardNode(2253),
        methodId: standardNode(11492),
        inputArguments: [{ dataType: BuiltInType.UInt32 as number, value: subscriptionId }],
      })
      if (statusCode.isNotGood()) return present
      const [serverHandles, clientHandles] = (outputArguments ?? []).map((v) =>
        Array.from(v.value as ArrayLike<number>),
      )
      const stale: number[] = []
      for (const [i, handle] of (clientHandles ?? []).entries()) {
        if (this.#watched.has(handle)) present.add(handle)
        else if (handle >= firstHandle && handle < firstHandle + handles) stale.push(serverHandles?.[i] ?? 0)
      }
      if (stale.length > 0) await session.deleteMonitoredItems({ subscriptionId, monitoredItemIds: stale })
    } catch (error) {
      if (!isRefusal(error)) throw error
      this.#options.log.debug('monitored-items-unknown', { cause: causeText(error) })
    }
    return present
  }

  async #watchOne(access: SessionAccess, subscriptionId: number, watched: Watched): Promise<void> {
    const { notifier, eventType } = watched.config
    const resolutions = await resolveNodes(access, [notifier, eventType])
    const [from, type] = [resolutions.get(notifier), resolutions.get(eventType)]
    if (from?.kind !== 'found' || type?.kind !== 'found') {
      const missing = from?.kind === 'found' ? type : from
      if (missing?.kind === 'missing') this.#raise(watched, missing.message, missing.hint)
      return
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
