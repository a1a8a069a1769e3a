import { statusNameOf } from './errors.ts'
import type { Pace } from './pace.ts'
import type { VendorProfile } from './vendor-profile.ts'

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

/** A known server never gets more in a call than is good for it, whatever it says. */
export function withProfile(limits: OperationLimits, { isKnown, batch }: VendorProfile): OperationLimits {
  if (!isKnown) return limits
  return {
    nodesPerRead: Math.min(limits.nodesPerRead, batch),
    nodesPerBrowse: Math.min(limits.nodesPerBrowse, batch),
    nodesPerWalk: Math.min(limits.nodesPerWalk, batch),
    nodesPerTranslate: Math.min(limits.nodesPerTranslate, batch),
    monitoredItemsPerCall: Math.min(limits.monitoredItemsPerCall, batch),
    nodesPerHistoryRead: Math.min(limits.nodesPerHistoryRead, batch),
    nodesPerRegister: Math.min(limits.nodesPerRegister, batch),
  }
}

/**
 * Calls in batches, one after the other, results in the order of `items`. A batch the server refuses as a whole is halved
 * until the bad item is alone (`failed` makes its result), so one node never stops the others. Errors without an answer of
 * the server (lost connection, time-out) are thrown.
 */
export async function inBatches<T, R>(
  items: readonly T[],
  batch: number | Pace,
  call: (items: T[]) => Promise<readonly R[]>,
  failed: (item: T, error: unknown) => R,
): Promise<R[]> {
  const results: R[] = []
  const pace = typeof batch === 'number' ? undefined : batch
  let size = typeof batch === 'number' ? batch : batch.size
  for (let at = 0; at < items.length; ) {
    const part = items.slice(at, at + size)
    const from = performance.now()
    try {
      const answers = await call(part)
      pace?.took(part.length, performance.now() - from)
      if (pace) size = pace.size
      for (let i = 0; i < part.length; i++) {
        const answer = answers[i]
        results.push(answer === undefined ? failed(part[i]!, new Error('no result for this item')) : answer)
      }
      at += part.length
    } catch (error) {
      if (!isRefusal(error)) {
        // No answer at all: some servers close the connection over a request that is too large for them.
        pace?.tooLarge(part.length)
        throw error
      }
      if (part.length === 1) {
        results.push(failed(part[0]!, error))
        at += 1
      } else if (isTooLarge(error)) {
        // The server takes less than it says: stay small for the rest.
        size = Math.ceil(part.length / 2)
        pace?.tooLarge(part.length)
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

/** The request as a whole is the problem, not one of its items. */
export function isTooLarge(error: unknown): boolean {
  return tooLarge.has(statusNameOf(error) ?? '')
}

const tooLarge: ReadonlySet<string> = new Set([
  'BadTooManyOperations',
  'BadEncodingLimitsExceeded',
  'BadRequestTooLarge',
  'BadResponseTooLarge',
  'BadTcpMessageTooLarge',
  'BadOutOfMemory',
])

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
