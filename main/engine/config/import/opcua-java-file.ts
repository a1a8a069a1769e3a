import {
  type OpcuaConnectorConfig,
  type OpcuaRuleConfig,
  opcuaConnectorSchema,
  opcuaRuleSchema,
} from '../../../../shared/config/opcua.ts'
import { said } from '../../../../shared/said/said.ts'
import type { ImportReport } from './import-report.ts'
import { regexOf, splitLevels } from './opcua-paths.ts'
import type { Part } from './source-text.ts'
import { sourceId, typeOf } from './value-options.ts'

// opc-config.json of the Java gateway: several servers, devices found by a regular expression over the text of NodeIds.

const serverNotes: Readonly<Record<string, string>> = {
  applicationName: 'The gateway has a name of its own.',
  applicationUri: 'The gateway has an application URI of its own, the one in its certificate.',
  scanPeriodInSeconds: 'Not needed: changes of the server are noticed by themselves.',
  keystore: 'Not needed: the gateway makes its own key and certificate.',
  security:
    'The gateway chooses the strongest security both sides support and asks you once whether you trust the server.',
}

export function readJavaOpcua(root: Part, taken: ReadonlySet<string>, report: ImportReport): OpcuaConnectorConfig[] {
  const ids = new Set(taken)
  const found = root.get('servers').items.flatMap((server) => {
    const connector = serverOf(server, ids, report)
    if (connector) ids.add(connector.id)
    return connector ? [connector] : []
  })
  report.rest(root, ['servers'])
  return found
}

function serverOf(server: Part, taken: ReadonlySet<string>, report: ImportReport): OpcuaConnectorConfig | undefined {
  const host = server.get('host').text
  const port = server.get('port').number ?? 4840
  const name = `OPC UA ${host}`
  const identity = server.get('identity')
  const username = identity.get('username').text
  const timeout = server.get('timeoutInMillis')
  const rules = server.get('mapping').items.flatMap((mapping) => ruleOf(mapping, report))
  const parsed = opcuaConnectorSchema.safeParse({
    type: 'opcua',
    id: sourceId(name, taken, 'opcua'),
    name: name.slice(0, 120),
    endpointUrl: `opc.tcp://${host}:${port}/`,
    ...(/^none$/i.test(server.get('security').text) && username === ''
      ? { securityMode: 'None', securityPolicy: 'None' }
      : {}),
    identity:
      username === '' ? { type: 'anonymous' } : { type: 'password', username, password: identity.get('password').text },
    ...(timeout.number !== undefined && { requestTimeoutMs: Math.min(600_000, Math.max(1000, timeout.number)) }),
    samplingIntervalMs: 1000,
    publishingIntervalMs: 1000,
    rules,
  })
  if (!parsed.success) {
    report.unsupported(
      server.get('host'),
      said('import.serverLeftOut', { problem: parsed.error.issues[0]?.message ?? '' }),
    )
    return undefined
  }
  report.exact(server.get('host'), parsed.data.endpointUrl)
  if (server.get('port').exists) report.exact(server.get('port'), String(port))
  if (identity.exists)
    report.exact(
      identity,
      username === '' ? said('became.anonymous') : said('became.user', { name: username }),
      identity.get('type').text,
    )
  if (timeout.exists) report.exact(timeout, `${parsed.data.requestTimeoutMs} ms`)
  report.rest(server, ['host', 'port', 'identity', 'timeoutInMillis', 'mapping'], serverNotes)
  return parsed.data
}

function ruleOf(mapping: Part, report: ImportReport): OpcuaRuleConfig[] {
  const pattern = mapping.get('deviceNodePattern')
  const inner = regexOf(splitLevels(pattern.text))
  const entries = [
    ...mapping.get('attributes').items.map((part) => ({ part, kind: 'attribute' as const })),
    ...mapping.get('timeseries').items.map((part) => ({ part, kind: 'telemetry' as const })),
  ]
  if (inner === undefined || pattern.text === '') {
    report.unsupported(pattern, 'This is no regular expression that runs in bounded time (RE2).')
    for (const { part } of entries) report.unsupported(part, 'Its device is not found.')
    return []
  }
  const regex = `/Objects(/[^/]+)*${inner}`
  const keys = entries.flatMap(({ part, kind }) => {
    const tag = /^\$\{([^{}]+)\}$/.exec(part.get('value').text)?.[1]
    if (tag === undefined) {
      report.unsupported(part, 'Text around a value, or several values in one, is not supported.')
      return []
    }
    const type = typeOf(part.get('type'))
    report.interpreted(part, part.get('key').text, 'The tag is looked for by the names of the nodes below the device.')
    return [{ path: `**/${tag.split('.').join('/')}`, key: part.get('key').text, kind, ...(type && { type }) }]
  })
  const device = deviceOf(mapping.get('deviceNamePattern'), report)
  report.interpreted(
    pattern,
    said('became.rule', { pattern: regex }),
    'The pattern was compared with the text of NodeIds; it is now compared with the path of names, which is the same on most servers. Look at the matches of the rule.',
  )
  report.rest(mapping, ['deviceNodePattern', 'deviceNamePattern', 'attributes', 'timeseries'])
  if (keys.length === 0) return []
  const rule = opcuaRuleSchema.safeParse({ name: regex.slice(0, 120), select: { regex }, device, keys })
  if (rule.success) return [rule.data]
  report.unsupported(mapping, rule.error.issues[0]?.message ?? '')
  return []
}

function deviceOf(part: Part, report: ImportReport): string {
  if (part.text === '') return '${browseName}'
  if (!part.text.includes('${')) {
    report.exact(part, part.text)
    return part.text
  }
  const device = part.text.replace(/\$\{[^{}]*\}/g, '${browseName}')
  report.interpreted(
    part,
    device,
    'The name was read from a value. The name of the node stands in for it: rename devices if ThingsBoard knows them by other names.',
  )
  return device
}
