import { lookup } from 'node:dns/promises'
import { connect as connectSocket } from 'node:net'
import {
  type EndpointDescription,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  UserTokenType,
} from 'node-opcua-client'
import { GatewayError, isGatewayError } from '../../kit/gateway-error.ts'
import { checkCertificate } from './certificate-check.ts'
import {
  hostAndPort,
  type OfferedEndpoint,
  type OfferedIdentity,
  type PickedEndpoint,
  pickEndpoint,
  reachableUrl,
  strippedEndpoint,
} from './endpoint.ts'
import { openingChannel, translateError } from './errors.ts'
import type { OpcuaServer } from './opcua-server.ts'
import type { Pki } from './pki.ts'
import type { RawSession } from './raw-session.ts'
import { userIdentityOf } from './user-identity.ts'
import { within } from './within.ts'

// The way to a server in steps, each with its own failure: host, port, endpoints, certificate, secure channel, session. The
// library's own reconnecting is off (maxRetry 0): it can stall for good after a long outage (node-opcua #1450), so a lost
// channel always comes back here.

/** A host that does not answer at all is given up after this: people wait for the test button. */
const probeTimeoutMs = 8000
/** The library ends a socket without traffic; our own probes (every 30 s at the latest) always come first. */
const idleSocketMs = 180_000
/** Closing is a courtesy to the server, not worth waiting for. */
const closeTimeoutMs = 2000

/** Does the name resolve? */
export async function resolveHost(server: OpcuaServer, signal: AbortSignal): Promise<string> {
  const { host } = hostAndPort(server.endpointUrl)
  const doing = 'looking up the host name'
  try {
    const { address } = await within(lookup(host), { signal, timeoutMs: probeTimeoutMs, doing })
    return address
  } catch (error) {
    throw translateError(error, { address: server.endpointUrl, doing })
  }
}

/** Does something listen? A plain socket tells why not, the library only that it failed. */
export async function probePort(server: OpcuaServer, signal: AbortSignal): Promise<void> {
  const { host, port } = hostAndPort(server.endpointUrl)
  const doing = 'opening a connection'
  const socket = connectSocket({ host, port })
  try {
    const connected = new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve())
      socket.on('error', reject)
    })
    await within(connected, { signal, timeoutMs: probeTimeoutMs, doing })
  } catch (error) {
    throw translateError(error, { address: server.endpointUrl, doing })
  } finally {
    socket.destroy()
  }
}

/** A server as FindServers names it: a discovery server knows several. */
export interface KnownServer {
  readonly name: string
  readonly applicationUri: string
  readonly urls: readonly string[]
}

/** Servers the one at this address knows, itself among them; empty when it does not tell. */
export async function findServers(server: OpcuaServer, pki: Pki, signal: AbortSignal): Promise<readonly KnownServer[]> {
  const doing = 'asking for the servers'
  const client = makeClient(server, pki, { securityMode: 'None', securityPolicy: 'None' })
  try {
    const asked = client.connect(server.endpointUrl).then(() => client.findServers())
    const found = await within(asked, { signal, timeoutMs: server.requestTimeoutMs, doing })
    return found.map(({ applicationName, applicationUri, discoveryUrls }) => ({
      name: applicationName.text ?? '',
      applicationUri: applicationUri ?? '',
      urls: (discoveryUrls ?? []).flatMap((url) => (url ? [url] : [])),
    }))
  } catch (error) {
    throw translateError(error, { address: server.endpointUrl, doing })
  } finally {
    void closeClient(client)
  }
}

export async function discoverEndpoints(
  server: OpcuaServer,
  pki: Pki,
  signal: AbortSignal,
): Promise<readonly OfferedEndpoint[]> {
  const doing = 'asking for the endpoints'
  const client = makeClient(server, pki, { securityMode: 'None', securityPolicy: 'None' })
  try {
    const asked = client
      .connect(server.endpointUrl)
      .then(() => client.getEndpoints({ endpointUrl: server.endpointUrl }))
    const endpoints = await within(asked, { signal, timeoutMs: server.requestTimeoutMs, doing })
    return endpoints.map(offeredOf).filter((e) => e.url.startsWith('opc.tcp:'))
  } catch (error) {
    throw translateError(error, { address: server.endpointUrl, doing })
  } finally {
    void closeClient(client)
  }
}

function offeredOf(endpoint: EndpointDescription): OfferedEndpoint {
  return {
    url: endpoint.endpointUrl ?? '',
    securityMode: MessageSecurityMode[endpoint.securityMode] ?? 'Invalid',
    securityPolicy: shortPolicy(endpoint.securityPolicyUri),
    identities: (endpoint.userIdentityTokens ?? []).map((token): OfferedIdentity => {
      return { type: identityTypes[token.tokenType] ?? 'token', securityPolicy: shortPolicy(token.securityPolicyUri) }
    }),
    certificate: endpoint.serverCertificate ?? undefined,
  }
}

const identityTypes: Readonly<Record<number, OfferedIdentity['type']>> = {
  [UserTokenType.Anonymous]: 'anonymous',
  [UserTokenType.UserName]: 'password',
  [UserTokenType.Certificate]: 'certificate',
}

function shortPolicy(uri: string | null): string {
  return uri?.split('#')[1] ?? ''
}

