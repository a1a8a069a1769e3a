import {
  type DataValue,
  HistoryData,
  type HistoryReadDetails,
  HistoryReadRequest,
  type HistoryReadResult,
  type NodeId,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  TimestampsToReturn,
} from 'node-opcua-client'
import { makeNodeId } from './node-address.ts'
import type { RawSession } from './raw-session.ts'

// One HistoryRead (Part 4, 5.11.3; Part 11, 6.4): what is asked, and what came. The library reads the types of structures it
// does not know before it hands the values out.

/** NodeIds of the standard aggregates in namespace 0 (Part 13, 5.4). */
const aggregates = {
  interpolative: 2341,
  average: 2342,
  'time average': 2343,
  total: 2344,
  minimum: 2346,
  maximum: 2347,
  range: 2350,
  count: 2352,
  start: 2357,
  end: 2358,
} as const

/** ms since the epoch, both included where the server follows Part 11 (the end is excluded there). */
export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

export interface Aggregate {
  readonly aggregate: keyof typeof aggregates
  readonly intervalMs: number
}

/** The values as they were recorded. */
export function rawDetails({ fromMs, toMs }: TimeRange, valuesPerPage: number): HistoryReadDetails {
  return new ReadRawModifiedDetails({
    isReadModified: false,
    startTime: new Date(fromMs),
    endTime: new Date(toMs),
    numValuesPerNode: valuesPerPage,
    returnBounds: false,
  })
}

/** One value per interval, computed by the server. */
export function processedDetails({ fromMs, toMs }: TimeRange, { aggregate, intervalMs }: Aggregate) {
  return new ReadProcessedDetails({
    startTime: new Date(fromMs),
    endTime: new Date(toMs),
    processingInterval: intervalMs,
    aggregateType: [makeNodeId(0, `i=${aggregates[aggregate]}`)!],
    aggregateConfiguration: { useServerCapabilitiesDefaults: true },
  })
}

/** One node, at its beginning or where the last answer left off. */
export interface Reading {
  readonly nodeId: NodeId
  readonly continuationPoint?: Buffer | null
}

/** Results in the order of the readings; with `release` the server only forgets their continuation points. */
export async function askHistory(
  session: RawSession,
  historyReadDetails: HistoryReadDetails,
  readings: readonly Reading[],
  release = false,
): Promise<readonly HistoryReadResult[]> {
  const request = new HistoryReadRequest({
    historyReadDetails,
    timestampsToReturn: TimestampsToReturn.Both,
    releaseContinuationPoints: release,
    nodesToRead: readings.map(({ nodeId, continuationPoint }) => ({
      nodeId,
      ...(continuationPoint?.length ? { continuationPoint } : {}),
    })),
  })
  const { results } = await session.historyRead(request)
  return results ?? []
}

export function historyValues({ historyData }: HistoryReadResult): readonly DataValue[] {
  return historyData instanceof HistoryData ? (historyData.dataValues ?? []) : []
}

/** Undefined when the server has given everything. */
export function continuationOf({ continuationPoint }: HistoryReadResult): Buffer | undefined {
  return continuationPoint?.length ? continuationPoint : undefined
}
