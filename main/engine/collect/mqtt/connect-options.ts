import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { getCACertificates } from 'node:tls'
import type { IClientOptions } from 'mqtt'
import type { MqttConnectorConfig } from '../../../../shared/config/mqtt.ts'
import { causeText, GatewayError } from '../../kit/gateway-error.ts'

/** Messages the broker may send before the first PUBACK: many, so that a commit of 40 ms does not become the ceiling. */
const receiveMaximum = 65_535

/**
 * The configured client id, or one that is the same after every restart: the broker keeps session and unacknowledged
 * messages under it. `instance` (data folder; host name otherwise) tells gateways with equal configurations apart.
 */
export function clientIdOf(config: MqttConnectorConfig, instance = ''): string {
  if (config.clientId !== undefined) return config.clientId
  const seed = [hostname(), instance, config.id].join('\u0000')
  return `tb-gateway-${config.id.slice(0, 20)}-${createHash('sha256').update(seed).digest('hex').slice(0, 10)}`
}

/** MQTT.js never reconnects, resubscribes nor stores by itself: the collector decides. */
export function clientOptions(config: MqttConnectorConfig, clientId: string, keepsSession: boolean): IClientOptions {
  const { protocolVersion, username, password, keepAliveSeconds, sessionExpirySeconds } = config
  const keeps = keepsSession && sessionExpirySeconds > 0
  return {
    clientId,
    protocolVersion,
    protocolId: 'MQTT',
    clean: !keeps,
    keepalive: keepAliveSeconds,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // Own time-outs say which step was slow; MQTT.js' one is kept out of the way.
    connectTimeout: 2 ** 31 - 1,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(protocolVersion === 5
      ? { properties: { receiveMaximum, ...(keeps ? { sessionExpiryInterval: sessionExpirySeconds } : {}) } }
      : {}),
  }
}

export interface TlsFiles {
  readonly ca: string[]
  readonly cert?: string
  readonly key?: string
}

/** Read at every connection, so that renewed files need no restart. */
export async function loadTlsFiles({ tls }: Pick<MqttConnectorConfig, 'tls'>): Promise<TlsFiles> {
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined)) {
    throw new GatewayError('CONFIG_INVALID', 'certFile and keyFile belong together, but only one of them is set', {
      retry: 'after-config-change',
      hint: 'Set both, or neither.',
    })
  }
  const ca =
    tls.caFile === undefined
      ? [...getCACertificates('default'), ...getCACertificates('system')]
      : [await pem(tls.caFile, 'CA')]
  if (tls.certFile === undefined || tls.keyFile === undefined) return { ca }
  return { ca, cert: await pem(tls.certFile, 'certificate'), key: await pem(tls.keyFile, 'private key') }
}

async function pem(path: string, what: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8')
    if (text.includes('-----BEGIN ')) return text
  } catch (cause) {
    throw new GatewayError('CONFIG_UNREADABLE', `The ${what} file ${path} can not be read: ${causeText(cause)}`, {
      retry: 'after-config-change',
      hint: 'Correct the path, or let the gateway read the file.',
      cause,
    })
  }
  throw new GatewayError('CONFIG_INVALID', `The ${what} file ${path} holds no PEM text`, {
    retry: 'after-config-change',
    hint: 'Convert it to PEM (it begins with -----BEGIN).',
  })
}
