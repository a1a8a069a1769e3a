import type { Clock } from '../kit/clock.ts'
import { failpoint } from '../kit/failpoint.ts'
import { causeText, isGatewayError } from '../kit/gateway-error.ts'
import type { Log } from '../observe/log.ts'
import type { Batch, Lane, RefusedRow, Store } from '../pipeline/stages.ts'
import { type EncodeLimits, encodeBatch, encodeRows, type Publish } from './encode.ts'

// What was taken from the store and is not settled yet. Guarantees: a batch is settled once, after every one of its
// messages is finished; messages keep their order and their bytes until then; no more is read than the bounds below.

/** Values taken and not settled, per lane: a full window of full messages, about 30 MB at worst. */
const openRowsLimit = 262_144
/** A store that could not settle is asked again this often. */
const settleAgainMs = 1000

/** A message on its way, with what happened to it so far. */
export interface Envelope {
  readonly order: number
  readonly publish: Publish
  readonly open: OpenBatch
  /** Monotonic ms of the last send. */
  sentAtMs: number
  timesSent: number
  /** Times the session ended while it was in flight. */
  losses: number
  /** Refusals that count against it. */
  strikes: number
  refusals: number
  /** Messages accepted when it was last refused: that there are more now is the proof that others pass. */
  acceptedBefore: number
}

export interface OpenBatch {
  readonly batch: Batch
  /** Monotonic ms. */
  readonly takenAtMs: number
  /** Where its messages wait; what was live becomes backlog when the lanes are split. */
  queue: LaneQueue
  unfinished: number
  readonly refused: RefusedRow[]
}

export interface LaneQueue {
  readonly lane: Lane
  /** To be sent before anything fresh, by `order`. */
  again: Envelope[]
  sorted: boolean
  fresh: Envelope[]
  openBatches: number
  openRows: number
  taking: boolean
  /** The store had nothing; it calls when it has. */
  dry: boolean
}

export interface OutboxOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  /** Confirmed mode: delivered values stay on disk this long. */
  readonly retainMs: number
  limits(): EncodeLimits
  /** Values to take at a time. */
  rowsPerTake(lane: Lane): number
  /** Something new can be sent, or something was settled. */
  changed(): void
  refused(batch: Batch, row: RefusedRow): void
}

