import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** What was true after some commit; everything in the files is at least as new, or a tail was lost. */
export interface HighWater {
  readonly tailSeq: number
  readonly accepted: number
  readonly delivered: number
  /** Quarantined and dropped. */
  readonly gone: number
  /** Times sources lost values, as recorded. */
  readonly lost: number
  /** Number of the segment that was written to. */
  readonly segment: number
}

const slotBytes = 64
/** Where the slots begin: two that are synced, and one for what came since, in another sector so that it can not tear them. */
const syncedAt = [0, slotBytes] as const
const latestAt = 512
const magic = 0x4857_4254 // "TBWH"

/**
 * SQLite takes a torn, cut or missing WAL for its end and says nothing, so the last commits can vanish without an error. Two
 * slots of 64 bytes, written alternately, synced and each with its CRC: after a power cut in the middle of one the other still
 * holds. A third one is written after every commit and not synced (2 µs): it outlives the process, so that a WAL that is gone is
 * noticed to the last commit; only together with a power cut it may be a second old.
 */
export class HighWaterFile {
  readonly #path: string
  #fd: number | undefined
  #generation = 0
  #turn = 0
  readonly #found: HighWater | undefined

  constructor(folder: string) {
    this.#path = join(folder, 'store.hwm')
    const { mark, generation, newest } = readSlots(this.#path)
    this.#found = mark
    this.#generation = generation
    this.#turn = 1 - newest
  }

  /** As it was found at open; undefined when there was none or neither slot holds. */
  get found(): HighWater | undefined {
    return this.#found
  }

  write(mark: HighWater): void {
    this.#fd ??= openForUpdate(this.#path)
    const slot = encode(mark, ++this.#generation)
    writeSync(this.#fd, slot, 0, slotBytes, syncedAt[this.#turn % 2])
    // Also takes its blocks, so that `note` needs none.
    writeSync(this.#fd, slot, 0, slotBytes, latestAt)
    fdatasyncSync(this.#fd)
    this.#turn++
  }

  /** After a commit. Without the file, or without room for it, the next `write` has to do. */
  note(mark: HighWater): void {
    if (this.#fd === undefined) return
    try {
      writeSync(this.#fd, encode(mark, ++this.#generation), 0, slotBytes, latestAt)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }
}

export function readHighWater(folder: string): HighWater | undefined {
  return readSlots(join(folder, 'store.hwm')).mark
}

/** Opened without truncation, created when missing. */
function openForUpdate(path: string): number {
  closeSync(openSync(path, 'a'))
  return openSync(path, 'r+')
}

function encode(mark: HighWater, generation: number): Buffer {
  const slot = Buffer.alloc(slotBytes)
  slot.writeUInt32LE(magic, 0)
  slot.writeUInt32LE(mark.segment, 4)
  slot.writeDoubleLE(generation, 8)
  slot.writeDoubleLE(mark.tailSeq, 16)
  slot.writeDoubleLE(mark.accepted, 24)
  slot.writeDoubleLE(mark.delivered, 32)
  slot.writeDoubleLE(mark.gone, 40)
  slot.writeDoubleLE(mark.lost, 48)
  slot.writeUInt32LE(crc32(slot.subarray(0, 60)), 60)
  return slot
}

/** `newest`: which of the synced slots. */
function readSlots(path: string): { mark: HighWater | undefined; generation: number; newest: number } {
  let file: Buffer
  try {
    file = readFileSync(path)
  } catch {
    return { mark: undefined, generation: 0, newest: 1 }
  }
  let mark: HighWater | undefined
  let generation = 0
  let newest = 1
  for (const [which, at] of [...syncedAt, latestAt].entries()) {
    const slot = file.subarray(at, at + slotBytes)
    if (slot.length < slotBytes || slot.readUInt32LE(0) !== magic) continue
    if (slot.readUInt32LE(60) !== crc32(slot.subarray(0, 60)) || slot.readDoubleLE(8) <= generation) continue
    generation = slot.readDoubleLE(8)
    if (which < 2) newest = which
    mark = {
      segment: slot.readUInt32LE(4),
      tailSeq: slot.readDoubleLE(16),
      accepted: slot.readDoubleLE(24),
      delivered: slot.readDoubleLE(32),
      gone: slot.readDoubleLE(40),
      lost: slot.readDoubleLE(48),
    }
  }
  return { mark, generation, newest }
}
