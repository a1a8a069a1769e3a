import type { RequestOutput, RequestParsed, TestReport } from '../../../../shared/api/contract.ts'
import type { IndexStatus, NodeDetails, NodeRow, TextValue } from '../../../../shared/api/opcua-requests.ts'
import { pageLimit } from '../../../../shared/api/page.ts'
import {
  type OpcuaConnectorConfig,
  type OpcuaRuleConfig,
  opcuaConnectorSchema,
} from '../../../../shared/config/opcua.ts'
import type { Clock } from '../../kit/clock.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import { type Deadline, settledBy } from '../../kit/lifecycle.ts'
import type { Log } from '../../observe/log.ts'
import { childRows } from './browse-rows.ts'
import { type CallRequest, callMethod } from './call.ts'
import { discoverEndpoints, findServers } from './connection.ts'
import { translateError } from './errors.ts'
import { type HistoryOptions, processedHistory, rawHistory } from './history.ts'
import { IndexBook } from './index-book.ts'
import { knownNamespaces } from './index-namespaces.ts'
import type { IndexTable } from './index-table.ts'
import { IndexViews } from './index-views.ts'
import { accessOf } from './node-access.ts'
import { findNode, nodeDetails } from './node-details.ts'
import { oneNode } from './one-node.ts'
import type { Pki } from './pki.ts'
import { resolveNodes } from './resolve-nodes.ts'
import { previewRule, QuickPreviews } from './select-preview.ts'
import type { SessionAccess } from './session-access.ts'
import { SessionPool } from './session-pool.ts'
import { testOpcua } from './test-opcua.ts'
import { textValueOf } from './text-value.ts'
import { within } from './within.ts'
import { type WriteRequest, type WriteResult, writeNode } from './write.ts'

/** What the UI asks of a server by hand: nothing here is collected. Rejects with GatewayErrors; every call is bounded in time. */

export interface OpcuaToolsOptions {
  readonly pki: Pki
  readonly log: Log
  readonly clock: Clock
  /** Where indexes of address spaces are kept; absent = in memory only. */
  readonly indexFolder?: string
}

type Page = Pick<RequestParsed<'opcua.search'>, 'offset' | 'limit'>
type HistoryQuestion = Omit<RequestParsed<'opcua.history'>, 'target'>
type Endpoints = RequestOutput<'opcua.endpoints'>['endpoints']
type Values = RequestOutput<'opcua.read'>['values']

/** A browse or read by hand that takes longer has failed for the one who waits. */
const askTimeoutMs = 60_000

export class OpcuaTools {
  readonly #options: OpcuaToolsOptions
  readonly #pool: SessionPool
  readonly #book: IndexBook
  readonly #views: IndexViews
  readonly #audit: Log
  readonly #previews = new QuickPreviews()
  /** Of those who wait for a walk of the server. */
  readonly #walks = new Map<string, AbortController>()

  constructor(options: OpcuaToolsOptions) {
    this.#options = options
    this.#pool = new SessionPool(options)
    const { log, clock, indexFolder } = options
    this.#book = new IndexBook({ folder: indexFolder, pool: this.#pool, log: log.child('index'), clock })
    this.#views = new IndexViews(this.#book, clock)
    this.#audit = log.child('audit')
  }

  /** By address, of every server that was browsed. */
  async namespaces(): Promise<ReadonlyMap<string, readonly string[]>> {
    const { indexFolder } = this.#options
    return indexFolder === undefined ? new Map() : knownNamespaces(indexFolder)
  }

