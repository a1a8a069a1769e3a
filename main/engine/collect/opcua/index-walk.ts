import type { ReferenceDescription } from 'node-opcua-client'
import type { Clock } from '../../kit/clock.ts'
import { isGatewayError } from '../../kit/gateway-error.ts'
import { type BrowsingAccess, browseStep, isBusy, isTooMuch } from './index-browse.ts'
import { IndexNumbering } from './index-numbering.ts'
import { IndexPace } from './index-pace.ts'
import { type IndexTable, nodesLimit } from './index-table.ts'
import { IndexTypes, type ReadingAccess } from './index-types.ts'
import { isRefusal } from './operation-limits.ts'
import { pause } from './pause.ts'

// Walks an address space into a table, breadth first from Objects, then from Root with all types and views. The rows of the
// table are the queue. Every node is browsed once, however many references lead to it, so cycles end by themselves.

export interface WalkAccess extends BrowsingAccess {
  readonly session: BrowsingAccess['session'] & ReadingAccess['session']
}

export interface WalkOptions {
  readonly table: IndexTable
  /** Lends the session for one step; others may ask between steps. */
  readonly use: <T>(ask: (access: WalkAccess) => Promise<T>) => Promise<T>
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly timeoutMs: number
  /** Nodes after which it stops. */
  readonly limit?: number
}

export interface WalkCounts {
  readonly browsed: number
  /** The server refused to show their children. */
  readonly refused: number
  /** Their children may be incomplete: continuation points were lost. */
  readonly cut: number
  readonly requests: number
  /** Nodes the whole server may have, from what is known so far. */
  readonly about: number
}

export type WalkEnd = 'complete' | 'limited'

/** Tries of a single node when the server is short of resources or does not answer in time. */
const triesLimit = 6
/** Part 3, 8.30; the type every Property has. */
const propertyType = 68
/** Of the last steps, for the estimate. */
const remembered = 0.9

export class IndexWalk {
  readonly #options: WalkOptions
  readonly #limit: number
  #pace: IndexPace | undefined
  readonly #numbering: IndexNumbering
  readonly #types: IndexTypes
  /** Next row to browse; Root itself is browsed when all below Objects is. */
  #cursor = 1
  #browsed = 0
  #refused = 0
  #cut = 0
  #requests = 0
  #recentNodes = 0
  #recentFound = 0

  constructor(options: WalkOptions) {
    this.#options = options
    this.#types = new IndexTypes(options.table.typeNames)
    this.#numbering = new IndexNumbering(options.table)
    this.#limit = Math.min(options.limit ?? nodesLimit, nodesLimit)
  }

  get counts(): WalkCounts {
    return {
      browsed: this.#browsed,
      refused: this.#refused,
      cut: this.#cut,
      requests: this.#requests,
      about: this.#about(),
    }
  }

  /** Rejects with STOPPED when the signal aborts, else with what the server or the network did. The table stays usable. */
  async run(): Promise<WalkEnd> {
    const { table, signal } = this.#options
    this.#seed()
    for (;;) {
      signal.throwIfAborted()
      if (table.count >= this.#limit) return 'limited'
      const pauseMs = this.#pace?.pauseMs ?? 0
      if (pauseMs > 0) await pause(this.#options.clock, pauseMs, signal)
      const rows = this.#next()
      if (rows.length === 0) return 'complete'
      await this.#step(rows)
    }
  }

  #seed(): void {
    const { table } = this.#options
    if (table.count > 0) return
    const folder = (parent: number, identifier: number, name: string): void => {
      const names = { browseNamespace: 0, browseName: name, displayName: name }
      table.add({ parent, namespace: 0, kind: 'i', identifier, nodeClass: objectClass, ...names, type: 0 })
    }
    folder(-1, 84, 'Root')
    folder(0, 85, 'Objects')
  }

  #next(): number[] {
    const { table } = this.#options
    const rows: number[] = []
    const most = this.#pace?.batch ?? firstBatch
    let at = this.#cursor
    for (; at < table.count && rows.length < most; at++) if (!table.isLeaf(at)) rows.push(at)
    if (rows.length === 0) {
      this.#cursor = at
      if (!table.isBrowsed(0)) rows.push(0)
    }
    return rows
  }

