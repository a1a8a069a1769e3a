import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { closeClient, closeSession, openSession, openVerifiedChannel } from './connection.ts'
import type { Pki } from './pki.ts'
import { SessionAccess } from './session-access.ts'

// Non-transparent redundancy (Part 4, 6.6.2): several servers with the same data, one of them used. Whoever can not be reached
// is left for the next one; who says by its ServiceLevel that it is not well is left for one that is better.

/** Part 4, 6.6.2.4.2: from 200 healthy, below 100 no or doubtful data. */
const healthyFrom = 200
const leaveBelow = 100

export interface ServerSetOptions {
  readonly config: OpcuaConnectorConfig
  readonly pki: Pki
  readonly log: Log
}

export class ServerSet {
  readonly #options: ServerSetOptions
  readonly #addresses: readonly string[]
  #at = 0

  constructor(options: ServerSetOptions) {
    this.#options = options
    this.#addresses = [options.config.endpointUrl, ...options.config.alternates]
  }

  get isAlone(): boolean {
    return this.#addresses.length === 1
  }

  /** The configuration with the address that is to be used now. */
  get current(): OpcuaConnectorConfig {
    return { ...this.#options.config, endpointUrl: this.#addresses[this.#at]! }
  }

  /** The present one can not be reached: the next one gets its turn. */
  failed(): void {
    this.#at = (this.#at + 1) % this.#addresses.length
  }

  /** True when another server is to be used from now on; `level` is what the present one says of itself. */
  async moves(level: number, signal: AbortSignal): Promise<boolean> {
    if (this.isAlone || level >= healthyFrom) return false
    let best = { at: this.#at, level }
    for (const at of this.#addresses.keys()) {
      if (at === this.#at) continue
      const other = await this.#levelOf(at, signal)
      if (other > best.level) best = { at, level: other }
    }
    const worthIt = best.level >= healthyFrom || level < leaveBelow
    if (best.at === this.#at || !worthIt) return false
    this.#options.log.info('server-changed', {
      from: this.#addresses[this.#at],
      level,
      to: this.#addresses[best.at],
      toLevel: best.level,
    })
    this.#at = best.at
    return true
  }

  /** -1 when it can not be asked. */
  async #levelOf(at: number, signal: AbortSignal): Promise<number> {
    const { config, pki, log } = this.#options
    const server = { ...config, endpointUrl: this.#addresses[at]! }
    try {
      const { client, picked } = await openVerifiedChannel(server, pki, signal)
      try {
        const session = await openSession(server, client, pki, signal, picked)
        const access = await SessionAccess.open(session, server.endpointUrl)
        const level = await access.readServiceLevel()
        await closeSession(session)
        return level
      } finally {
        void closeClient(client)
      }
    } catch (error) {
      log.info('alternate-unreachable', { address: server.endpointUrl, cause: causeText(error) })
      return -1
    }
  }
}
