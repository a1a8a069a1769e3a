import type { MqttConnectorConfig } from '../../../../shared/config/mqtt.ts'
import type { ImportReport } from '../import/import-report.ts'
import type { Part } from '../import/source-text.ts'
import { type Fate, tellFields } from './field-fates.ts'
import { topicEntry } from './mqtt-topic.ts'
import { secretText } from './secret-text.ts'

// A connector file for one MQTT broker: `broker`, one entry of `mapping` per topic, and no requests.

export function writeMqtt(connector: MqttConnectorConfig, part: Part, report: ImportReport): object {
  const broker = brokerOf(connector, part, report)
  const mapping = connector.topics.flatMap(
    (topic, i) => topicEntry(topic, part.get('topics').items[i] ?? part, report) ?? [],
  )
  return {
    broker,
    mapping,
    requestsMapping: {
      connectRequests: [],
      disconnectRequests: [],
      attributeRequests: [],
      attributeUpdates: [],
      serverSideRpc: [],
    },
  }
}

function brokerOf(connector: MqttConnectorConfig, part: Part, report: ImportReport): object {
  const { host, port, clientId, protocolVersion, keepAliveSeconds, sessionExpirySeconds } = connector
  // Without a stable name a session can not be found again, and would pile up on the broker.
  const isKept = clientId !== undefined && sessionExpirySeconds > 0
  report.exact(part.get('host'), host)
  const fates: Record<string, Fate> = {
    enabled: connector.enabled
      ? { exact: 'in the list of connectors' }
      : { as: 'a file that is not in the list', note: 'It has no switch: what is not listed does not run.' },
    port: { exact: String(port) },
    clientId: { exact: clientId ?? '' },
    protocolVersion: { exact: protocolVersion === 5 ? 'MQTT 5' : 'MQTT 3.1.1' },
    keepAliveSeconds: { exact: `${keepAliveSeconds} s` },
    sessionExpirySeconds: isKept
      ? { exact: `${sessionExpirySeconds} s` }
      : {
          as: '0 s',
          note: 'The broker keeps nothing while it is away: give the source a client ID. Imported again it is a day.',
        },
    maxPayloadBytes: { not: 'It takes payloads of any size.' },
  }
  tellFields(part, fates, report)
  return {
    host,
    port,
    version: protocolVersion,
    ...(clientId !== undefined && { clientId }),
    keepAlive: keepAliveSeconds,
    cleanSession: !isKept,
    cleanStart: !isKept,
    sessionExpiryInterval: isKept ? sessionExpirySeconds : 0,
    security: securityOf(connector, part, report),
  }
}

function securityOf({ username, password, tls }: MqttConnectorConfig, part: Part, report: ImportReport): object {
  const files = {
    ...(tls.caFile !== undefined && { pathToCACert: tls.caFile }),
    ...(tls.certFile !== undefined && { pathToClientCert: tls.certFile }),
    ...(tls.keyFile !== undefined && { pathToPrivateKey: tls.keyFile }),
  }
  if (tls.enabled) {
    const missing = tls.caFile === undefined ? 'Without a CA file it does not verify the broker: name one. ' : ''
    const both = username === undefined ? '' : 'A user name beside certificates works in some of its versions only. '
    report.interpreted(
      part.get('tls'),
      'certificates',
      `${missing}${both}Files are named, not carried along.`,
      'encrypted',
    )
  } else if (Object.keys(files).length > 0) {
    report.interpreted(part.get('tls'), 'not encrypted', 'Files would switch the encryption on: they are left out.', '')
  } else if (part.get('tls').exists) report.exact(part.get('tls'), 'not encrypted', 'not encrypted')
  const signIn =
    username === undefined
      ? {}
      : {
          username,
          ...(password !== undefined && { password: secretText(password, 'PASSWORD', part.get('password'), report) }),
        }
  if (username !== undefined) report.exact(part.get('username'), username)
  const type = tls.enabled ? 'certificates' : username === undefined ? 'anonymous' : 'basic'
  return { type, ...signIn, ...(tls.enabled && files) }
}
