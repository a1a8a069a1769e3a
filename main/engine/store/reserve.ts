import { randomFillSync } from 'node:crypto'
import { closeSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** More than the largest WAL that may have to be checkpointed (layout.ts, walTargetBytes). */
const largestReserveBytes = 8 << 20
/** Room that must be left for others when the reserve is made. */
const spareBytes = 1 << 20

/**
 * A file that only occupies blocks. When the volume is full SQLite can not even delete, so the reserve is given back to let
 * the backlog drain; nothing new is accepted until it could be made again.
 */
export class Reserve {
  readonly #path: string
  readonly #bytes: number
  readonly #folder: string
  #held = false

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder
    this.#path = join(folder, 'reserve.bin')
    this.#bytes = Math.min(largestReserveBytes, Math.floor(maxBytes / 4))
  }

  get held(): boolean {
    return this.#held
  }

  /** Makes the reserve when there is room; true when it is there. */
  restore(): boolean {
    if (this.#held) return true
    try {
      if (statSync(this.#path, { throwIfNoEntry: false })?.size === this.#bytes) {
        this.#held = true
        return true
      }
      const { bavail, bsize } = statfsSync(this.#folder)
      if (bavail * bsize < this.#bytes + spareBytes) return false
      this.#write()
      this.#held = true
      return true
    } catch {
      this.release()
      return false
    }
  }

  release(): void {
    rmSync(this.#path, { force: true })
    this.#held = false
  }

  #write(): void {
    // Random, because some volumes do not store zeros.
    const block = randomFillSync(Buffer.allocUnsafe(64 * 1024))
    const file = openSync(this.#path, 'w')
    try {
      for (let left = this.#bytes; left > 0; left -= block.length)
        writeSync(file, block, 0, Math.min(left, block.length))
    } finally {
      closeSync(file)
    }
  }
}
