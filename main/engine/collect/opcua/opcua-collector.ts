import type { OPCUAClient } from 'node-opcua-client'
import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { TagIndex } from '../../../../shared/sample.ts'
import type { Clock } from '../../kit/clock.ts'
import type { LinkPolicy, LinkState } from '../../kit/connection-machine.ts'
import { causeText, GatewayError } from '../../kit/gateway-error.ts'
import { Cleanup, type Deadline, once, settledBy } from '../../kit/lifecycle.ts'
import { Link } from '../../kit/link.ts'
import { ObservableValue } from '../../kit/observable.ts'
import type { IssueSink } from '../../observe/issues.ts'
import type { Log } from '../../observe/log.ts'
import type { Collector, CollectorStatus, SampleSink } from '../../pipeline/stages.ts'
import { closeClient, closeSession, openSession, openVerifiedChannel } from './connection.ts'
import { statusNameOf, translateError } from './errors.ts'
import { Intake } from './intake.ts'
import type { Pki } from './pki.ts'
import type { RawSession } from './raw-session.ts'
import { ServerIssues } from './server-issues.ts'
import { SessionAccess } from './session-access.ts'
import { Subscriptions } from './subscriptions.ts'
import { flattenTags, type OpcuaTag } from './tags.ts'
import { WatchedNodes } from './watched-nodes.ts'
import { within } from './within.ts'

// One OPC UA server. Guarantees to the pipeline: every notification the server sent is handed to the sink in order, and
// acknowledged only after the sink has committed it; a gap that can not be filled is an issue, never silent. After a lost
// connection it takes the old session up again, else moves the subscriptions to a new one, else builds everything anew.

export interface OpcuaCollectorOptions {
  /** Secrets resolved. */
  readonly config: OpcuaConnectorConfig
  readonly firstTag: TagIndex
  readonly sink: SampleSink
  readonly issues: IssueSink
  readonly log: Log
  readonly clock: Clock
  readonly pki: Pki
}

/** Small first waits: a restarted server on the same machine is back within two seconds. */
const linkPolicy: LinkPolicy = { baseMs: 500, capMs: 30_000, patientMs: 300_000, healthyMs: 10_000 }
/** How often counts are refreshed and the silence of the server is measured. */
const tickMs = 1000
/** A question at least this often, also where values and keep-alives come seldom. */
const probeMs = 30_000
/** Silent for so many keep-alives: it is connected and dead. */
const silentKeepAlives = 3

interface Present {
  readonly client: OPCUAClient
  readonly session: RawSession
  readonly access: SessionAccess
}

/** What outlives a connection. */
interface Kept {
  readonly session: RawSession
  readonly namespaces: readonly string[]
  readonly subscriptions: Subscriptions
  readonly nodes: WatchedNodes
}

export class OpcuaCollector implements Collector {
  readonly name: string
  readonly status: ObservableValue<CollectorStatus>
  readonly #options: OpcuaCollectorOptions
  readonly #tags: readonly OpcuaTag[]
  readonly #issues: ServerIssues
  readonly #intake: Intake
  readonly #link: Link
  readonly #cleanup = new Cleanup()
  #present: Present | undefined
  #kept: Kept | undefined
  /** Rejects the connection that is being made. */
  #interrupt: ((error: unknown) => void) | undefined
  #lastError: GatewayError | undefined
  #crowded = false
  #probedAt = 0
  /** ms since the epoch; since when no values come. */
  #lostAt: number | undefined

