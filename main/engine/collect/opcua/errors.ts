import type { ErrorCode, Retry } from '../../../../shared/errors.ts'
import { asGatewayError, GatewayError } from '../../kit/gateway-error.ts'

/** What we were doing when the library or the socket failed. */
export interface ErrorContext {
  /** As the operator typed it. */
  readonly address: string
  /** "opening a session", for the sentence. */
  readonly doing: string
  readonly securityMode?: string
  /** Path of our own certificate, for the hint when the server does not trust it. */
  readonly ownCertificate?: string
  readonly userName?: string
}

interface Translation {
  readonly code: ErrorCode
  readonly retry?: Retry
  readonly message: (c: ErrorContext) => string
  readonly hint: (c: ErrorContext) => string
}

const socketErrors: Readonly<Record<string, Translation>> = {
  ENOTFOUND: {
    code: 'HOST_NOT_FOUND',
    message: (c) => `The host name in ${c.address} is not known to this computer`,
    hint: () => 'Check the spelling, or use the IP address of the server.',
  },
  ECONNREFUSED: {
    code: 'CONNECTION_REFUSED',
    message: (c) => `${c.address} refused the connection: the computer answers, but nothing listens on this port`,
    hint: () => 'Check that the OPC UA server runs and that the port is right.',
  },
  ETIMEDOUT: {
    code: 'TIMEOUT',
    message: (c) => `${c.address} did not answer while ${c.doing}`,
    hint: () => 'Check that the server is switched on and that no firewall blocks the port.',
  },
  EHOSTUNREACH: {
    code: 'HOST_UNREACHABLE',
    message: (c) => `There is no way through the network to ${c.address}`,
    hint: () => 'Check cable, network adapter and gateway address of this computer.',
  },
  ECONNRESET: {
    code: 'CONNECTION_LOST',
    message: (c) => `${c.address} closed the connection while ${c.doing}`,
    hint: () => 'The gateway tries again by itself. If it goes on, look into the log of the server.',
  },
}
const sameAs: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'ENOTFOUND',
  EAI_NODATA: 'ENOTFOUND',
  ENETUNREACH: 'EHOSTUNREACH',
  EHOSTDOWN: 'EHOSTUNREACH',
  EPIPE: 'ECONNRESET',
  ECONNABORTED: 'ECONNRESET',
}

/** The server does not like who we are: our certificate, its dates, its ApplicationUri, or the security asked for. */
const rejectedByServer: Translation = {
  code: 'OPCUA_REJECTED_BY_SERVER',
  message: (c) => `${c.address} refused the secured connection: it does not trust the gateway's certificate`,
  hint: (c) =>
    `Trust the certificate of the gateway on the server${c.ownCertificate ? ` (file ${c.ownCertificate})` : ''}; most servers list it under rejected certificates after this try.`,
}

const identityRejected: Translation = {
  code: 'OPCUA_IDENTITY_REJECTED',
  retry: 'after-config-change',
  message: (c) =>
    c.userName
      ? `${c.address} refused user ${c.userName} or the password`
      : `${c.address} does not let anybody in without user name and password`,
  hint: (c) =>
    c.userName
      ? 'Check user name and password, and that the user may log in over OPC UA.'
      : 'Enter a user name and a password.',
}

const sessionLost: Translation = {
  code: 'OPCUA_SESSION_LOST',
  message: (c) => `${c.address} no longer knows our session`,
  hint: () => 'The gateway opens a new one by itself. If it goes on, the session time-out may be too short.',
}

const serverLimit: Translation = {
  code: 'OPCUA_SERVER_LIMIT',
  message: (c) => `${c.address} has no room for us: one of its limits is reached while ${c.doing}`,
  hint: () => 'Close other OPC UA clients of this server, or raise its limit of sessions or subscriptions.',
}

const timedOut: Translation = {
  code: 'TIMEOUT',
  message: (c) => `${c.address} did not answer in time while ${c.doing}`,
  hint: () => 'The server may be overloaded or hang. The gateway tries again by itself.',
}

