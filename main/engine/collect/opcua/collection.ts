import type { OPCUAClient } from 'node-opcua-client'
import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { closeSession, openSession } from './connection.ts'
import { statusNameOf } from './errors.ts'
import type { Intake } from './intake.ts'
import type { Pki } from './pki.ts'
import type { RawSession } from './raw-session.ts'
import type { ServerIssues } from './server-issues.ts'
import { SessionAccess } from './session-access.ts'
import { Subscriptions } from './subscriptions.ts'
import type { OpcuaTag } from './tags.ts'
import { WatchedNodes } from './watched-nodes.ts'
import { within } from './within.ts'

// Session, subscriptions and watched nodes of one server, across connections. On a new channel it takes the old session up
// again; if the server has forgotten it, it moves the subscriptions to a new session; if that is not possible either, it
// builds everything anew and says from when to when values may be missing.

/** The connection of now. */
export interface Present {
  readonly client: OPCUAClient
  readonly access: SessionAccess
}

/** What outlives a connection. */
interface Kept {
  readonly session: RawSession
  readonly namespaces: readonly string[]
  readonly subscriptions: Subscriptions
  readonly nodes: WatchedNodes
}

export interface CollectionOptions {
  readonly config: OpcuaConnectorConfig
  readonly tags: readonly OpcuaTag[]
  readonly intake: Intake
  readonly issues: ServerIssues
  readonly pki: Pki
  readonly clock: Clock
  readonly log: Log
  /** The session of this client does not answer any more, or the server does not know it. */
  readonly lost: (client: OPCUAClient, error: unknown) => void
}

export class Collection {
  readonly #options: CollectionOptions
  #present: Present | undefined
  #kept: Kept | undefined
  #isPaused = false
  #isEstablished = false
  /** ms since the epoch; since when no values come. */
  #lostAt: number | undefined

  constructor(options: CollectionOptions) {
    this.#options = options
  }

  /** Undefined between connections. */
  get present(): Present | undefined {
    return this.#present
  }

  /** Number of tags that have a monitored item. */
  get watched(): number {
    return this.#kept?.nodes.watched ?? 0
  }

  get silentKeepAlives(): number {
    return this.#kept?.subscriptions.silentKeepAlives ?? 0
  }

  /** While paused the server keeps the values. */
  pause(paused: boolean): void {
    this.#isPaused = paused
    this.#kept?.subscriptions.pause(paused)
  }

  /** Resolves when values come. Rejects when the server does not let us; what was kept is kept for the next try. */
  async establish(client: OPCUAClient, signal: AbortSignal): Promise<void> {
    if (!(await this.#takeUp(client))) await this.#move(client, signal)
    this.#lostAt = undefined
    this.#isEstablished = true
  }

  /** The connection went. */
  suspend(): void {
    if (this.#isEstablished) this.#lostAt ??= this.#options.clock.now()
    this.#isEstablished = false
    this.#present = undefined
    this.#kept?.subscriptions.detach()
    this.#kept?.nodes.suspend()
  }

  /** Nothing is kept; returns what the caller has to close. */
  end(): Present | undefined {
    const present = this.#present
    this.#present = undefined
    this.#drop(this.#kept)
    return present
  }

  /** Activates the session of before on the new channel: nothing was forgotten while we were away. */
  async #takeUp(client: OPCUAClient): Promise<boolean> {
    const kept = this.#kept
    if (!kept) return false
    const { config, log } = this.#options
    try {
      const doing = 'taking the session up again'
      await within(client.reactivateSession(kept.session), { timeoutMs: config.requestTimeoutMs, doing })
    } catch (error) {
      log.info('session-gone', { status: statusNameOf(error) ?? causeText(error) })
      return false
    }
    const access = await SessionAccess.open(kept.session, config.endpointUrl)
    this.#present = { client, access }
    const current = isCurrent(kept, access)
    if (!current || !(await kept.subscriptions.resume(kept.session))) {
      log.info('session-outdated', { current })
      this.#drop(kept)
      await closeSession(kept.session)
      return false
    }
    await kept.nodes.watch(access)
    log.info('session-taken-up')
    return true
  }

  /** A new session, with the old subscriptions where the server hands them over. */
  async #move(client: OPCUAClient, signal: AbortSignal): Promise<void> {
    const { config, pki, issues, clock, log } = this.#options
    const session = await openSession(config, client, pki, signal)
    const access = await SessionAccess.open(session, config.endpointUrl)
    this.#present = { client, access }
    const kept = this.#kept
    if (kept && isCurrent(kept, access) && (await kept.subscriptions.transfer(session))) {
      this.#kept = { ...kept, session }
      log.info('subscriptions-moved')
      await kept.nodes.watch(access)
      return
    }
    this.#drop(kept)
    if (this.#lostAt !== undefined) issues.away(this.#lostAt, clock.now())
    await this.#build(client, access)
  }

  async #build(client: OPCUAClient, access: SessionAccess): Promise<void> {
    const { config, tags, intake, issues, clock, log } = this.#options
    intake.forget()
    // Subscriptions that were given up, or that moved on to another client, speak of the present one or not at all.
    const lost = (error: unknown) => {
      if (this.#kept?.subscriptions === subscriptions) this.#options.lost(this.#present?.client ?? client, error)
    }
    const gap = (messages: number, evidence: string) => issues.gap(messages, evidence)
    const subscriptions = new Subscriptions({ config, intake, clock, log, lost, gap })
    subscriptions.pause(this.#isPaused)
    const nodes = new WatchedNodes({ tags, subscriptions, issues, clock, log, lost })
    this.#kept = { session: access.session, namespaces: access.namespaces, subscriptions, nodes }
    subscriptions.attach(access.session)
    await nodes.watch(access)
  }

  #drop(kept: Kept | undefined): void {
    kept?.subscriptions.detach()
    kept?.nodes.close()
    if (this.#kept === kept) this.#kept = undefined
  }
}

/** False when the server was rebuilt under the same session, or a batch of items was cut off and may exist twice. */
function isCurrent({ namespaces, nodes }: Kept, access: SessionAccess): boolean {
  if (nodes.isUncertain || namespaces.length !== access.namespaces.length) return false
  return namespaces.every((uri, index) => uri === access.namespaces[index])
}
