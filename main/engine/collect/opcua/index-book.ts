import type { Clock } from '../../kit/clock.ts'
import { causeText, GatewayError, isGatewayError } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { translateError } from './errors.ts'
import { diffOf } from './index-diff.ts'
import { type IndexEntry, type IndexProgress, type IndexState, indexKeyOf, progressOf } from './index-entry.ts'
import { IndexFiles, type StoredIndex } from './index-file.ts'
import { IndexTable } from './index-table.ts'
import { IndexWalk } from './index-walk.ts'
import type { OpcuaServer } from './opcua-server.ts'
import { pause } from './pause.ts'
import type { SessionPool } from './session-pool.ts'

// The address spaces of the servers somebody looks at: from disk at once, read again in the background, searchable all the
// while. While a server is read again the index of before is shown; the new one takes its place when it is done. Whatever is
// shown, `statusOf` says how complete it is.

/** Servers walked at the same time: each walk is one session and one request in flight. */
const walksLimit = 2
/** Indexes in memory beside the walks; the others come back from disk. */
const keptLimit = 4
/** `start` does not walk again what was walked within this time. */
const freshMs = 600_000
/** Waits before a walk that lost its server goes on. */
const retryMs = [1000, 2000, 5000, 10_000, 20_000] as const

export interface IndexBookOptions {
  /** Where indexes are kept; undefined = in memory only. */
  readonly folder: string | undefined
  readonly pool: SessionPool
  readonly log: Log
  readonly clock: Clock
}

export class IndexBook {
  readonly #options: IndexBookOptions
  readonly #files: IndexFiles | undefined
  /** Least recently used first. */
  readonly #entries = new Map<string, IndexEntry>()
  /** Walks, until what they found is on disk. */
  readonly #running = new Set<Promise<void>>()
  #generation = 0

  constructor(options: IndexBookOptions) {
    this.#options = options
    this.#files = options.folder === undefined ? undefined : new IndexFiles(options.folder, options.log)
  }

  /** Walks the server unless it was walked a moment ago or is being walked; `again` walks it in any case. */
  async start(server: OpcuaServer, again: boolean): Promise<IndexProgress> {
    const entry = await this.#entry(server)
    const { shown } = entry
    const isFresh = shown?.complete === true && this.#options.clock.now() - shown.takenAt < freshMs
    if (!entry.walking && (again || !isFresh)) this.#begin(entry)
    return progressOf(entry)
  }

  /** What was found until now stays. */
  async cancel(server: OpcuaServer): Promise<IndexProgress> {
    const entry = await this.#entry(server)
    entry.walking?.abort.abort(stopped())
    await entry.walking?.done
    return progressOf(entry)
  }

