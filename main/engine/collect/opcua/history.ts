import {
  type DataValue,
  HistoryData,
  HistoryReadRequest,
  type HistoryReadResult,
  type NodeId,
  ReadRawModifiedDetails,
  TimestampsToReturn,
} from 'node-opcua-client'
import { statusNameOf } from './errors.ts'
import { isRefusal } from './operation-limits.ts'
import type { RawSession } from './raw-session.ts'

// Raw history of nodes over one interval (Part 11, 6.4.3), page by page. Continuation points are few on most servers: they
// are used up at once, and given back when we stop early.

/** Values of one node in one answer. */
const valuesPerPage = 1000

export interface HistoryQuestion<T> {
  readonly nodes: readonly { readonly nodeId: NodeId; readonly of: T }[]
  readonly fromMs: number
  readonly toMs: number
  readonly nodesPerCall: number
  readonly signal: AbortSignal
  /** Awaited: the next page is asked for when this one is stored. */
  readonly page: (of: T, values: readonly DataValue[]) => Promise<void>
}

/** Nodes the server gave no (complete) history of, with the name of the StatusCode. */
export async function readHistory<T>(
  session: RawSession,
  question: HistoryQuestion<T>,
): Promise<{ readonly of: T; readonly status: string }[]> {
  const failures: { of: T; status: string }[] = []
  const open = [...question.nodes]
  let size = Math.max(1, question.nodesPerCall)
  while (open.length > 0) {
    question.signal.throwIfAborted()
    const part = open.slice(0, size)
    try {
      failures.push(...(await readPart(session, question, part)))
      open.splice(0, part.length)
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (part.length === 1) {
        failures.push({ of: part[0]!.of, status: statusNameOf(error) ?? 'BadUnexpectedError' })
        open.splice(0, 1)
      } else size = Math.ceil(part.length / 2)
    }
  }
  return failures
}

interface Reading<T> {
  readonly nodeId: NodeId
  readonly of: T
  readonly continuationPoint?: Buffer
}

async function readPart<T>(session: RawSession, question: HistoryQuestion<T>, part: readonly Reading<T>[]) {
  const failures: { of: T; status: string }[] = []
  let readings = part
  while (readings.length > 0) {
    if (question.signal.aborted) await ask(session, question, readings, true).catch(() => undefined)
    question.signal.throwIfAborted()
    const results = await ask(session, question, readings, false)
    const next: Reading<T>[] = []
    for (const [i, reading] of readings.entries()) {
      const result = results[i]
      const status = result?.statusCode.name ?? 'BadUnexpectedError'
      if (!result || result.statusCode.isBad()) {
        failures.push({ of: reading.of, status })
        continue
      }
      await question.page(reading.of, valuesOf(result))
      const continuationPoint = result.continuationPoint
      if (continuationPoint?.length) next.push({ ...reading, continuationPoint })
    }
    readings = next
  }
  return failures
}

async function ask<T>(
  session: RawSession,
  { fromMs, toMs }: HistoryQuestion<T>,
  readings: readonly Reading<T>[],
  release: boolean,
): Promise<readonly HistoryReadResult[]> {
  const request = new HistoryReadRequest({
    historyReadDetails: new ReadRawModifiedDetails({
      isReadModified: false,
      startTime: new Date(fromMs),
      endTime: new Date(toMs),
      numValuesPerNode: valuesPerPage,
      returnBounds: false,
    }),
    timestampsToReturn: TimestampsToReturn.Both,
    releaseContinuationPoints: release,
    nodesToRead: readings.map(({ nodeId, continuationPoint }) => ({
      nodeId,
      ...(continuationPoint ? { continuationPoint } : {}),
    })),
  })
  const response = await session.historyRead(request)
  return response.results ?? []
}

function valuesOf(result: HistoryReadResult): readonly DataValue[] {
  const data = result.historyData
  return data instanceof HistoryData ? (data.dataValues ?? []) : []
}
