import type { OPCUAClient } from 'node-opcua-client'
import type { ErrorCode } from '../../../../shared/errors.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText, isGatewayError } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { closeClient, closeSession, openSession, openVerifiedChannel } from './connection.ts'
import type { OpcuaServer } from './opcua-server.ts'
import type { Pki } from './pki.ts'
import { SessionAccess } from './session-access.ts'

// Sessions for browsing and reading by hand, beside those of the collectors. One per server and identity, used by one
// question at a time, closed when nobody asks for a minute: PLCs have few sessions to give.

const idleMs = 60_000
/** Servers somebody looks at in the same minute; the one not used for longest is closed for a new one. */
const sessionsLimit = 4

/** The server answered, only not as hoped: nothing is wrong with the session. */
const answers: ReadonlySet<ErrorCode> = new Set([
  'CONFIG_INVALID',
  'OPCUA_NODE_UNKNOWN',
  'OPCUA_NODE_REFUSED',
  'MAP_TYPE_MISMATCH',
])

interface Entry {
  readonly opened: Promise<Opened>
  /** End of the last question: the next one waits for it. */
  turn: Promise<unknown>
  undoIdle: () => void
}

interface Opened {
  readonly client: OPCUAClient
  readonly access: SessionAccess
}

export interface SessionPoolOptions {
  readonly pki: Pki
  readonly log: Log
  readonly clock: Clock
}

export class SessionPool {
  readonly #options: SessionPoolOptions
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>()

  constructor(options: SessionPoolOptions) {
    this.#options = options
  }

  /** Runs `ask` on a session of this server; a session that turns out to be dead is replaced once, if `ask` may be repeated. */
  async use<T>(
    server: OpcuaServer,
    signal: AbortSignal,
    ask: (access: SessionAccess) => Promise<T>,
    mayRepeat = true,
  ): Promise<T> {
    const key = keyOf(server)
    const isReused = this.#entries.has(key)
    try {
      return await this.#ask(key, server, signal, ask)
    } catch (error) {
      if (isGatewayError(error) && answers.has(error.code)) throw error
      void this.#drop(key)
      if (!isReused || !mayRepeat || signal.aborted) throw error
      this.#options.log.debug('session-replaced', { cause: causeText(error) })
      return this.#ask(key, server, signal, ask)
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((key) => this.#drop(key)))
  }

  async #ask<T>(
    key: string,
    server: OpcuaServer,
    signal: AbortSignal,
    ask: (access: SessionAccess) => Promise<T>,
  ): Promise<T> {
    const entry = this.#entries.get(key) ?? this.#open(server)
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    this.#closeOldest()
    entry.undoIdle()
    const turn = entry.turn
      .catch(() => undefined)
      .then(async () => {
        signal.throwIfAborted()
        return ask((await entry.opened).access)
      })
    entry.turn = turn
    try {
      return await turn
    } finally {
      entry.undoIdle()
      entry.undoIdle = this.#options.clock.after(idleMs, () => this.#entries.get(key) === entry && void this.#drop(key))
    }
  }

  #open(server: OpcuaServer): Entry {
    // Not bound to the signal of the first question: the session outlives it. Its own time-outs end it.
    const opened = this.#connect(server, new AbortController().signal)
    opened.catch(() => undefined)
    return { opened, turn: Promise.resolve(), undoIdle: () => {} }
  }

  async #connect(server: OpcuaServer, signal: AbortSignal): Promise<Opened> {
    const { pki } = this.#options
    const { client, picked } = await openVerifiedChannel(server, pki, signal)
    try {
      const session = await openSession(server, client, pki, signal, picked)
      return { client, access: await SessionAccess.open(session, server.endpointUrl) }
    } catch (error) {
      void closeClient(client)
      throw error
    }
  }

  #closeOldest(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= sessionsLimit) return
      void this.#drop(key)
    }
  }

  async #drop(key: string): Promise<void> {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    entry.undoIdle()
    const opened = await entry.opened.catch(() => undefined)
    if (!opened) return
    await closeSession(opened.access.session)
    await closeClient(opened.client)
  }
}

function keyOf(server: OpcuaServer): string {
  const { endpointUrl, securityMode, securityPolicy, identity, allowUnencryptedPassword, allowDeprecatedUntil } = server
  return JSON.stringify([
    endpointUrl,
    securityMode,
    securityPolicy,
    identity,
    allowUnencryptedPassword,
    allowDeprecatedUntil,
  ])
}
