import { AttributeIds, type DataValue, type NodeId } from 'node-opcua-client'
import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import { type Said, said } from '../../../../shared/said/said.ts'
import type { Sample } from '../../../../shared/sample.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText, isGatewayError } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import type { GapSink, SampleSink } from '../../pipeline/stages.ts'
import { readHistory } from './history.ts'
import type { Intake } from './intake.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { SessionAccess } from './session-access.ts'
import type { TagTable } from './tag-table.ts'

// Fills what was missed from the history of the server, exactly the missing interval of each node, and declares as a gap
// what it can not fill. Work that a lost connection interrupts goes on with the next one; nothing is forgotten before it is
// stored or declared.

/** One thing that went missing. */
export interface Missing {
  /** Slots of the tags, with the time of the last value each is known to have; ms since the epoch. */
  readonly slots: ReadonlyMap<number, number>
  /** ms since the epoch, the server's clock. */
  readonly toMs: number
  /** For the operator, when it can not be filled. */
  readonly cause: string
  readonly hint: string
}

/** A value is sampled up to so long before it is published with its own, older timestamp. */
const samplingSlackMs = 1000
/** After an error that is not the connection's. */
const retryMs = 30_000
/** Between two offers of values the store refused. */
const offerAgainMs = 1000
/** Names of nodes in a gap record. */
const namesLimit = 20
/** AccessLevel bit HistoryRead (Part 3, 8.57). */
const historyReadBit = 0x04
/** Things missing that wait for the history; more are declared without asking. */
const waitingLimit = 1000

export interface BackfillOptions {
  readonly config: Pick<OpcuaConnectorConfig, 'id' | 'name' | 'backfill'>
  readonly tags: TagTable
  readonly intake: Intake
  readonly sink: SampleSink
  readonly gaps: GapSink
  readonly clock: Clock
  readonly log: Log
}

export class Backfill {
  readonly #options: BackfillOptions
  readonly #waiting: Missing[] = []
  #abort: AbortController | undefined
  #access: SessionAccess | undefined
  #running = false
  #undoRetry: () => void = () => {}

  constructor(options: BackfillOptions) {
    this.#options = options
  }

  /** True while something is missing that may still be filled. */
  get isBusy(): boolean {
    return this.#waiting.length > 0
  }

  add(missing: Missing): void {
    if (missing.slots.size === 0) return
    if (!this.#options.config.backfill || this.#waiting.length >= waitingLimit) {
      this.#declare(missing, missing.slots, said('stored.historyNotRead'))
      return
    }
    this.#waiting.push(missing)
    void this.#run()
  }

  attach(access: SessionAccess): void {
    this.#access = access
    this.#abort = new AbortController()
    void this.#run()
  }

