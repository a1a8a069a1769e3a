import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import type { StorageConfig } from '../../../../shared/config/storage.ts'
import type { ThingsboardConfig } from '../../../../shared/config/thingsboard.ts'
import type { ImportReport } from '../import/import-report.ts'
import type { Part } from '../import/source-text.ts'
import { tellFields } from './field-fates.ts'
import { secretText } from './secret-text.ts'

// tb_gateway.json: ThingsBoard, storage and the list of connector files.

/** One line of the `connectors` list. */
export interface ListedFile {
  readonly type: 'opcua' | 'mqtt'
  readonly name: string
  readonly configuration: string
}

const tlsPort = 8883
/** The importer leaves it at our default. */
const usualKeepAliveSeconds = 30

export function writeTbGateway(
  config: GatewayConfig,
  root: Part,
  connectors: readonly ListedFile[],
  report: ImportReport,
): object {
  tellFields(root, { name: { as: '', note: 'There it is the device in ThingsBoard that has a name.' } }, report)
  return {
    thingsboard: {
      ...addressOf(config.thingsboard, root.get('thingsboard'), report),
      remoteShell: false,
      remoteConfiguration: false,
      qos: 1,
      checkConnectorsConfigurationInSeconds: 60,
    },
    storage: storageOf(config.storage, root.get('storage'), report),
    grpc: { enabled: false },
    connectors,
  }
}

function addressOf(thingsboard: ThingsboardConfig | undefined, part: Part, report: ImportReport): object {
  if (!thingsboard) {
    const note = 'ThingsBoard is not configured: put in host and security, or set TB_GW_HOST and TB_GW_ACCESS_TOKEN.'
    report.about('gateway.json', 'interpreted', 'no ThingsBoard', 'thingsboard', note)
    return { host: '', port: 1883, security: {} }
  }
  const { host, port, tls } = thingsboard
  const byPort = port === tlsPort && !tls.enabled
  report.exact(part.get('host'), host)
  tellFields(
    part,
    {
      port: byPort ? { as: String(port), note: 'It encrypts whenever the port is 8883.' } : { exact: String(port) },
      keepAliveSeconds:
        thingsboard.keepAliveSeconds === usualKeepAliveSeconds
          ? { exact: `${usualKeepAliveSeconds} s` }
          : { as: `${thingsboard.keepAliveSeconds} s`, note: `Imported again it is ${usualKeepAliveSeconds} s.` },
      protocolVersion:
        thingsboard.protocolVersion === 5 ? { exact: 'MQTT 5' } : { as: 'MQTT 5', note: 'It always speaks MQTT 5.' },
      maxInFlight: fromServer,
      maxPayloadBytes: fromServer,
      ackTimeoutSeconds: { not: 'It takes a message without acknowledgement for delivered after one second.' },
      severalDevicesPerMessage: { as: '', note: 'It sends one device per message.' },
      backlog: { not: 'It sends what waited and what is new in one row.' },
      confirmed: { not: 'It deletes what is acknowledged, and can not send it again.' },
      payload:
        thingsboard.payload === 'json'
          ? { exact: 'JSON' }
          : { not: 'It sends JSON only: set the device profile to JSON.' },
    },
    report,
  )
  tellTls(thingsboard, part.get('tls'), report)
  const { caFile } = tls
  const secured = tls.enabled ? { tls: true, ...(caFile !== undefined && { caCert: caFile }) } : {}
  const security = { ...securityOf(thingsboard, part.get('credentials'), report), ...secured }
  return { host, port, keep_alive: thingsboard.keepAliveSeconds, security }
}

function tellTls({ tls, port, credentials }: ThingsboardConfig, part: Part, report: ImportReport): void {
  if (!part.exists) return
  const { enabled, caFile } = tls
  const isEncrypted = enabled || port === tlsPort || credentials.type === 'certificate'
  if (enabled && caFile === undefined) {
    const note = 'Without a CA file the ThingsBoard gateway does not verify the server: name one as caCert.'
    report.interpreted(part, 'encrypted', note, 'encrypted')
  } else if (enabled) report.exact(part, `encrypted, ${caFile}`, 'encrypted')
  else if (isEncrypted) report.interpreted(part, 'encrypted', 'It encrypts with this port or sign-in.', 'not encrypted')
  else if (caFile === undefined) report.exact(part, 'not encrypted', 'not encrypted')
  else report.interpreted(part, 'not encrypted', 'A CA file would switch the encryption on: it is left out.', caFile)
}

const fromServer = { as: '', note: 'It asks the server for its limits when it signs in.' }

function securityOf({ credentials, tls }: ThingsboardConfig, part: Part, report: ImportReport): object {
  switch (credentials.type) {
    case 'token':
      return {
        type: tls.enabled ? 'tlsAccessToken' : 'accessToken',
        accessToken: secretText(credentials.token, 'TOKEN', part.get('token'), report),
      }
    case 'password': {
      const { username, clientId, password } = credentials
      report.exact(part.get('username'), username)
      if (clientId !== undefined) report.exact(part.get('clientId'), clientId)
      return {
        type: 'usernamePassword',
        username,
        ...(password !== undefined && { password: secretText(password, 'PASSWORD', part.get('password'), report) }),
        ...(clientId !== undefined && { clientId }),
      }
    }
    case 'certificate': {
      const { certFile, keyFile } = credentials
      report.interpreted(part, `${certFile}, ${keyFile}`, 'Files are named, not carried along.', 'certificate')
      return { type: 'x509Certificate', cert: certFile, privateKey: keyFile }
    }
  }
}

const mebibyte = 1_048_576
/** The ThingsBoard gateway begins a new file beyond this. */
const fileMegabytes = 1024

/** SQLite is the one of its stores that outlives a crash. */
function storageOf(storage: StorageConfig, part: Part, report: ImportReport): object {
  const megabytes = Math.max(1, Math.ceil(storage.maxBytes / mebibyte))
  const size_limit = Math.min(fileMegabytes, megabytes)
  const max_db_amount = Math.max(1, Math.ceil(megabytes / size_limit))
  const messages_ttl_in_days = Math.max(1, Math.ceil(storage.maxAgeHours / 24))
  tellFields(
    part,
    {
      maxBytes: {
        as: `${max_db_amount} × ${size_limit} MB`,
        note: 'SQLite files; what is delivered frees no space in them.',
      },
      maxAgeHours: { as: `${messages_ttl_in_days} days`, note: 'Set, but versions up to 3.8 never delete by age.' },
      whenFull:
        storage.whenFull === 'drop-newest'
          ? { exact: 'the newest go' }
          : { not: 'When it is full it drops the newest values.' },
      preallocate: { not: 'It takes disk space when it needs it: a disk filled by others stops it.' },
      history: { not: 'It keeps nothing for trends.' },
      commitIntervalMs: { as: '', note: 'It writes in batches of its own.' },
    },
    report,
  )
  return {
    type: 'sqlite',
    data_file_path: './data/',
    messages_ttl_check_in_hours: 1,
    messages_ttl_in_days,
    max_read_records_count: 1000,
    writing_batch_size: 1000,
    size_limit,
    max_db_amount,
    oversize_check_period: 1,
  }
}
