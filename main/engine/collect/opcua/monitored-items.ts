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
  batch: number,
): Promise<ItemOutcome[]> {
  const first = await create(session, subscriptionId, items, batch, true)
  const again = first.filter((o) => o.item.tag.deadband && filterRefusals.has(o.status)).map((o) => o.item)
  if (again.length === 0) return first
  const second = new Map((await create(session, subscriptionId, again, batch, false)).map((o) => [o.item, o]))
  return first.map((outcome) => second.get(outcome.item) ?? outcome)
}

function create(
  session: RawSession,
  subscriptionId: number,
  items: readonly WantedItem[],
  batch: number,
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
        return { item: part[i]!, status, withoutDeadband }
      })
    },
    (item, error) => ({ item, status: statusNameOf(error) ?? 'BadUnexpectedError', withoutDeadband }),
  )
}

function requestOf({ handle, nodeId, tag }: WantedItem, withDeadband: boolean) {
  const filter = withDeadband && tag.deadband ? filterOf(tag.deadband) : null
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

function filterOf({ type, value }: NonNullable<OpcuaTag['deadband']>): DataChangeFilter {
  return new DataChangeFilter({
    trigger: DataChangeTrigger.StatusValue,
    deadbandType: type === 'percent' ? DeadbandType.Percent : DeadbandType.Absolute,
    deadbandValue: value,
  })
}
