import type { RequestOutput } from '../../../../shared/api/contract.ts'
import type { ImportEntry } from '../../../../shared/api/setup-requests.ts'
import { type ConnectorConfig, gatewaySchema } from '../../../../shared/config/gateway.ts'
import type { ThingsboardConfig } from '../../../../shared/config/thingsboard.ts'
import { readCompose } from './compose-file.ts'
import { type SortedFile, sortFile } from './file-kind.ts'
import { ImportReport } from './import-report.ts'
import { readJavaGateway } from './java-file.ts'
import { readLooseText } from './loose-text.ts'
import { readJavaMqtt, readMqtt } from './mqtt-file.ts'
import { readOpcua } from './opcua-file.ts'
import { readJavaOpcua } from './opcua-java-file.ts'
import { reconcile } from './reconcile.ts'
import type { ImportFile, Part } from './source-text.ts'
import { type ListedConnector, readTbGateway } from './tb-gateway-file.ts'

// Files of any ThingsBoard gateway as a proposal for ours. Pure: reads no disk, changes nothing, and says about every entry
// what became of it. A file is told by what is in it; its name only links it with the list of connectors.

export type ImportResult = RequestOutput<'import.read'>

export function readImport(files: readonly ImportFile[]): ImportResult {
  const report = new ImportReport()
  const sorted = files.map(sortFile)
  const found = new Findings()
  const listed: ListedConnector[] = []
  // The general file first: it names the connectors.
  for (const entry of sorted) readGeneral(entry, found, listed, report)
  const used = new Set<string>()
  for (const entry of sorted) {
    const link = listed.find(({ file }) => file !== '' && baseName(file) === baseName(entry.file.name))
    if (link) used.add(link.file)
    readConnector(entry, link?.name ?? '', found, report)
  }
  for (const connector of listed) noteListed(connector, used, report)
  const connectors = reconcile(found.connectors, report)
  return {
    proposal: {
      ...(found.name !== undefined && { name: found.name }),
      ...(found.thingsboard && { thingsboard: found.thingsboard }),
      connectors,
    },
    entries: inOrder(report.entries, files),
    counts: report.counts,
    files: sorted.map(({ file, kind, problem }) => ({ name: file.name, kind, problem })),
    ...totals(connectors),
  }
}

class Findings {
  name: string | undefined
  thingsboard: ThingsboardConfig | undefined
  readonly connectors: ConnectorConfig[] = []

  get ids(): Set<string> {
    return new Set(this.connectors.map((connector) => connector.id))
  }

  /** The first file that says it counts. */
  take(thingsboard: ThingsboardConfig | undefined): void {
    this.thingsboard ??= thingsboard
  }
}

function readGeneral(
  { kind, root, file }: SortedFile,
  found: Findings,
  listed: ListedConnector[],
  report: ImportReport,
): void {
  if (kind === 'text') found.take(readLooseText(file, report))
  if (!root) return
  if (kind === 'docker-compose') found.take(readCompose(root, report))
  else if (kind === 'tb-gateway (Java)') found.take(readJavaGateway(root, report))
  else if (kind === 'tb_gateway') {
    const gateway = readTbGateway(root, report)
    found.take(gateway.thingsboard)
    listed.push(...gateway.connectors)
  } else if (kind === 'gateway.json') readOwn(root, found, report)
}

function readConnector({ kind, root }: SortedFile, name: string, found: Findings, report: ImportReport): void {
  if (!root) return
  const { ids, connectors } = found
  const one = kind === 'OPC UA connector' ? readOpcua : kind === 'MQTT connector' ? readMqtt : undefined
  const connector = one?.(root, name, ids, report)
  if (connector) connectors.push(connector)
  if (kind === 'OPC UA connector (Java)') connectors.push(...readJavaOpcua(root, ids, report))
  if (kind === 'MQTT connector (Java)') connectors.push(...readJavaMqtt(root, ids, report))
}

function readOwn(root: Part, found: Findings, report: ImportReport): void {
  const parsed = gatewaySchema.safeParse(root.value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    report.unsupported(root, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(), 'gateway.json')
    return
  }
  found.take(parsed.data.thingsboard)
  found.name ??= parsed.data.name
  found.connectors.push(...parsed.data.connectors.filter(({ id }) => !found.ids.has(id)))
  report.exact(root, `${parsed.data.connectors.length} sources`, 'gateway.json')
}

const supported = new Set(['opcua', 'opcua_asyncio', 'mqtt'])

/** A line of the list without its file, or of a protocol that is not spoken here. */
function noteListed(
  { part, type, name, file }: ListedConnector,
  used: ReadonlySet<string>,
  report: ImportReport,
): void {
  const says = `${type} ${name}`.trim()
  if (used.has(file)) report.exact(part, name, says)
  else if (!supported.has(type)) report.unsupported(part, `A connector of the type "${type}" is not built in.`, says)
  else report.unsupported(part, `Its file ${file || '(none named)'} is not among the files. Bring it too.`, says)
}

/** As the files are read: top to bottom. */
function inOrder(entries: readonly ImportEntry[], files: readonly ImportFile[]): ImportEntry[] {
  const order = new Map(files.map(({ name }, i) => [name, i]))
  return entries.toSorted((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line)
}

const baseName = (path: string): string => path.split(/[/\\]/).at(-1)?.toLowerCase() ?? ''

function totals(connectors: readonly ConnectorConfig[]): { devices: number; keys: number; rules: number } {
  let devices = 0
  let keys = 0
  let rules = 0
  for (const connector of connectors) {
    if (connector.type === 'mqtt') {
      rules += connector.topics.length
      keys += connector.topics.reduce((sum, topic) => sum + topic.keys.length, 0)
      continue
    }
    devices += connector.devices.length
    rules += connector.rules.length
    keys += connector.devices.reduce((sum, device) => sum + device.keys.length, 0)
    keys += connector.rules.reduce((sum, rule) => sum + rule.keys.length, 0)
  }
  return { devices, keys, rules }
}
