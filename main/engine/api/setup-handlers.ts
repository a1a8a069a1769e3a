import type { RequestOutput, RequestParsed } from '../../../shared/api/contract.ts'
import type { ExploreBook } from '../collect/mqtt/explore-book.ts'
import type { OpcuaTools } from '../collect/opcua/opcua-tools.ts'
import type { ConfigFile } from '../config/config-file.ts'
import type { DraftDesk } from '../config/draft/desk.ts'
import { writeExport } from '../config/export/write-export.ts'
import { zip } from '../config/export/zip.ts'
import { readImport } from '../config/import/read-import.ts'
import { exportReport } from '../config/import/report-text.ts'
import type { Discovery } from '../discover/discovery.ts'
import { suggest } from '../discover/suggest.ts'
import { suggestTopics } from '../discover/suggest-topics.ts'
import { GatewayError } from '../kit/gateway-error.ts'

// The first run and the import. What concerns the app is answered by the host before it comes here.

type SetupChannel =
  | 'import.read'
  | 'export.write'
  | 'setup.discover'
  | 'setup.suggest'
  | 'setup.listen'
  | 'app.about'
  | 'app.demo'
  | 'app.autostart'
type SetupHandlers = { readonly [C in SetupChannel]: (input: RequestParsed<C>) => Promise<RequestOutput<C>> }

/** Messages that are sent along for previews, all together. */
const samplesBytes = 262_144

export interface SetupParts {
  readonly configFile: ConfigFile
  readonly desk: Pick<DraftDesk, 'running'>
  readonly opcua: OpcuaTools
  readonly discovery: Discovery
  readonly explore: ExploreBook
}

export function setupHandlers({ configFile, desk, opcua, discovery, explore }: SetupParts): SetupHandlers {
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
    'setup.listen': async ({ connector, ...question }) => {
      const resolved = (await configFile.resolveConnector(connector)).connector
      if (resolved.type !== 'mqtt') throw new GatewayError('CONFIG_INVALID', 'Only MQTT brokers have topics')
      // Not the exploration of a running source of the same name.
      const broker = { ...resolved, id: `setup ${resolved.id}` }
      const status = await explore.topics(broker, question)
      return { status, ...heard(explore, broker.id, status.topics) }
    },
    'app.about': () => ofTheHost('app.about'),
    'app.demo': () => ofTheHost('app.demo'),
    'app.autostart': () => ofTheHost('app.autostart'),
  }
}

/** Grouped anew each time: topics come while somebody looks. */
function heard(explore: ExploreBook, id: string, count: number): Omit<RequestOutput<'setup.listen'>, 'status'> {
  const { topics } = explore.page(id, 0, count)
  const { suggestions, ...rest } = suggestTopics(topics)
  const samples = new Set(suggestions.flatMap((one) => one.samples))
  return { ...rest, suggestions: [...suggestions], messages: explore.payloads(id, samples, samplesBytes) }
}

function ofTheHost(channel: string): Promise<never> {
  return Promise.reject(new GatewayError('INTERNAL', `${channel} is for the host that carries the engine`))
}
