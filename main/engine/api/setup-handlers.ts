import type { RequestOutput, RequestParsed } from '../../../shared/api/contract.ts'
import type { OpcuaTools } from '../collect/opcua/opcua-tools.ts'
import type { ConfigFile } from '../config/config-file.ts'
import { readImport } from '../config/import/read-import.ts'
import type { Discovery } from '../discover/discovery.ts'
import { suggest } from '../discover/suggest.ts'
import { GatewayError } from '../kit/gateway-error.ts'

// The first run and the import. What concerns the app is answered by the host before it comes here.

type AppChannel = 'app.about' | 'app.demo' | 'app.autostart' | 'app.language'
type SetupChannel = 'import.read' | 'setup.discover' | 'setup.suggest' | AppChannel
type SetupHandlers = { readonly [C in SetupChannel]: (input: RequestParsed<C>) => Promise<RequestOutput<C>> }

export interface SetupParts {
  readonly configFile: ConfigFile
  readonly opcua: OpcuaTools
  readonly discovery: Discovery
}

export function setupHandlers({ configFile, opcua, discovery }: SetupParts): SetupHandlers {
  return {
    'import.read': async ({ files }) => readImport(files),
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
    'app.language': () => ofTheHost('app.language'),
  }
}

function ofTheHost(channel: string): Promise<never> {
  return Promise.reject(new GatewayError('INTERNAL', `${channel} is for the host that carries the engine`))
}
