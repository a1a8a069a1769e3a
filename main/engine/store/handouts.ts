import { assert } from '../../../shared/assert.ts'
import type { Clock } from '../kit/clock.ts'
import type { Batch, Lane, RefusedRow, SettleOptions, TakeLimits } from '../pipeline/stages.ts'
import { ChunkBatch, StateBatch, type StoredBatch } from './batch.ts'
import type { LaneNews } from './lane-news.ts'
import type { StateTableName } from './protocol.ts'
import type { SeriesIds } from './series-ids.ts'
import type { TelemetryLanes } from './telemetry-lanes.ts'
import type { ThreadLink } from './thread-link.ts'
import type { ThreadSession } from './thread-session.ts'
import { toQuarantine } from './translate.ts'

/** Of the turns of the live lane, one in so many is for newest-only values. */
const latestEvery = 8

/** Batches from being taken until they are settled or given back; each ends once. */
export class Handouts {
  readonly #session: ThreadSession
  readonly #lanes: TelemetryLanes
  readonly #news: LaneNews
  readonly #series: SeriesIds
  readonly #clock: Clock
  readonly #taken = new Map<number, StoredBatch>()
  #inFlight = 0
  #turn = 0
  /** Of the last snapshot. */
  latestAvailable = 0

  constructor(parts: {
    session: ThreadSession
    lanes: TelemetryLanes
    news: LaneNews
    series: SeriesIds
    clock: Clock
  }) {
    this.#session = parts.session
    this.#lanes = parts.lanes
    this.#news = parts.news
    this.#series = parts.series
    this.#clock = parts.clock
  }

  /** Datapoints handed out of which the end is not yet in the books. */
  get inFlight(): number {
    return this.#inFlight
  }

  async take(lane: Lane, { maxCount }: TakeLimits): Promise<Batch | undefined> {
    const link = this.#session.openLink()
    if (lane === 'attributes') return this.#takeState(link, lane, maxCount)
    // Newest-only values share the live lane: they have every eighth turn, and what is left.
    const latestFirst = lane === 'live' && this.latestAvailable > 0 && ++this.#turn % latestEvery === 0
    const first = latestFirst ? await this.#takeState(link, 'latest', maxCount) : undefined
    const batch = first ?? (await this.#takeChunks(lane, maxCount))
    if (batch || lane === 'backlog' || latestFirst || this.latestAvailable === 0) return batch
    return this.#takeState(link, 'latest', maxCount)
  }

  async settle(batch: Batch, refused: readonly RefusedRow[], options: SettleOptions): Promise<void> {
    const link = this.#session.openLink()
    const stored = this.#end(batch)
    const { seqs, lane, table } = stored
    const rows = refused.map((row) => toQuarantine(stored, row))
    const at = this.#clock.now()
    const retainMs = options.retainMs ?? 0
    const message = {
      kind: 'settle',
      id: this.#session.nextId(),
      at,
      lane,
      table,
      seqs,
      refused: rows,
      retainMs,
    } as const
    await link.ask(message, [], () => {
      this.#inFlight -= batch.count
    })
  }

  /** After the store has stopped there is nothing to give back to: the next start hands everything out again anyway. */
  release(batch: Batch): void {
    if (!this.#session.running) return
    const link = this.#session.openLink()
    const taken = this.#end(batch)
    if (taken instanceof ChunkBatch) {
      this.#inFlight -= taken.count
      this.#news.after(() => this.#lanes.giveBack(taken.lane, taken.chunks))
      return
    }
    const { table, seqs } = taken
    assert(table !== undefined, 'what is no chunk is a row of a state table')
    const message = { kind: 'give-back', id: this.#session.nextId(), at: this.#clock.now(), table, seqs } as const
    link
      .ask(message, [], () => {
        this.#inFlight -= taken.count
      })
      // Only a store that has failed or stopped answers with an error; it says so itself.
      .catch(() => undefined)
  }

  async #takeChunks(lane: 'live' | 'backlog', maxCount: number): Promise<Batch | undefined> {
    const chunks = await this.#lanes.take(lane, maxCount)
    if (!chunks) return undefined
    return this.#hand(new ChunkBatch(this.#session.nextId(), lane, chunks, this.#series.byId))
  }

  async #takeState(link: ThreadLink, table: StateTableName, maxCount: number): Promise<Batch | undefined> {
    let batch: Batch | undefined
    await link.ask({ kind: 'take-state', id: this.#session.nextId(), table, maxCount }, [], (answer) => {
      if (answer.kind !== 'state' || answer.rows.length === 0) return
      batch = this.#hand(new StateBatch(this.#session.nextId(), table, answer.rows, this.#series.byId))
    })
    return batch
  }

  #hand(batch: StoredBatch): Batch {
    this.#taken.set(batch.id, batch)
    this.#inFlight += batch.count
    return batch
  }

  #end(batch: Batch): StoredBatch {
    const taken = this.#taken.get(batch.id)
    assert(taken === batch, 'a batch is settled or given back once, to the store that handed it out')
    this.#taken.delete(batch.id)
    return taken
  }
}
