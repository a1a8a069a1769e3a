import type { MqttConnectorConfig } from '../../../../shared/config/mqtt.ts'
import type { ErrorCode } from '../../../../shared/errors.ts'
import { GatewayError } from '../../kit/gateway-error.ts'

export type BrokerAddress = Pick<MqttConnectorConfig, 'host' | 'port' | 'protocolVersion' | 'tls' | 'username'>

type Cause = readonly [code: ErrorCode, problem: string, hint: string, patient?: 'patient']

/** What Node, OpenSSL, MQTT.js or the broker reported, as an error an operator can act on. */
export function brokerError(error: unknown, at: BrokerAddress, clientId: string): GatewayError {
  if (error instanceof GatewayError) return error
  const code = codeOf(error)
  const [errorCode, problem, hint, patient] =
    typeof code === 'number' ? fromReason(code, at, clientId) : fromSystem(code, error, at)
  return new GatewayError(errorCode, `${problem} (${addressText(at)})`, {
    retry: patient ? 'after-config-change' : 'soon',
    hint,
    detail: { reason: typeof code === 'number' ? `0x${code.toString(16).toUpperCase().padStart(2, '0')}` : code },
    cause: error,
  })
}

export function addressText({ host, port, tls }: BrokerAddress): string {
  return `mqtt${tls.enabled ? 's' : ''}://${host}:${port}`
}

/** The broker said why it ends an established connection (MQTT 5, 3.14.2.1). */
export function disconnectError(reasonCode: number, at: BrokerAddress, clientId: string): GatewayError {
  if (reasonCode !== 0) return brokerError(Object.assign(new Error('DISCONNECT'), { code: reasonCode }), at, clientId)
  return connectionLost(at)
}

/** `orderly`: the broker said so (FIN); otherwise the connection just broke. */
export function connectionLost(at: BrokerAddress, orderly = false): GatewayError {
  const again = 'the gateway reconnects by itself and the broker sends what is unacknowledged again.'
  return orderly
    ? new GatewayError('CONNECTION_LOST', `The broker closed the connection (${addressText(at)})`, {
        hint: `Nothing to do when the broker restarts: ${again}`,
        detail: { end: orderlyEnd },
      })
    : new GatewayError('CONNECTION_LOST', `The connection to the broker broke (${addressText(at)})`, {
        hint: `If it happens often, check cable, Wi-Fi and VPN; ${again}`,
      })
}

const orderlyEnd = 'orderly'

/**
 * What an end of the session looks like when somebody else signed in with our client id: MQTT 5 says so with 0x8E
 * [MQTT-3.1.4-3]; 3.1.1, and brokers that leave it out, close in good order without a word. A broken line does not close.
 */
export function mayBeTakenOver({ detail }: GatewayError): boolean {
  return detail['reason'] === '0x8E' || detail['end'] === orderlyEnd
}

/** Spoken to without TLS, the broker answered with a TLS alert. */
export function wantsTls(at: BrokerAddress): GatewayError {
  return new GatewayError('TLS_FAILED', `The port wants TLS (${addressText(at)})`, {
    retry: 'after-config-change',
    hint: 'Switch TLS on, or use the port of the broker without TLS, mostly 1883.',
  })
}

export function closedEarly(at: BrokerAddress): GatewayError {
  const other = at.protocolVersion === 5 ? 'MQTT 3.1.1' : 'MQTT 5'
  const tls = at.tls.enabled ? 'that the port speaks TLS' : 'whether the port wants TLS'
  return new GatewayError(
    'CONNECTION_LOST',
    `The broker closed the connection before it answered (${addressText(at)})`,
    {
      hint: `Check ${tls}, or try ${other}: old brokers answer a newer version by hanging up.`,
    },
  )
}

/**
 * Two programs with one client id throw each other out for ever; waiting long lets one of them work. MQTT 3.1.1 does not say
 * why a connection ends, so this is a conclusion from how often it does.
 */
export function clientIdContested(at: BrokerAddress, clientId: string): GatewayError {
  const message = `The broker keeps ending the connection just after the sign-in: most likely another program uses the client id ${clientId}`
  return new GatewayError('MQTT_REFUSED', `${message} (${addressText(at)})`, {
    retry: 'after-config-change',
    hint: 'Give this broker another client id in the configuration, or stop the other program.',
  })
}

export function timedOut(what: string, at: BrokerAddress, seconds: number): GatewayError {
  return new GatewayError('TIMEOUT', `${what} within ${seconds} seconds (${addressText(at)})`, {
    hint: 'Check host and port, and whether a firewall swallows the connection.',
  })
}

function codeOf(error: unknown): string | number {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' || typeof code === 'number' ? code : ''
}

