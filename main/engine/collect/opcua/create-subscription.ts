import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import type { RawSession } from './raw-session.ts'
import type { SubscriptionRequest } from './subscription-request.ts'

export interface CreatedSubscription {
  readonly id: number
  /** Granted. */
  readonly publishingMs: number
  readonly keepAliveMs: number
  /** ms since the epoch by the server's clock; 0 = it does not say. */
  readonly time: number
}

/** A server that publishes so many times less often than asked would also keep alive and forget as much later. */
const farFromAsked = 2

/** Creates one subscription; keep-alive and lifetime are as configured also where the server publishes less often. */
export async function createSubscription(
  session: RawSession,
  request: SubscriptionRequest,
  publishingEnabled: boolean,
  log: Log,
): Promise<CreatedSubscription> {
  const response = await session.createSubscription({ ...request.parameters(), publishingEnabled })
  const { subscriptionId, revisedPublishingInterval: publishingMs, revisedLifetimeCount } = response
  let keepAliveCount = response.revisedMaxKeepAliveCount
  if (publishingMs > request.publishingIntervalMs * farFromAsked) {
    try {
      const modified = await session.modifySubscription({ subscriptionId, ...request.parameters(publishingMs) })
      keepAliveCount = modified.revisedMaxKeepAliveCount
    } catch (error) {
      log.warn('modify-refused', { cause: causeText(error) })
    }
  }
  log.info('subscription-created', {
    subscriptionId,
    publishingMs,
    keepAliveCount,
    lifetimeCount: revisedLifetimeCount,
  })
  return {
    id: subscriptionId,
    publishingMs,
    keepAliveMs: Math.max(1, keepAliveCount) * publishingMs,
    time: response.responseHeader.timestamp?.getTime() ?? 0,
  }
}
