import type { ImportKind } from '../../../../shared/api/setup-requests.ts'
import { isCompose } from './compose-file.ts'
import { isJavaGateway } from './java-file.ts'
import { type ImportFile, type Part, readSource } from './source-text.ts'

// Which file of a ThingsBoard gateway somebody brings, told by what is in it.

export interface SortedFile {
  readonly file: ImportFile
  readonly kind: ImportKind
  readonly root: Part | undefined
  readonly problem: string
}

export function sortFile(file: ImportFile): SortedFile {
  const looksLikeFile =
    /^\s*\uFEFF?\s*[{[]|^[\w"'-]+\s*:(\s|$)/m.test(file.text) && !/\bmosquitto_|\bcurl\b/.test(file.text)
  if (!looksLikeFile) return { file, kind: 'text', root: undefined, problem: '' }
  const read = readSource(file)
  if (!read.ok) {
    // `host: example.com token: abc` on one line is no YAML, yet an address all the same.
    if (file.text.length < 2000 && !/^\s*[{[]/.test(file.text))
      return { file, kind: 'text', root: undefined, problem: '' }
    return { file, kind: 'unreadable', root: undefined, problem: `line ${read.line}: ${read.message}` }
  }
  const kind = kindOf(read.root)
  if (kind === 'unknown' && !/\.(json|ya?ml)$/i.test(file.name))
    return { file, kind: 'text', root: undefined, problem: '' }
  return { file, kind, root: read.root, problem: kind === 'unknown' ? unknownNote : '' }
}

const unknownNote =
  'This is no file of a ThingsBoard gateway that can be read here (its logs, statistics and other protocols are not).'

function kindOf(root: Part): ImportKind {
  const isNumbered = typeof root.get('version').value === 'number' && !root.get('services').exists
  if (isNumbered && !root.get('thingsboard').get('security').exists) return 'gateway.json'
  if (isCompose(root)) return 'docker-compose'
  if (isJavaGateway(root)) return 'tb-gateway (Java)'
  if (root.get('thingsboard').isObject) return 'tb_gateway'
  if (root.get('servers').items.some((server) => server.get('mapping').exists)) return 'OPC UA connector (Java)'
  if (root.get('brokers').items.length > 0) return 'MQTT connector (Java)'
  if (root.get('broker').isObject) return 'MQTT connector'
  const server = root.get('server')
  const isOpcua =
    server.get('identity').exists || /^opc\.tcp/.test(server.get('url').text) || server.get('mapping').exists
  return server.isObject && isOpcua ? 'OPC UA connector' : 'unknown'
}

/**
 * The files a gateway's own file says it runs, as they stand in it; undefined when it is no such file. What is beside them in the
 * folder (samples, copies) the ThingsBoard gateway does not run.
 */
export function namedFiles({ kind, root }: SortedFile): string[] | undefined {
  if (!root) return undefined
  if (kind === 'tb_gateway') return textsOf(root.get('connectors').items.map((part) => part.get('configuration')))
  if (kind !== 'tb-gateway (Java)') return undefined
  // Of several tenants the first is imported: a gateway has one ThingsBoard.
  const extensions = [root.get('gateways').get('tenants').items[0], root.get('gateway'), root].flatMap(
    (part) => part?.get('extensions').items ?? [],
  )
  // Until 1.2 each protocol has a section of its own.
  const sections = ['opc', 'mqtt'].map((name) => root.get(name)).filter((part) => part.get('enabled').flag !== false)
  return textsOf([
    ...extensions.map((part) => part.get('extensionConfiguration')),
    ...sections.map((part) => part.get('configuration')),
  ])
}

const textsOf = (parts: readonly Part[]): string[] => parts.map((part) => part.text).filter((text) => text !== '')
