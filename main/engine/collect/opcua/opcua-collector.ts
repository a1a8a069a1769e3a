import { join } from 'node:path'
import type { OPCUAClient } from 'node-opcua-client'
import type { OpcuaConnectorConfig, OpcuaDeviceConfig } from '../../../../shared/config/opcua.ts'
import type { TagIndex } from '../../../../shared/sample.ts'
import type { Clock } from '../../kit/clock.ts'
import type { LinkPolicy, LinkState } from '../../kit/connection-machine.ts'
import { causeText, GatewayError } from '../../kit/gateway-error.ts'
import { Cleanup, type Deadline, once, settledBy } from '../../kit/lifecycle.ts'
import { Link } from '../../kit/link.ts'
import { ObservableValue } from '../../kit/observable.ts'
import type { IssueSink } from '../../observe/issues.ts'
import type { Log } from '../../observe/log.ts'
import type { Collector, CollectorStatus, GapSink, SampleSink, TagPage, TagQuery } from '../../pipeline/stages.ts'
import { Backfill } from './backfill.ts'
import { Collection } from './collection.ts'
import { closeClient, closeSession, openVerifiedChannel } from './connection.ts'
import { announcedElsewhere, type PickedEndpoint } from './endpoint.ts'
import { translateError } from './errors.ts'
import { EventWatch } from './event-watch.ts'
import { Intake } from './intake.ts'
import type { Present } from './kept.ts'
import { Overflows } from './overflows.ts'
import type { Pki } from './pki.ts'
import { ResumePoint } from './resume-point.ts'
import { RuleWatch } from './rule-watch.ts'
import { Rules } from './rules.ts'
import { ServerIssues } from './server-issues.ts'
import { ServerSet } from './server-set.ts'
import { tagPage } from './tag-page.ts'
import { TagTable } from './tag-table.ts'
import { flattenTags } from './tags.ts'

// One OPC UA server. Guarantees to the pipeline: every notification the server sent is handed to the sink in order, and
// acknowledged only after the sink has committed it; a gap that can not be filled is an issue, never silent.

export interface OpcuaCollectorOptions {
  /** Secrets resolved. */
  readonly config: OpcuaConnectorConfig
  readonly firstTag: TagIndex
  readonly sink: SampleSink
  readonly issues: IssueSink
  readonly log: Log
  readonly clock: Clock
  readonly pki: Pki
  /** Where values are recorded that are lost for good. */
  readonly gaps: GapSink
  /** Adds keys that a rule found to the mapping; the tag of the first one, the others follow. */
  readonly extendTags: (devices: readonly OpcuaDeviceConfig[]) => TagIndex
  /** Folder for what the next process needs to go on; absent = a restart begins anew. */
  readonly stateFolder?: string
}

/** Small first waits: a restarted server on the same machine is back within two seconds. */
const linkPolicy: LinkPolicy = { baseMs: 500, capMs: 30_000, patientMs: 300_000, healthyMs: 10_000 }
/** How often counts are refreshed and the silence of the server is measured. */
const tickMs = 1000
/** A question at least this often, also where values and keep-alives come seldom. */
const probeMs = 30_000
/** Overflows are gathered for so long before the history is asked for them. */
const overflowTicks = 10
/** Servers that do not tell of new nodes are looked over every ten minutes. */
const rescanTicks = 600
/** How often a server with alternates is asked for its service level, and how long the others may take to answer. */
const levelTicks = 5
const compareMs = 30_000
/** Between two tries whether the server trusts the renewed certificate. */
const renewalTicks = 60
/** A commit takes 50 to 250 ms; what takes longer is republished after the restart. */
const drainMs = 1000
/** Silent for so many keep-alives: it is connected and dead. */
const silentKeepAlives = 3

