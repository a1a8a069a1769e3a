import type { OPCUAClient } from 'node-opcua-client'
import type { LinkPolicy, LinkState } from '../../kit/connection-machine.ts'
import { causeText, GatewayError } from '../../kit/gateway-error.ts'
import { Cleanup, type Deadline, once, settledBy } from '../../kit/lifecycle.ts'
import { Link } from '../../kit/link.ts'
import { ObservableValue } from '../../kit/observable.ts'
import type { Collector, CollectorStatus, TagPage, TagQuery } from '../../pipeline/stages.ts'
import { type CollectorParts, type OpcuaCollectorOptions, partsOf } from './collector-parts.ts'
import { closeClient, closeSession, openVerifiedChannel } from './connection.ts'
import { downgradeError } from './downgrade.ts'
import { announcedElsewhere } from './endpoint.ts'
import { translateError } from './errors.ts'
import { onlineDetail } from './online-detail.ts'
import { tagPage } from './tag-page.ts'

// One OPC UA server. Guarantees to the pipeline: every notification the server sent is handed to the sink in order, and
// acknowledged only after the sink has committed it; a gap that can not be filled is an issue, never silent.

/** Small first waits: a restarted server on the same machine is back within two seconds. */
const linkPolicy: LinkPolicy = { baseMs: 500, capMs: 30_000, patientMs: 300_000, healthyMs: 10_000 }
/** How often counts are refreshed and the silence of the server is measured. */
const tickMs = 1000
/** Overflows are gathered for so long before the history is asked for them. */
const overflowTicks = 10
/** Servers that do not tell of new nodes are looked over every ten minutes. */
const rescanTicks = 600
/** A commit takes 50 to 250 ms; what takes longer is republished after the restart. */
const drainMs = 1000

export class OpcuaCollector implements Collector {
  readonly name: string
  readonly status: ObservableValue<CollectorStatus>
  readonly #options: OpcuaCollectorOptions
  readonly #parts: CollectorParts
  readonly #link: Link
  readonly #cleanup = new Cleanup()
  readonly #stopping = new AbortController()
  /** Rejects the connection that is being made. */
  #interrupt: ((error: unknown) => void) | undefined
  #lastError: GatewayError | undefined
  /** Undefined before the first connection of this process. */
  #securedBefore: boolean | undefined
  #wasConnecting = false
  #announced: string | undefined
  #crowded = false
  #ticks = 0

