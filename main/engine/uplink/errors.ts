import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import type { ErrorCode, Retry } from '../../../shared/errors.ts'
import { GatewayError } from '../kit/gateway-error.ts'

// What mqtt.js, Node's sockets, TLS and ThingsBoard's reason codes say, translated once. No code elsewhere matches on them.

/** PUBACK and DISCONNECT reason codes ThingsBoard uses (MQTT 5, 2.4). */
export const reason = {
  unspecified: 0x80,
  malformedPacket: 0x81,
  implementation: 0x83,
  sessionTakenOver: 0x8e,
  messageRateTooHigh: 0x96,
  quotaExceeded: 0x97,
  administrativeAction: 0x98,
  payloadFormatInvalid: 0x99,
} as const

export const hex = (code: number): string => `0x${code.toString(16).padStart(2, '0').toUpperCase()}`

export const addressOf = (config: ThingsboardConfig): string => `${config.host}:${config.port}`

/** CONNACK refused the session. */
export function refusedSession(code: number, config: ThingsboardConfig): GatewayError {
  const where = `ThingsBoard at ${addressOf(config)}`
  const detail = { reasonCode: hex(code) }
  switch (code) {
    case 4:
    case 5:
    case 0x86:
    case 0x87:
    case 0x8c:
      return new GatewayError(
        'UPLINK_NOT_AUTHORIZED',
        `${where} does not accept ${credentialWords[config.credentials.type]}.`,
        {
          retry: 'after-config-change',
          hint: credentialHints[config.credentials.type],
          detail,
        },
      )
    case 2:
    case 0x85:
      return new GatewayError('UPLINK_NOT_AUTHORIZED', `${where} does not accept the client id.`, {
        retry: 'after-config-change',
        hint: "Enter the client id exactly as in the device's credentials in ThingsBoard.",
        detail,
      })
    case 1:
    case 0x84:
      return new GatewayError(
        'MQTT_REFUSED',
        `${where} does not speak MQTT ${config.protocolVersion === 5 ? '5' : '3.1.1'}.`,
        {
          retry: 'after-config-change',
          hint: 'Choose the other MQTT version in the ThingsBoard settings.',
          detail,
        },
      )
    case 0x9f:
    case 0x97:
      return new GatewayError(
        'UPLINK_RATE_LIMITED',
        `${where} accepts no further connection for now: its message limit is used up.`,
        {
          hint: 'The gateway tries again by itself. If it lasts, raise the limits of the tenant profile in ThingsBoard.',
          detail,
        },
      )
    case 0x8a:
      return new GatewayError('MQTT_REFUSED', `${where} has blocked this address.`, {
        retry: 'after-config-change',
        hint: 'Too many wrong sign-ins came from here. Check the credentials and wait a minute.',
        detail,
      })
    default:
      return new GatewayError('MQTT_REFUSED', `${where} refused the session (${hex(code)}).`, {
        hint: 'ThingsBoard may be starting. The gateway tries again by itself.',
        detail,
      })
  }
}

const credentialWords = {
  token: 'the access token',
  password: 'the user name or password',
  certificate: 'the client certificate',
} as const

const credentialHints = {
  token: 'Open the gateway device in ThingsBoard, choose "Manage credentials", and copy the access token again.',
  password: 'Compare client id, user name and password with "Manage credentials" of the gateway device in ThingsBoard.',
  certificate:
    'Upload this certificate under "Manage credentials" of the gateway device, or check that it has not expired.',
} as const

/** ThingsBoard said goodbye with a DISCONNECT packet. */
export function endedByServer(code: number, config: ThingsboardConfig): GatewayError {
  const where = `ThingsBoard at ${addressOf(config)}`
  const detail = { reasonCode: hex(code) }
  switch (code) {
    case reason.sessionTakenOver:
      return new GatewayError(
        'UPLINK_DUPLICATE_IDENTITY',
        `${where} ended the session: somebody else signed in as this gateway.`,
        {
          hint: 'Two programs use the same credentials, perhaps a copy of this PC. Give each its own gateway device.',
          detail,
        },
      )
    case reason.quotaExceeded:
    case reason.messageRateTooHigh:
      return new GatewayError('UPLINK_RATE_LIMITED', `${where} ended the session: too many messages.`, {
        hint: 'The gateway slows down by itself. If it lasts, raise the limits of the tenant profile in ThingsBoard.',
        detail,
      })
    case reason.administrativeAction:
      return new GatewayError('UPLINK_NOT_AUTHORIZED', `${where} ended the session: the credentials were changed.`, {
        retry: 'after-config-change',
        hint: credentialHints[config.credentials.type],
        detail,
      })
    case reason.malformedPacket:
      return new GatewayError('CONNECTION_LOST', `${where} ended the session: a message was larger than it accepts.`, {
        hint: 'Lower the largest message size in the ThingsBoard settings, or raise NETTY_MAX_PAYLOAD_SIZE on the server.',
        detail,
      })
    default:
      return new GatewayError('CONNECTION_LOST', `${where} ended the session (${hex(code)}).`, {
        hint: 'The gateway connects again by itself.',
        detail,
      })
  }
}

