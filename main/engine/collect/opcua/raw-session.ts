import type {
  ClientSession,
  ClientSessionPublishService,
  ClientSessionRawSubscriptionService,
  EndpointDescription,
  StatusCode,
  TransferSubscriptionsResponse,
} from 'node-opcua-client'

/**
 * The session with its subscription services themselves. The library acknowledges a notification when it is received and
 * checks no sequence numbers, so we run the publish loop: acknowledgements go out after the commit, and no private member
 * of the library is touched. Every session has these services, but the type ClientSession leaves them out; a contract test
 * watches over that.
 */
export type RawSession = ClientSession &
  Pick<
    ClientSessionRawSubscriptionService,
    | 'createSubscription'
    | 'createMonitoredItems'
    | 'deleteMonitoredItems'
    | 'modifySubscription'
    | 'deleteSubscriptions'
  > &
  ClientSessionPublishService & {
    /** As CreateSession answered. */
    readonly serverEndpoints: readonly EndpointDescription[]
    setPublishingMode(publishingEnabled: boolean, subscriptionIds: number[]): Promise<StatusCode[]>
    transferSubscriptions(request: {
      subscriptionIds: number[]
      sendInitialValues: boolean
    }): Promise<TransferSubscriptionsResponse>
  }
