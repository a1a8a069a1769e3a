import {
  type DataValue,
  HistoryData,
  type HistoryReadDetails,
  HistoryReadRequest,
  type NodeId,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  TimestampsToReturn,
} from 'node-opcua-client'
import { GatewayError } from '../../kit/gateway-error.ts'
import { statusNameOf, translateError } from './errors.ts'
import { makeNodeId } from './node-address.ts'
import type { RawSession } from './raw-session.ts'
import { within } from './within.ts'

// HistoryRead (Part 4, 5.11.3; Part 11, 6.4) of one node, page by page. Whoever stops before the end releases the
// continuation point: servers keep few of them, and a forgotten one blocks the next reader until the session ends.

/** Values asked for at once: a page of this size is about 30 kB and decodes in a few milliseconds. */
const valuesPerPage = 1000
/** A server that answers with ever new continuation points and no values is broken. */
const emptyPagesLimit = 10

export interface HistoryRange {
  readonly nodeId: NodeId
  /** ms since the epoch, both included where the server follows Part 11 (the end is excluded there). */
  readonly fromMs: number
  readonly toMs: number
}

export interface ProcessedRange extends HistoryRange {
  readonly aggregate: AggregateName
  readonly intervalMs: number
}

export interface HistoryOptions {
  /** For the sentence of an error. */
  readonly address: string
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly valuesPerPage?: number
}

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
type AggregateName = keyof typeof aggregates

/** Raw values in ascending time. Rejects with OPCUA_NODE_REFUSED when the node has no history or we may not read it. */
export function rawHistory(
  session: RawSession,
  range: HistoryRange,
  options: HistoryOptions,
): AsyncGenerator<readonly DataValue[], void, undefined> {
  const details = new ReadRawModifiedDetails({
    isReadModified: false,
    startTime: new Date(range.fromMs),
    endTime: new Date(range.toMs),
    numValuesPerNode: options.valuesPerPage ?? valuesPerPage,
    returnBounds: false,
  })
  return pages(session, range.nodeId, details, options)
}

/** One value per interval, computed by the server. Rejects when it does not have this aggregate. */
export function processedHistory(
  session: RawSession,
  range: ProcessedRange,
  options: HistoryOptions,
): AsyncGenerator<readonly DataValue[], void, undefined> {
  const details = new ReadProcessedDetails({
    startTime: new Date(range.fromMs),
    endTime: new Date(range.toMs),
    processingInterval: range.intervalMs,
    aggregateType: [makeNodeId(0, `i=${aggregates[range.aggregate]}`)!],
    aggregateConfiguration: { useServerCapabilitiesDefaults: true },
  })
  return pages(session, range.nodeId, details, options)
}

async function* pages(
  session: RawSession,
  nodeId: NodeId,
  details: HistoryReadDetails,
  options: HistoryOptions,
): AsyncGenerator<readonly DataValue[], void, undefined> {
  let point: Buffer | null = null
  let empty = 0
  try {
    do {
      const page: Page = await ask(session, nodeId, details, point, options)
      point = page.point
      if (page.values.length > 0) {
        empty = 0
        yield page.values
      } else if (++empty >= emptyPagesLimit) return
    } while (point)
  } finally {
    if (point) await release(session, nodeId, details, point, options)
  }
}

interface Page {
  readonly values: readonly DataValue[]
  readonly point: Buffer | null
}

async function ask(
  session: RawSession,
  nodeId: NodeId,
  details: HistoryReadDetails,
  continuationPoint: Buffer | null,
  { address, signal, timeoutMs }: HistoryOptions,
): Promise<Page> {
  const doing = 'reading the history'
  try {
    const request = new HistoryReadRequest({
      historyReadDetails: details,
      timestampsToReturn: TimestampsToReturn.Both,
      releaseContinuationPoints: false,
      nodesToRead: [{ nodeId, ...(continuationPoint ? { continuationPoint } : {}) }],
    })
    const { results } = await within(session.historyRead(request), { signal, timeoutMs, doing })
    const result = results?.[0]
    if (!result) throw new Error('HistoryRead without a result')
    // Good_NoData and the like are good; a bad code is about this node alone.
    if (result.statusCode.value >>> 0 >= badFrom) throw refused(address, nodeId, result.statusCode.name)
    const data = result.historyData
    const values = data instanceof HistoryData ? (data.dataValues ?? []) : []
    return { values, point: result.continuationPoint?.length ? result.continuationPoint : null }
  } catch (error) {
    const status = statusNameOf(error)
    if (status && reasons[status]) throw refused(address, nodeId, status)
    throw translateError(error, { address, doing })
  }
}

/** A courtesy: when it fails the session is about to end anyway, and with it the point. */
async function release(
  session: RawSession,
  nodeId: NodeId,
  historyReadDetails: HistoryReadDetails,
  continuationPoint: Buffer,
  { timeoutMs }: HistoryOptions,
): Promise<void> {
  const request = new HistoryReadRequest({
    historyReadDetails,
    timestampsToReturn: TimestampsToReturn.Both,
    releaseContinuationPoints: true,
    nodesToRead: [{ nodeId, continuationPoint }],
  })
  await within(session.historyRead(request), { timeoutMs, doing: 'ending a history read' }).catch(() => undefined)
}

/** StatusCode, Part 4, 7.39: the top bit marks a bad one. */
const badFrom = 0x8000_0000

function refused(address: string, nodeId: NodeId, status: string): GatewayError {
  return new GatewayError(
    'OPCUA_NODE_REFUSED',
    `${address} does not give the history of ${nodeId.toString()}: ${reasons[status] ?? status}`,
    {
      retry: 'after-config-change',
      hint: hints[status] ?? 'Check at the server that this node is recorded and that the user may read its history.',
      detail: { statusCode: status },
    },
  )
}

const reasons: Readonly<Record<string, string>> = {
  BadHistoryOperationUnsupported: 'it keeps none for this node',
  BadHistoryOperationInvalid: 'it does not understand what was asked for',
  BadServiceUnsupported: 'it keeps no history at all',
  BadNotReadable: 'it can not be read',
  BadUserAccessDenied: 'the user may not read it',
  BadNodeIdUnknown: 'it has no such node',
  BadNodeIdInvalid: 'this is not the address of a node',
  BadAggregateNotSupported: 'it can not compute this aggregate',
  BadAggregateListMismatch: 'it can not compute this aggregate',
  BadAggregateInvalidInputs: 'the aggregate does not suit the type of the values',
  BadInvalidTimestampArgument: 'it does not accept these times',
}

const hints: Readonly<Record<string, string>> = {
  BadAggregateNotSupported: 'Choose another aggregate, or read the raw values.',
  BadAggregateListMismatch: 'Choose another aggregate, or read the raw values.',
  BadAggregateInvalidInputs: 'Choose another aggregate, or read the raw values.',
}
