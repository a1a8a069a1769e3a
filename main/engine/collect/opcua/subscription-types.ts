import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Log } from '../../observe/log.ts'
import type { Mark } from './durable-mark.ts'
import type { Intake } from './intake.ts'
import type { Pace } from './pace.ts'

export interface SubscriptionsOptions {
  readonly config: Pick<
    OpcuaConnectorConfig,
    'publishingIntervalMs' | 'keepAliveMs' | 'lifetimeMs' | 'requestTimeoutMs'
  >
  readonly intake: Intake
  readonly clock: Clock
  readonly log: Log
  readonly lost: (error: unknown) => void
  readonly gap: (subscriptionId: number, messages: number, evidence: string, fromMs: number, toMs: number) => void
  /** The server says that nodes came or went. */
  readonly modelChanged: () => void
  /** The server takes none of our publish requests, or takes them again. */
  readonly publishing: (isRefused: boolean) => void
  /** True: acknowledgements wait until `release` says that the marks were written. */
  readonly holdsAcknowledgements: boolean
}

/** What is known of the server's strength. */
export interface ItemTuning {
  readonly pace: Pace
  readonly takesFilters: boolean
  /** Few large subscriptions: each costs publish requests and responses of its own. */
  readonly itemsPerSubscription: number
}

/** One subscription as it is needed to go on with it later. */
export interface KnownSubscription {
  readonly id: number
  readonly keepAliveMs: number
  readonly mark: Mark
  /** Items on it. */
  readonly size: number
}