  async #step(rows: readonly number[]): Promise<void> {
    let part = rows
    for (let tries = 1; tries <= triesLimit; ) {
      try {
        // A refusal is an answer: only a session that does not answer may be given up.
        const refusal = await this.#options.use((access) => this.#browse(access, part).catch(refusalOf))
        if (refusal === undefined) return
        throw refusal
      } catch (error) {
        this.#options.signal.throwIfAborted()
        const pace = this.#pace
        if (!pace) throw error
        if (isTooMuch(error) || isGatewayError(error, 'TIMEOUT')) pace.tooMuch(part.length)
        else if (isBusy(error)) pace.busy(part.length)
        else if (isRefusal(error)) pace.spoilt(part.length)
        else throw error
        if (part.length === 1 && ++tries > triesLimit) throw error
        if (pace.pauseMs > 0) await pause(this.#options.clock, pace.pauseMs, this.#options.signal)
        part = part.slice(0, pace.batch)
      }
    }
  }

  async #browse(access: WalkAccess, rows: readonly number[]): Promise<undefined> {
    const { table, signal, clock, timeoutMs } = this.#options
    this.#numbering.meet(access.namespaces)
    this.#pace ??= new IndexPace(access.limits.nodesPerWalk)
    const pace = this.#pace
    const part = rows.slice(0, pace.batch)
    const before = table.count
    let references = 0
    const from = clock.monotonic()
    try {
      const { refused, cut } = await browseStep(access, {
        nodeIds: part.map((row) => this.#numbering.nodeIdOf(row)),
        referencesPerNode: pace.referencesFor(part.length),
        signal,
        timeoutMs,
        found: (index, found) => {
          references += found.length
          this.#add(part[index]!, found)
        },
      })
      pace.answered(part.length, clock.monotonic() - from, references)
      this.#cut += cut.length
      this.#done(part, refused)
    } catch (error) {
      // One node the server can not stand must not stop the walk.
      const alone = part.length === 1 && isRefusal(error) && !isBusy(error)
      if (!alone) throw error
      this.#done(part, new Map([[0, '']]))
    }
    this.#requests++
    this.#recentNodes = this.#recentNodes * remembered + part.length
    this.#recentFound = this.#recentFound * remembered + (table.count - before)
    await this.#types.nameNew(access, signal, timeoutMs)
    return undefined
  }

  #done(rows: readonly number[], refused: ReadonlyMap<number, string>): void {
    for (const [index, row] of rows.entries()) {
      this.#options.table.markBrowsed(row, refused.has(index))
      if (row > 0) this.#cursor = Math.max(this.#cursor, row + 1)
    }
    this.#browsed += rows.length
    this.#refused += refused.size
  }

  #add(parent: number, references: readonly ReferenceDescription[]): void {
    const { table } = this.#options
    for (const { nodeId, browseName, displayName, nodeClass, typeDefinition } of references) {
      // Nodes of other servers can not be browsed here.
      if (nodeId.serverIndex !== 0) continue
      if (table.count >= this.#limit) return
      const name = browseName.name ?? ''
      const isProperty = typeDefinition.namespace === 0 && typeDefinition.value === propertyType
      const row = table.add({
        parent,
        ...this.#numbering.identify(nodeId),
        nodeClass,
        browseNamespace: this.#numbering.own(browseName.namespaceIndex),
        browseName: name,
        displayName: displayName.text || name,
        type: this.#types.numberOf(typeDefinition),
      })
      if (isProperty && row >= 0) table.markLeaf(row)
    }
  }

  #about(): number {
    const { table } = this.#options
    const open = Math.max(0, table.count - this.#cursor)
    const perNode = this.#recentNodes > 0 ? this.#recentFound / this.#recentNodes : 1
    // A growing tree grows at most twofold from here: an honest guess beats a wild one.
    return Math.round(table.count + open * Math.min(perNode, 1))
  }
}

function refusalOf(error: unknown): unknown {
  if (isRefusal(error)) return error
  throw error
}

const firstBatch = 1
/** NodeClass, Part 3, 5.2.3. */
const objectClass = 1