const statusErrors: Readonly<Record<string, Translation>> = {
  BadIdentityTokenRejected: identityRejected,
  BadIdentityTokenInvalid: identityRejected,
  BadUserAccessDenied: identityRejected,
  BadUserSignatureInvalid: identityRejected,
  BadTooManySessions: serverLimit,
  BadTooManySubscriptions: serverLimit,
  BadTooManyMonitoredItems: serverLimit,
  BadTooManyPublishRequests: serverLimit,
  BadTcpNotEnoughResources: serverLimit,
  BadOutOfMemory: serverLimit,
  BadResourceUnavailable: serverLimit,
  BadSecurityChecksFailed: rejectedByServer,
  BadApplicationSignatureInvalid: rejectedByServer,
  BadSecurityPolicyRejected: rejectedByServer,
  BadSecurityModeRejected: rejectedByServer,
  BadSessionIdInvalid: sessionLost,
  BadSessionClosed: sessionLost,
  BadSessionNotActivated: sessionLost,
  BadNoSubscription: sessionLost,
  BadSubscriptionIdInvalid: sessionLost,
  BadTimeout: timedOut,
  BadRequestTimeout: timedOut,
}

/** The name of the OPC UA StatusCode behind an error of the library, e.g. `BadTooManySessions`. */
export function statusNameOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { response, statusCode, message } = error as {
    response?: { responseHeader?: { serviceResult?: { name?: string } } }
    statusCode?: { name?: string }
    message?: string
  }
  // Some paths of the library keep the code only in the text of the message.
  const name = response?.responseHeader?.serviceResult?.name ?? statusCode?.name
  return name?.startsWith('Bad') ? name : /\bBad[A-Z][A-Za-z]+/.exec(message ?? '')?.[0]
}

/** Any error of the library or the socket as a GatewayError with a sentence for the operator. */
export function translateError(error: unknown, context: ErrorContext): GatewayError {
  if (error instanceof GatewayError) return error
  const status = statusNameOf(error)
  const socket = socketCodeOf(error)
  const translation =
    (status && translationOf(status)) ?? (socket && socketErrors[sameAs[socket] ?? socket]) ?? guess(error, context)
  if (!translation) {
    const text = status ?? asGatewayError(error).message.split('\n')[0]
    return new GatewayError('CONNECTION_LOST', `${context.address} failed while ${context.doing}: ${text}`, {
      hint: 'The gateway tries again by itself. If it goes on, look into the log of the server.',
      cause: error,
    })
  }
  return new GatewayError(translation.code, translation.message(context), {
    retry: translation.retry ?? 'soon',
    hint: translation.hint(context),
    detail: status ? { statusCode: status } : {},
    cause: error,
  })
}

function translationOf(status: string): Translation | undefined {
  return statusErrors[status] ?? (status.startsWith('BadCertificate') ? rejectedByServer : undefined)
}

function socketCodeOf(error: unknown): string | undefined {
  for (let e = error, depth = 0; e && depth < 4; e = (e as { cause?: unknown }).cause, depth++) {
    const code = (e as { code?: unknown }).code
    if (typeof code === 'string') return code
  }
  return undefined
}

/** What the library says only in words: a transaction time-out, and a server that closes the socket instead of answering. */
function guess(error: unknown, context: ErrorContext): Translation | undefined {
  const text = error instanceof Error ? error.message : ''
  if (/time.?d? ?out/i.test(text)) return timedOut
  const closed = /disconnected|third party|premature|ECONNRESET|connection.*(abort|reject|close)/i.test(text)
  if (!closed) return undefined
  return context.securityMode && context.securityMode !== 'None' && context.doing === openingChannel
    ? rejectedByServer
    : socketErrors['ECONNRESET']
}

/** The step in which a closed socket means "I do not trust you": many servers close instead of answering (Part 6, 6.7.4). */
export const openingChannel = 'opening a secure channel'
