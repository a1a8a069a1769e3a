import { Chunk, isSealed } from './chunk.ts'
import type { SeqRange } from './protocol.ts'
import { SeqRanges } from './ranges.ts'
import { offerSlot, type Slots, takeSlot } from './slots.ts'

/** Sealed chunks kept in memory after their commit, so that live data is sent without reading it back. */
const cacheLimitBytes = 32 << 20
const cacheLimitChunks = 65_536
/** Chunks of one read from the file, and when the next read starts while the uplink is still busy with the last. */
const readAheadChunks = 48
const readAgainBelow = 16
/** Small chunks that nobody took for so long are left to the file, where they are merged. */
const smallChunkRows = 500
const evictAfterMs = 20_000

export type TelemetryLane = 'live' | 'backlog'

interface ChunksRead {
  readonly chunks: readonly ArrayBuffer[]
  readonly slots: readonly (number | undefined)[]
  readonly through: number
}

/** Reads chunks with from <= seq < before; `through`: nothing else exists up to there. */
type ReadChunks = (from: number, before: number, maxChunks: number, forgotten: readonly number[]) => Promise<ChunksRead>

interface LaneState {
  /** What was accepted or came back and nobody took; parts of it may be gone meanwhile. */
  readonly ranges: SeqRanges
  /** Taken and given back, ascending: first in turn. */
  returned: Chunk[]
  /** Read ahead. */
  ready: Chunk[]
  reading: Promise<void> | undefined
}

const laneState = (): LaneState => ({ ranges: new SeqRanges(), returned: [], ready: [], reading: undefined })

/**
 * Hands out telemetry, each lane in order of acceptance: from memory while the uplink keeps up, from the files when it does
 * not. A chunk is handed out only after its slot was taken (slots.ts), so the thread never drops what was taken, and only when
 * its CRC is right, also from memory.
 */
export class TelemetryLanes {
  readonly #slots: Slots
  readonly #read: ReadChunks
  readonly #lanes = { live: laneState(), backlog: laneState() }
  /** By first seq. */
  readonly #cache = new Map<number, Chunk>()
  #cacheBytes = 0
  #forgotten: number[] = []

  constructor(slots: Slots, read: ReadChunks) {
    this.#slots = slots
    this.#read = read
  }

  hasMore(lane: TelemetryLane): boolean {
    const { ranges, returned } = this.#lanes[lane]
    return returned.length > 0 || ranges.size > 0
  }

  /** Datapoints of a lane that nobody has taken; parts of the backlog may have been given up since. */
  pending(lane: TelemetryLane): number {
    const { ranges, returned } = this.#lanes[lane]
    return returned.reduce((sum, { count }) => sum + count, ranges.size)
  }

  firstSeq(lane: TelemetryLane): number | undefined {
    return this.#lanes[lane].ranges.first?.from
  }

  /** What was stored before this process. */
  found(range: SeqRange): void {
    if (range[0] <= range[1]) this.#lanes.live.ranges.add(range)
  }

  /** Freshly committed chunks. When the uplink is far behind they are left to the file. */
  keep(buffers: readonly ArrayBuffer[], slots: readonly (number | undefined)[]): void {
    for (const [i, buffer] of buffers.entries()) {
      const chunk = new Chunk(buffer)
      this.#lanes.live.ranges.add([chunk.seqFrom, chunk.seqTo])
      const slot = slots[i]
      if (slot === undefined) continue
      chunk.slot = slot
      if (this.#cacheBytes + buffer.byteLength > cacheLimitBytes || this.#cache.size >= cacheLimitChunks) {
        this.#forget(chunk)
        continue
      }
      this.#cache.set(chunk.seqFrom, chunk)
      this.#cacheBytes += chunk.byteLength
    }
  }

  /** Came back from quarantine, from a damaged file or for a replay. */
  grew(ranges: readonly SeqRange[]): void {
    for (const range of ranges) this.#lanes.backlog.ranges.add(range)
  }

