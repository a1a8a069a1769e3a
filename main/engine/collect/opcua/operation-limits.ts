import { statusNameOf } from './errors.ts'

/** What the server takes in one call (Part 5, 6.3.11); 0 or absent in the server means our own default. */
export interface OperationLimits {
  readonly nodesPerRead: number
  readonly nodesPerBrowse: number
  /** For the walk over the whole server, which adapts its batches to how fast the answers come. */
  readonly nodesPerWalk: number
  readonly nodesPerTranslate: number
  readonly monitoredItemsPerCall: number
  readonly nodesPerHistoryRead: number
  readonly nodesPerRegister: number
}

/** Bigger batches gain nothing (measured: 500 to 1000 is the knee) and cost the server memory. */
const largestBatch = 1000
/** PLCs with a browse of their own slow down badly with large batches. */
const largestBrowse = 200

/** Nodes asked for at once in a history: each may cost the server a continuation point. */
const historyNodesPerCall = 50

/** NodeIds in namespace 0, in the order of `limitsOf`. */
export const limitNodes = ['i=11705', 'i=11710', 'i=11712', 'i=11714', 'i=12165', 'i=11711'] as const

export function limitsOf(values: readonly (number | undefined)[]): OperationLimits {
  const limit = (index: number, ceiling: number) => {
    const value = values[index]
    return value !== undefined && value > 0 ? Math.min(value, ceiling) : ceiling
  }
  return {
    nodesPerRead: limit(0, largestBatch),
    nodesPerBrowse: limit(1, largestBrowse),
    nodesPerWalk: limit(1, largestBatch),
    nodesPerTranslate: limit(2, largestBatch),
    monitoredItemsPerCall: limit(3, largestBatch),
    nodesPerHistoryRead: limit(4, historyNodesPerCall),
    nodesPerRegister: limit(5, largestBatch),
  }
}

/**
 * Calls in batches, one after the other, results in the order of `items`. A batch the server refuses as a whole is halved
 * until the bad item is alone (`failed` makes its result), so one node never stops the others. Errors without an answer of
 * the server (lost connection, time-out) are thrown.
 */
export async function inBatches<T, R>(
  items: readonly T[],
  batch: number,
  call: (items: T[]) => Promise<readonly R[]>,
  failed: (item: T, error: unknown) => R,
): Promise<R[]> {
  const results: R[] = []
  let size = batch
  for (let at = 0; at < items.length; ) {
    const part = items.slice(at, at + size)
    try {
      const answers = await call(part)
      for (let i = 0; i < part.length; i++) {
        const answer = answers[i]
        results.push(answer === undefined ? failed(part[i]!, new Error('no result for this item')) : answer)
      }
      at += part.length
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (part.length === 1) {
        results.push(failed(part[0]!, error))
        at += 1
      } else if (statusNameOf(error) === 'BadTooManyOperations') {
        // The server takes less than it says: stay small for the rest.
        size = Math.ceil(part.length / 2)
      } else {
        const half = Math.ceil(part.length / 2)
        results.push(...(await inBatches(part.slice(0, half), half, call, failed)))
        results.push(...(await inBatches(part.slice(half), half, call, failed)))
        at += part.length
      }
    }
  }
  return results
}

const sessionFaults: ReadonlySet<string> = new Set([
  'BadSessionIdInvalid',
  'BadSessionClosed',
  'BadSessionNotActivated',
  'BadSecureChannelIdInvalid',
  'BadSecureChannelClosed',
  'BadConnectionClosed',
  'BadServerHalted',
  'BadShutdown',
  'BadTimeout',
  'BadRequestTimeout',
  'BadSubscriptionIdInvalid',
  'BadCommunicationError',
])

/** The server answered and did not like the request, as opposed to not answering or not knowing us. */
export function isRefusal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('response' in error) || !error.response) return false
  return !sessionFaults.has(statusNameOf(error) ?? '')
}
