import type { RequestChannel } from '../../../shared/api/channels.ts'
import type { RequestOutput, RequestParsed, TestReport } from '../../../shared/api/contract.ts'
import type { OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { pageLimit } from '../../../shared/api/page.ts'
import type { ConfigProblem, ConnectorConfig } from '../../../shared/config/gateway.ts'
import type { OpcuaConnectorConfig } from '../../../shared/config/opcua.ts'
import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import { failed, ok, type Result } from '../../../shared/errors.ts'
import { inWords, saidOfError } from '../../../shared/said/said.ts'
import type { GatewayStatus } from '../../../shared/status.ts'
import type { ExploreBook } from '../collect/mqtt/explore-book.ts'
import type { OpcuaTools } from '../collect/opcua/opcua-tools.ts'
import type { Pki } from '../collect/opcua/pki.ts'
import type { ConfigFile } from '../config/config-file.ts'
import type { DraftDesk } from '../config/draft/desk.ts'
import type { Discovery } from '../discover/discovery.ts'
import { GatewayError, toErrorReport } from '../kit/gateway-error.ts'
import type { AuditTrail } from '../observe/audit.ts'
import type { IssueBook } from '../observe/issues.ts'
import type { LogBook } from '../observe/log.ts'
import type { MadeBook } from '../pipeline/made-keys.ts'
import type { StoreBooks, TagPage, TagQuery } from '../pipeline/stages.ts'
import { auditWords } from './audited.ts'
import { deviceKeys, devicePage, deviceRow, withValues } from './device-views.ts'
import { draftHandlers } from './draft-handlers.ts'
import { exploreHandlers } from './explore-handlers.ts'
import { lookHandlers } from './mapping-look.ts'
import { type PreviewParts, previewHandlers } from './preview.ts'
import { setupHandlers } from './setup-handlers.ts'
import { storeHandlers } from './store-handlers.ts'
import { type TraceParts, trace } from './trace.ts'
import { type WatchParts, watchHandlers } from './watch-handlers.ts'

/** What the requests of the contract need from the engine. */
export interface ApiParts extends PreviewParts, TraceParts, WatchParts {
  readonly status: () => GatewayStatus
  readonly configFile: ConfigFile
  /** Draft, versions and what runs. */
  readonly desk: DraftDesk
  readonly books: () => StoreBooks
  readonly issues: IssueBook
  readonly audit: AuditTrail
  readonly log: LogBook
  readonly pki: Pki
  readonly made: MadeBook
  readonly opcua: OpcuaTools
  readonly namespaces: () => Promise<ReadonlyMap<string, readonly string[]>>
  readonly explore: ExploreBook
  readonly discovery: Discovery
  readonly retry: (connectorId: string) => boolean
  readonly tags: (connectorId: string, page: TagQuery) => TagPage
  readonly connector: (connectorId: string) => ConnectorConfig | undefined
  readonly testConnector: (connector: ConnectorConfig, signal: AbortSignal) => Promise<TestReport>
  readonly testThingsboard: (thingsboard: ThingsboardConfig, signal: AbortSignal) => Promise<TestReport>
}

/** `by` is who asks, as the transport knows it. */
type Handler<C extends RequestChannel> = (input: RequestParsed<C>, by: string) => Promise<RequestOutput<C>>
type Handlers = { readonly [C in RequestChannel]: Handler<C> }

/** A connection test that hangs anywhere ends here, with the step it reached. */
const testTimeoutMs = 60_000

/** Answers every channel of the contract; errors become values, input was validated by the transport. */
export function createApi(
  parts: ApiParts,
): (channel: RequestChannel, input: unknown, by: string) => Promise<Result<unknown>> {
  const handlers = createHandlers(parts)
  const answer = async (channel: RequestChannel, input: unknown, by: string): Promise<Result<unknown>> => {
    try {
      const handler = handlers[channel] as (input: unknown, by: string) => Promise<unknown>
      return ok(await handler(input, by))
    } catch (error) {
      return failed(toErrorReport(error))
    }
  }
  return async (channel, input, by) => {
    const words = auditWords(channel, input)
    const result = await answer(channel, input, by)
    if (words) await parts.audit.record({ at: parts.now(), who: by, ...words, refused: refusal(result) })
    return result
  }
}

function createHandlers(parts: ApiParts): Handlers {
  const { configFile, registry, issues, log, pki, opcua } = parts
  const signal = (): AbortSignal => AbortSignal.timeout(testTimeoutMs)
  return {
    'status.get': async () => parts.status(),
    'config.get': async () => configFile.view(),
    'config.validate': async ({ config }) => ({ problems: [...configFile.validate(config)] }),
    'config.save': ({ config, revision, author = 'API', note = '' }) =>
      parts.desk.save(config, revision, { author, note }),
    'connector.test': async ({ connector }) => {
      const resolved = await configFile.resolveConnector(connector)
      return secretMissing(resolved.problems) ?? parts.testConnector(resolved.connector, signal())
    },
    'connector.retry': async ({ connectorId }) => {
      if (!parts.retry(connectorId))
        throw new GatewayError('CONFIG_CONFLICT', `There is no running source "${connectorId}"`)
      return null
    },
    'thingsboard.test': async ({ thingsboard }) => {
      const resolved = await configFile.resolveThingsboard(thingsboard)
      return secretMissing(resolved.problems) ?? parts.testThingsboard(resolved.thingsboard, signal())
    },
    'opcua.endpoints': async ({ endpointUrl }) => ({ endpoints: await opcua.endpoints(endpointUrl, signal()) }),
    'opcua.browse': async ({ target, nodeId }) =>
      opcua.browse(await resolveTarget(parts, target), nodeId, pageLimit, signal()),
    'opcua.read': async ({ target, nodeIds }) => ({
      values: await opcua.read(await resolveTarget(parts, target), nodeIds, signal()),
    }),
    'opcua.access': async ({ target, nodeIds }) => ({
      access: await opcua.access(await resolveTarget(parts, target), nodeIds, signal()),
    }),
    'opcua.index': async ({ target, action }) => opcua.index(await resolveTarget(parts, target), action),
    'opcua.indexPage': async ({ target, ...page }) => opcua.indexPage(await resolveTarget(parts, target), page),
    'opcua.search': async ({ target, text, ...page }) =>
      opcua.search(await resolveTarget(parts, target), text, page, signal()),
    'opcua.node': async ({ target, nodeId }) => opcua.node(await resolveTarget(parts, target), nodeId, signal()),
    'opcua.write': async ({ target, nodeId, value }, by) =>
      opcua.write(await savedTarget(parts, target), { node: nodeId, text: value, by }, signal()),
    'opcua.call': async ({ target, objectId, methodId, arguments: texts }, by) =>
      opcua.call(
        await savedTarget(parts, target),
        { object: objectId, method: methodId, arguments: texts, by },
        signal(),
      ),
    'opcua.history': async ({ target, ...question }) =>
      opcua.history(await resolveTarget(parts, target), question, signal()),
    'opcua.previewRule': async ({ target, rule, ...how }) =>
      opcua.previewRule(await resolveTarget(parts, target), rule, pageLimit, signal(), how),
    'opcua.servers': async ({ endpointUrl }) => ({ servers: await opcua.servers(endpointUrl, signal()) }),
    'connector.tags': async ({ connectorId, ...page }) => withValues(registry, parts.tags(connectorId, page)),
    'certificates.renew': async () => ({ certificate: await pki.renew() }),
    'certificates.export': async () => pki.exportOwn(),
    'certificates.list': async () => ({ certificates: await pki.list() }),
    'certificates.trust': async ({ fingerprint }) => {
      await pki.trust(fingerprint)
      return null
    },
    'certificates.reject': async ({ fingerprint }) => {
      await pki.reject(fingerprint)
      return null
    },
    'devices.page': async (query) => devicePage(registry, query, parts.now()),
    'device.get': async ({ name }) => {
      const device = registry.device(name)
      if (!device) throw new GatewayError('MAP_NO_DEVICE_NAME', `There is no device "${name}"`)
      return { device: deviceRow(device, parts.now()), keys: deviceKeys(device) }
    },
    ...storeHandlers(parts.books),
    ...previewHandlers(parts),
    ...lookHandlers(parts),
    'trace.get': (question) => trace(parts, question),
    ...exploreHandlers(parts.explore, parts.connector),
    ...setupHandlers(parts),
    ...watchHandlers(parts),
    'issues.snooze': async ({ id, minutes }) => {
      if (!issues.snooze(id, minutes)) throw new GatewayError('CONFIG_CONFLICT', 'This issue is closed already')
      return null
    },
    'audit.page': async (query) => parts.audit.page(query),
    ...draftHandlers(parts),
    'issues.list': async ({ closed }) => ({ issues: issues.list(closed) }),
    'log.page': async (query) => log.page(query),
  }
}

/** Empty when it was done. Problems are an answer too: nothing was changed. */
function refusal(result: Result<unknown>): string {
  if (!result.ok) return result.error.message
  const { problems } = (result.value ?? {}) as { problems?: readonly ConfigProblem[] }
  const [first] = problems ?? []
  return first ? `${first.path}: ${first.message}` : ''
}

/** What changes a machine needs the rights of the saved configuration, not those somebody sends along. */
async function savedTarget(parts: ApiParts, target: OpcuaTarget): Promise<OpcuaConnectorConfig> {
  if ('connectorId' in target) return resolveTarget(parts, target)
  throw new GatewayError('CONFIG_CONFLICT', 'Nothing is written or called through a server that is not saved', {
    hint: 'Save the server first.',
  })
}

async function resolveTarget({ configFile, connector }: ApiParts, target: OpcuaTarget): Promise<OpcuaConnectorConfig> {
  const config =
    'connectorId' in target
      ? connector(target.connectorId)
      : (await configFile.resolveConnector(target.connector)).connector
  if (config?.type === 'opcua') return config
  throw new GatewayError('CONFIG_CONFLICT', 'There is no such OPC UA server in the configuration', {
    hint: 'Save it first, or reload the page.',
  })
}

/** An empty password would only be refused by the other side, and count as a failed sign-in there. */
function secretMissing(problems: readonly ConfigProblem[]): TestReport | undefined {
  const [first] = problems
  if (!first) return undefined
  const [cause = '', ...cure] = first.message.split('; ')
  const code = 'CONFIG_SECRET_MISSING'
  const { detail, hint } = saidOfError({ code, message: `${first.path}: ${cause}`, hint: cure.join('; ') })
  return {
    steps: [{ step: 'Secrets', state: 'failed', ...inWords({ detail, hint }), code, ms: 0 }],
  }
}
