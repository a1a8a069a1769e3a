import {
  AttributeIds,
  DataChangeFilter,
  DataChangeTrigger,
  DeadbandType,
  MonitoringMode,
  type NodeId,
  TimestampsToReturn,
} from 'node-opcua-client'
import { statusNameOf } from './errors.ts'
import { inBatches } from './operation-limits.ts'
import type { Pace } from './pace.ts'
import type { RawSession } from './raw-session.ts'
import type { OpcuaTag } from './tags.ts'

/** One node to watch. `handle` is the client handle in notifications. */
export interface WantedItem {
  readonly handle: number
  readonly nodeId: NodeId
  readonly tag: OpcuaTag
}

export interface ItemOutcome {
  readonly item: WantedItem
  /** `Good`, or the name of the StatusCode the server refused it with. */
  readonly status: string
  /** The server did not take the deadband: every change is delivered. */
  readonly withoutDeadband: boolean
  /** Present when it was created. */
  readonly granted?: Granted
}

/** What the server made of the request (Part 4, 5.13.2). */
export interface Granted {
  readonly subscriptionId: number
  readonly monitoredItemId: number
  readonly samplingMs: number
  readonly queueSize: number
}

const filterRefusals: ReadonlySet<string> = new Set([
  'BadMonitoredItemFilterInvalid',
  'BadMonitoredItemFilterUnsupported',
  'BadFilterNotAllowed',
  'BadDeadbandFilterInvalid',
])

/** Creates the items in batches; whatever happens to one of them leaves the others alone. */
export async function createItems(
  session: RawSession,
  subscriptionId: number,
  items: readonly WantedItem[],
  batch: number | Pace,
  /** False: the server is known to refuse every filter. */
  takesFilters = true,
): Promise<ItemOutcome[]> {
  const first = await create(session, subscriptionId, items, batch, takesFilters)
  if (!takesFilters) return first.map((o) => ({ ...o, withoutDeadband: hasFilter(o.item.tag) }))
  const again = first.filter((o) => hasFilter(o.item.tag) && filterRefusals.has(o.status)).map((o) => o.item)
  if (again.length === 0) return first
  const second = new Map((await create(session, subscriptionId, again, batch, false)).map((o) => [o.item, o]))
  return first.map((outcome) => second.get(outcome.item) ?? outcome)
}

function create(
  session: RawSession,
  subscriptionId: number,
  items: readonly WantedItem[],
  batch: number | Pace,
  withDeadband: boolean,
): Promise<ItemOutcome[]> {
  const withoutDeadband = !withDeadband
  return inBatches<WantedItem, ItemOutcome>(
    items,
    batch,
    async (part) => {
      const { results } = await session.createMonitoredItems({
        subscriptionId,
        timestampsToReturn: TimestampsToReturn.Both,
        itemsToCreate: part.map((item) => requestOf(item, withDeadband)),
      })
      return (results ?? []).map((result, i) => {
        const status = result.statusCode.isGoodish() ? 'Good' : result.statusCode.name
        if (status !== 'Good') return { item: part[i]!, status, withoutDeadband }
        const { monitoredItemId, revisedSamplingInterval: samplingMs, revisedQueueSize: queueSize } = result
        const granted = { subscriptionId, monitoredItemId, samplingMs, queueSize }
        return { item: part[i]!, status, withoutDeadband, granted }
      })
    },
    (item, error) => ({ item, status: statusNameOf(error) ?? 'BadUnexpectedError', withoutDeadband }),
  )
}

function requestOf({ handle, nodeId, tag }: WantedItem, withDeadband: boolean) {
  const filter = withDeadband && hasFilter(tag) ? filterOf(tag) : null
  return {
    itemToMonitor: { nodeId, attributeId: AttributeIds.Value },
    monitoringMode: MonitoringMode.Reporting,
    requestedParameters: {
      clientHandle: handle,
      samplingInterval: tag.samplingIntervalMs,
      queueSize: tag.queueSize,
      discardOldest: tag.discardOldest,
      filter,
    },
  }
}

/** Without a filter the server reports changes of status and value (Part 4, 7.22.2). */
function hasFilter({ deadband, trigger }: OpcuaTag): boolean {
  return deadband !== undefined || trigger !== 'statusValue'
}

const triggers = {
  status: DataChangeTrigger.Status,
  statusValue: DataChangeTrigger.StatusValue,
  statusValueTimestamp: DataChangeTrigger.StatusValueTimestamp,
} as const

const deadbands = { absolute: DeadbandType.Absolute, percent: DeadbandType.Percent } as const

function filterOf({ deadband, trigger }: OpcuaTag): DataChangeFilter {
  return new DataChangeFilter({
    trigger: triggers[trigger],
    deadbandType: deadband ? deadbands[deadband.type] : DeadbandType.None,
    deadbandValue: deadband?.value ?? 0,
  })
}
