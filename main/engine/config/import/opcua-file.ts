import type * as z from 'zod'
import {
  type OpcuaConnectorConfig,
  opcuaConnectorSchema,
  type opcuaIdentitySchema,
} from '../../../../shared/config/opcua.ts'
import { said } from '../../../../shared/said/said.ts'
import type { ImportReport } from './import-report.ts'
import { OpcuaMapping } from './opcua-mapping.ts'
import type { Part } from './source-text.ts'
import { noteStrategy, sourceId } from './value-options.ts'

// opcua.json of the Python gateway: with `deviceInfo` (3.5.2 and newer) or without (2.x to 3.5.1, also "opcua_asyncio").

const securityNote =
  'The gateway chooses the strongest security both sides support and asks you once whether you trust the server.'

/** Undefined when it has no usable address; the report says why. */
export function readOpcua(
  root: Part,
  name: string,
  taken: ReadonlySet<string>,
  report: ImportReport,
): OpcuaConnectorConfig | undefined {
  const server = root.get('server')
  // 2.x and 3.0 keep the mapping in `server`, 3.4 and newer beside it.
  const mappings = [...root.get('mapping').items, ...server.get('mapping').items]
  const isCurrent = mappings.length > 0 && mappings.every((mapping) => mapping.get('deviceInfo').exists)
  const title = name || server.get('name').text || root.get('name').text || 'OPC UA'
  const strategy = root.first('reportStrategy')
  noteStrategy(strategy, report)
  const mapping = new OpcuaMapping({ report, isCurrent, strategy })
  for (const part of mappings) mapping.add(part)
  if (!isCurrent && mappings.length > 0) {
    report.interpreted(
      root.get('mapping').exists ? root.get('mapping') : server.get('mapping'),
      said('became.numbers'),
      'The older connector sent every value as text. Values now keep the type the machine gives them.',
    )
  }
  const connector = connectorOf(server, title, sourceId(title, taken, 'opcua'), mapping, report)
  report.rest(root, ['server', 'mapping', 'name', 'reportStrategy'], {
    id: 'Not needed.',
    type: 'Says what kind of connector this is.',
    logLevel: 'Not needed: the log is filtered where it is read.',
    enableRemoteLogging: 'Not needed.',
    configVersion: 'Not needed.',
  })
  return connector
}

function connectorOf(
  server: Part,
  title: string,
  id: string,
  mapping: OpcuaMapping,
  report: ImportReport,
): OpcuaConnectorConfig | undefined {
  const url = server.get('url')
  const endpointUrl = url.text.includes('://') ? url.text : `opc.tcp://${url.text}`
  const security = securityOf(server, report)
  const parsed = opcuaConnectorSchema.safeParse({
    type: 'opcua',
    id,
    name: title.slice(0, 120),
    endpointUrl,
    ...security,
    ...timesOf(server, report),
    devices: [...mapping.devices.values()].filter((device) => device.keys.length > 0),
    rules: mapping.rules.slice(0, 1000),
  })
  if (!parsed.success) {
    report.unsupported(
      url.exists ? url : server,
      said('import.sourceLeftOut', { problem: parsed.error.issues[0]?.message ?? '' }),
    )
    return undefined
  }
  if (endpointUrl === url.text) report.exact(url, endpointUrl)
  else report.interpreted(url, endpointUrl, 'opc.tcp:// is put in front.')
  report.rest(server, [...knownFields], serverNotes)
  return parsed.data
}

const knownFields = [
  'name',
  'url',
  'mapping',
  'security',
  'identity',
  'type',
  ...[
    'timeoutInMillis',
    'sessionTimeoutInMillis',
    'subCheckPeriodInMillis',
    'pollPeriodInMillis',
    'enableSubscriptions',
    'disableSubscriptions',
    'scanPeriodInMillis',
  ],
]

const serverNotes: Readonly<Record<string, string>> = {
  showMap: 'Not needed: the address space is shown in the Workbench.',
  uri: 'The gateway has an application URI of its own, the one in its certificate.',
  subDataMaxBatchSize: 'Not needed: batches adapt by themselves.',
  subDataMinBatchCreationTimeMs: 'Not needed: batches adapt by themselves.',
  subscriptionProcessBatchSize: 'Not needed: batches adapt by themselves.',
  subKeepAlivePeriodInSeconds: 'Not needed: a silent subscription is found and made anew by itself.',
  reconnectRetriesCount: 'Not needed: the gateway tries for ever.',
  reconnectBackoffInitialDelay: 'Not needed: the wait grows by itself.',
  reconnectBackoffFactor: 'Not needed: the wait grows by itself.',
}

