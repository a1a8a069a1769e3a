import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'

/** Large responses are cheaper per value by half (measured); servers cap them as they like. */
const notificationsPerPublish = 10_000
const notificationsAtLeast = 100

export type SubscriptionTimes = Pick<OpcuaConnectorConfig, 'publishingIntervalMs' | 'keepAliveMs' | 'lifetimeMs'>

/** What is asked for in CreateSubscription and ModifySubscription (Part 4, 5.14.2). */
export class SubscriptionRequest {
  readonly #times: SubscriptionTimes
  #notificationsPerPublish = notificationsPerPublish

  constructor(times: SubscriptionTimes) {
    this.#times = times
  }

  get publishingIntervalMs(): number {
    return this.#times.publishingIntervalMs
  }

  /** Keep-alive and lifetime are counted in intervals: of what is asked for, or of what the server grants. */
  parameters(grantedMs = this.#times.publishingIntervalMs) {
    const { publishingIntervalMs, keepAliveMs, lifetimeMs } = this.#times
    const keepAliveCount = Math.max(1, Math.round(keepAliveMs / grantedMs))
    return {
      requestedPublishingInterval: publishingIntervalMs,
      requestedMaxKeepAliveCount: keepAliveCount,
      requestedLifetimeCount: Math.max(keepAliveCount * 3, Math.ceil(lifetimeMs / grantedMs)),
      maxNotificationsPerPublish: this.#notificationsPerPublish,
      priority: 0,
    }
  }

  /** After a response that did not fit: half as many values in one. Returns how many that are. */
  shrink(): number {
    this.#notificationsPerPublish = Math.max(notificationsAtLeast, Math.floor(this.#notificationsPerPublish / 2))
    return this.#notificationsPerPublish
  }
}
