import type { RequestOutput, RequestParsed } from '../../../shared/api/contract.ts'
import type { OpcuaTools } from '../collect/opcua/opcua-tools.ts'
import type { ConfigFile } from '../config/config-file.ts'
import type { DraftDesk } from '../config/draft/desk.ts'
import { writeExport } from '../config/export/write-export.ts'
import { zip } from '../config/export/zip.ts'
import { readImport } from '../config/import/read-import.ts'
import { exportReport } from '../config/import/report-text.ts'
import type { Discovery } from '../discover/discovery.ts'
import { suggest } from '../discover/suggest.ts'
import { GatewayError } from '../kit/gateway-error.ts'

// The first run and the import. What concerns the app is answered by the host before it comes here.

type SetupChannel =
  | 'import.read'
  | 'export.write'
  | 'setup.discover'
  | 'setup.suggest'
  | 'app.about'
  | 'app.demo'
  | 'app.autostart'
type SetupHandlers = { readonly [C in SetupChannel]: (input: RequestParsed<C>) => Promise<RequestOutput<C>> }

export interface SetupParts {
  readonly configFile: ConfigFile
  readonly desk: Pick<DraftDesk, 'running'>
  readonly opcua: OpcuaTools
  readonly discovery: Discovery
}

export function setupHandlers({ configFile, desk, opcua, discovery }: SetupParts): SetupHandlers {
  return {
    'import.read': async ({ files }) => readImport(files),
    'export.write': async () => {
      const { files, entries, counts } = writeExport({ config: desk.running, namespaces: await opcua.namespaces() })
      const archive = await zip([...files, { name: 'report.txt', text: `${exportReport(entries, counts)}\n` }])
      return { zip: archive.toString('base64'), counts }
    },
    'setup.discover': async ({ action, network }) => discovery.look(action, network),
    'setup.suggest': async ({ connector }) => {
      const resolved = (await configFile.resolveConnector(connector)).connector
      if (resolved.type !== 'opcua')
        throw new GatewayError('CONFIG_INVALID', 'Only OPC UA servers have an address space')
      const { table, isComplete } = await opcua.indexed(resolved)
      if (!table) return { nodes: 0, isComplete: false, isCut: false, suggestions: [] }
      const { suggestions, isCut } = suggest(table, resolved.name)
      return { nodes: table.count, isComplete, isCut, suggestions: [...suggestions] }
    },
    'app.about': () => ofTheHost('app.about'),
    'app.demo': () => ofTheHost('app.demo'),
    'app.autostart': () => ofTheHost('app.autostart'),
  }
}

function ofTheHost(channel: string): Promise<never> {
  return Promise.reject(new GatewayError('INTERNAL', `${channel} is for the host that carries the engine`))
}
