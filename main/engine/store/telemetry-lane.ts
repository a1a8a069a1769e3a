import { Chunk } from './chunk.ts'
import { type Claim, claimedSeq } from './claim.ts'

/** Sealed chunks kept in memory after their commit, so that live data is sent without reading it back. */
const cacheLimitBytes = 32 << 20
/** Chunks of one read from the file, and when the next read starts while the uplink is still busy with the last. */
const readAheadChunks = 48
const readAgainBelow = 16

/** Reads chunks with from <= seq < before; `through`: nothing else exists up to there. */
type ReadChunks = (
  from: number,
  before: number,
  maxChunks: number,
) => Promise<{ chunks: readonly ArrayBuffer[]; through: number }>

/**
 * Hands out telemetry in order of acceptance, from memory while the uplink keeps up and from the file when it does not. A chunk
 * is handed out only after its claim (see OpenOptions.claimed), so the thread never drops what was taken.
 */
export class TelemetryLane {
  readonly #claim: Claim
  readonly #read: ReadChunks
  /** By first seq, ascending. */
  readonly #cache = new Map<number, Chunk>()
  #cacheBytes = 0
  #ready: Chunk[] = []
  /** Taken and given back, ascending: claimed already, so nobody drops them, and first in turn. */
  #returned: Chunk[] = []
  #reading: Promise<void> | undefined
  #tail = 0

  constructor(claim: Claim, read: ReadChunks) {
    this.#claim = claim
    this.#read = read
  }

  get hasMore(): boolean {
    return this.#returned.length > 0 || claimedSeq(this.#claim) < this.#tail
  }

  /** Last committed seq. */
  set tail(seq: number) {
    this.#tail = Math.max(this.#tail, seq)
  }

  /** Freshly committed chunks. When the uplink is far behind they are left to the file. */
  keep(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      if (this.#cacheBytes + buffer.byteLength > cacheLimitBytes) return
      const chunk = new Chunk(buffer)
      this.#cache.set(chunk.seqFrom, chunk)
      this.#cacheBytes += chunk.byteLength
    }
  }

  giveBack(chunks: readonly Chunk[]): void {
    this.#returned = [...this.#returned, ...chunks].sort((a, b) => a.seqFrom - b.seqFrom)
  }

  /** The next chunks, at least one and otherwise at most `maxCount` rows; undefined when nothing is left to take. */
  async take(maxCount: number): Promise<Chunk[] | undefined> {
    for (;;) {
      const returned = this.#takeReturned(maxCount)
      if (returned.length > 0) return returned
      const taken = this.#takeReady(maxCount)
      if (taken.length > 0) {
        if (this.#ready.length > 0 && this.#ready.length < readAgainBelow) this.#readAhead().catch(() => undefined)
        return taken
      }
      if (!this.hasMore) return undefined
      await this.#readAhead()
    }
  }

  #takeReturned(maxCount: number): Chunk[] {
    let count = 0
    let length = 0
    for (const chunk of this.#returned) {
      count += chunk.count
      if (length > 0 && count > maxCount) break
      length++
    }
    return this.#returned.splice(0, length)
  }

  #takeReady(maxCount: number): Chunk[] {
    const taken: Chunk[] = []
    let count = 0
    for (;;) {
      const claimed = claimedSeq(this.#claim)
      const chunk = this.#peek(claimed)
      if (!chunk || (taken.length > 0 && count + chunk.count > maxCount)) return taken
      const before = BigInt(claimed)
      if (Atomics.compareExchange(this.#claim, 0, before, BigInt(chunk.seqTo)) !== before) continue
      taken.push(chunk)
      count += chunk.count
    }
  }

  /** The first chunk behind `claimed` that is in memory. Anything at or before it was taken or dropped and is forgotten. */
  #peek(claimed: number): Chunk | undefined {
    while (this.#ready[0] && this.#ready[0].seqFrom <= claimed) this.#ready.shift()
    for (const [seqFrom, chunk] of this.#cache) {
      if (seqFrom > claimed) break
      this.#cache.delete(seqFrom)
      this.#cacheBytes -= chunk.byteLength
    }
    return this.#ready[0] ?? this.#cache.get(claimed + 1)
  }

  #readAhead(): Promise<void> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #readOnce(): Promise<void> {
    const claimed = claimedSeq(this.#claim)
    const from = (this.#ready.at(-1)?.seqTo ?? claimed) + 1
    const before = this.#firstCached(from) ?? this.#tail + 1
    if (from >= before) return
    const { chunks, through } = await this.#read(from, before, readAheadChunks)
    for (const buffer of chunks) this.#ready.push(new Chunk(buffer))
    // A hole (a damaged chunk was set aside): step over it, or nobody would ever get behind it.
    if (chunks.length === 0) Atomics.compareExchange(this.#claim, 0, BigInt(from - 1), BigInt(through))
  }

  #firstCached(from: number): number | undefined {
    for (const seqFrom of this.#cache.keys()) if (seqFrom >= from) return seqFrom
    return undefined
  }
}