  async progress(server: OpcuaServer): Promise<IndexProgress> {
    return progressOf(await this.#entry(server))
  }

  async stop(): Promise<void> {
    for (const { walking } of this.#entries.values()) walking?.abort.abort(stopped())
    await Promise.all(this.#running)
  }

  async #entry(server: OpcuaServer): Promise<IndexEntry> {
    const key = indexKeyOf(server)
    const entry = this.#entries.get(key) ?? this.#load(key, server)
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    this.#trim()
    await entry.loaded
    return entry
  }

  #load(key: string, server: OpcuaServer): IndexEntry {
    const loading = this.#files?.load(key) ?? Promise.resolve(undefined)
    const entry: IndexEntry = {
      server,
      shown: undefined,
      walking: undefined,
      state: 'none',
      about: 0,
      failure: undefined,
      diff: undefined,
      loaded: loading.then((stored) => {
        if (!stored) return
        entry.shown = { ...stored, generation: ++this.#generation }
        entry.state = stored.complete ? 'complete' : 'limited'
        entry.about = stored.table.count
      }),
    }
    return entry
  }

  #begin(entry: IndexEntry): void {
    const walks = [...this.#entries.values()].filter(({ walking }) => walking).length
    if (walks >= walksLimit) {
      throw new GatewayError('BUSY', `${walksLimit} servers are being read already`, {
        hint: 'Wait until one of them is done, or stop it.',
      })
    }
    // A part of a walk that was stopped gives way to the new one as it grows.
    if (entry.shown && !entry.shown.complete && entry.state !== 'limited') entry.shown = undefined
    const { pool, clock } = this.#options
    const { server } = entry
    const table = new IndexTable()
    const abort = new AbortController()
    const { signal } = abort
    const walk = new IndexWalk({
      table,
      clock,
      signal,
      timeoutMs: server.requestTimeoutMs,
      use: (ask) => pool.use(server, signal, ask),
    })
    const done = this.#walk(entry, walk, table, signal)
    this.#running.add(done)
    void done.finally(() => this.#running.delete(done))
    entry.walking = { table, walk, abort, generation: ++this.#generation, done }
    entry.state = 'walking'
    entry.failure = undefined
  }

  /** Never rejects. */
  async #walk(entry: IndexEntry, walk: IndexWalk, table: IndexTable, signal: AbortSignal): Promise<void> {
    const { log, clock } = this.#options
    const endpoint = entry.server.endpointUrl
    const from = clock.monotonic()
    log.info('index-started', { endpoint })
    try {
      const end = await this.#persist(entry.server, walk, signal)
      const { refused, cut, requests } = walk.counts
      const stored = { table, takenAt: clock.now(), complete: end === 'complete' && cut === 0, refused, cut }
      if (entry.shown) entry.diff = await diffOf(entry.shown.table, table, signal)
      const seconds = Math.round((clock.monotonic() - from) / 1000)
      const { added, gone } = entry.diff ?? {}
      log.info('index-done', { endpoint, end, nodes: table.count, refused, cut, requests, seconds, added, gone })
      this.#show(entry, stored, end === 'complete' ? 'complete' : 'limited')
      await this.#files?.save(indexKeyOf(entry.server), endpoint, stored)
    } catch (error) {
      const { refused, cut, about } = walk.counts
      const isCancelled = signal.aborted
      log.info(isCancelled ? 'index-cancelled' : 'index-failed', {
        endpoint,
        nodes: table.count,
        cause: causeText(error),
      })
      entry.failure = isCancelled ? undefined : translateError(error, { address: endpoint, doing: 'reading its nodes' })
      // A part of a first walk is better than nothing; the whole of a former one is better than a part.
      const state = isCancelled ? 'cancelled' : 'failed'
      if (entry.shown?.complete) this.#rest(entry, state)
      else this.#show(entry, { table, takenAt: clock.now(), complete: false, refused, cut }, state, about)
    }
  }

  /** Goes on after a lost connection where it was. */
  async #persist(server: OpcuaServer, walk: IndexWalk, signal: AbortSignal): Promise<'complete' | 'limited'> {
    let browsed = -1
    for (let tries = 0; ; tries++) {
      try {
        return await walk.run()
      } catch (error) {
        signal.throwIfAborted()
        const reason = translateError(error, { address: server.endpointUrl, doing: 'reading its nodes' })
        if (walk.counts.browsed > browsed) tries = 0
        browsed = walk.counts.browsed
        const delayMs = retryMs[tries]
        if (reason.retry !== 'soon' || isGatewayError(error, 'OPCUA_SESSION_LOST') || delayMs === undefined)
          throw reason
        if (browsed === 0) throw reason
        this.#options.log.info('index-interrupted', { endpoint: server.endpointUrl, cause: causeText(error), delayMs })
        await pause(this.#options.clock, delayMs, signal)
      }
    }
  }

  #show(entry: IndexEntry, stored: StoredIndex, state: IndexState, about = stored.table.count): void {
    const generation = entry.walking?.generation ?? ++this.#generation
    entry.shown = { ...stored, generation }
    entry.about = Math.max(about, stored.table.count)
    this.#rest(entry, state)
  }

  #rest(entry: IndexEntry, state: IndexState): void {
    entry.walking = undefined
    entry.state = state
  }

  #trim(): void {
    const idle = [...this.#entries].filter(([, { walking }]) => !walking)
    for (const [key] of idle.slice(0, Math.max(0, idle.length - keptLimit))) this.#entries.delete(key)
  }
}

const stopped = (): GatewayError => new GatewayError('STOPPED', 'The index was stopped', { retry: 'never' })
