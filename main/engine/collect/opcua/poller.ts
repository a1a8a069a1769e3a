import type { NodeId } from 'node-opcua-client'
import type { Sample } from '../../../../shared/sample.ts'
import type { Clock } from '../../kit/clock.ts'
import type { SampleSink } from '../../pipeline/stages.ts'
import type { Intake } from './intake.ts'
import { inBatches } from './operation-limits.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { ServerIssues } from './server-issues.ts'
import type { SessionAccess } from './session-access.ts'
import type { TagTable } from './tag-table.ts'
import type { OpcuaTag } from './tags.ts'

// Reads in turn, for servers that do not subscribe: each sampling interval is a round of batched reads, one request in flight.
// What did not change is not handed on, as a subscription would do it. Between two rounds nothing is seen: that is what
// polling is, and the status says so.

/** No round comes sooner after the one before: a PLC does its control work beside. */
const shortestMs = 100
/** Nodes that are not there are looked for again. */
const resolveAgainMs = 60_000

export interface PollerOptions {
  readonly tags: TagTable
  readonly intake: Intake
  readonly sink: SampleSink
  readonly issues: ServerIssues
  readonly clock: Clock
  /** The session failed while reading. */
  readonly lost: (error: unknown) => void
}

interface Polled {
  readonly slot: number
  readonly tag: OpcuaTag
  /** Registered with the server where it can do that: shorter to resolve for it. */
  readonly nodeId: NodeId
  last: Sample | undefined
}

export class Poller {
  readonly #options: PollerOptions
  #nodes = new Map<number, Polled>()
  #undos = new Set<() => void>()
  #turn: Promise<unknown> = Promise.resolve()
  #paused = false
  /** Counts sessions: rounds of an earlier one end by themselves. */
  #epoch = 0
  /** ms since the epoch of the last complete round; 0 = none yet. */
  #roundAt = 0

  constructor(options: PollerOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#nodes.size
  }

  get roundAt(): number {
    return this.#roundAt
  }

  /** By slot, for the eyes of the operator. */
  nodeOf(slot: number): NodeId | undefined {
    return this.#nodes.get(slot)?.nodeId
  }

  get slots(): IterableIterator<number> {
    return this.#nodes.keys()
  }

  pause(paused: boolean): void {
    this.#paused = paused
  }

  /** Starts over on this session; resolves after the first look at every node. */
  async attach(access: SessionAccess): Promise<void> {
    this.suspend()
    const epoch = this.#epoch
    await this.#resolve(access)
    const groups = new Map<number, Polled[]>()
    for (const node of this.#nodes.values()) {
      const interval = Math.max(shortestMs, node.tag.samplingIntervalMs)
      const group = groups.get(interval)
      if (group) group.push(node)
      else groups.set(interval, [node])
    }
    for (const group of groups.values()) await this.#round(access, group, epoch)
    for (const [interval, group] of groups) this.#schedule(access, interval, group, epoch)
    if (this.#nodes.size < this.#options.tags.active) {
      this.#after(resolveAgainMs, () => void this.attach(access).catch((error: unknown) => this.#failed(error, epoch)))
    }
  }

  suspend(): void {
    this.#epoch++
    for (const undo of this.#undos) undo()
    this.#undos.clear()
  }

  #schedule(access: SessionAccess, interval: number, group: readonly Polled[], epoch: number): void {
    const from = this.#options.clock.monotonic()
    this.#after(interval, () => {
      this.#turn = this.#turn.then(async () => {
        if (epoch !== this.#epoch) return
        try {
          if (!this.#paused) await this.#round(access, group, epoch)
        } catch (error) {
          this.#failed(error, epoch)
          return
        }
        if (epoch !== this.#epoch) return
        const late = this.#options.clock.monotonic() - from - interval
        this.#schedule(access, Math.max(shortestMs, interval - late), group, epoch)
      })
    })
  }

  async #round(access: SessionAccess, group: readonly Polled[], epoch: number): Promise<void> {
    const { sink, clock, intake } = this.#options
    const values = await access.read(group.map((n) => n.nodeId))
    if (epoch !== this.#epoch) return
    const now = clock.now()
    const samples: Sample[] = []
    for (const [i, node] of group.entries()) {
      const value = values[i]
      const sample = value && intake.sampleOf(node.slot, node.tag, value, now)
      if (!sample) continue
      intake.note(node.slot, sample)
      if (!isNews(node.tag, node.last, sample)) continue
      node.last = sample
      samples.push(sample)
    }
    this.#roundAt = now
    if (samples.length > 0) await sink.accept(samples)
  }

  async #resolve(access: SessionAccess): Promise<void> {
    const { tags, issues } = this.#options
    const wanted = tags.tags().flatMap((tag, slot) => (tags.isActive(slot) ? [{ slot, tag }] : []))
    const resolutions = await resolveNodes(
      access,
      wanted.map(({ tag }) => tag.node),
    )
    const found: { slot: number; tag: OpcuaTag; nodeId: NodeId }[] = []
    for (const { slot, tag } of wanted) {
      const resolution = resolutions.get(tag.node)
      if (resolution?.kind === 'found') {
        found.push({ slot, tag, nodeId: resolution.nodeId })
        issues.nodeGood(tag.node)
      } else if (resolution) issues.nodeUnknown(tag.node, resolution.message, resolution.hint)
    }
    const registered = await this.#register(
      access,
      found.map((f) => f.nodeId),
    )
    const before = this.#nodes
    this.#nodes = new Map(
      found.map(({ slot, tag, nodeId }, i) => [
        slot,
        { slot, tag, nodeId: registered[i] ?? nodeId, last: before.get(slot)?.last },
      ]),
    )
  }

  /** RegisterNodes (Part 4, 5.9.5) saves the server the look-up; one that can not is read by the plain NodeIds. */
  async #register(access: SessionAccess, nodeIds: readonly NodeId[]): Promise<readonly NodeId[]> {
    return inBatches(
      nodeIds,
      access.limits.nodesPerRegister,
      (part) => access.session.registerNodes(part),
      (nodeId) => nodeId,
    )
  }

  #after(ms: number, task: () => void): void {
    const undo = this.#options.clock.after(ms, () => {
      this.#undos.delete(undo)
      task()
    })
    this.#undos.add(undo)
  }

  #failed(error: unknown, epoch: number): void {
    if (epoch === this.#epoch) this.#options.lost(error)
  }
}

/** What a subscription would report (Part 4, 7.22.2): trigger and absolute deadband; a percentage needs the server. */
export function isNews({ trigger, deadband }: OpcuaTag, before: Sample | undefined, now: Sample): boolean {
  if (!before || before.statusCode !== now.statusCode) return true
  if (trigger === 'status') return false
  if (trigger === 'statusValueTimestamp' && before.ts !== now.ts) return true
  if (Object.is(before.value, now.value)) return false
  if (deadband?.type !== 'absolute') return true
  if (typeof before.value !== 'number' || typeof now.value !== 'number') return true
  return !(Math.abs(now.value - before.value) <= deadband.value)
}
