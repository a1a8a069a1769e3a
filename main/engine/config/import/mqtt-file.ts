import type * as z from 'zod'
import { type MqttConnectorConfig, type MqttTopicConfig, mqttConnectorSchema } from '../../../../shared/config/mqtt.ts'
import type { ImportReport } from './import-report.ts'
import { readTopic } from './mqtt-converter.ts'
import type { Part } from './source-text.ts'
import { fileNote, hostFor, ownPcNote } from './thingsboard-part.ts'
import { noteStrategy, sourceId } from './value-options.ts'

// mqtt.json of the Python gateway in all its spellings, and mqtt-config.json of the Java one.

type ConnectorInput = z.input<typeof mqttConnectorSchema>

const brokerNotes: Readonly<Record<string, string>> = {
  maxMessageNumberPerWorker: 'Not needed: there are no workers to tune.',
  maxNumberOfWorkers: 'Not needed: there are no workers to tune.',
  maxMessageQueue: 'Not needed: what has arrived is on disk.',
  maxProcessingMessageQueue: 'Not needed: what has arrived is on disk.',
  sendDataOnlyOnChange: 'Set “on change” for the keys it is meant for.',
  cleanSession: 'The session is kept, so that the broker keeps messages while the gateway is away.',
  cleanStart: 'The session is kept, so that the broker keeps messages while the gateway is away.',
  retryInterval: 'Not needed: the wait grows by itself.',
  truststore: 'Java key stores are not read; name a PEM file.',
  truststorePassword: 'Java key stores are not read; name a PEM file.',
}

const requestNotes: Readonly<Record<string, string>> = {
  connectRequests: 'Not needed: a device is announced with its first value.',
  disconnectRequests: 'Devices are not disconnected by a message.',
  attributeRequests: 'Requests for attributes over MQTT are not imported.',
  attributeUpdates: 'Writing shared attributes to a broker is not imported.',
  serverSideRpc: 'Commands from ThingsBoard to a broker are not imported.',
}

export function readMqtt(
  root: Part,
  name: string,
  taken: ReadonlySet<string>,
  report: ImportReport,
): MqttConnectorConfig | undefined {
  const broker = root.get('broker')
  const strategy = root.get('reportStrategy')
  noteStrategy(strategy, report)
  const mappings = [...root.get('mapping').items, ...root.get('dataMapping').items]
  const title = name || broker.get('name').text || root.get('name').text || 'MQTT'
  const connector = brokerOf(broker, title, topicsOf(mappings, strategy, report), taken, report)
  readRequests(root, report)
  readRequests(root.get('requestsMapping'), report)
  report.rest(
    root,
    ['broker', 'mapping', 'dataMapping', 'requestsMapping', 'name', 'reportStrategy', ...Object.keys(requestNotes)],
    {
      id: 'Not needed.',
      type: 'Says what kind of connector this is.',
      logLevel: 'Not needed: the log is filtered where it is read.',
      enableRemoteLogging: 'Not needed.',
      configVersion: 'Not needed.',
    },
  )
  return connector
}

export function readJavaMqtt(root: Part, taken: ReadonlySet<string>, report: ImportReport): MqttConnectorConfig[] {
  const ids = new Set(taken)
  const found = root.get('brokers').items.flatMap((broker) => {
    const topics = topicsOf(broker.get('mapping').items, broker.get('\u0000'), report)
    const connector = brokerOf(broker, `MQTT ${broker.get('host').text}`, topics, ids, report)
    readRequests(broker, report)
    if (connector) ids.add(connector.id)
    return connector ? [connector] : []
  })
  report.rest(root, ['brokers'])
  return found
}

function topicsOf(mappings: readonly Part[], strategy: Part, report: ImportReport): MqttTopicConfig[] {
  return mappings.flatMap((mapping) => readTopic(mapping, strategy, report) ?? [])
}

function readRequests(part: Part, report: ImportReport): void {
  for (const [list, note] of Object.entries(requestNotes)) {
    if (Array.isArray(part.get(list).value) && part.get(list).items.length === 0) report.exact(part.get(list), 'none')
    for (const item of part.get(list).items) {
      if (list === 'connectRequests') report.interpreted(item, '', note)
      else report.unsupported(item, note)
    }
  }
}