export class Outbox {
  readonly #options: OutboxOptions
  readonly #lanes: Readonly<Record<Lane, LaneQueue>> = {
    attributes: laneQueue('attributes'),
    live: laneQueue('live'),
    backlog: laneQueue('backlog'),
  }
  readonly #queues: readonly LaneQueue[] = Object.values(this.#lanes)
  readonly #openBatches = new Set<OpenBatch>()
  readonly #undoSettle = new Set<() => void>()
  #undoAvailable: () => void = () => {}
  #order = 0
  #stopped = false

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  start(): void {
    this.#undoAvailable = this.#options.store.onAvailable((lane) => {
      this.#lanes[lane].dry = false
      this.#options.changed()
    })
  }

  /** Batches with unanswered messages go back to the store. */
  stop(): void {
    this.#stopped = true
    this.#undoAvailable()
    for (const undo of this.#undoSettle) undo()
    this.#undoSettle.clear()
    for (const open of this.#openBatches) if (open.unfinished > 0) this.#options.store.release?.(open.batch)
    this.#openBatches.clear()
  }

  /** Nothing in the store and nothing on the way. */
  get empty(): boolean {
    return this.#queues.every((q) => q.dry && !q.taking && q.openBatches === 0)
  }

  /** Values of a lane that were taken and are not settled. */
  openRows(lane: Lane): number {
    return this.#lanes[lane].openRows
  }

  /** When the oldest live batch was taken that is not settled. */
  oldestLiveMs(): number | undefined {
    for (const { queue, takenAtMs } of this.#openBatches) if (queue === this.#lanes.live) return takenAtMs
    return undefined
  }

  /** Reads ahead until about `messages` of each lane wait to be sent. */
  fill(messages: number): void {
    for (const queue of this.#queues) {
      if (queue.dry || queue.taking || this.#stopped) continue
      // One batch of attributes at a time: a repeated old value must never overtake a newer one (D9).
      const room =
        queue.lane === 'attributes'
          ? queue.openBatches === 0
          : queue.fresh.length < messages && queue.openRows < openRowsLimit
      if (room) void this.#take(queue)
    }
  }

  next(lane: Lane): Envelope | undefined {
    const queue = this.#lanes[lane]
    if (queue.again.length === 0) return queue.fresh.shift()
    if (!queue.sorted) queue.again.sort((a, b) => a.order - b.order)
    queue.sorted = true
    return queue.again.shift()
  }

  /** What was taken as live and has not been settled goes on as backlog, in front of it: it is older than all of that. */
  demoteLive(): void {
    const { live, backlog } = this.#lanes
    for (const open of this.#openBatches) if (open.queue === live) open.queue = backlog
    backlog.openBatches += live.openBatches
    backlog.openRows += live.openRows
    live.openBatches = 0
    live.openRows = 0
    for (const envelope of [...live.again.splice(0), ...live.fresh.splice(0)]) this.putBack(envelope)
  }

  /** To be sent again, in its old place. */
  putBack(envelope: Envelope): void {
    const { queue } = envelope.open
    queue.again.push(envelope)
    queue.sorted = queue.again.length === 1
  }

  /** To be sent again after what waits already, so that a refused message does not hold up the others. */
  postpone(envelope: Envelope): void {
    envelope.open.queue.fresh.push(envelope)
  }

  /** Replaces a message by messages for parts of its rows. What fits into no message is refused here. */
  split(envelope: Envelope, parts: readonly Uint32Array[], limits: EncodeLimits): void {
    const { open } = envelope
    const before = open.refused.length
    const pieces = parts.flatMap((rows) => encodeRows(open.batch, rows, limits, open.refused))
    for (const row of open.refused.slice(before)) this.#options.refused(open.batch, row)
    for (const publish of pieces) {
      open.unfinished++
      const { acceptedBefore, losses } = envelope
      this.putBack({ ...newEnvelope(envelope.order, publish, open), acceptedBefore, losses })
    }
    this.#finishOne(open)
  }

  /** Accepted by the server, or given up: its rows count as delivered but the refused ones. */
  finish(envelope: Envelope, refused: readonly RefusedRow[] = []): void {
    const { open } = envelope
    for (const row of refused) {
      open.refused.push(row)
      this.#options.refused(open.batch, row)
    }
    this.#finishOne(open)
  }

  async #take(queue: LaneQueue): Promise<void> {
    queue.taking = true
    // Set before asking: the store may call `onAvailable` while it answers.
    queue.dry = true
    try {
      const batch = await this.#options.store.take(queue.lane, { maxCount: this.#options.rowsPerTake(queue.lane) })
      if (batch && this.#stopped) this.#options.store.release?.(batch)
      if (batch && !this.#stopped) {
        queue.dry = false
        this.#open(queue, batch)
      }
    } catch (error) {
      if (!isGatewayError(error, 'STOPPED')) {
        this.#options.log.warn('take-failed', { lane: queue.lane, cause: causeText(error) })
        this.#later(() => {
          queue.dry = false
          this.#options.changed()
        })
      }
    } finally {
      queue.taking = false
    }
    this.#options.changed()
  }

  #open(queue: LaneQueue, batch: Batch): void {
    const takenAtMs = this.#options.clock.monotonic()
    const open: OpenBatch = { batch, takenAtMs, queue, unfinished: 1, refused: [] }
    this.#openBatches.add(open)
    queue.openBatches++
    queue.openRows += batch.count
    for (const publish of encodeBatch(batch, this.#options.limits(), open.refused)) {
      open.unfinished++
      queue.fresh.push(newEnvelope(++this.#order, publish, open))
    }
    for (const row of open.refused) this.#options.refused(batch, row)
    this.#finishOne(open)
  }

  #finishOne(open: OpenBatch): void {
    open.unfinished--
    if (open.unfinished === 0) void this.#settle(open)
  }

  async #settle(open: OpenBatch): Promise<void> {
    failpoint('acknowledged')
    const { store, retainMs } = this.#options
    try {
      await store.settle(open.batch, open.refused, retainMs > 0 ? { retainMs } : {})
    } catch (error) {
      if (isGatewayError(error, 'STOPPED')) return
      // The rows stay "in flight" in the store: at worst they are sent again after a restart, never lost.
      this.#options.log.warn('settle-failed', { rows: open.batch.count, cause: causeText(error) })
      this.#later(() => void this.#settle(open))
      return
    }
    this.#openBatches.delete(open)
    open.queue.openBatches--
    open.queue.openRows -= open.batch.count
    this.#options.changed()
  }

  #later(task: () => void): void {
    if (this.#stopped) return
    const undo = this.#options.clock.after(settleAgainMs, () => {
      this.#undoSettle.delete(undo)
      task()
    })
    this.#undoSettle.add(undo)
  }
}

const laneQueue = (lane: Lane): LaneQueue => ({
  lane,
  again: [],
  sorted: true,
  fresh: [],
  openBatches: 0,
  openRows: 0,
  taking: false,
  dry: false,
})

const newEnvelope = (order: number, publish: Publish, open: OpenBatch): Envelope => ({
  order,
  publish,
  open,
  sentAtMs: 0,
  timesSent: 0,
  losses: 0,
  strikes: 0,
  refusals: 0,
  acceptedBefore: -1,
})