/** CONNACK return codes of 3.1.1 (3.2.2.3) and reason codes of MQTT 5 (2.4). */
function fromReason(code: number, at: BrokerAddress, clientId: string): Cause {
  switch (code) {
    case 1:
    case 0x84: {
      const [asked, other] = at.protocolVersion === 5 ? ['MQTT 5', 'MQTT 3.1.1'] : ['MQTT 3.1.1', 'MQTT 5']
      return ['MQTT_REFUSED', `The broker does not speak ${asked}`, `Set the protocol version to ${other}.`, 'patient']
    }
    case 2:
    case 0x85:
      return [
        'MQTT_REFUSED',
        `The broker refuses the client id ${clientId}`,
        'Set a client id the broker allows.',
        'patient',
      ]
    case 4:
    case 0x86:
    case 5:
    case 0x87:
    case 0x8c:
      return notAuthorized(code, at)
    case 0x8a:
      return [
        'MQTT_NOT_AUTHORIZED',
        'The broker has banned this client',
        'Ask the administrator of the broker.',
        'patient',
      ]
    case 0x8e:
      return [
        'MQTT_REFUSED',
        `Another program has connected with the client id ${clientId}`,
        'Give this broker another client id in the configuration, or stop the other program.',
      ]
    case 3:
    case 0x88:
    case 0x89:
    case 0x8b:
    case 0x97:
    case 0x9f:
      return [
        'MQTT_REFUSED',
        'The broker is not available at present',
        'Nothing to do: the gateway tries again by itself.',
      ]
    case 0x8d:
      return [
        'CONNECTION_LOST',
        'The broker heard nothing for longer than the keep-alive',
        'Check the network to the broker.',
      ]
    case 0x93:
      return [
        'MQTT_REFUSED',
        'The broker sent more messages at once than the gateway allows',
        'Report this: the broker ignores Receive Maximum.',
      ]
    case 0x9c:
    case 0x9d:
      return [
        'MQTT_REFUSED',
        'The broker has moved to another address',
        'Ask its administrator for the new host.',
        'patient',
      ]
    default: {
      const reason = `0x${code.toString(16).toUpperCase().padStart(2, '0')}`
      return ['MQTT_REFUSED', `The broker refused the connection with reason ${reason}`, "Look into the broker's log."]
    }
  }
}

function notAuthorized(code: number, at: BrokerAddress): Cause {
  if (at.username === undefined) {
    const hint = 'Set the user name and password the broker expects.'
    return ['MQTT_NOT_AUTHORIZED', 'The broker does not let anybody in without user name and password', hint, 'patient']
  }
  const wrong = code === 4 || code === 0x86
  return [
    'MQTT_NOT_AUTHORIZED',
    wrong ? `User name or password of "${at.username}" is wrong` : `The broker does not let "${at.username}" in`,
    'Correct user name and password. The next try is in some minutes, so that the address does not get blocked.',
    'patient',
  ]
}

const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'INVALID_CA',
])

function fromSystem(code: string, error: unknown, at: BrokerAddress): Cause {
  const { host, port } = at
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ['HOST_NOT_FOUND', `The name ${host} is not known`, 'Check the host name and the DNS settings of this PC.']
    case 'ECONNREFUSED':
      return [
        'CONNECTION_REFUSED',
        `Nothing listens on port ${port} of ${host}`,
        'Check that the broker runs, and its port.',
      ]
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return [
        'HOST_UNREACHABLE',
        `${host} can not be reached`,
        'Check network, route and firewall between this PC and the broker.',
      ]
    case 'CERT_HAS_EXPIRED':
      return [
        'TLS_EXPIRED',
        "The broker's certificate has expired",
        'Renew it on the broker, or correct the clock of this PC.',
        'patient',
      ]
    case 'CERT_NOT_YET_VALID':
      return [
        'TLS_EXPIRED',
        "The broker's certificate is not valid yet",
        'Correct the clock of this PC or of the broker.',
        'patient',
      ]
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        'TLS_HOSTNAME',
        `The broker's certificate is not for ${host}`,
        'Use the host name that stands in the certificate.',
        'patient',
      ]
    case 'ECONNRESET':
    case 'EPIPE':
      return [
        'CONNECTION_LOST',
        'The connection to the broker broke',
        'Nothing to do when the broker restarts; otherwise check the network.',
      ]
    default:
      return untrusted.has(code) ? untrustedCause(at) : fromTls(code, error, at)
  }
}

function untrustedCause({ tls }: BrokerAddress): Cause {
  const hint = tls.caFile
    ? `The CA in ${tls.caFile} did not sign this certificate: use the file of the CA that did.`
    : 'Set the file of the CA that signed it (caFile); ask the administrator of the broker.'
  return ['TLS_UNTRUSTED', "The broker's certificate is signed by nobody this gateway trusts", hint, 'patient']
}

function fromTls(code: string, error: unknown, { tls }: BrokerAddress): Cause {
  const text = error instanceof Error ? error.message : String(error)
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return [
      'TLS_FAILED',
      'The port does not speak TLS',
      'Switch TLS off or use the TLS port of the broker, mostly 8883.',
      'patient',
    ]
  }
  if (code.startsWith('ERR_SSL_') && code.includes('ALERT')) {
    const hint = tls.certFile
      ? `The broker refuses the certificate in ${tls.certFile}: it must be signed by the CA the broker trusts.`
      : 'The broker wants a client certificate: set certFile and keyFile.'
    return ['TLS_FAILED', 'The broker broke off the TLS handshake', hint, 'patient']
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('ERR_OSSL_')) {
    return [
      'TLS_FAILED',
      `No TLS connection could be made: ${text}`,
      'Check the certificate files and the TLS settings of the broker.',
      'patient',
    ]
  }
  return [
    'MQTT_REFUSED',
    `The broker answered something unexpected: ${text}`,
    'Check that host and port belong to an MQTT broker.',
  ]
}