  /** What the server offers, with the identities each takes. */
  async endpoints(endpointUrl: string, signal: AbortSignal): Promise<Endpoints> {
    const server = opcuaConnectorSchema.parse({ type: 'opcua', id: 'x', name: 'x', endpointUrl })
    const offered = await discoverEndpoints(server, this.#options.pki, signal)
    return offered.map(({ url, securityMode, securityPolicy, identities }) => ({
      url,
      securityMode,
      securityPolicy,
      identities: [...new Set(identities.map((i) => i.type))],
    }))
  }

  /** What a discovery server, or the server itself, says there is. */
  async servers(endpointUrl: string, signal: AbortSignal): Promise<RequestOutput<'opcua.servers'>['servers']> {
    const server = opcuaConnectorSchema.parse({ type: 'opcua', id: 'x', name: 'x', endpointUrl })
    const found = await findServers(server, this.#options.pki, signal)
    return found.map(({ urls, ...rest }) => ({ ...rest, urls: [...urls] }))
  }

  /**
   * What a rule would select now; at most `limit` rows. `quick`: by the index, when there is a complete one. A new question of
   * an `asker` ends its former one.
   */
  async previewRule(
    config: OpcuaConnectorConfig,
    rule: OpcuaRuleConfig,
    limit: number,
    signal: AbortSignal,
    { quick, asker }: Partial<Pick<RequestParsed<'opcua.previewRule'>, 'quick' | 'asker'>> = {},
  ): Promise<RequestOutput<'opcua.previewRule'>> {
    const former = asker === undefined ? undefined : this.#walks.get(asker)
    former?.abort(new GatewayError('STOPPED', 'Another rule is asked for now', { retry: 'never' }))
    const { view, isComplete } = quick ? await this.#book.progress(config) : { view: undefined, isComplete: false }
    const known =
      view && isComplete ? await this.#previews.ask(asker, { table: view.table, config, rule, limit }) : undefined
    if (known) return known
    const abort = new AbortController()
    if (asker !== undefined) {
      this.#previews.stop(asker)
      this.#walks.set(asker, abort)
    }
    try {
      const either = AbortSignal.any([signal, abort.signal])
      return await this.#ask(config, either, 'looking for what the rule selects', (access) =>
        previewRule(access, config, rule, limit, either),
      )
    } finally {
      if (asker !== undefined && this.#walks.get(asker) === abort) this.#walks.delete(asker)
    }
  }

  test(config: OpcuaConnectorConfig, signal: AbortSignal): Promise<TestReport> {
    return testOpcua(config, this.#options.pki, this.#options.clock, signal)
  }

  /** Children of a node in any notation of the configuration, '' = Objects; at most `limit`, truncated says if there are more. */
  browse(
    config: OpcuaConnectorConfig,
    nodeId: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ nodes: NodeRow[]; truncated: boolean }> {
    return this.#ask(config, signal, 'browsing', (access) => childRows(access, nodeId, limit))
  }

  /** In the order of `nodeIds`; what can not be read says so in `quality`. */
  read(config: OpcuaConnectorConfig, nodeIds: readonly string[], signal: AbortSignal): Promise<Values> {
    return this.#ask(config, signal, 'reading', (access) => readValues(access, nodeIds))
  }

  /** In the order of `nodeIds`. */
  access(
    config: OpcuaConnectorConfig,
    nodeIds: readonly string[],
    signal: AbortSignal,
  ): Promise<RequestOutput<'opcua.access'>['access']> {
    return this.#ask(config, signal, 'reading access rights', (access) => accessOf(access, nodeIds))
  }

  /** Starts, stops or asks for the walk over the whole server; answers at once. */
  async index(config: OpcuaConnectorConfig, action: RequestParsed<'opcua.index'>['action']): Promise<IndexStatus> {
    return this.#views.status(config, action)
  }

  indexPage(config: OpcuaConnectorConfig, page: Page): Promise<RequestOutput<'opcua.indexPage'>> {
    return this.#views.page(config, page)
  }

  /** What is indexed so far, for those who group it; undefined before anything was read. */
  async indexed(config: OpcuaConnectorConfig): Promise<{ table: IndexTable | undefined; isComplete: boolean }> {
    const { view, isComplete } = await this.#book.progress(config)
    return { table: view?.table, isComplete }
  }

  search(
    config: OpcuaConnectorConfig,
    text: string,
    page: Page,
    signal: AbortSignal,
  ): Promise<RequestOutput<'opcua.search'>> {
    return this.#views.search(config, text, page, signal, (nodeId) =>
      this.#ask(config, signal, 'looking for a node', (access) => findNode(access, nodeId)),
    )
  }

  node(config: OpcuaConnectorConfig, nodeId: string, signal: AbortSignal): Promise<NodeDetails> {
    return this.#ask(config, signal, 'reading a node', (access) => nodeDetails(access, config, nodeId))
  }

  /** At most once. */
  write(config: OpcuaConnectorConfig, request: WriteRequest, signal: AbortSignal): Promise<WriteResult> {
    return this.#askOnce(config, signal, 'writing', (access) => writeNode(access, config, request, this.#audit))
  }

  /** At most once. */
  call(config: OpcuaConnectorConfig, request: CallRequest, signal: AbortSignal): Promise<RequestOutput<'opcua.call'>> {
    return this.#askOnce(config, signal, 'calling a method', (access) =>
      callMethod(access, config, request, this.#audit),
    )
  }

  /** Values of the past, oldest first, at most `limit`. */
  history(
    config: OpcuaConnectorConfig,
    question: HistoryQuestion,
    signal: AbortSignal,
  ): Promise<RequestOutput<'opcua.history'>> {
    const options = { address: config.endpointUrl, signal, timeoutMs: config.requestTimeoutMs }
    return this.#ask(config, signal, 'reading the history', (access) => readPoints(access, question, options))
  }

  async stop(deadline: Deadline): Promise<void> {
    const stopping = this.#book.stop().then(() => this.#pool.stop())
    await settledBy(stopping, deadline, this.#options.clock)
  }

  /** A dead session is found out before, so that what changes the machine is sent once and never again. */
  async #askOnce<T>(
    config: OpcuaConnectorConfig,
    signal: AbortSignal,
    doing: string,
    ask: (access: SessionAccess) => Promise<T>,
  ): Promise<T> {
    await this.#ask(config, signal, doing, (access) => access.readServerState())
    return this.#ask(config, signal, doing, ask, false)
  }

  async #ask<T>(
    config: OpcuaConnectorConfig,
    signal: AbortSignal,
    doing: string,
    ask: (access: SessionAccess) => Promise<T>,
    mayRepeat = true,
  ): Promise<T> {
    try {
      return await within(this.#pool.use(config, signal, ask, mayRepeat), { signal, timeoutMs: askTimeoutMs, doing })
    } catch (error) {
      throw translateError(error, { address: config.endpointUrl, doing })
    }
  }
}

async function readValues(access: SessionAccess, nodeIds: readonly string[]): Promise<Values> {
  const resolutions = await resolveNodes(access, nodeIds)
  const found = nodeIds.flatMap((text, index) => {
    const resolution = resolutions.get(text)
    return resolution?.kind === 'found' ? [{ index, nodeId: resolution.nodeId }] : []
  })
  const answers = await access.read(found.map((f) => f.nodeId))
  const values: Values = nodeIds.map(() => ({ value: '', type: '', quality: 'BadNodeIdUnknown', ts: 0 }))
  for (const [i, { index }] of found.entries()) {
    const answer = answers[i]
    if (answer) values[index] = textValueOf(answer)
  }
  return values
}

async function readPoints(
  access: SessionAccess,
  question: HistoryQuestion,
  options: HistoryOptions,
): Promise<{ points: TextValue[]; truncated: boolean }> {
  const { fromMs, toMs, limit, aggregate, intervalMs } = question
  const range = { nodeId: await oneNode(access, question.nodeId), fromMs, toMs }
  const pages = aggregate
    ? processedHistory(access.session, { ...range, aggregate, intervalMs: intervalMs ?? toMs - fromMs }, options)
    : rawHistory(access.session, range, { ...options, valuesPerPage: Math.min(limit + 1, pageLimit) })
  const points: TextValue[] = []
  for await (const values of pages) {
    points.push(...values.map(textValueOf))
    if (points.length > limit) return { points: points.slice(0, limit), truncated: true }
  }
  return { points, truncated: false }
}
