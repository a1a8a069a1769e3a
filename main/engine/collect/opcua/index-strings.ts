import { setImmediate as nextTurn } from 'node:timers/promises'

// Strings of an index, each kept once, as UTF-8 in pages: a million JavaScript strings would cost ten times as much and
// keep the garbage collector busy.

/** A string never crosses a page. Also the longest string that is kept; NodeIds may have 4,096 characters (Part 6, 5.2.2.9). */
const pageBytes = 1 << 20
const longestBytes = 16_384
const firstCapacity = 1024
/** Read from a file between two turns of the event loop: about 10 ms. */
const stringsPerTurn = 10_000
/** Of the hash table; above it the probing gets long. */
const fullFrom = 0.6
/** The count comes from a file, which may lie. */
const reservedLimit = 4_000_000

export class IndexStrings {
  #pages: Buffer[] = []
  #used = pageBytes
  /** Position = page × pageBytes + offset; a page has 2^20 bytes, so a double holds any of them exactly. */
  #at = new Float64Array(firstCapacity)
  #lengths = new Uint16Array(firstCapacity)
  #count = 0
  #buckets = new Int32Array(firstCapacity * 2).fill(-1)
  readonly #scratch = Buffer.alloc(longestBytes)

  get size(): number {
    return this.#count
  }

  get bytes(): number {
    const table = this.#at.byteLength + this.#lengths.byteLength + this.#buckets.byteLength
    return this.#pages.length * pageBytes + table
  }

  /** Number of the string; the same for equal strings. Longer ones than any server may have are cut. */
  intern(text: string): number {
    const length = this.#scratch.write(text, 0)
    const bytes = this.#scratch.subarray(0, length)
    const bucket = this.#bucketOf(bytes)
    const known = this.#buckets[bucket]!
    return known >= 0 ? known : this.#append(bytes, bucket)
  }

  /** Number of the string, -1 when it is not there. */
  find(text: string): number {
    const length = this.#scratch.write(text, 0)
    return this.#buckets[this.#bucketOf(this.#scratch.subarray(0, length))]!
  }

  at(id: number): string {
    const position = this.#at[id]!
    const page = Math.floor(position / pageBytes)
    const offset = position % pageBytes
    return this.#pages[page]!.toString('utf8', offset, offset + this.#lengths[id]!)
  }

  /** For the file: lengths and bytes in the order of the numbers. */
  *blocks(): Generator<Buffer> {
    const { buffer, byteOffset } = this.#lengths
    yield Buffer.from(buffer, byteOffset, this.#count * 2)
    for (let id = 0; id < this.#count; ) {
      const page = Math.floor(this.#at[id]! / pageBytes)
      const from = this.#at[id]! % pageBytes
      let end = from
      for (; id < this.#count && Math.floor(this.#at[id]! / pageBytes) === page; id++) end += this.#lengths[id]!
      yield this.#pages[page]!.subarray(from, end)
    }
  }

  /** The inverse of `blocks` joined; undefined when the bytes can not be right. */
  static async from(count: number, bytes: Buffer): Promise<{ strings: IndexStrings; used: number } | undefined> {
    const strings = new IndexStrings()
    strings.#reserve(count)
    let at = count * 2
    for (let id = 0; id < count; id++) {
      if (id * 2 + 2 > bytes.length) return undefined
      const length = bytes.readUInt16LE(id * 2)
      if (length > longestBytes || at + length > bytes.length) return undefined
      const text = bytes.subarray(at, at + length)
      strings.#append(text, strings.#bucketOf(text))
      at += length
      if (id % stringsPerTurn === stringsPerTurn - 1) await nextTurn()
    }
    return { strings, used: at }
  }

  /** Room for so many from the start: no growing on the way. */
  #reserve(count: number): void {
    const most = Math.min(count, reservedLimit)
    this.#at = new Float64Array(Math.max(firstCapacity, most))
    this.#lengths = new Uint16Array(Math.max(firstCapacity, most))
    let buckets = firstCapacity * 2
    while (buckets * fullFrom <= most) buckets *= 2
    this.#buckets = new Int32Array(buckets).fill(-1)
  }

  #append(bytes: Uint8Array, bucket: number): number {
    if (this.#count === this.#at.length) this.#growColumns()
    // An empty string needs a place inside a page too.
    if (this.#used + Math.max(1, bytes.length) > pageBytes) {
      this.#pages.push(Buffer.allocUnsafeSlow(pageBytes))
      this.#used = 0
    }
    const page = this.#pages.length - 1
    this.#pages[page]!.set(bytes, this.#used)
    const id = this.#count++
    this.#at[id] = page * pageBytes + this.#used
    this.#lengths[id] = bytes.length
    this.#used += bytes.length
    this.#buckets[bucket] = id
    if (this.#count > this.#buckets.length * fullFrom) this.#rehash()
    return id
  }

  /** Where the string is, or the free bucket where it belongs. */
  #bucketOf(bytes: Uint8Array): number {
    const mask = this.#buckets.length - 1
    for (let bucket = hashOf(bytes) & mask; ; bucket = (bucket + 1) & mask) {
      const id = this.#buckets[bucket]!
      if (id < 0 || this.#equals(id, bytes)) return bucket
    }
  }

  #equals(id: number, bytes: Uint8Array): boolean {
    const length = this.#lengths[id]!
    if (length !== bytes.length) return false
    const position = this.#at[id]!
    const page = this.#pages[Math.floor(position / pageBytes)]!
    const offset = position % pageBytes
    for (let i = 0; i < length; i++) if (page[offset + i] !== bytes[i]) return false
    return true
  }

  #growColumns(): void {
    const at = new Float64Array(this.#at.length * 2)
    at.set(this.#at)
    this.#at = at
    const lengths = new Uint16Array(this.#lengths.length * 2)
    lengths.set(this.#lengths)
    this.#lengths = lengths
  }

  #rehash(): void {
    this.#buckets = new Int32Array(this.#buckets.length * 2).fill(-1)
    const mask = this.#buckets.length - 1
    for (let id = 0; id < this.#count; id++) {
      const position = this.#at[id]!
      const offset = position % pageBytes
      const bytes = this.#pages[Math.floor(position / pageBytes)]!.subarray(offset, offset + this.#lengths[id]!)
      let bucket = hashOf(bytes) & mask
      while (this.#buckets[bucket]! >= 0) bucket = (bucket + 1) & mask
      this.#buckets[bucket] = id
    }
  }
}

/** FNV-1a, then mixed, because the table takes the low bits. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c_9dc5
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193)
  hash ^= hash >>> 15
  return Math.imul(hash, 0x2c1b_3c6d) >>> 0
}