export class OpcuaCollector implements Collector {
  readonly name: string
  readonly status: ObservableValue<CollectorStatus>
  readonly #options: OpcuaCollectorOptions
  readonly #tags: TagTable
  readonly #issues: ServerIssues
  readonly #intake: Intake
  readonly #link: Link
  readonly #cleanup = new Cleanup()
  readonly #collection: Collection
  readonly #backfill: Backfill
  readonly #overflows: Overflows
  readonly #resume: ResumePoint | undefined
  readonly #ruleWatch: RuleWatch
  readonly #servers: ServerSet
  readonly #stopping = new AbortController()
  /** Rejects the connection that is being made. */
  #interrupt: ((error: unknown) => void) | undefined
  #lastError: GatewayError | undefined
  /** Undefined before the first connection of this process. */
  #securedBefore: boolean | undefined
  #usesPrevious = false
  #isComparing = false
  #wasConnecting = false
  #announced: string | undefined
  #crowded = false
  #probedAt = 0
  #ticks = 0

  constructor(options: OpcuaCollectorOptions) {
    const { config, firstTag, sink, issues, log, clock, pki } = options
    this.#options = options
    this.name = `opcua ${config.id}`
    this.#tags = new TagTable(flattenTags(config, firstTag))
    const path = options.stateFolder && config.resume ? join(options.stateFolder, config.id) : undefined
    this.#resume = path === undefined ? undefined : new ResumePoint({ path, config, tags: this.#tags, log })
    this.#issues = new ServerIssues(issues, { id: config.id, name: config.name })
    const crowded = (isCrowded: boolean) => {
      this.#crowded = isCrowded
      this.#applyPressure()
    }
    const events = new EventWatch({ events: config.events, connector: config, issues, log })
    const tags = this.#tags
    this.#ruleWatch = new RuleWatch({
      rules: new Rules({ config, tags, issues: this.#issues, log, extendTags: options.extendTags }),
      tags,
      intake: () => this.#intake,
      clock,
      log,
      signal: this.#stopping.signal,
      access: () => (this.#link.state.kind === 'online' ? this.#collection.present?.access : undefined),
      changed: (retired) => this.#collection.tagsChanged(retired),
    })
    this.#intake = new Intake({ tags: this.#tags, sink, clock, log, enums: this.#ruleWatch.enums, crowded, events })
    this.#servers = new ServerSet({ config, pki, log })
    this.#backfill = new Backfill({
      config,
      tags,
      intake: this.#intake,
      sink,
      gaps: options.gaps,
      clock,
      log,
    })
    this.#overflows = new Overflows({
      config,
      tags,
      intake: this.#intake,
      gaps: options.gaps,
      backfill: this.#backfill,
    })
    this.#collection = new Collection({
      config,
      tags,
      intake: this.#intake,
      sink,
      events,
      issues: this.#issues,
      backfill: this.#backfill,
      pki,
      clock,
      log,
      resume: this.#resume,
      prepare: async (access) => void (await this.#ruleWatch.prepare(access)),
      modelChanged: () => this.#ruleWatch.soon(),
      lost: (client, error) => this.#lost(client, error),
    })
    this.status = new ObservableValue<CollectorStatus>({
      state: 'idle',
      since: clock.now(),
      detail: 'Not started',
      tags: this.#tags.active,
      tagsGood: 0,
    })
    this.#link = new Link(linkPolicy, clock, {
      connect: (signal) => this.#connect(signal),
      changed: (state, error, nextTryAt) => this.#changed(state, error, nextTryAt),
    })
  }

  async start(): Promise<void> {
    const { sink, pki, clock } = this.#options
    await this.#resume?.load()
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
    await this.#resume?.remove()
  })

  async #end(deadline: Deadline, comesBack: boolean): Promise<void> {
    this.#cleanup.run()
    this.#stopping.abort()
    this.#ruleWatch.stop()
    this.#link.stop()
    const { clock } = this.#options
    const keeps = comesBack && this.#resume !== undefined && this.#collection.canResume
    this.#collection.quiesce()
    await settledBy(this.#intake.drained(), Math.min(deadline, clock.monotonic() + drainMs), clock)
    this.#overflows.record()
    await this.#collection.persist()
    this.#intake.close()
    const present = this.#collection.end()
    if (present) {
      const closing = closeSession(present.access.session, keeps).then(() => closeClient(present.client))
      await settledBy(closing, deadline, clock)
    }
    this.#setStatus({ state: 'idle', detail: 'Stopped' })
  }

  retry(): void {
    this.#link.retry()
    const { present } = this.#collection
    if (present && this.#usesPrevious) void this.#tryRenewed(present)
    // After sleep a socket may be dead without knowing it: the next tick asks the server something.
    this.#probedAt = Number.NEGATIVE_INFINITY
  }

  tagPage(query: TagQuery): TagPage {
    const { nodes, poller, present } = this.#collection
    return tagPage(
      { tags: this.#tags, intake: this.#intake, nodes, poller, namespaces: present?.access.namespaces },
      query,
    )
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { pki, log } = this.#options
    const config = this.#servers.current
    const { client, picked, warnings, usesPrevious } = await openVerifiedChannel(config, pki, signal)
    this.#refuseDowngrade(client, picked)
    const interrupted = new Promise<never>((_, reject) => {
      this.#interrupt = reject
    })
    client.once('close', (error?: Error | null) =>
      this.#lost(client, error ?? new Error('connection closed by the server')),
    )
    try {
      await Promise.race([this.#collection.establish(client, picked, signal), interrupted])
      if (signal.aborted) throw new GatewayError('STOPPED', 'Stopped while connecting', { retry: 'never' })
    } catch (error) {
      // Stopped meanwhile: `stop` saw no session yet, so nobody else closes this one.
      const session = signal.aborted ? this.#collection.present?.access.session : undefined
      this.#collection.suspend()
      if (session) await closeSession(session)
      void closeClient(client)
      throw this.#translate(error, 'setting up the subscriptions')
    } finally {
      this.#interrupt = undefined
    }
    this.#lastError = undefined
    this.#securedBefore = picked.securityMode !== 'None'
    this.#usesPrevious = usesPrevious
    this.#announced = announcedElsewhere(picked, config.endpointUrl)
    const until = config.allowDeprecatedUntil ?? ''
    const deprecated = picked.deprecated ? { policy: picked.securityPolicy, until } : undefined
    this.#issues.connected(picked.unsecured, warnings, { deprecated, usesPrevious })
    log.info('connected', { policy: picked.securityPolicy, mode: picked.securityMode, tags: this.#tags.active })
  }

  /** `auto` never ends in the open where it was secured before: that is what an attacker on the way would make of it. */
  #refuseDowngrade(client: OPCUAClient, { unsecured }: PickedEndpoint): void {
    const { config } = this.#options
    const secured = this.#securedBefore ?? (this.#resume?.security?.mode ?? 'None') !== 'None'
    if (!unsecured || !secured) return
    void closeClient(client)
    throw new GatewayError(
      'OPCUA_SECURITY_DOWNGRADE',
      `${config.endpointUrl} offers no security any more, although the last connection was secured`,
      {
        retry: 'after-config-change',
        hint: 'Find out why. If the server is meant to be open from now on, choose the security None.',
      },
    )
  }

  #lost(client: OPCUAClient, error: unknown): void {
    const reason = this.#translate(error, 'waiting for values')
    if (this.#interrupt) {
      this.#interrupt(reason)
      return
    }
    if (this.#collection.present?.client !== client) return
    this.#collection.suspend()
    void closeClient(client)
    this.#link.lost(reason)
  }

  get #isPressed(): boolean {
    return this.#crowded || this.#options.sink.pressure.value
  }

  #applyPressure(): void {
    this.#collection.pause(this.#isPressed)
  }

  #tick(): void {
    const overflows = this.#intake.takeOverflows()
    if (overflows > 0) this.#issues.overflow(overflows)
    void this.#collection.persist()
    this.#overflows.record()
    if (++this.#ticks % overflowTicks === 0) this.#overflows.fill()
    if (this.#ticks % rescanTicks === 0) this.#ruleWatch.soon()
    const { present } = this.#collection
    if (!present || this.#link.state.kind !== 'online') return
    this.#setStatus({ state: 'online', detail: this.#onlineDetail() })
    if (this.#collection.silentKeepAlives > silentKeepAlives) {
      this.#lost(
        present.client,
        new GatewayError('OPCUA_SILENT', `${this.#options.config.endpointUrl} is connected but says nothing any more`, {
          hint: 'The gateway connects anew by itself. If it goes on, restart the server.',
        }),
      )
      return
    }
    if (!this.#servers.isAlone && this.#ticks % levelTicks === 0) void this.#preferBetter(present)
    if (this.#usesPrevious && this.#ticks % renewalTicks === 0) void this.#tryRenewed(present)
    this.#probe(present)
  }

  /** Leaves a server that says of itself that it is not well, when another one is better. */
  async #preferBetter({ client, access }: Present): Promise<void> {
    if (this.#isComparing) return
    this.#isComparing = true
    const { endpointUrl } = this.#servers.current
    try {
      const level = await access.readServiceLevel()
      const timeout = AbortSignal.timeout(compareMs)
      if (!(await this.#servers.moves(level, AbortSignal.any([this.#stopping.signal, timeout])))) return
      const to = this.#servers.current.endpointUrl
      const message = `${endpointUrl} reports the service level ${level}: going on with ${to}`
      this.#lost(
        client,
        new GatewayError('OPCUA_SESSION_LOST', message, { hint: 'Look after the server that is left.' }),
      )
    } catch (error) {
      this.#options.log.debug('service-level-unknown', { cause: causeText(error) })
    } finally {
      this.#isComparing = false
    }
  }

  /** As soon as the server trusts the new certificate, the connection moves to it; the session of before is taken over. */
  async #tryRenewed({ client }: Present): Promise<void> {
    const { pki } = this.#options
    const config = this.#servers.current
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(config.requestTimeoutMs)])
    try {
      const tried = await openVerifiedChannel(config, pki, signal)
      void closeClient(tried.client)
      if (tried.usesPrevious) return
      this.#usesPrevious = false
      const message = `${config.endpointUrl} trusts the new certificate of the gateway now`
      this.#lost(client, new GatewayError('OPCUA_SESSION_LOST', message, { hint: 'It is used from now on.' }))
    } catch (error) {
      this.#options.log.debug('renewed-certificate-refused', { cause: causeText(error) })
    }
  }

  /** Long publishing intervals and sessions without subscriptions: a read keeps the session alive and notices a dead server. */
  #probe({ client, access }: Present): void {
    const { clock, config } = this.#options
    const now = clock.monotonic()
    const everyMs = Math.min(probeMs, (access.session.timeout || config.sessionTimeoutMs) / 3)
    if (now - this.#probedAt < everyMs) return
    this.#probedAt = now
    access.readServerState().catch((error: unknown) => this.#lost(client, error))
  }

  #translate(error: unknown, doing: string): GatewayError {
    return translateError(error, { address: this.#servers.current.endpointUrl, doing })
  }

  #onlineDetail(): string {
    const { watched } = this.#collection
    const paused = this.#isPressed ? '; paused until the values before are stored' : ''
    const { endpointUrl } = this.#servers.current
    const alternate = endpointUrl === this.#options.config.endpointUrl ? '' : ` on the alternate ${endpointUrl}`
    const elsewhere = this.#announced
      ? `; the server calls itself ${this.#announced}, the address typed is used instead`
      : ''
    const how = this.#collection.poller ? 'read in turn' : 'watched'
    return `Connected${alternate}, ${watched} of ${this.#tags.active} nodes are ${how}${paused}${elsewhere}`
  }

  #changed(state: LinkState, error: GatewayError | undefined, nextTryAt: number | undefined): void {
    if (state.kind === 'connecting')
      this.#setStatus({ state: 'connecting', detail: `Connecting to ${this.#servers.current.endpointUrl}` })
    if (state.kind !== 'waiting') this.#wasConnecting = state.kind === 'connecting'
    if (state.kind === 'online') {
      this.#probedAt = this.#options.clock.monotonic()
      this.#setStatus({ state: 'online', detail: this.#onlineDetail() })
    }
    if (state.kind !== 'waiting' || !error) return
    // One that was left for a better one has its successor already.
    if (this.#wasConnecting) this.#servers.failed()
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
    this.status.set({ ...next, since, tags: this.#tags.active, tagsGood })
  }
}