/** Signed in, alive, and silent on v1/gateway/*. */
export const notAGateway = (config: ThingsboardConfig) =>
  new GatewayError(
    'UPLINK_NOT_A_GATEWAY',
    `ThingsBoard at ${addressOf(config)} accepts the sign-in but does not answer as to a gateway.`,
    {
      retry: 'after-config-change',
      hint: 'Open the device in ThingsBoard, switch on "Is gateway", save, and press "Try now" here.',
    },
  )

export const ackStalled = (config: ThingsboardConfig, seconds = config.ackTimeoutSeconds) =>
  new GatewayError(
    'UPLINK_ACK_STALLED',
    `ThingsBoard at ${addressOf(config)} has not acknowledged anything for ${seconds} s.`,
    {
      hint: 'Nothing is lost: the gateway connects again and sends the same values again. If it lasts, ThingsBoard or the network is overloaded.',
    },
  )

type Translation = readonly [code: ErrorCode, what: string, hint: string, retry?: Retry]

const untrustedHint = 'Set the CA file of the ThingsBoard settings to the certificate of the authority that signed it.'
const untrusted: Translation = [
  'TLS_UNTRUSTED',
  'shows a certificate from an authority this PC does not know',
  untrustedHint,
  'after-config-change',
]
const refusedByPeer: Translation = [
  'TLS_FAILED',
  'broke off the TLS handshake',
  'Check that this port speaks TLS (8883 usually does, 1883 does not), and the client certificate if one is needed.',
  'after-config-change',
]
const unreachable: Translation = [
  'HOST_UNREACHABLE',
  'can not be reached',
  'Check network cable, Wi-Fi, VPN and firewall of this PC.',
]

const translations: Readonly<Record<string, Translation>> = {
  ENOTFOUND: ['HOST_NOT_FOUND', 'has an unknown host name', 'Check the spelling of the host and the DNS of this PC.'],
  EAI_AGAIN: [
    'HOST_NOT_FOUND',
    'can not be looked up',
    'The name server does not answer: check the network of this PC.',
  ],
  ECONNREFUSED: [
    'CONNECTION_REFUSED',
    'refuses the connection',
    'Nothing listens on this port: check host and port, and whether ThingsBoard is running.',
  ],
  ECONNRESET: ['CONNECTION_LOST', 'broke the connection', 'The gateway connects again by itself.'],
  EPIPE: ['CONNECTION_LOST', 'broke the connection', 'The gateway connects again by itself.'],
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EADDRNOTAVAIL: unreachable,
  ETIMEDOUT: ['TIMEOUT', 'does not answer', 'Check host and port; a firewall may drop the packets silently.'],
  CERT_HAS_EXPIRED: [
    'TLS_EXPIRED',
    'shows a certificate that has expired',
    'Renew the certificate on the server; if it is valid, set the clock of this PC.',
    'after-config-change',
  ],
  CERT_NOT_YET_VALID: [
    'TLS_EXPIRED',
    'shows a certificate that is not valid yet',
    'Set the clock of this PC.',
    'after-config-change',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'TLS_HOSTNAME',
    'shows a certificate made for another name',
    'Use the host name that stands in the certificate, or have the certificate reissued for this one.',
    'after-config-change',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_UNTRUSTED: untrusted,
  EPROTO: refusedByPeer,
}

/** Any failure of name, socket, TLS or client library, while connecting or later; `handshaking`: TLS was not up yet. */
export function linkError(cause: unknown, config: ThingsboardConfig, handshaking = false): GatewayError {
  if (cause instanceof GatewayError) return cause
  const where = `ThingsBoard at ${addressOf(config)}`
  const { code = '', message = '' } = cause instanceof Error ? (cause as NodeJS.ErrnoException) : {}
  if (typeof code === 'number') return refusedSession(code, config)
  // mqtt.js has no codes for its own two time-outs.
  if (message === 'connack timeout') {
    return new GatewayError('TIMEOUT', `${where} accepts the connection but does not answer the sign-in.`, {
      hint: 'Check that this port is the MQTT port (1883, or 8883 with TLS) and that TLS is set as on the server.',
      cause,
    })
  }
  if (message === 'Keepalive timeout') {
    return new GatewayError('CONNECTION_LOST', `${where} no longer answers.`, {
      hint: 'The gateway connects again by itself.',
      cause,
    })
  }
  if (handshaking && (code === 'ECONNRESET' || code === 'EPIPE')) {
    // A port without TLS closes on the first byte; so does a server that is just restarting, hence no long wait.
    return new GatewayError('TLS_FAILED', `${where} ${refusedByPeer[1]}.`, { hint: refusedByPeer[2], cause })
  }
  const tls = code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')
  const [errorCode, what, hint, retry] = translations[code] ??
    (tls ? refusedByPeer : undefined) ?? [
      'CONNECTION_LOST',
      'broke the connection',
      'The gateway connects again by itself.',
    ]
  return new GatewayError(errorCode, `${where} ${what}.`, { hint, retry: retry ?? 'soon', cause })
}
