import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { Clock } from '../../kit/clock.ts'
import { GatewayError, isGatewayError } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { translateError } from './errors.ts'
import { IndexTable } from './index-table.ts'
import { IndexWalk, type WalkCounts, type WalkEnd } from './index-walk.ts'
import type { Pki } from './pki.ts'
import { SessionPool } from './session-pool.ts'

// One walk over one server for somebody at a terminal. A certificate is trusted only by the fingerprint that was typed; without
// one, a server that also offers no security is browsed without it, and told so: nothing secret is sent.

export interface BrowseServerOptions {
  readonly config: OpcuaConnectorConfig
  readonly pki: Pki
  readonly log: Log
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly limit: number | undefined
  /** SHA-256 of the certificate to trust, with or without colons. */
  readonly trust: string | undefined
  /** A sentence about how the server is reached. */
  readonly say: (sentence: string) => void
  /** Rows `from` up to `to` of the table are new. Awaited before the server is asked for more. */
  readonly found: (table: IndexTable, from: number, to: number) => Promise<void>
}

export interface BrowsedServer extends WalkCounts {
  readonly nodes: number
  readonly end: WalkEnd
}

/** Rejects with a GatewayError; what was found until then has been handed on. */
export async function browseServer(options: BrowseServerOptions): Promise<BrowsedServer> {
  const { pki, log, clock, signal, found, limit } = options
  const pool = new SessionPool({ pki, log, clock })
  try {
    const config = await reachableConfig(options, pool)
    const table = new IndexTable()
    let handedOn = 0
    const walk = new IndexWalk({
      table,
      clock,
      signal,
      timeoutMs: config.requestTimeoutMs,
      ...(limit === undefined ? {} : { limit }),
      use: async (ask) => {
        const answer = await pool.use(config, signal, ask)
        const from = handedOn
        handedOn = table.count
        if (handedOn > from) await found(table, from, handedOn)
        return answer
      },
    })
    try {
      return { end: await walk.run(), ...walk.counts, nodes: table.count }
    } catch (error) {
      throw translateError(error, { address: config.endpointUrl, doing: 'browsing' })
    }
  } finally {
    await pool.stop()
  }
}

/** The configuration with which a session can be had. */
async function reachableConfig(options: BrowseServerOptions, pool: SessionPool): Promise<OpcuaConnectorConfig> {
  const { config, pki, signal, say } = options
  const tryIt = (wish: OpcuaConnectorConfig): Promise<void> =>
    pool.use(wish, signal, (access) => access.readServerState())
  try {
    await tryIt(config)
    return config
  } catch (error) {
    if (!isGatewayError(error, 'OPCUA_CERTIFICATE_UNTRUSTED')) throw error
    const fingerprint = String(error.detail['fingerprint'])
    if (options.trust !== undefined) {
      if (bare(options.trust) !== bare(fingerprint)) throw otherCertificate(error, fingerprint)
      await pki.trust(fingerprint)
      await tryIt(config)
      return config
    }
    if (config.identity.type !== 'anonymous') throw error
    const open: OpcuaConnectorConfig = { ...config, securityMode: 'None', securityPolicy: 'None' }
    await tryIt(open).catch(() => {
      throw error
    })
    say(
      `Browsing without security, because the certificate of the server (${String(error.detail['subject'])}) is not trusted. ` +
        `To browse with security, compare this fingerprint with the one at the server and add --trust ${fingerprint}`,
    )
    return open
  }
}

function otherCertificate(error: GatewayError, fingerprint: string): GatewayError {
  return new GatewayError('OPCUA_CERTIFICATE_UNTRUSTED', 'The server shows another certificate than the one to trust', {
    retry: 'after-config-change',
    hint: `It shows ${fingerprint}. If that is the server you mean, trust this one.`,
    detail: error.detail,
  })
}

const bare = (fingerprint: string): string => fingerprint.replace(/[^0-9a-f]/gi, '').toUpperCase()