  constructor(options: OpcuaCollectorOptions) {
    const { config, firstTag, sink, issues, log, clock } = options
    this.#options = options
    this.name = `opcua ${config.id}`
    this.#tags = flattenTags(config, firstTag)
    this.#issues = new ServerIssues(issues, { id: config.id, name: config.name })
    const crowded = (isCrowded: boolean) => {
      this.#crowded = isCrowded
      this.#applyPressure()
    }
    this.#intake = new Intake({ tags: this.#tags, sink, clock, log, crowded })
    this.status = new ObservableValue<CollectorStatus>({
      state: 'idle',
      since: clock.now(),
      detail: 'Not started',
      tags: this.#tags.length,
      tagsGood: 0,
    })
    this.#link = new Link(linkPolicy, clock, {
      connect: (signal) => this.#connect(signal),
      changed: (state, error, nextTryAt) => this.#changed(state, error, nextTryAt),
    })
  }

  async start(): Promise<void> {
    const { sink, pki, clock } = this.#options
    this.#cleanup.add(sink.pressure.subscribe(() => this.#applyPressure()))
    this.#cleanup.add(
      pki.onChange(() => {
        if (this.#lastError?.code === 'OPCUA_CERTIFICATE_UNTRUSTED') this.#link.retry()
      }),
    )
    this.#cleanup.add(clock.every(tickMs, () => this.#tick()))
    this.#link.start()
  }

  readonly stop = once(async (deadline: Deadline): Promise<void> => {
    this.#cleanup.run()
    this.#link.stop()
    this.#intake.close()
    const { clock } = this.#options
    const present = this.#present
    this.#present = undefined
    this.#drop(this.#kept)
    if (present) {
      const closing = closeSession(present.session).then(() => closeClient(present.client))
      await settledBy(closing, deadline, clock)
    }
    this.#setStatus({ state: 'idle', detail: 'Stopped' })
  })

  retry(): void {
    this.#link.retry()
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { config, pki, log } = this.#options
    const { client, picked, warnings } = await openVerifiedChannel(config, pki, signal)
    const interrupted = new Promise<never>((_, reject) => {
      this.#interrupt = reject
    })
    client.once('close', (error?: Error | null) =>
      this.#lost(client, error ?? new Error('connection closed by the server')),
    )
    try {
      await Promise.race([this.#establish(client, signal), interrupted])
      if (signal.aborted) throw new GatewayError('STOPPED', 'Stopped while connecting', { retry: 'never' })
    } catch (error) {
      // Stopped meanwhile: `stop` saw no session yet, so nobody else closes this one.
      const session = signal.aborted ? this.#present?.session : undefined
      this.#present = undefined
      this.#pauseKept()
      if (session) await closeSession(session)
      void closeClient(client)
      throw this.#translate(error, 'setting up the subscriptions')
    } finally {
      this.#interrupt = undefined
    }
    this.#lastError = undefined
    this.#lostAt = undefined
    this.#issues.connected(picked.unsecured, warnings)
    log.info('connected', { policy: picked.securityPolicy, mode: picked.securityMode, tags: this.#tags.length })
  }

  async #establish(client: OPCUAClient, signal: AbortSignal): Promise<void> {
    if ((await this.#takeUp(client)) === 'taken up') return
    const { config, pki } = this.#options
    const session = await openSession(config, client, pki, signal)
    const access = await SessionAccess.open(session, config.endpointUrl)
    this.#present = { client, session, access }
    const kept = this.#kept
    if (kept && isCurrent(kept, access) && (await kept.subscriptions.transfer(session))) {
      this.#kept = { ...kept, session }
      await kept.nodes.watch(access)
      return
    }
    this.#drop(kept)
    if (this.#lostAt !== undefined) this.#issues.away(this.#lostAt, this.#options.clock.now())
    await this.#build(access)
  }

  /** Activates the session of before on the new channel: nothing was forgotten while we were away. */
  async #takeUp(client: OPCUAClient): Promise<'taken up' | 'gone'> {
    const kept = this.#kept
    if (!kept) return 'gone'
    const { config, log } = this.#options
    try {
      const doing = 'taking the session up again'
      await within(client.reactivateSession(kept.session), { timeoutMs: config.requestTimeoutMs, doing })
    } catch (error) {
      log.info('session-gone', { status: statusNameOf(error) ?? causeText(error) })
      return 'gone'
    }
    const access = await SessionAccess.open(kept.session, config.endpointUrl)
    this.#present = { client, session: kept.session, access }
    const current = isCurrent(kept, access)
    if (!current || !(await kept.subscriptions.resume(kept.session))) {
      log.info('session-outdated', { current })
      this.#drop(kept)
      await closeSession(kept.session)
      return 'gone'
    }
    await kept.nodes.watch(access)
    log.info('session-taken-up')
    return 'taken up'
  }

  async #build(access: SessionAccess): Promise<void> {
    const { config, clock, log } = this.#options
    this.#intake.forget()
    const lost = (error: unknown) => this.#present && this.#lost(this.#present.client, error)
    const subscriptions = new Subscriptions({
      config,
      intake: this.#intake,
      clock,
      log,
      lost: (error) => this.#kept?.subscriptions === subscriptions && lost(error),
      gap: (messages, evidence) => this.#issues.gap(messages, evidence),
    })
    subscriptions.pause(this.#isPressed)
    const nodes = new WatchedNodes({ tags: this.#tags, subscriptions, issues: this.#issues, clock, log, lost })
    this.#kept = { session: access.session, namespaces: access.namespaces, subscriptions, nodes }
    subscriptions.attach(access.session)
    await nodes.watch(access)
  }

  #lost(client: OPCUAClient, error: unknown): void {
    const reason = this.#translate(error, 'waiting for values')
    if (this.#interrupt) {
      this.#interrupt(reason)
      return
    }
    if (this.#present?.client !== client) return
    this.#present = undefined
    this.#lostAt ??= this.#options.clock.now()
    this.#pauseKept()
    void closeClient(client)
    this.#link.lost(reason)
  }

  #pauseKept(): void {
    this.#kept?.subscriptions.detach()
    this.#kept?.nodes.suspend()
  }

  #drop(kept: Kept | undefined): void {
    kept?.subscriptions.detach()
    kept?.nodes.close()
    if (this.#kept === kept) this.#kept = undefined
  }

  get #isPressed(): boolean {
    return this.#crowded || this.#options.sink.pressure.value
  }

  #applyPressure(): void {
    this.#kept?.subscriptions.pause(this.#isPressed)
  }

  #tick(): void {
    const overflows = this.#intake.takeOverflows()
    if (overflows > 0) this.#issues.overflow(overflows)
    const present = this.#present
    if (!present || this.#link.state.kind !== 'online') return
    this.#setStatus({ state: 'online', detail: this.#onlineDetail() })
    if ((this.#kept?.subscriptions.silentKeepAlives ?? 0) > silentKeepAlives) {
      this.#lost(
        present.client,
        new GatewayError('OPCUA_SILENT', `${this.#options.config.endpointUrl} is connected but says nothing any more`, {
          hint: 'The gateway connects anew by itself. If it goes on, restart the server.',
        }),
      )
      return
    }
    this.#probe(present)
  }

  /** Long publishing intervals and sessions without subscriptions: a read keeps the session alive and notices a dead server. */
  #probe({ client, session, access }: Present): void {
    const { clock, config } = this.#options
    const now = clock.monotonic()
    const everyMs = Math.min(probeMs, (session.timeout || config.sessionTimeoutMs) / 3)
    if (now - this.#probedAt < everyMs) return
    this.#probedAt = now
    access.readServerState().catch((error: unknown) => this.#lost(client, error))
  }

  #translate(error: unknown, doing: string): GatewayError {
    return translateError(error, { address: this.#options.config.endpointUrl, doing })
  }

  #onlineDetail(): string {
    const watched = this.#kept?.nodes.watched ?? 0
    const paused = this.#isPressed ? '; paused until the values before are stored' : ''
    return `Connected, ${watched} of ${this.#tags.length} nodes are watched${paused}`
  }

  #changed(state: LinkState, error: GatewayError | undefined, nextTryAt: number | undefined): void {
    if (state.kind === 'connecting')
      this.#setStatus({ state: 'connecting', detail: `Connecting to ${this.#options.config.endpointUrl}` })
    if (state.kind === 'online') {
      this.#probedAt = this.#options.clock.monotonic()
      this.#setStatus({ state: 'online', detail: this.#onlineDetail() })
    }
    if (state.kind !== 'waiting' || !error) return
    this.#lastError = error
    this.#issues.failed(error)
    this.#options.log.warn('connection-failed', { code: error.code, cause: causeText(error), delayMs: state.delayMs })
    this.#setStatus({ state: error.retry === 'soon' ? 'waiting' : 'faulted', detail: error.message, nextTryAt })
  }

  #setStatus(next: Pick<CollectorStatus, 'state' | 'detail' | 'nextTryAt'>): void {
    const before = this.status.value
    const tagsGood = next.state === 'online' ? this.#intake.goodCount : 0
    const same = before.state === next.state && before.detail === next.detail && before.tagsGood === tagsGood
    if (same && before.nextTryAt === next.nextTryAt) return
    const since = before.state === next.state ? before.since : this.#options.clock.now()
    this.status.set({ ...next, since, tags: this.#tags.length, tagsGood })
  }
}

/** False when the server was rebuilt under the same session, or a batch of items was cut off and may exist twice. */
function isCurrent({ namespaces, nodes }: Kept, access: SessionAccess): boolean {
  if (nodes.isUncertain || namespaces.length !== access.namespaces.length) return false
  return namespaces.every((uri, index) => uri === access.namespaces[index])
}
