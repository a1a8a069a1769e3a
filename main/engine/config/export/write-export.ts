import type { ImportEntry, ImportState } from '../../../../shared/api/setup-requests.ts'
import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { ImportReport } from '../import/import-report.ts'
import { jsonLineFinder } from '../import/json-lines.ts'
import { Part } from '../import/source-text.ts'
import { sourceId } from '../import/value-options.ts'
import { writeMqtt } from './mqtt-file.ts'
import { writeOpcua } from './opcua-file.ts'
import { type ListedFile, writeTbGateway } from './tb-gateway-file.ts'

// Our configuration as files of a ThingsBoard gateway of the newest generation (Python 3.8): tb_gateway.json and one file per
// source. Pure: reads no disk, holds no secret, and says about every entry what becomes of it there. `exact` means that the
// ThingsBoard gateway does the same with it, and that importing the files again gives the same.

export interface ExportSource {
  /** Of gateway.json, for the lines of the report; they are not known without it. */
  readonly text?: string
  /** What the text says, checked. */
  readonly config: GatewayConfig
  /** Namespaces of the servers that were browsed, by address: the ThingsBoard gateway knows numbers only. */
  readonly namespaces: ReadonlyMap<string, readonly string[]>
}

export interface ExportResult {
  readonly files: readonly { readonly name: string; readonly text: string }[]
  readonly entries: readonly ImportEntry[]
  readonly counts: Readonly<Record<ImportState, number>>
}

export function writeExport({ text, config, namespaces }: ExportSource): ExportResult {
  const report = new ImportReport()
  const line = text === undefined ? () => 0 : jsonLineFinder(text)
  const root = new Part({ file: 'gateway.json', line }, [], text === undefined ? config : JSON.parse(withoutMark(text)))
  const names = new Set<string>()
  const ids = new Set<string>()
  const listed: ListedFile[] = []
  const files = config.connectors.map((connector, i) => {
    const part = root.get('connectors').items[i] ?? root
    const name = freeName(connector.name, names)
    const again = sourceId(name, ids, connector.type)
    names.add(name)
    if (connector.enabled) ids.add(again)
    sayNames(part, { name, again, given: connector.name, id: connector.id }, report)
    const file = `${connector.type}-${connector.id}.json`
    if (connector.enabled) listed.push({ type: connector.type, name, configuration: file })
    const content =
      connector.type === 'opcua'
        ? writeOpcua(connector, part, namespaces.get(connector.endpointUrl), report)
        : writeMqtt(connector, part, report)
    return { name: file, text: textOf(content) }
  })
  const general = writeTbGateway(config, root, listed, report)
  const entries = text === undefined ? report.entries : report.entries.toSorted((a, b) => a.line - b.line)
  return { files: [{ name: 'tb_gateway.json', text: textOf(general) }, ...files], entries, counts: report.counts }
}

/** The ThingsBoard gateway knows sources by name only. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${name} (${n})`
    if (!taken.has(free)) return free
  }
}

interface Names {
  readonly name: string
  readonly given: string
  readonly id: string
  /** The id it would get when it is imported again. */
  readonly again: string
}

function sayNames(part: Part, { name, given, id, again }: Names, report: ImportReport): void {
  if (name === given && name.trim() === name) report.exact(part.get('name'), name)
  else report.interpreted(part.get('name'), name, 'Two sources can not have one name there.')
  if (id === again) report.exact(part.get('id'), id)
  else report.interpreted(part.get('id'), again, 'It knows sources by their names; imported again it has this id.')
  report.exact(part.get('type'), part.get('type').text)
}

const textOf = (content: object): string => `${JSON.stringify(content, undefined, 2)}\n`
const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '')
