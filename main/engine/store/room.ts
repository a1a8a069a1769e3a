import { statfsSync } from 'node:fs'
import { roomAgainShare, whenNoRoom } from './admission.ts'
import type { DropReason } from './books.ts'
import { type PackedChunk, storedBytesOf } from './chunk-table.ts'
import type { Layout } from './layout.ts'
import type { OpenOptions } from './protocol.ts'
import type { Segment } from './segment.ts'
import type { Shelf } from './shelf.ts'
import type { HandedChunks } from './slots.ts'
import { failureOf } from './sqlite.ts'
import type { Transactions } from './transactions.ts'

/** The volume has room again when this much is free. */
const roomOnVolumeBytes = 24 << 20

/** Finds and makes room: delivered chunks that wait for a replay go first, then what the configuration lets go. */
export class Room {
  readonly #shelf: Shelf
  readonly #layout: Layout
  readonly #transactions: Transactions
  readonly #handed: HandedChunks
  readonly #whenFull: OpenOptions['config']['whenFull']
  /** Something was refused, and there is no room again yet. */
  full = false
  /** The volume is full: only pages the files have already are used. */
  tight = false
  refusedForDisk = false

  constructor(transactions: Transactions, handed: HandedChunks, whenFull: OpenOptions['config']['whenFull']) {
    this.#shelf = transactions.shelf
    this.#layout = transactions.shelf.layout
    this.#transactions = transactions
    this.#handed = handed
    this.#whenFull = whenFull
  }

  /** Where a chunk goes, or why it does not. */
  placeFor(chunk: PackedChunk, now: number): Segment | 'full' | DropReason {
    const bytes = storedBytesOf(chunk.body)
    if (bytes > this.#layout.segment.budgetBytes * 0.9) return 'too-large'
    const segment = this.roomFor(bytes) ?? this.#freeRetained(bytes)
    if (segment) return segment
    const policy = whenNoRoom(chunk.class, this.#whenFull)
    if (policy === 'drop-newest') return 'full-newest'
    return this.#makeRoom(bytes, now) ?? (policy === 'refuse' ? 'full' : 'full-newest')
  }

  roomFor(bytes: number): Segment | undefined {
    try {
      return this.#shelf.segmentFor(bytes, this.tight)
    } catch (error) {
      if (failureOf(error) !== 'disk-full') throw error
      this.tight = true
      return this.#shelf.segmentFor(bytes, true)
    }
  }

  /** Delivered chunks that only wait for a replay give way first. */
  #freeRetained(bytes: number): Segment | undefined {
    for (const segment of this.#shelf.segments) {
      while (segment.chunks.retainedChunks > 0) {
        this.#transactions.on(segment, ({ chunks }) => chunks.deleteRetained(Number.POSITIVE_INFINITY, 8))
        segment.look()
        const found = this.#shelf.activateIfRoom(segment, bytes, this.tight)
        if (found) return found
      }
    }
    return undefined
  }

  /** Drops the oldest chunks that may be dropped and nobody took, until some segment has room. */
  #makeRoom(bytes: number, now: number): Segment | undefined {
    const defaultToo = this.#whenFull === 'drop-oldest'
    const passed = new Set<Segment>()
    for (;;) {
      let victim: Segment | undefined
      let oldest = Number.POSITIVE_INFINITY
      for (const segment of this.#shelf.all) {
        const seq = passed.has(segment)
          ? undefined
          : this.#transactions.on(
              segment,
              ({ chunks }) => chunks.peekDroppable(defaultToo, (seq) => this.#handed.isTaken(seq)),
              false,
            )?.seq
        if (seq === undefined || seq >= oldest) continue
        oldest = seq
        victim = segment
      }
      if (!victim) return undefined
      const chunk = this.#transactions.on(victim, ({ chunks }) =>
        chunks.claimDroppable(defaultToo, (seq) => this.#handed.claim(seq)),
      )
      if (!chunk) {
        passed.add(victim)
        continue
      }
      this.#transactions.condemn(chunk, 'full-oldest', now)
      victim.look()
      const found = this.#shelf.activateIfRoom(victim, bytes, this.tight) ?? this.#shelf.segmentFor(bytes, this.tight)
      if (found) return found
    }
  }

  /** Ends `full` when there is room again. */
  noticeRoom(): void {
    if (!this.full) return
    const enough = this.#layout.segment.budgetBytes * roomAgainShare
    const room = this.#shelf.segments.some((segment) => segment.freeBytes(this.tight) >= enough)
    if (room || this.#shelf.mayGrow) this.full = false
  }

  /** The volume may have room again. */
  relax(): void {
    if (!this.tight) return
    const { bavail, bsize } = statfsSync(this.#shelf.folder)
    if (bavail * bsize < roomOnVolumeBytes) return
    this.tight = false
    this.refusedForDisk = false
  }

  /** The volume is full: from now on only what the files have already is used. False when that is so already. */
  tighten(): boolean {
    if (this.tight) return false
    this.tight = true
    return true
  }
}
