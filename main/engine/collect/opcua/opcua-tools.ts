import type { DataValue } from 'node-opcua-client'
import type { NodeRow, RequestOutput, TestReport } from '../../../../shared/api/contract.ts'
import { type OpcuaConnectorConfig, opcuaConnectorSchema } from '../../../../shared/config/opcua.ts'
import type { Clock } from '../../kit/clock.ts'
import { type Deadline, settledBy } from '../../kit/lifecycle.ts'
import type { Log } from '../../observe/log.ts'
import { childRows } from './browse-rows.ts'
import { builtInTypeName, ValueRank } from './built-in-types.ts'
import { discoverEndpoints } from './connection.ts'
import { translateError } from './errors.ts'
import type { Pki } from './pki.ts'
import { toPlain } from './plain-value.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { SessionAccess } from './session-access.ts'
import { SessionPool } from './session-pool.ts'
import { testOpcua } from './test-opcua.ts'
import { within } from './within.ts'

/** What the UI asks of a server by hand: nothing here is collected. Rejects with GatewayErrors; every call is bounded in time. */

export interface OpcuaToolsOptions {
  readonly pki: Pki
  readonly log: Log
  readonly clock: Clock
}

type Endpoints = RequestOutput<'opcua.endpoints'>['endpoints']
type Values = RequestOutput<'opcua.read'>['values']

/** A browse or read by hand that takes longer has failed for the one who waits. */
const askTimeoutMs = 60_000
/** Text of a value in the UI; arrays can be megabytes. */
const textLimit = 10_000

export class OpcuaTools {
  readonly #options: OpcuaToolsOptions
  readonly #pool: SessionPool

  constructor(options: OpcuaToolsOptions) {
    this.#options = options
    this.#pool = new SessionPool(options)
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

  async stop(deadline: Deadline): Promise<void> {
    await settledBy(this.#pool.stop(), deadline, this.#options.clock)
  }

  async #ask<T>(
    config: OpcuaConnectorConfig,
    signal: AbortSignal,
    doing: string,
    ask: (access: SessionAccess) => Promise<T>,
  ): Promise<T> {
    try {
      return await within(this.#pool.use(config, signal, ask), { signal, timeoutMs: askTimeoutMs, doing })
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
    if (answer) values[index] = readValue(answer)
  }
  return values
}

function readValue(answer: DataValue): Values[number] {
  const { value } = toPlain(answer.value)
  const variant = answer.value
  const type = builtInTypeName(variant?.dataType ?? 0) + (variant && variant.arrayType !== ValueRank.Scalar ? '[]' : '')
  return {
    value: value === null ? '' : String(value).slice(0, textLimit),
    type,
    quality: answer.statusCode.name,
    ts: (answer.sourceTimestamp ?? answer.serverTimestamp)?.getTime() ?? 0,
  }
}
