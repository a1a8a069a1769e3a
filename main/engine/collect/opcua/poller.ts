import type { NodeId } from 'node-opcua-client'
import type { Sample } from '../../../../shared/sample.ts'
import type { Clock } from '../../kit/clock.ts'
import { DurableMark } from './durable-mark.ts'
import type { Intake } from './intake.ts'
import { RegisteredNodes } from './registered-nodes.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { ServerIssues } from './server-issues.ts'
import type { SessionAccess } from './session-access.ts'
import type { TagTable } from './tag-table.ts'
import type { OpcuaTag } from './tags.ts'

// Reads in turn, for servers that do not subscribe or have no room for all nodes: each sampling interval is a round of batched reads, one request in flight.
// What did not change is not handed on, as a subscription would do it. Between two rounds nothing is seen: that is what
// polling is, and the status says so.

/** No round comes sooner after the one before: a PLC does its control work beside. */
const shortestMs = 100
/** Nodes that are not there are looked for again. */
const resolveAgainMs = 60_000
/** What a server says of a NodeId it does not have. */
const forgotten: ReadonlySet<string> = new Set(['BadNodeIdUnknown', 'BadNodeIdInvalid'])

export interface PollerOptions {
  readonly tags: TagTable
  /** Which of the tags are read, by slot; looked at with every session and when nodes are looked for again. */
  readonly wanted: () => readonly number[]
  readonly intake: Intake
  readonly issues: ServerIssues
  readonly clock: Clock
  /** The session failed while reading. */
  readonly lost: (error: unknown) => void
}

/** For the eyes of the operator. */
export interface PolledNode {
  readonly nodeId: NodeId
  /** As configured, within what the server can do. */
  readonly everyMs: number
}

interface Polled extends PolledNode {
  readonly slot: number
  readonly tag: OpcuaTag
  /** The one of the node, or a shorter one by which the server finds it faster. */
  readAs: NodeId
  last: Sample | undefined
}

export class Poller {
  readonly #options: PollerOptions
  readonly #registered = new RegisteredNodes()
  #nodes = new Map<number, Polled>()
  #slots: ReadonlySet<number> = new Set()
  #undos = new Set<() => void>()
  #turn: Promise<unknown> = Promise.resolve()
  #paused = false
  /** Counts sessions: rounds of an earlier one end by themselves. */
  #epoch = 0
  /** Rounds are numbered; stored up to the mark. */
  readonly #mark = new DurableMark({ sequence: 0, time: 0 })
  #rounds = 0

  constructor(options: PollerOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#nodes.size
  }

  /** ms since the epoch of the last round that is stored with all before it; 0 = none yet. */
  get roundAt(): number {
    return Math.min(this.#mark.value.time, this.#options.clock.now())
  }

  /** By slot. */
  nodeOf(slot: number): PolledNode | undefined {
    return this.#nodes.get(slot)
  }

  get slots(): ReadonlySet<number> {
    return this.#slots
  }

  pause(paused: boolean): void {
    this.#paused = paused
  }

  /** Starts over on this session; resolves after the first look at every node. */
  async attach(access: SessionAccess): Promise<void> {
    this.suspend()
    const epoch = this.#epoch
    const wanted = await this.#resolve(access, epoch)
    const groups = new Map<number, Polled[]>()
    for (const node of this.#nodes.values()) {
      const group = groups.get(node.everyMs)
      if (group) group.push(node)
      else groups.set(node.everyMs, [node])
    }
    for (const group of groups.values()) await this.#round(access, group, epoch)
    if (epoch !== this.#epoch) return
    for (const [interval, group] of groups) this.#schedule(access, interval, group, epoch)
    if (this.#nodes.size < wanted) {
      this.#after(resolveAgainMs, () => void this.attach(access).catch((error: unknown) => this.#failed(error, epoch)))
    }
  }

  /** Reads no more; on a session that lives the server need not keep anything for it. */
  async release(access: SessionAccess): Promise<void> {
    this.suspend()
    await this.#registered.release(access)
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
    const { clock, intake } = this.#options
    const values = await access.read(group.map((n) => n.readAs))
    if (epoch !== this.#epoch) return
    const now = clock.now()
    const samples: Sample[] = []
    for (const [i, node] of group.entries()) {
      const value = values[i]
      if (node.readAs !== node.nodeId && value && forgotten.has(value.statusCode.name)) {
        // The next round tells whether it is the node that went, or only the short NodeId.
        this.#registered.forget(node.nodeId)
        node.readAs = node.nodeId
        continue
      }
      const sample = value && intake.sampleOf(node.slot, node.tag, value, now)
      if (!sample) continue
      intake.note(node.slot, sample)
      if (!isNews(node.tag, node.last, sample)) continue
      node.last = sample
      samples.push(sample)
    }
    const round = ++this.#rounds
    this.#mark.taken(round, now)
    // More rounds than the store can take pause the polling (intake.ts).
    intake.offer(samples, () => this.#mark.settled(round))
  }

  /** Returns how many there should be. */
  async #resolve(access: SessionAccess, epoch: number): Promise<number> {
    const { tags, issues } = this.#options
    const wanted = this.#options.wanted().map((slot) => ({ slot, tag: tags.at(slot)! }))
    const resolutions = await resolveNodes(
      access,
      wanted.map(({ tag }) => tag.node),
    )
    const found: (PolledNode & { slot: number; tag: OpcuaTag })[] = []
    const fastestMs = Math.max(shortestMs, access.shortestSamplingMs)
    for (const { slot, tag } of wanted) {
      const resolution = resolutions.get(tag.node)
      if (resolution?.kind === 'found') {
        found.push({ slot, tag, nodeId: resolution.nodeId, everyMs: Math.max(fastestMs, tag.samplingIntervalMs) })
        issues.nodeGood(tag.node)
      } else if (resolution) issues.nodeUnknown(tag.node, resolution.message, resolution.hint)
    }
    const registered = await this.#registered.register(
      access,
      found.map((f) => f.nodeId),
    )
    if (epoch !== this.#epoch) return wanted.length
    const before = this.#nodes
    this.#nodes = new Map(
      found.map((node, i) => [
        node.slot,
        { ...node, readAs: registered[i] ?? node.nodeId, last: before.get(node.slot)?.last },
      ]),
    )
    this.#slots = new Set(this.#nodes.keys())
    return wanted.length
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
