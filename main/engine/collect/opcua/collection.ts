import type { OPCUAClient } from 'node-opcua-client'
import type { CollectionOptions } from './collection-options.ts'
import { closeSession, openSession } from './connection.ts'
import type { PickedEndpoint } from './endpoint.ts'
import { statusNameOf } from './errors.ts'
import type { Kept, Present } from './kept.ts'
import { makeKept } from './make-kept.ts'
import { causes, MissingValues } from './missing-values.ts'
import type { OnlineFacts } from './online-detail.ts'
import { Pace } from './pace.ts'
import type { PolledNode } from './poller.ts'
import { reactivated } from './reactivate.ts'
import { ReadingInTurn } from './reading-in-turn.ts'
import { Resuming } from './resuming.ts'
import { cannotSubscribe, isCurrent, isFull, runOf } from './server-run.ts'
import { SessionAccess } from './session-access.ts'
import { watchBeside } from './watch-beside.ts'
import type { WatchedNodes } from './watched-nodes.ts'

// Session, subscriptions and watched nodes of one server, across connections and across our own restarts. On a new channel it
// takes the old session up again; if the server has forgotten it, it moves the subscriptions to a new session; if that is not
// possible either, it builds everything anew and has what was missed filled from the history, or declared.

/** Monitored items in the first request. */
const firstBatch = 100

export class Collection {
  readonly #options: CollectionOptions
  #present: Present | undefined
  #kept: Kept | undefined
  #picked: PickedEndpoint | undefined
  /** A server nobody knows begins with small requests, which grow while it answers quickly. */
  readonly #pace = new Pace(10_000, firstBatch)
  readonly #inTurn: ReadingInTurn
  #isPaused = false
  readonly #resuming: Resuming
  #isEstablished = false
  readonly #missing: MissingValues

  constructor(options: CollectionOptions) {
    this.#options = options
    this.#missing = new MissingValues(options)
    this.#resuming = new Resuming(options.log)
    const lost = (error: unknown) => this.#present && options.lost(this.#present.client, error)
    const missing = (slots: Iterable<number>, sinceMs: number) => this.#missing.since(slots, sinceMs)
    this.#inTurn = new ReadingInTurn({ ...options, lost, missing, again: () => void this.#subscribeAgain() })
  }

  /** Undefined between connections. */
  get present(): Present | undefined {
    return this.#present
  }

  /** Undefined before the first connection. */
  get nodes(): WatchedNodes | undefined {
    return this.#kept?.nodes
  }

