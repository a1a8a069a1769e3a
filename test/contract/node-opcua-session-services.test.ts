import { OPCUAClient, PublishRequest, type PublishResponse } from 'node-opcua-client'
import { expect, test } from 'vitest'
import type { RawSession } from '../../main/engine/collect/opcua/raw-session.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'

// What the collector takes for granted in node-opcua-client beyond its types. A new version that breaks one of these must
// fail here and not in a plant.

const options = {
  connectionStrategy: { maxRetry: 0, initialDelay: 10, maxDelay: 100 },
  endpointMustExist: false,
  keepPendingSessionsOnDisconnect: true,
}

test('a session has the subscription services that its type leaves out', async () => {
  const server = await startOpcuaServer()
  const client = OPCUAClient.create({ ...options })
  try {
    await client.connect(server.endpointUrl)
    const session = (await client.createSession()) as RawSession
    for (const name of [
      'createSubscription',
      'createMonitoredItems',
      'deleteMonitoredItems',
      'historyRead',
      'registerNodes',
      'unregisterNodes',
      'modifySubscription',
      'deleteSubscriptions',
      'publish',
      'republish',
      'setPublishingMode',
      'transferSubscriptions',
    ] as const) {
      expect([name, typeof session[name]]).toEqual([name, 'function'])
    }
    await session.close(true)
  } finally {
    await client.disconnect()
    await server.close()
  }
})

test('a session keeps the endpoints CreateSession answered with, by which a stripped list is noticed', async () => {
  const server = await startOpcuaServer()
  const client = OPCUAClient.create({ ...options })
  try {
    await client.connect(server.endpointUrl)
    const session = (await client.createSession()) as RawSession
    expect(session.serverEndpoints.map((e) => e.securityPolicyUri?.split('#')[1])).toEqual(['None'])
    await session.close(true)
  } finally {
    await client.disconnect()
    await server.close()
  }
})

test('our own publish loop is the only one: nothing is acknowledged that we did not acknowledge', async () => {
  const server = await startOpcuaServer({ variables: [{ name: 'v', value: { dataType: 'Double', value: 1 } }] })
  const client = OPCUAClient.create({ ...options })
  const sent: string[] = []
  client.on('send_request', (request) => sent.push(request.constructor.name))
  try {
    await client.connect(server.endpointUrl)
    const session = (await client.createSession()) as RawSession
    const { subscriptionId } = await session.createSubscription({
      requestedPublishingInterval: 50,
      publishingEnabled: true,
      requestedMaxKeepAliveCount: 2,
      requestedLifetimeCount: 100,
    })
    const response = await new Promise<PublishResponse | undefined>((resolve, reject) => {
      session.publish(new PublishRequest({ subscriptionAcknowledgements: [] }), (error, r) =>
        error ? reject(error) : resolve(r),
      )
    })
    expect(response?.subscriptionId).toBe(subscriptionId)
    expect(sent.filter((name) => name === 'PublishRequest')).toHaveLength(1)
    await session.close(true)
  } finally {
    await client.disconnect()
    await server.close()
  }
})

test('a session outlives its client and is taken up by another, and maxRetry 0 means no reconnecting behind our back', async () => {
  const server = await startOpcuaServer()
  const [first, second] = [OPCUAClient.create({ ...options }), OPCUAClient.create({ ...options })]
  try {
    expect(first.reconnectOnFailure).toBe(false)
    await first.connect(server.endpointUrl)
    const session = await first.createSession()
    const id = session.sessionId.toString()
    await first.disconnect()
    await second.connect(server.endpointUrl)
    await second.reactivateSession(session)
    expect(session.sessionId.toString()).toBe(id)
    expect((await session.read({ nodeId: 'i=2259' })).statusCode.name).toBe('Good')
    await session.close(true)
  } finally {
    await second.disconnect()
    await server.close()
  }
})

test('errors of a service carry the answer of the server, by which a refusal is told from a lost connection', async () => {
  const server = await startOpcuaServer()
  const client = OPCUAClient.create({ ...options })
  try {
    await client.connect(server.endpointUrl)
    const session = (await client.createSession()) as RawSession
    const error = await session
      .createMonitoredItems({ subscriptionId: 99, itemsToCreate: [{ itemToMonitor: { nodeId: 'i=2258' } }] })
      .then(
        () => undefined,
        (e: unknown) => e,
      )
    expect(error).toMatchObject({
      response: { responseHeader: { serviceResult: { name: 'BadSubscriptionIdInvalid' } } },
    })
    await session.close(true)
  } finally {
    await client.disconnect()
    await server.close()
  }
})