  /** What waits becomes backlog. Its place in memory is for what comes now. */
  split(): void {
    const { live, backlog } = this.#lanes
    live.ranges.moveTo(backlog.ranges)
    backlog.returned = [...backlog.returned, ...live.returned.splice(0)].sort((a, b) => a.seqFrom - b.seqFrom)
    for (const chunk of live.ready.splice(0)) this.#forget(chunk)
    for (const chunk of this.#cache.values()) this.#forget(chunk)
    this.#cache.clear()
    this.#cacheBytes = 0
  }

  giveBack(lane: TelemetryLane, chunks: readonly Chunk[]): void {
    for (const { slot } of chunks) offerSlot(this.#slots, slot)
    const state = this.#lanes[lane]
    state.returned = [...state.returned, ...chunks].sort((a, b) => a.seqFrom - b.seqFrom)
  }

  /** The next chunks, at least one and otherwise at most `maxCount` rows; undefined when nothing is left to take. */
  async take(lane: TelemetryLane, maxCount: number): Promise<Chunk[] | undefined> {
    const state = this.#lanes[lane]
    for (;;) {
      const returned = this.#takeReturned(state, maxCount)
      if (returned.length > 0) return returned
      const taken = this.#takeReady(state, maxCount)
      if (taken.length > 0) {
        if (state.ready.length > 0 && state.ready.length < readAgainBelow) this.#readAhead(state).catch(() => undefined)
        return taken
      }
      if (!this.hasMore(lane)) return undefined
      await this.#readAhead(state)
    }
  }

  /** Leaves small chunks that wait for long to the file. */
  evict(now: number): void {
    for (const [seq, chunk] of this.#cache) {
      if (chunk.acceptedAt > now - evictAfterMs) return
      if (chunk.count >= smallChunkRows) continue
      this.#cache.delete(seq)
      this.#cacheBytes -= chunk.byteLength
      this.#forget(chunk)
    }
  }

  /** Slots the thread may use again; each is told once. */
  takeForgotten(): number[] {
    const forgotten = this.#forgotten
    this.#forgotten = []
    return forgotten
  }

  #forget({ slot }: Chunk): void {
    if (slot >= 0) this.#forgotten.push(slot)
  }

  #takeReturned(state: LaneState, maxCount: number): Chunk[] {
    const taken: Chunk[] = []
    let count = 0
    for (let next = state.returned[0]; next; next = state.returned[0]) {
      if (taken.length > 0 && count + next.count > maxCount) break
      state.returned.shift()
      if (!takeSlot(this.#slots, next.slot)) {
        this.#forget(next)
        continue
      }
      taken.push(next)
      count += next.count
    }
    return taken
  }

  #takeReady(state: LaneState, maxCount: number): Chunk[] {
    const taken: Chunk[] = []
    let count = 0
    for (;;) {
      const chunk = this.#peek(state)
      if (!chunk || (taken.length > 0 && count + chunk.count > maxCount)) return taken
      this.#removeFromMemory(state, chunk)
      const sealed = isSealed(chunk.buffer)
      // Memory that changed: the file has what was accepted.
      if (!sealed) {
        this.#forget(chunk)
        return taken
      }
      // From both: a chunk that was merged may reach across the place where the lanes were split.
      for (const { ranges } of Object.values(this.#lanes)) ranges.remove(chunk.seqFrom, chunk.seqTo)
      if (!takeSlot(this.#slots, chunk.slot)) {
        this.#forget(chunk)
        continue
      }
      taken.push(chunk)
      count += chunk.count
    }
  }

  /** The first chunk of the lane, when it is in memory. */
  #peek(state: LaneState): Chunk | undefined {
    const { first } = state.ranges
    if (!first) return undefined
    const cached = this.#cache.get(first.from)
    if (cached) return cached
    for (let next = state.ready[0]; next; next = state.ready[0]) {
      if (next.seqFrom >= first.from && next.seqFrom <= first.to) return next
      // Read before the lane changed.
      state.ready.shift()
      this.#forget(next)
    }
    return undefined
  }

  #removeFromMemory(state: LaneState, chunk: Chunk): void {
    if (state.ready[0] === chunk) {
      state.ready.shift()
      // What lies before it in the range does not exist: the read would have found it.
      const from = state.ranges.first?.from ?? chunk.seqFrom
      if (from < chunk.seqFrom) state.ranges.remove(from, chunk.seqFrom - 1)
      return
    }
    this.#cache.delete(chunk.seqFrom)
    this.#cacheBytes -= chunk.byteLength
  }

  #readAhead(state: LaneState): Promise<void> {
    state.reading ??= this.#readOnce(state).finally(() => {
      state.reading = undefined
    })
    return state.reading
  }

  async #readOnce(state: LaneState): Promise<void> {
    const { first } = state.ranges
    if (!first) return
    const from = Math.max(first.from, (state.ready.at(-1)?.seqTo ?? 0) + 1)
    const before = Math.min(first.to + 1, this.#firstCached(from))
    if (from >= before) return
    const { chunks, slots, through } = await this.#read(from, before, readAheadChunks, this.takeForgotten())
    for (const [i, buffer] of chunks.entries()) {
      const chunk = new Chunk(buffer)
      chunk.slot = slots[i] ?? -1
      state.ready.push(chunk)
    }
    // A hole (dropped, or a damaged chunk was set aside): step over it, or nobody would ever get behind it.
    if (chunks.length === 0) state.ranges.remove(from, through)
  }

  #firstCached(from: number): number {
    for (const seqFrom of this.#cache.keys()) if (seqFrom >= from) return seqFrom
    return Number.POSITIVE_INFINITY
  }
}
