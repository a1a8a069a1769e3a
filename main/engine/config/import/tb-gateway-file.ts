import type { ThingsboardConfig } from '../../../../shared/config/thingsboard.ts'
import { said } from '../../../../shared/said/said.ts'
import type { ImportReport } from './import-report.ts'
import type { Part } from './source-text.ts'
import { thingsboardOf } from './thingsboard-part.ts'

// tb_gateway.json and its older twin tb_gateway.yaml: ThingsBoard, storage and the list of connector files.

/** One line of the `connectors` list. */
export interface ListedConnector {
  readonly part: Part
  readonly type: string
  readonly name: string
  readonly file: string
}

export interface TbGatewayFile {
  readonly thingsboard: ThingsboardConfig | undefined
  readonly connectors: readonly ListedConnector[]
}

const fromServer = 'Not needed: the server itself tells its limits when the gateway signs in.'
const ownStore =
  'Not needed: everything is kept on disk until ThingsBoard has acknowledged it; the size is set under Delivery › Storage.'
const notNeeded = 'Not needed: the gateway does this by itself.'

const thingsboardNotes: Readonly<Record<string, string>> = {
  qos: 'Always 1: a message counts as delivered only when ThingsBoard has acknowledged it.',
  keep_alive: 'The gateway uses its own value, 30 s; see ThingsBoard › Advanced.',
  minPackSendDelayMS: notNeeded,
  minPackSizeToSend: notNeeded,
  maxPayloadSizeBytes: fromServer,
  rateLimits: fromServer,
  dpRateLimits: fromServer,
  messagesRateLimits: fromServer,
  deviceMessagesRateLimits: fromServer,
  deviceRateLimits: fromServer,
  deviceDpRateLimits: fromServer,
  checkConnectorsConfigurationInSeconds: notNeeded,
  handleDeviceRenaming: notNeeded,
  syncDevicesSharedAttributesOnConnect: notNeeded,
  managerEnabled: notNeeded,
  latencyDebugMode: 'Not needed: latency is measured all the time and shown under Delivery.',
  statistics: 'Not needed: the gateway counts by itself; see Delivery and /metrics.',
  reportStrategyDataCacheCleanupInterval: notNeeded,
}

export function readTbGateway(root: Part, report: ImportReport): TbGatewayFile {
  const part = root.get('thingsboard')
  const security = part.get('security')
  const thingsboard = part.exists
    ? thingsboardOf(
        {
          host: part.get('host'),
          port: part.get('port'),
          type: security.get('type'),
          token: security.first('accessToken', 'access_token'),
          username: security.get('username'),
          password: security.get('password'),
          clientId: security.first('clientId', 'client_id'),
          caCert: security.get('caCert'),
          cert: security.get('cert'),
          privateKey: security.get('privateKey'),
          tls: security.get('tls'),
          insecure: security.get('insecure'),
        },
        report,
      )
    : undefined
  reportSecurity(security, report)
  report.rest(
    part,
    ['host', 'port', 'security', 'remoteShell', 'remoteConfiguration', ...special(part, report)],
    thingsboardNotes,
  )
  if (part.get('remoteShell').flag === false) report.exact(part.get('remoteShell'), said('became.off'))
  if (part.get('remoteShell').flag)
    report.unsupported(part.get('remoteShell'), 'A shell on this PC from far away is not offered.')
  if (part.get('remoteConfiguration').exists) {
    report.interpreted(
      part.get('remoteConfiguration'),
      '',
      'Remote configuration is decided in Settings, not by a file.',
    )
  }
  if (root.get('storage').exists)
    report.interpreted(root.get('storage'), said('became.onDisk'), ownStore, root.get('storage').get('type').text)
  const connectors = root.get('connectors').items.map(
    (part): ListedConnector => ({
      part,
      type: part.get('type').text.toLowerCase(),
      name: part.get('name').text,
      file: part.get('configuration').text,
    }),
  )
  report.rest(root, ['thingsboard', 'storage', 'connectors'], {
    grpc: 'Not needed: there are no gRPC connectors.',
    logs: 'Not needed: the gateway keeps its own log.',
  })
  return { thingsboard, connectors }
}

function reportSecurity(security: Part, report: ImportReport): void {
  const { exists } = security.get('type')
  if (exists && security.exists) report.exact(security.get('type'), security.get('type').text)
  report.rest(
    security,
    [
      'type',
      'accessToken',
      'access_token',
      'username',
      'password',
      'clientId',
      'client_id',
      'caCert',
      'cert',
      'privateKey',
      'tls',
      'insecure',
    ],
    {
      checkCertPeriod: 'Not needed: certificates are watched all the time.',
      certificateDaysLeft: 'Not needed: the gateway warns 30 days before a certificate ends.',
    },
  )
}

/** Parts that say more than one word; returns their names. */
function special(part: Part, report: ImportReport): string[] {
  const provisioning = part.get('provisioning')
  if (provisioning.exists) {
    report.unsupported(
      provisioning,
      'Add the gateway device in ThingsBoard and use its access token.',
      provisioning.get('type').text,
    )
  }
  for (const name of ['checkingDeviceActivity', 'deviceFiltering']) {
    const found = part.get(name)
    const isOn = found.first('checkDeviceInactivity', 'enable').flag === true
    if (found.exists && isOn) report.unsupported(found, 'Is not available; every device that is mapped is delivered.')
    else if (found.exists) report.interpreted(found, '', 'Was switched off.')
  }
  for (const name of ['proxy_host', 'proxy_port']) {
    if (part.get(name).exists) report.unsupported(part.get(name), 'A proxy on the way to ThingsBoard is not supported.')
  }
  const strategy = part.get('reportStrategy')
  if (strategy.exists)
    report.unsupported(strategy, 'A report strategy for everything is not supported; set it for sources or keys.')
  return ['provisioning', 'checkingDeviceActivity', 'deviceFiltering', 'proxy_host', 'proxy_port', 'reportStrategy']
}