  /** How many tags are collected in which way, and what the server grants. */
  get facts(): Pick<OnlineFacts, 'watched' | 'polled' | 'slowerPublishingMs'> {
    const { nodes, subscriptions } = (!this.isPolled && this.#kept) || {}
    const { slowerPublishingMs } = subscriptions ?? {}
    return { watched: nodes?.watched ?? 0, polled: this.#inTurn.size, slowerPublishingMs }
  }

  /** Where a tag is that is read in turn. */
  readonly polledNodeOf = (slot: number): PolledNode | undefined => this.#inTurn.nodeOf(slot)

  /** False while the server is subscribed to, be it for some of the tags. */
  get isPolled(): boolean {
    return this.#inTurn.poller !== undefined
  }

  get silentKeepAlives(): number {
    if (this.isPolled) return 0
    return this.#kept?.subscriptions.silentKeepAlives ?? 0
  }

  /** While paused the server keeps the values. */
  pause(paused: boolean): void {
    this.#isPaused = paused
    this.#inTurn.pause(paused)
    this.#kept?.subscriptions.pause(paused)
  }

  /** Resolves when values come. Rejects when the server does not let us; what was kept is kept for the next try. */
  async establish(client: OPCUAClient, picked: PickedEndpoint, signal: AbortSignal): Promise<void> {
    this.#picked = picked
    if (!(await this.#takeUp(client))) await this.#move(client, signal)
    this.#isEstablished = true
    this.#options.resume?.established()
    if (this.#present) {
      await this.#accountForPolled(this.#present.access)
      this.#options.backfill.attach(this.#present.access)
    }
    // At once: whoever is killed in the first second must know where to go on, too.
    await this.persist()
  }

  /** The connection went. */
  suspend(): void {
    this.#isEstablished = false
    this.#present = undefined
    this.#options.backfill.suspend()
    this.#options.events.suspend()
    this.#inTurn.suspend()
    this.#kept?.subscriptions.detach()
    this.#kept?.nodes.suspend()
  }

  /** Once a second: what the next process needs. */
  async persist(): Promise<void> {
    // The record of before stays until what was missed since then is filled or declared: else a kill in between loses it.
    if (!this.#isEstablished || this.#missing.isOpen || this.#options.backfill.isBusy) return
    const { resume, polled } = this.#options
    const { slots = new Set<number>(), roundAt = 0 } = this.#inTurn.reading ?? {}
    await polled?.save(slots, roundAt)
    if (this.#kept && this.#picked) await resume?.save(this.#kept, this.#picked)
  }

  /** Tags came or went: watches what is new, lets go of what is not wanted any more. */
  async tagsChanged(retired: readonly number[]): Promise<void> {
    const [present, kept] = [this.#present, this.#kept]
    if (!present || !this.#isEstablished) return
    const { poller } = this.#inTurn
    if (poller) await poller.attach(present.access)
    if (poller || !kept) return
    await kept.nodes.unwatch(present.access, retired)
    await kept.nodes.watch(present.access)
  }

  /**
   * Whether the server would hand our subscriptions to the next process: to an anonymous user only on a secured channel
   * (Part 4, 5.14.7). Where it would not, they would only burden it.
   */
  get canResume(): boolean {
    return (
      this.#isEstablished &&
      (this.#picked?.securityMode !== 'None' || this.#options.config.identity.type !== 'anonymous')
    )
  }

  /** Takes no more notifications; what was taken is still committed. */
  quiesce(): void {
    this.#kept?.subscriptions.detach()
  }

  /** Nothing is kept; returns what the caller has to close. */
  end(): Present | undefined {
    const present = this.#present
    this.#present = undefined
    this.#inTurn.suspend()
    this.#options.backfill.suspend()
    this.#options.events.suspend()
    this.#drop(this.#kept)
    return present
  }

  /** Activates the session of before on the new channel: nothing was forgotten while we were away. */
  async #takeUp(client: OPCUAClient): Promise<boolean> {
    const kept = this.#kept
    if (!kept?.session) return false
    const { config, log } = this.#options
    if (!(await reactivated(client, kept.session, config.requestTimeoutMs, log))) return false
    const access = await SessionAccess.open(kept.session, config.endpointUrl)
    this.#present = { client, access }
    const current = isCurrent(kept, access, runOf(client, access))
    if (!current || !(await this.#resuming.resume(kept.subscriptions, kept.session))) {
      log.info('session-outdated', { current })
      this.#giveUp(kept)
      await closeSession(kept.session)
      return false
    }
    await this.#goOn(kept, access)
    log.info('session-taken-up')
    this.#options.modelChanged()
    return true
  }

  /** A new session, with the old subscriptions where the server hands them over. */
  async #move(client: OPCUAClient, signal: AbortSignal): Promise<void> {
    const { config, pki, log, resume } = this.#options
    const session = await openSession(config, client, pki, signal, this.#picked)
    const access = await SessionAccess.open(session, config.endpointUrl)
    this.#present = { client, access }
    await this.#options.prepare(access)
    if (this.#inTurn.isLasting) return this.#poll(access)
    const run = runOf(client, access)
    this.#kept ??= resume?.recall(access, (namespaces, serverRun) => this.#make(client, namespaces, serverRun))
    const kept = this.#kept
    if (kept && isCurrent(kept, access, run) && (await kept.subscriptions.transfer(session))) {
      this.#kept = { ...kept, session }
      log.info('subscriptions-moved')
      await kept.nodes.removeUnknown(access)
      await this.#goOn(kept, access)
      return
    }
    if (kept) this.#giveUp(kept)
    await this.#build(client, access)
  }

  /** With the subscriptions of before: what they keep for us comes by itself. */
  async #goOn(kept: Kept, access: SessionAccess): Promise<void> {
    await kept.nodes.watch(access)
    await watchBeside(this.#options, kept, access)
    await this.#missing.account(access, causes.unwatched)
  }

  async #build(client: OPCUAClient, access: SessionAccess): Promise<void> {
    const kept = await this.#subscribe(client, access)
    if (!kept) return this.#poll(access)
    await watchBeside(this.#options, kept, access)
    await this.#missing.account(access)
  }

  /** Undefined when the server gives no subscription, and reading in turn is allowed instead. */
  async #subscribe(client: OPCUAClient, access: SessionAccess): Promise<Kept | undefined> {
    const { config, tags, intake, log } = this.#options
    intake.forget()
    tags.resetHandles()
    const kept = { ...this.#make(client, access.namespaces, runOf(client, access)), session: access.session }
    this.#kept = kept
    kept.subscriptions.attach(access.session)
    try {
      await kept.nodes.watch(access)
    } catch (error) {
      if (config.mode === 'subscribe' || !cannotSubscribe(error)) throw error
      log.warn('polling-instead', { status: statusNameOf(error) })
      this.#drop(kept)
      this.#inTurn.refused(isFull(error))
      return undefined
    }
    await this.#inTurn.end(access)
    return kept
  }

  /** Others may have given their subscriptions back meanwhile; until then the server goes on being read in turn. */
  async #subscribeAgain(): Promise<void> {
    const present = this.#present
    if (!present || !this.isPolled || !this.#isEstablished) return
    try {
      const kept = await this.#subscribe(present.client, present.access)
      if (!kept) return this.#inTurn.later()
      await watchBeside(this.#options, kept, present.access)
      await this.persist()
    } catch (error) {
      if (this.#present === present) this.#options.lost(present.client, error)
    }
  }

  /** Reads in turn; what was missed while we were away may be in the history. */
  async #poll(access: SessionAccess): Promise<void> {
    await this.#inTurn.begin(access)
    await this.#missing.account(access, causes.polled)
  }

  /** Of the process before: nothing was read while there was none. */
  async #accountForPolled(access: SessionAccess): Promise<void> {
    const before = this.#options.polled?.recall()
    if (!before) return
    this.#missing.since(before.slots, before.atMs)
    await this.#missing.account(access, causes.notPolled)
  }

  #make(client: OPCUAClient, namespaces: readonly string[], serverRun: string): Kept {
    return makeKept(this.#options, {
      namespaces,
      serverRun,
      pace: this.#pace,
      isPaused: this.#isPaused,
      // Subscriptions that were given up, or that moved on to another client, speak of the present one or not at all.
      lost: (subscriptions, error) => {
        if (this.#kept?.subscriptions === subscriptions) this.#options.lost(this.#present?.client ?? client, error)
      },
      gap: (...lost) => this.#missing.onTheirWay(this.#kept, ...lost),
      read: (access, slots) => this.#inTurn.readSurplus(access, slots),
    })
  }

  #giveUp(kept: Kept): void {
    this.#missing.givenUp(kept)
    this.#drop(kept)
  }

  #drop(kept: Kept | undefined): void {
    kept?.subscriptions.detach()
    kept?.nodes.close()
    if (this.#kept === kept) this.#kept = undefined
  }
}
