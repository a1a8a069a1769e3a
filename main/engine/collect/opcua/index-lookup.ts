import type { Columns } from './index-columns.ts'

// Which row a NodeId has: open addressing over the columns of the table, so that it costs four bytes a bucket.

const firstSize = 2048
const fullFrom = 0.6

type Identities = Pick<Columns, 'identities' | 'values'>

export class IndexLookup {
  #buckets = new Int32Array(firstSize).fill(-1)

  get bytes(): number {
    return this.#buckets.byteLength
  }

  /** Where the node is, or where it is to be put. */
  bucketOf({ identities, values }: Identities, identity: number, value: number): number {
    const mask = this.#buckets.length - 1
    for (let bucket = hashOf(identity, value) & mask; ; bucket = (bucket + 1) & mask) {
      const row = this.#buckets[bucket]!
      if (row < 0 || (identities[row] === identity && values[row] === value)) return bucket
    }
  }

  /** -1 when it is free. */
  rowIn(bucket: number): number {
    return this.#buckets[bucket]!
  }

  /** The newest row of the columns, in the bucket that was found free for it. */
  put(bucket: number, row: number, columns: Identities): void {
    this.#buckets[bucket] = row
    if (row + 1 > this.#buckets.length * fullFrom) this.rebuild(columns, row + 1)
  }

  /** From the first `count` rows. */
  rebuild({ identities, values }: Identities, count: number): void {
    let size = firstSize
    while (size * fullFrom <= count) size *= 2
    const buckets = new Int32Array(size).fill(-1)
    for (let row = 0; row < count; row++) {
      let bucket = hashOf(identities[row]!, values[row]!) & (size - 1)
      while (buckets[bucket]! >= 0) bucket = (bucket + 1) & (size - 1)
      buckets[bucket] = row
    }
    this.#buckets = buckets
  }
}

function hashOf(identity: number, value: number): number {
  let hash = Math.imul(value ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(identity + 1, 0xc2b2_ae35)
  hash ^= hash >>> 15
  return Math.imul(hash, 0x2c1b_3c6d) >>> 0
}
