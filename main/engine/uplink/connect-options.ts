import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IClientOptions } from 'mqtt'
import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import { GatewayError } from '../kit/gateway-error.ts'

// How a session with ThingsBoard is opened: identity, TLS, and what mqtt.js must not do by itself. Files are read at every
// connection, so that renewed certificates need no restart.

/** Name, connect, TLS and CONNACK together. */
const connectTimeoutMs = 10_000

export async function connectOptionsOf(config: ThingsboardConfig): Promise<IClientOptions> {
  const { credentials } = config
  const options: IClientOptions = {
    host: config.host,
    port: config.port,
    protocol: config.tls.enabled ? 'mqtts' : 'mqtt',
    protocolVersion: config.protocolVersion,
    clean: true,
    clientId: `tb-gateway-${randomUUID()}`,
    keepalive: config.keepAliveSeconds,
    connectTimeout: connectTimeoutMs,
    // Reconnecting and sending again is the uplink's own business: with backoff, and with the order kept.
    reconnectPeriod: 0,
    resubscribe: false,
  }
  if (credentials.type === 'token') options.username = credentials.token
  if (credentials.type === 'password') {
    options.username = credentials.username
    if (credentials.password !== undefined) options.password = credentials.password
    if (credentials.clientId !== undefined) options.clientId = credentials.clientId
  }
  return config.tls.enabled ? { ...options, ...(await tlsOptionsOf(config)) } : options
}

/** TLS 1.2 is Node's own lower bound, and all an older ThingsBoard speaks. */
export async function tlsOptionsOf({ tls, credentials }: ThingsboardConfig) {
  const ca = tls.caFile === undefined ? {} : { ca: await readPem(tls.caFile, 'the CA file') }
  if (credentials.type !== 'certificate') return { rejectUnauthorized: true, ...ca }
  const cert = await readPem(credentials.certFile, 'the client certificate')
  const key = await readPem(credentials.keyFile, 'the key of the client certificate')
  return { rejectUnauthorized: true, ...ca, cert, key }
}

async function readPem(path: string, what: string): Promise<Buffer> {
  let text: Buffer
  try {
    text = await readFile(path)
  } catch (cause) {
    throw new GatewayError('CONFIG_UNREADABLE', `Can not read ${what} of the ThingsBoard connection (${path}).`, {
      retry: 'after-config-change',
      hint: 'Check that the file exists and that the account of the gateway may read it.',
      cause,
    })
  }
  if (text.includes('-----BEGIN ')) return text
  throw new GatewayError(
    'CONFIG_INVALID',
    `${what.replace(/^t/, 'T')} of the ThingsBoard connection (${path}) holds no PEM text.`,
    {
      retry: 'after-config-change',
      hint: 'Name the right file, or convert it to PEM (it begins with -----BEGIN).',
    },
  )
}