type Identity = z.input<typeof opcuaIdentitySchema>

function securityOf(
  server: Part,
  report: ImportReport,
): { identity: Identity; securityMode?: 'None'; securityPolicy?: 'None' } {
  const identity = server.get('identity')
  const policy = server.get('security')
  const kind = identity.get('type').text
  const name = identity.get('username').text
  const isNone = /^(none)?$/i.test(policy.text) && !/cert/i.test(kind)
  if (policy.exists) {
    if (isNone) report.exact(policy, 'None')
    else report.interpreted(policy, 'auto', securityNote)
  }
  const none = policy.exists && isNone && name === '' ? ({ securityMode: 'None', securityPolicy: 'None' } as const) : {}
  if (/cert/i.test(kind)) {
    const certFile = identity.first('cert', 'pathToClientCert').text
    const keyFile = identity.first('privateKey', 'pathToPrivateKey').text
    if (certFile !== '' && keyFile !== '') {
      report.interpreted(identity, said('became.userCertificate'), said('import.filesNamedOwnCertificate'), kind)
      return { identity: { type: 'certificate', certFile, keyFile } }
    }
    report.unsupported(identity, 'It names no certificate and key; the gateway signs in without a name.', kind)
    return { identity: { type: 'anonymous' } }
  }
  if (name !== '') {
    report.exact(identity, said('became.user', { name }), kind || 'username')
    return { identity: { type: 'password', username: name, password: identity.get('password').text }, ...none }
  }
  if (identity.exists) report.exact(identity, said('became.anonymous'), kind || 'anonymous')
  return { identity: { type: 'anonymous' }, ...none }
}

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, Math.round(value)))

function timesOf(server: Part, report: ImportReport): Record<string, number> {
  const times: Record<string, number> = {}
  const take = (from: string, to: string, low: number, high: number): void => {
    const part = server.get(from)
    if (part.number === undefined) return
    const value = within(part.number, low, high)
    times[to] = value
    if (value === part.number) report.exact(part, `${value} ms`)
    else report.interpreted(part, `${value} ms`, said('import.mustBeWithin', { low, high }))
  }
  take('timeoutInMillis', 'requestTimeoutMs', 1000, 600_000)
  take('sessionTimeoutInMillis', 'sessionTimeoutMs', 10_000, 3_600_000)
  const off = server.get('disableSubscriptions')
  const on = server.get('enableSubscriptions')
  const subscribes = off.flag === undefined ? (on.flag ?? true) : !off.flag
  const period = server.get('subCheckPeriodInMillis')
  const poll = server.get('pollPeriodInMillis')
  const scan = server.get('scanPeriodInMillis')
  if (subscribes) {
    take('subCheckPeriodInMillis', 'publishingIntervalMs', 10, 3_600_000)
    if (times['publishingIntervalMs'] !== undefined) times['samplingIntervalMs'] = times['publishingIntervalMs']
    if (poll.exists) report.interpreted(poll, '', 'Not needed: values come by subscription.')
  } else {
    const every = poll.number ?? scan.number ?? 5000
    times['samplingIntervalMs'] = within(every, 10, 86_400_000)
    times['publishingIntervalMs'] = within(every, 10, 3_600_000)
    const note = 'The server samples at this rate and reports changes, instead of being read again and again.'
    if (poll.exists) report.interpreted(poll, said('became.everyMs', { ms: times['samplingIntervalMs'] }), note)
    if (period.exists) report.interpreted(period, '', 'Was not used: subscriptions were off.')
  }
  for (const part of [on, off]) {
    if (part.exists && subscribes) report.exact(part, said('became.subscribes'))
    else if (part.exists)
      report.interpreted(
        part,
        said('became.subscribes'),
        'Subscriptions are used wherever the server can; otherwise it is read in turn.',
      )
  }
  if (scan.exists) report.interpreted(scan, '', 'Not needed: changes of the server are noticed by themselves.')
  return times
}
