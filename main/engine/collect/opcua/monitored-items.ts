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

/** What of the configuration an item was made with: all of it, or only what the server takes. */
export type Asked = 'all' | 'withoutDeadband' | 'withoutFilter' | 'least'

export interface ItemOutcome {
  readonly item: WantedItem
  /** `Good`, or the name of the StatusCode the server refused it with. */
  readonly status: string
  /** Without deadband every change is delivered; `least` leaves sampling and queue to the server, too. */
  readonly asked: Asked
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

/** Servers should revise sampling interval and queue size (Part 4, 5.13.2); some refuse what they do not like. */
const parameterRefusals: ReadonlySet<string> = new Set([
  'BadInvalidArgument',
  'BadOutOfRange',
  'BadNotSupported',
  'BadUnexpectedError',
])

/**
 * Creates the items in batches; whatever happens to one of them leaves the others alone. What the server refuses for one of
 * its parameters is asked for again with less, as long as there is less.
 */
export async function createItems(
  session: RawSession,
  subscriptionId: number,
  items: readonly WantedItem[],
  batch: number | Pace,
  /** False: the server is known to refuse every filter. */
  takesFilters = true,
): Promise<ItemOutcome[]> {
  const outcomes = new Map<WantedItem, ItemOutcome>()
  let open = new Map<WantedItem, Asked>(items.map((item) => [item, takesFilters ? 'all' : 'withoutFilter']))
  while (open.size > 0) {
    const made = await create(session, subscriptionId, open, batch)
    for (const outcome of made) outcomes.set(outcome.item, outcome)
    open = new Map(made.flatMap((outcome) => lessThan(outcome)))
  }
  return items.flatMap((item) => outcomes.get(item) ?? [])
}

/** What to ask for next; empty when it was made, or when asking for less would not help. */
function lessThan({ item, status, asked }: ItemOutcome): [WantedItem, Asked][] {
  if (asked === 'least') return []
  if (parameterRefusals.has(status)) return [[item, 'least']]
  if (!filterRefusals.has(status) || asked === 'withoutFilter' || !hasFilter(item.tag)) return []
  return [[item, asked === 'all' && hasBoth(item.tag) ? 'withoutDeadband' : 'withoutFilter']]
}

function create(
  session: RawSession,
  subscriptionId: number,
  items: ReadonlyMap<WantedItem, Asked>,
  batch: number | Pace,
): Promise<ItemOutcome[]> {
  return inBatches<[WantedItem, Asked], ItemOutcome>(
    [...items],
    batch,
    async (part) => {
      const { results } = await session.createMonitoredItems({
        subscriptionId,
        timestampsToReturn: TimestampsToReturn.Both,
        itemsToCreate: part.map(([item, asked]) => requestOf(item, asked)),
      })
      return (results ?? []).map((result, i) => {
        const [item, asked] = part[i]!
        const status = result.statusCode.isGoodish() ? 'Good' : result.statusCode.name
        if (status !== 'Good') return { item, status, asked }
        const { monitoredItemId, revisedSamplingInterval: samplingMs, revisedQueueSize: queueSize } = result
        const granted = { subscriptionId, monitoredItemId, samplingMs, queueSize }
        return { item, status, asked, granted }
      })
    },
    ([item, asked], error) => ({ item, status: statusNameOf(error) ?? 'BadUnexpectedError', asked }),
  )
}

/** Sampling as often as is published (Part 4, 5.13.1.2): every server can do that. */
const asPublished = -1

function requestOf({ handle, nodeId, tag }: WantedItem, asked: Asked) {
  const isLeast = asked === 'least'
  return {
    itemToMonitor: { nodeId, attributeId: AttributeIds.Value },
    monitoringMode: MonitoringMode.Reporting,
    requestedParameters: {
      clientHandle: handle,
      samplingInterval: isLeast ? asPublished : tag.samplingIntervalMs,
      queueSize: isLeast ? 1 : tag.queueSize,
      discardOldest: tag.discardOldest,
      filter: filterOf(tag, asked),
    },
  }
}

/** Without a filter the server reports changes of status and value (Part 4, 7.22.2). */
function hasFilter({ deadband, trigger }: OpcuaTag): boolean {
  return deadband !== undefined || trigger !== 'statusValue'
}

/** A server may take the trigger and not the deadband. */
function hasBoth({ deadband, trigger }: OpcuaTag): boolean {
  return deadband !== undefined && trigger !== 'statusValue'
}

const triggers = {
  status: DataChangeTrigger.Status,
  statusValue: DataChangeTrigger.StatusValue,
  statusValueTimestamp: DataChangeTrigger.StatusValueTimestamp,
} as const

const deadbands = { absolute: DeadbandType.Absolute, percent: DeadbandType.Percent } as const

function filterOf(tag: OpcuaTag, asked: Asked): DataChangeFilter | null {
  if (!hasFilter(tag) || asked === 'withoutFilter' || asked === 'least') return null
  const deadband = asked === 'all' ? tag.deadband : undefined
  return new DataChangeFilter({
    trigger: triggers[tag.trigger],
    deadbandType: deadband ? deadbands[deadband.type] : DeadbandType.None,
    deadbandValue: deadband?.value ?? 0,
  })
}