/** An open secure channel. Rejects with OPCUA_REJECTED_BY_SERVER when the server does not trust us. */
export async function openChannel(
  server: OpcuaServer,
  picked: PickedEndpoint,
  pki: Pki,
  signal: AbortSignal,
  /** With the certificate of before the renewal. */
  asPrevious = false,
): Promise<OPCUAClient> {
  const client = makeClient(server, pki, picked, picked.offered.certificate, asPrevious)
  try {
    const url = reachableUrl(picked.offered.url, server.endpointUrl)
    await within(client.connect(url), { signal, timeoutMs: server.requestTimeoutMs, doing: openingChannel })
    return client
  } catch (error) {
    void closeClient(client)
    throw translateError(error, {
      address: server.endpointUrl,
      doing: openingChannel,
      securityMode: picked.securityMode,
      ownCertificate: pki.ownCertificatePath,
    })
  }
}

export async function openSession(
  server: OpcuaServer,
  client: OPCUAClient,
  pki: Pki,
  signal: AbortSignal,
  /** Set: the endpoints of the session must not be better than those it was picked from. */
  picked?: PickedEndpoint,
): Promise<RawSession> {
  const doing = 'opening a session'
  const { identity } = server
  try {
    const created = client.createSession(await userIdentityOf(server))
    const late = (session: RawSession) => void session.close(true).catch(() => undefined)
    const timeoutMs = server.requestTimeoutMs
    const session = await within(created as Promise<RawSession>, { signal, timeoutMs, doing, late })
    await refuseStripped(server, session, picked)
    return session
  } catch (error) {
    throw translateError(error, {
      address: server.endpointUrl,
      doing,
      ownCertificate: pki.ownCertificatePath,
      ...(identity.type === 'password' ? { userName: identity.username } : {}),
      ...(identity.type === 'certificate' ? { userName: `with the certificate ${identity.certFile}` } : {}),
    })
  }
}

/** The list of endpoints came unprotected; the session's comes through the channel (Part 4, 5.7.2). */
async function refuseStripped(server: OpcuaServer, session: RawSession, picked: PickedEndpoint | undefined) {
  const confirmed = session.serverEndpoints.map(offeredOf).filter((e) => e.url.startsWith('opc.tcp:'))
  const hidden = picked && strippedEndpoint(picked, confirmed)
  if (hidden === undefined) return
  await closeSession(session)
  throw new GatewayError(
    'OPCUA_SECURITY_DOWNGRADE',
    `${server.endpointUrl} offers ${hidden}, but the list of endpoints we were given before did not show it`,
    {
      retry: 'after-config-change',
      hint: 'Somebody on the way may have taken it out to weaken the connection. Ask the network administrator; if the server simply changed, connect again.',
    },
  )
}

/** All steps up to the channel. */
export async function openVerifiedChannel(server: OpcuaServer, pki: Pki, signal: AbortSignal) {
  await resolveHost(server, signal)
  await probePort(server, signal)
  const picked = pickEndpoint(await discoverEndpoints(server, pki, signal), server)
  const { report, warnings } = await checkCertificate(server, picked, pki)
  try {
    const client = await openChannel(server, picked, pki, signal)
    return { client, picked, report, warnings, usesPrevious: false }
  } catch (error) {
    // After a renewal the server may still know the certificate of before only.
    if (!pki.previousIdentity || !isGatewayError(error, 'OPCUA_REJECTED_BY_SERVER')) throw error
    const client = await openChannel(server, picked, pki, signal, true).catch(() => {
      throw error
    })
    return { client, picked, report, warnings, usesPrevious: true }
  }
}

export async function closeClient(client: OPCUAClient): Promise<void> {
  await within(client.disconnect(), { timeoutMs: closeTimeoutMs, doing: 'closing' }).catch(() => undefined)
}

/** Deletes the subscriptions too, unless they are to be gone on with: orphans slow some servers down. */
export async function closeSession(session: RawSession, keepSubscriptions = false): Promise<void> {
  await within(session.close(!keepSubscriptions), { timeoutMs: closeTimeoutMs, doing: 'closing' }).catch(
    () => undefined,
  )
}

function makeClient(
  server: OpcuaServer,
  pki: Pki,
  security: Pick<PickedEndpoint, 'securityMode' | 'securityPolicy'>,
  serverCertificate?: Buffer,
  asPrevious = false,
): OPCUAClient {
  const identity = asPrevious ? pki.previousIdentity : undefined
  const client = OPCUAClient.create({
    ...(identity ?? pki.clientIdentity),
    clientName: 'ThingsBoardGateway-',
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 1000 },
    // Host names of endpoints are often not the ones we use: the endpoint was picked by our own rules.
    endpointMustExist: false,
    // A session must outlive its channel, to be taken up again on the next one.
    keepPendingSessionsOnDisconnect: true,
    keepSessionAlive: false,
    requestedSessionTimeout: server.sessionTimeoutMs,
    transportTimeout: idleSocketMs,
    defaultTransactionTimeout: server.requestTimeoutMs,
    securityMode: MessageSecurityMode[security.securityMode],
    securityPolicy: SecurityPolicy[security.securityPolicy],
    ...(serverCertificate?.length ? { serverCertificate } : {}),
  })
  return client
}