  suspend(): void {
    this.#abort?.abort()
    this.#undoRetry()
    this.#access = undefined
  }

  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    this.#undoRetry()
    try {
      for (let access = this.#access; access && this.#waiting.length > 0; access = this.#access) {
        const signal = this.#abort!.signal
        try {
          await this.#fill(this.#waiting[0]!, access, signal)
          this.#waiting.shift()
        } catch (error) {
          // The connection went, or we stop: the same work again with the next session.
          // Attached anew meanwhile: go on with that session.
          if (signal.aborted) continue
          this.#options.log.info('backfill-interrupted', { cause: causeText(error) })
          this.#undoRetry = this.#options.clock.after(retryMs, () => void this.#run())
          break
        }
      }
    } finally {
      this.#running = false
    }
  }

  async #fill(missing: Missing, access: SessionAccess, signal: AbortSignal): Promise<void> {
    const { log, tags } = this.#options
    const unfilled = new Map<number, number>()
    const nodes = await this.#historical(missing, access, unfilled)
    let values = 0
    for (const [fromMs, slots] of byStart(missing.slots, nodes, (slot) => this.#slackOf(slot))) {
      const failures = await readHistory(access.session, {
        nodes: slots.map((slot) => ({ nodeId: nodes.get(slot)!, of: slot })),
        fromMs,
        toMs: missing.toMs,
        nodesPerCall: access.limits.nodesPerHistoryRead,
        signal,
        page: async (slot, page) => {
          values += page.length
          await this.#keep(slot, page, missing, signal)
        },
      })
      for (const { of: slot, status } of failures) {
        log.info('history-refused', { node: tags.at(slot)?.node ?? '', status })
        unfilled.set(slot, missing.slots.get(slot) ?? 0)
      }
    }
    if (nodes.size > 0) log.info('backfilled', { nodes: nodes.size, values, unfilled: unfilled.size })
    if (unfilled.size > 0) this.#declare(missing, unfilled, said('stored.noHistory'))
  }

  /** Nodes of the missing tags that have a history; the other slots go to `unfilled`. */
  async #historical(missing: Missing, access: SessionAccess, unfilled: Map<number, number>) {
    const { tags } = this.#options
    const found: { slot: number; nodeId: NodeId }[] = []
    const slots = [...missing.slots.keys()].filter((slot) => tags.isActive(slot))
    const resolutions = await resolveNodes(
      access,
      slots.map((slot) => tags.at(slot)!.node),
    )
    for (const slot of slots) {
      const resolution = resolutions.get(tags.at(slot)!.node)
      if (resolution?.kind === 'found') found.push({ slot, nodeId: resolution.nodeId })
      else unfilled.set(slot, missing.slots.get(slot) ?? 0)
    }
    const levels = await access.read(
      found.map(({ nodeId }) => nodeId),
      AttributeIds.UserAccessLevel,
    )
    const nodes = new Map<number, NodeId>()
    for (const [i, { slot, nodeId }] of found.entries()) {
      const level: unknown = levels[i]?.value?.value
      const since = missing.slots.get(slot) ?? 0
      if (typeof level === 'number' && (level & historyReadBit) !== 0 && since > 0) nodes.set(slot, nodeId)
      else unfilled.set(slot, since)
    }
    return nodes
  }

  async #keep(slot: number, values: readonly DataValue[], missing: Missing, signal: AbortSignal) {
    const tag = this.#options.tags.at(slot)
    if (!tag || values.length === 0) return
    const samples: Sample[] = []
    for (const value of values) {
      // The clock of the gateway says nothing about old values.
      const dated = tag.timestamp === 'gateway' ? { ...tag, timestamp: 'source' as const } : tag
      const sample = this.#options.intake.sampleOf(slot, dated, value, missing.toMs)
      if (sample) samples.push(sample)
    }
    for (;;) {
      signal.throwIfAborted()
      try {
        return await this.#options.sink.accept(samples, { backfill: true })
      } catch (error) {
        if (isGatewayError(error, 'STOPPED')) throw error
        await new Promise<void>((resolve) => this.#options.clock.after(offerAgainMs, resolve))
      }
    }
  }

  #slackOf(slot: number): number {
    return samplingSlackMs + (this.#options.tags.at(slot)?.samplingIntervalMs ?? 0)
  }

  #declare({ toMs, cause, hint }: Missing, slots: ReadonlyMap<number, number>, why: Said): void {
    const { config, gaps, tags } = this.#options
    const active = [...slots].filter(([slot]) => tags.isActive(slot))
    if (active.length === 0) return
    const named = active.slice(0, namesLimit).map(([slot]) => tags.at(slot)!)
    gaps.declare({
      connectorId: config.id,
      connectorName: config.name,
      fromMs: active.reduce((least, [, from]) => Math.min(least, from), Number.POSITIVE_INFINITY),
      toMs,
      nodeCount: active.length,
      nodes: named.map(({ node }) => node),
      series: named.map(({ deviceName, key }) => `${deviceName} / ${key}`),
      cause: said('stored.and', { cause, why }).text,
      hint,
    })
  }
}

/** Slots grouped by where their reading begins, to the second: nodes of one call share an interval. */
function byStart(
  slots: ReadonlyMap<number, number>,
  nodes: ReadonlyMap<number, NodeId>,
  slackOf: (slot: number) => number,
): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  for (const slot of nodes.keys()) {
    const from = Math.floor(((slots.get(slot) ?? 0) - slackOf(slot)) / 1000) * 1000
    const group = groups.get(from)
    if (group) group.push(slot)
    else groups.set(from, [slot])
  }
  return groups
}