  constructor(options: OpcuaCollectorOptions) {
    this.#options = options
    const { config, clock } = options
    this.name = `opcua ${config.id}`
    this.#parts = partsOf(options, {
      signal: this.#stopping.signal,
      isOnline: () => this.#link.state.kind === 'online',
      crowded: (isCrowded) => {
        this.#crowded = isCrowded
        this.#applyPressure()
      },
      lost: (client, error) => this.#lost(client, error),
    })
    this.status = new ObservableValue<CollectorStatus>({
      state: 'idle',
      since: clock.now(),
      detail: 'Not started',
      tags: this.#parts.tags.active,
      tagsGood: 0,
    })
    this.#link = new Link(linkPolicy, clock, {
      connect: (signal) => this.#connect(signal),
      changed: (state, error, nextTryAt) => this.#changed(state, error, nextTryAt),
    })
  }

  async start(): Promise<void> {
    const { sink, pki, clock } = this.#options
    await this.#parts.resume?.load()
    await this.#parts.polled?.load()
    this.#cleanup.add(sink.pressure.subscribe(() => this.#applyPressure()))
    this.#cleanup.add(
      pki.onChange(() => {
        if (this.#lastError?.code === 'OPCUA_CERTIFICATE_UNTRUSTED') this.#link.retry()
      }),
    )
    this.#cleanup.add(clock.every(tickMs, () => this.#tick()))
    this.#link.start()
  }

  /** The gateway ends and comes back: what the server keeps for us meanwhile stays there. */
  readonly stop = once((deadline: Deadline): Promise<void> => this.#end(deadline, true))

  /** The connector is removed or switched off: nothing of it stays on the server. */
  readonly retire = once(async (deadline: Deadline): Promise<void> => {
    await this.#end(deadline, false)
    await this.#parts.resume?.remove()
    await this.#parts.polled?.remove()
  })

  async #end(deadline: Deadline, comesBack: boolean): Promise<void> {
    this.#cleanup.run()
    this.#stopping.abort()
    this.#parts.ruleWatch.stop()
    this.#link.stop()
    const { clock } = this.#options
    const keeps = comesBack && this.#parts.resume !== undefined && this.#parts.collection.canResume
    this.#parts.collection.quiesce()
    await settledBy(this.#parts.intake.drained(), Math.min(deadline, clock.monotonic() + drainMs), clock)
    this.#parts.overflows.record()
    await this.#parts.collection.persist()
    this.#parts.intake.close()
    const present = this.#parts.collection.end()
    if (present) {
      const closing = closeSession(present.access.session, keeps).then(() => closeClient(present.client))
      await settledBy(closing, deadline, clock)
    }
    this.#setStatus({ state: 'idle', detail: 'Stopped' })
  }

  retry(): void {
    this.#link.retry()
    this.#parts.watch.suspect(this.#parts.collection.present)
  }

  tagPage(query: TagQuery): TagPage {
    const { tags, intake, collection } = this.#parts
    const { nodes, polledNodeOf, present } = collection
    return tagPage({ tags, intake, nodes, polledNodeOf, namespaces: present?.access.namespaces }, query)
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { pki, log } = this.#options
    const config = this.#parts.servers.current
    const { client, picked, warnings, usesPrevious } = await openVerifiedChannel(config, pki, signal)
    const securedBefore = this.#securedBefore ?? (this.#parts.resume?.security?.mode ?? 'None') !== 'None'
    const downgraded = downgradeError(this.#options.config.endpointUrl, picked.unsecured, securedBefore)
    if (downgraded) {
      void closeClient(client)
      throw downgraded
    }
    const interrupted = new Promise<never>((_, reject) => {
      this.#interrupt = reject
    })
    client.once('close', (error?: Error | null) =>
      this.#lost(client, error ?? new Error('connection closed by the server')),
    )
    try {
      await Promise.race([this.#parts.collection.establish(client, picked, signal), interrupted])
      if (signal.aborted) throw new GatewayError('STOPPED', 'Stopped while connecting', { retry: 'never' })
    } catch (error) {
      // Stopped meanwhile: `stop` saw no session yet, so nobody else closes this one.
      const session = signal.aborted ? this.#parts.collection.present?.access.session : undefined
      this.#parts.collection.suspend()
      if (session) await closeSession(session)
      void closeClient(client)
      throw this.#translate(error, 'setting up the subscriptions')
    } finally {
      this.#interrupt = undefined
    }
    this.#lastError = undefined
    this.#securedBefore = picked.securityMode !== 'None'
    this.#parts.watch.connected(usesPrevious)
    this.#announced = announcedElsewhere(picked, config.endpointUrl)
    const until = config.allowDeprecatedUntil ?? ''
    const deprecated = picked.deprecated ? { policy: picked.securityPolicy, until } : undefined
    this.#parts.issues.connected(picked.unsecured, warnings, { deprecated, usesPrevious })
    log.info('connected', { policy: picked.securityPolicy, mode: picked.securityMode, tags: this.#parts.tags.active })
  }

  #lost(client: OPCUAClient, error: unknown): void {
    const reason = this.#translate(error, 'waiting for values')
    if (this.#interrupt) {
      this.#interrupt(reason)
      return
    }
    if (this.#parts.collection.present?.client !== client) return
    this.#parts.collection.suspend()
    void closeClient(client)
    this.#link.lost(reason)
  }

  get #isPressed(): boolean {
    return this.#crowded || this.#options.sink.pressure.value
  }

  #applyPressure(): void {
    this.#parts.collection.pause(this.#isPressed)
  }

  #tick(): void {
    const overflows = this.#parts.intake.takeOverflows()
    if (overflows > 0) this.#parts.issues.overflow(overflows)
    void this.#parts.collection.persist()
    this.#parts.overflows.record()
    if (++this.#ticks % overflowTicks === 0) this.#parts.overflows.fill()
    if (this.#ticks % rescanTicks === 0) this.#parts.ruleWatch.soon()
    const { present } = this.#parts.collection
    if (!present || this.#link.state.kind !== 'online') return
    this.#setStatus({ state: 'online', detail: this.#onlineDetail() })
    this.#parts.watch.look(present, this.#ticks)
  }

  #translate(error: unknown, doing: string): GatewayError {
    return translateError(error, { address: this.#parts.servers.current.endpointUrl, doing })
  }

  #onlineDetail(): string {
    const { tags, collection, servers } = this.#parts
    return onlineDetail({
      ...collection.facts,
      tags: tags.active,
      isPaused: this.#isPressed,
      address: servers.current.endpointUrl,
      configured: this.#options.config.endpointUrl,
      announced: this.#announced,
    })
  }

  #changed(state: LinkState, error: GatewayError | undefined, nextTryAt: number | undefined): void {
    if (state.kind === 'connecting')
      this.#setStatus({ state: 'connecting', detail: `Connecting to ${this.#parts.servers.current.endpointUrl}` })
    if (state.kind !== 'waiting') this.#wasConnecting = state.kind === 'connecting'
    if (state.kind === 'online') this.#setStatus({ state: 'online', detail: this.#onlineDetail() })
    if (state.kind !== 'waiting' || !error) return
    // One that was left for a better one has its successor already.
    if (this.#wasConnecting) this.#parts.servers.failed()
    this.#lastError = error
    this.#parts.issues.failed(error)
    this.#options.log.warn('connection-failed', { code: error.code, cause: causeText(error), delayMs: state.delayMs })
    this.#setStatus({ state: error.retry === 'soon' ? 'waiting' : 'faulted', detail: error.message, nextTryAt })
  }

  #setStatus(next: Pick<CollectorStatus, 'state' | 'detail' | 'nextTryAt'>): void {
    const before = this.status.value
    const tagsGood = next.state === 'online' ? this.#parts.intake.goodCount : 0
    const same = before.state === next.state && before.detail === next.detail && before.tagsGood === tagsGood
    if (same && before.nextTryAt === next.nextTryAt) return
    const since = before.state === next.state ? before.since : this.#options.clock.now()
    this.status.set({ ...next, since, tags: this.#parts.tags.active, tagsGood })
  }
}
