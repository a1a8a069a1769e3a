import type { ThingsboardConfig } from '../../../../shared/config/thingsboard.ts'
import type { ImportReport } from './import-report.ts'
import type { Part } from './source-text.ts'
import { thingsboardOf } from './thingsboard-part.ts'

// tb-gateway.yml of the Java gateway: `gateway` (1.0 to 1.2) or `gateways.tenants` (1.3 and newer).

export function isJavaGateway(root: Part): boolean {
  return root.get('gateways').get('tenants').exists || root.get('gateway').get('connection').exists
}

export function readJavaGateway(root: Part, report: ImportReport): ThingsboardConfig | undefined {
  const tenants = root.get('gateways').get('tenants').items
  const [first, ...others] = tenants.length > 0 ? tenants : [root.get('gateway')]
  if (!first) return undefined
  const connection = first.get('connection')
  const security = connection.get('security')
  const value = (part: Part): Part => part.valued(withoutDefault(part.text) || undefined)
  const none = first.get('\u0000')
  const thingsboard = thingsboardOf(
    {
      host: value(connection.get('host')),
      port: value(connection.get('port')),
      token: value(security.get('accessToken')),
      username: none,
      password: none,
      clientId: none,
      caCert: none,
      cert: none,
      privateKey: none,
      tls: none.valued(security.get('truststore').exists ? true : undefined),
    },
    report,
  )
  report.rest(security, ['accessToken'], {
    truststore: 'Java key stores are not read; name a PEM file of the CA when the CAs of this PC are not enough.',
    truststorePassword: 'Java key stores are not read.',
  })
  report.rest(connection, ['host', 'port', 'security'], {
    retryInterval: 'Not needed: the wait grows by itself.',
    connectionTimeout: 'Not needed: the gateway has its own time limits.',
    maxInFlight: 'Not needed: the server itself tells its limits.',
    maxQueueSize: 'Not needed: everything is kept on disk.',
    incomingQueueWarningThreshold: 'Not needed.',
  })
  for (const extension of first.get('extensions').items) {
    report.interpreted(extension, '', fileOfItsOwn, extension.get('extensionConfiguration').text)
  }
  for (const tenant of others) {
    report.unsupported(
      tenant,
      'A gateway has one ThingsBoard. Install another one for this tenant.',
      tenant.get('label').text,
    )
  }
  report.rest(first, ['connection', 'extensions'], {
    label: 'Not needed.',
    reporting: 'Not needed: the gateway counts by itself.',
    persistence: 'Not needed: everything is kept on disk until ThingsBoard has acknowledged it.',
    remoteConfiguration: 'Remote configuration is decided in Settings, not by a file.',
  })
  report.rest(root, ['gateways', 'gateway'], {
    server: 'Not needed: it was the web server of the Java gateway.',
    updates: 'Not needed: nothing is sent to thingsboard.io.',
    spring: 'Not needed.',
    // Until 1.2 each protocol has a section of its own that names its file.
    opc: fileOfItsOwn,
    mqtt: fileOfItsOwn,
  })
  return thingsboard
}

const fileOfItsOwn = 'Its file is imported when it is among the files.'

/** `${GATEWAY_HOST:demo.thingsboard.io}` is its default: the variables of that machine are not here. */
function withoutDefault(text: string): string {
  const match = /^\$\{[A-Za-z0-9_]+:?([^}]*)\}$/.exec(text)
  return match ? (match[1] ?? '') : text
}