function brokerOf(
  broker: Part,
  title: string,
  topics: readonly MqttTopicConfig[],
  taken: ReadonlySet<string>,
  report: ImportReport,
): MqttConnectorConfig | undefined {
  const { host, isOwnPc } = hostFor(broker.get('host').text)
  const port = broker.get('port')
  const version = broker.get('version')
  const candidate: ConnectorInput = {
    type: 'mqtt',
    id: sourceId(title, taken, 'mqtt'),
    name: title.slice(0, 120),
    host,
    ...(port.number !== undefined && { port: port.number }),
    // 3 and 4 both mean 3.1.1 to the client library of the Python gateway.
    protocolVersion: version.number === 3 || version.number === 4 ? 4 : 5,
    ...(broker.get('clientId').text !== '' && { clientId: broker.get('clientId').text.slice(0, 64) }),
    ...(broker.get('keepAlive').number !== undefined && { keepAliveSeconds: broker.get('keepAlive').number }),
    // 0 is what the samples say: there the broker forgets a gateway that is away.
    ...(isWithin(broker.get('sessionExpiryInterval').number, 1, 31_536_000) && {
      sessionExpirySeconds: broker.get('sessionExpiryInterval').number,
    }),
    ...signIn(broker, report),
    topics: [...topics],
  }
  const parsed = mqttConnectorSchema.safeParse(candidate)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    report.unsupported(
      broker,
      `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}. The whole broker is left out.`.trim(),
    )
    return undefined
  }
  if (isOwnPc) report.interpreted(broker.get('host'), host, ownPcNote)
  else report.exact(broker.get('host'), host)
  for (const name of ['port', 'version', 'clientId', 'keepAlive']) {
    if (broker.get(name).text !== '') report.exact(broker.get(name), broker.get(name).text)
  }
  const expiry = broker.get('sessionExpiryInterval')
  if (parsed.data.sessionExpirySeconds === expiry.number) report.exact(expiry, `${expiry.number} s`)
  else if (expiry.exists)
    report.interpreted(expiry, '86400 s', 'The broker is asked to keep messages for a day while the gateway is away.')
  report.rest(
    broker,
    [
      'name',
      'host',
      'port',
      'version',
      'clientId',
      'keepAlive',
      'security',
      'credentials',
      'ssl',
      'sessionExpiryInterval',
      'mapping',
      ...Object.keys(requestNotes),
    ],
    brokerNotes,
  )
  return parsed.data
}

const isWithin = (value: number | undefined, low: number, high: number): boolean =>
  value !== undefined && Number.isInteger(value) && value >= low && value <= high

function signIn(broker: Part, report: ImportReport): Pick<ConnectorInput, 'username' | 'password' | 'tls'> {
  const security = broker.first('security', 'credentials')
  const kind = security.get('type').text
  const username = security.get('username').text
  const caFile = security.first('pathToCACert', 'caCert').text
  const certFile = security.first('pathToClientCert', 'cert').text
  const keyFile = security.first('pathToPrivateKey', 'privateKey').text
  const isEncrypted = broker.get('ssl').flag === true || caFile !== '' || certFile !== '' || /cert/i.test(kind)
  if (security.exists) {
    if (caFile !== '' || certFile !== '') report.interpreted(security, 'certificates', fileNote, kind)
    else report.exact(security, username === '' ? 'anonymous' : `user ${username}`, kind)
  }
  if (broker.get('ssl').exists) report.exact(broker.get('ssl'), isEncrypted ? 'encrypted' : 'not encrypted')
  if (security.get('insecure').flag === true) {
    report.unsupported(
      security.get('insecure'),
      'A broker that can not prove who it is, is never trusted. Name its CA file instead.',
    )
  }
  return {
    ...(username !== '' && {
      username,
      ...(security.get('password').exists && { password: security.get('password').text }),
    }),
    ...(isEncrypted && {
      tls: {
        enabled: true,
        ...(caFile !== '' && { caFile }),
        ...(certFile !== '' && keyFile !== '' && { certFile, keyFile }),
      },
    }),
  }
}
