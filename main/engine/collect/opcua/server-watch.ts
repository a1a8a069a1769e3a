import type { OPCUAClient } from 'node-opcua-client'
import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText, GatewayError } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { closeClient, openVerifiedChannel } from './connection.ts'
import type { Present } from './kept.ts'
import type { Pki } from './pki.ts'
import type { ServerSet } from './server-set.ts'
import { within } from './within.ts'

// What is looked after while a connection lives: that the server still says something, that the session does not run out,
// that no alternate is better, and that our renewed certificate is used as soon as the server trusts it. Every finding ends
// in `lost`, after which the collector connects anew.

/** A question at least this often, also where values and keep-alives come seldom. */
const probeMs = 30_000
/** How often a server with alternates is asked for its service level, and how long the others may take to answer. */
const levelTicks = 5
const compareMs = 30_000
/** After sleep a server that lives answers at once; nobody should wait for the time-out of a request then. */
const suspectMs = 5000
/** Between two tries whether the server trusts the renewed certificate. */
const renewalTicks = 60
/** Silent for so many keep-alives: it is connected and dead. */
const silentKeepAlives = 3

export interface ServerWatchOptions {
  readonly config: OpcuaConnectorConfig
  readonly servers: ServerSet
  readonly pki: Pki
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  /** The longest silence of a subscription, in keep-alives. */
  readonly silence: () => number
  readonly lost: (client: OPCUAClient, error: unknown) => void
}

export class ServerWatch {
  readonly #options: ServerWatchOptions
  #usesPrevious = false
  #isComparing = false
  #probedAt = 0
  #isSuspect = false

  constructor(options: ServerWatchOptions) {
    this.#options = options
  }

  /** A new connection; `usesPrevious` with the certificate of before the renewal. */
  connected(usesPrevious: boolean): void {
    this.#usesPrevious = usesPrevious
    this.#isSuspect = false
    this.#probedAt = this.#options.clock.monotonic()
  }

  /** After sleep a socket may be dead without knowing it: the next look asks the server something. */
  suspect(present: Present | undefined): void {
    if (present && this.#usesPrevious) void this.#tryRenewed(present)
    this.#probedAt = Number.NEGATIVE_INFINITY
    this.#isSuspect = true
  }

  /** Once a second while connected. */
  look(present: Present, tick: number): void {
    const { config, servers, silence, lost } = this.#options
    if (silence() > silentKeepAlives) {
      const message = `${config.endpointUrl} is connected but says nothing any more`
      const hint = 'The gateway connects anew by itself. If it goes on, restart the server.'
      lost(present.client, new GatewayError('OPCUA_SILENT', message, { hint }))
      return
    }
    if (!servers.isAlone && tick % levelTicks === 0) void this.#preferBetter(present)
    if (this.#usesPrevious && tick % renewalTicks === 0) void this.#tryRenewed(present)
    this.#probe(present)
  }

  /** Leaves a server that says of itself that it is not well, when another one is better. */
  async #preferBetter({ client, access }: Present): Promise<void> {
    if (this.#isComparing) return
    this.#isComparing = true
    const { servers, signal, lost, log } = this.#options
    const { endpointUrl } = servers.current
    try {
      const level = await access.readServiceLevel()
      if (!(await servers.moves(level, AbortSignal.any([signal, AbortSignal.timeout(compareMs)])))) return
      const to = servers.current.endpointUrl
      const message = `${endpointUrl} reports the service level ${level}: going on with ${to}`
      lost(client, new GatewayError('OPCUA_SESSION_LOST', message, { hint: 'Look after the server that is left.' }))
    } catch (error) {
      log.debug('service-level-unknown', { cause: causeText(error) })
    } finally {
      this.#isComparing = false
    }
  }

  /** As soon as the server trusts the new certificate, the connection moves to it; the session of before is taken over. */
  async #tryRenewed({ client }: Present): Promise<void> {
    const { pki, servers, lost, log } = this.#options
    const config = servers.current
    const signal = AbortSignal.any([this.#options.signal, AbortSignal.timeout(config.requestTimeoutMs)])
    try {
      const tried = await openVerifiedChannel(config, pki, signal)
      void closeClient(tried.client)
      if (tried.usesPrevious) return
      this.#usesPrevious = false
      const message = `${config.endpointUrl} trusts the new certificate of the gateway now`
      lost(client, new GatewayError('OPCUA_SESSION_LOST', message, { hint: 'It is used from now on.' }))
    } catch (error) {
      log.debug('renewed-certificate-refused', { cause: causeText(error) })
    }
  }

  /** Long publishing intervals and sessions without subscriptions: a read keeps the session alive and notices a dead server. */
  #probe({ client, access }: Present): void {
    const { clock, config, lost } = this.#options
    const now = clock.monotonic()
    const everyMs = Math.min(probeMs, (access.session.timeout || config.sessionTimeoutMs) / 3)
    if (now - this.#probedAt < everyMs) return
    this.#probedAt = now
    const timeoutMs = this.#isSuspect ? Math.min(suspectMs, config.requestTimeoutMs) : config.requestTimeoutMs
    this.#isSuspect = false
    const answer = within(access.readServerState(), { timeoutMs, doing: 'asking whether the server is still there' })
    answer.catch((error: unknown) => lost(client, error))
  }
}
