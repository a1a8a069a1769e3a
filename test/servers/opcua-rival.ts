import { AttributeIds, OPCUAClient } from 'node-opcua-client'
import type { RawSession } from '../../main/engine/collect/opcua/raw-session.ts'

// Another client of the same server, which has taken what there is.

export interface Rival {
  readonly session: RawSession
  /** A subscription with items on these nodes. */
  subscribe(nodeIds: readonly string[]): Promise<number>
  leave(): Promise<void>
}

export async function startRival(endpointUrl: string): Promise<Rival> {
  const client = OPCUAClient.create({ connectionStrategy: { maxRetry: 0 }, endpointMustExist: false })
  await client.connect(endpointUrl)
  const session = (await client.createSession()) as RawSession
  return {
    session,
    async subscribe(nodeIds) {
      const { subscriptionId } = await session.createSubscription({
        requestedPublishingInterval: 1000,
        requestedMaxKeepAliveCount: 10,
        requestedLifetimeCount: 10_000,
        publishingEnabled: true,
      })
      if (nodeIds.length > 0)
        await session.createMonitoredItems({
          subscriptionId,
          itemsToCreate: nodeIds.map((nodeId, i) => ({
            itemToMonitor: { nodeId, attributeId: AttributeIds.Value },
            requestedParameters: { clientHandle: i, samplingInterval: 1000, queueSize: 1 },
          })),
        })
      return subscriptionId
    },
    async leave() {
      await session.close(true).catch(() => undefined)
      await client.disconnect()
    },
  }
}
