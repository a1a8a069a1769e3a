import type { DataValue, HistoryReadDetails, NodeId } from 'node-opcua-client'
import { statusNameOf, translateError } from './errors.ts'
import { historyRefusal, isHistoryRefusal } from './history-refusal.ts'
import {
  type Aggregate,
  askHistory,
  continuationOf,
  historyValues,
  processedDetails,
  type Reading,
  rawDetails,
  type TimeRange,
} from './history-request.ts'
import { isRefusal } from './operation-limits.ts'
import type { RawSession } from './raw-session.ts'
import { within } from './within.ts'

// The history of one node for somebody who looks at it, or of many nodes over one interval to fill what went missing; page by
// page. Continuation points are few on most servers: they are used up at once, and given back when we stop early, since a
// forgotten one blocks the next reader until the session ends.

/** Values of one node in one answer: about 30 kB, decoded in a few milliseconds. */
const valuesPerPage = 1000
/** A server that answers with ever new continuation points and no values is broken. */
const emptyPagesLimit = 10

export interface HistoryRange extends TimeRange {
  readonly nodeId: NodeId
}

export interface HistoryOptions {
  /** For the sentence of an error. */
  readonly address: string
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly valuesPerPage?: number
}

/** Raw values in ascending time. Rejects with OPCUA_NODE_REFUSED when the node has no history or we may not read it. */
export function rawHistory(session: RawSession, range: HistoryRange, options: HistoryOptions) {
  return pages(session, range.nodeId, rawDetails(range, options.valuesPerPage ?? valuesPerPage), options)
}

/** One value per interval, computed by the server. Rejects when it does not have this aggregate. */
export function processedHistory(session: RawSession, range: HistoryRange & Aggregate, options: HistoryOptions) {
  return pages(session, range.nodeId, processedDetails(range, range), options)
}

async function* pages(
  session: RawSession,
  nodeId: NodeId,
  details: HistoryReadDetails,
  options: HistoryOptions,
): AsyncGenerator<readonly DataValue[], void, undefined> {
  const { signal, timeoutMs } = options
  let continuationPoint: Buffer | undefined
  let empty = 0
  try {
    do {
      const reading: Reading = continuationPoint ? { nodeId, continuationPoint } : { nodeId }
      const page: Page = await askOne(session, reading, details, options)
      continuationPoint = page.continuationPoint
      if (page.values.length > 0) {
        empty = 0
        yield page.values
      } else if (++empty >= emptyPagesLimit) return
    } while (continuationPoint)
  } finally {
    if (continuationPoint) {
      const released = askHistory(session, details, [{ nodeId, continuationPoint }], true)
      const doing = 'ending a history read'
      // A courtesy: when it fails the session is about to end anyway, and with it the point.
      await within(released, signal.aborted ? { timeoutMs, doing } : { signal, timeoutMs, doing }).catch(
        () => undefined,
      )
    }
  }
}

interface Page {
  readonly values: readonly DataValue[]
  readonly continuationPoint: Buffer | undefined
}

async function askOne(
  session: RawSession,
  reading: Reading,
  details: HistoryReadDetails,
  { address, signal, timeoutMs }: HistoryOptions,
): Promise<Page> {
  const doing = 'reading the history'
  try {
    const [result] = await within(askHistory(session, details, [reading]), { signal, timeoutMs, doing })
    if (!result) throw new Error('HistoryRead without a result')
    // Good_NoData and the like are good; a bad code is about this node alone.
    if (result.statusCode.isBad()) throw historyRefusal(address, reading.nodeId, result.statusCode.name)
    return { values: historyValues(result), continuationPoint: continuationOf(result) }
  } catch (error) {
    const status = statusNameOf(error)
    if (status && isHistoryRefusal(status)) throw historyRefusal(address, reading.nodeId, status)
    throw translateError(error, { address, doing })
  }
}

export interface HistoryQuestion<T> extends TimeRange {
  readonly nodes: readonly { readonly nodeId: NodeId; readonly of: T }[]
  readonly nodesPerCall: number
  readonly signal: AbortSignal
  /** Awaited: the next page is asked for when this one is stored. */
  readonly page: (of: T, values: readonly DataValue[]) => Promise<void>
}

/** A node the server gave no (complete) history of, with the name of the StatusCode. */
interface Failure<T> {
  readonly of: T
  readonly status: string
}

/** Raw values of many nodes; returns those the server gave no (complete) history of. */
export async function readHistory<T>(session: RawSession, question: HistoryQuestion<T>): Promise<Failure<T>[]> {
  const failures: Failure<T>[] = []
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

async function readPart<T>(
  session: RawSession,
  question: HistoryQuestion<T>,
  part: readonly (Reading & { readonly of: T })[],
): Promise<Failure<T>[]> {
  const details = rawDetails(question, valuesPerPage)
  const failures: Failure<T>[] = []
  let readings = part
  while (readings.length > 0) {
    if (question.signal.aborted) await askHistory(session, details, readings, true).catch(() => undefined)
    question.signal.throwIfAborted()
    const results = await askHistory(session, details, readings)
    const next: (Reading & { readonly of: T })[] = []
    for (const [i, reading] of readings.entries()) {
      const result = results[i]
      if (!result || result.statusCode.isBad()) {
        failures.push({ of: reading.of, status: result?.statusCode.name ?? 'BadUnexpectedError' })
        continue
      }
      await question.page(reading.of, historyValues(result))
      const continuationPoint = continuationOf(result)
      if (continuationPoint) next.push({ ...reading, continuationPoint })
    }
    readings = next
  }
  return failures
}
