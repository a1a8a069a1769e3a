// Further parents of rows: what a second and every later reference to a node adds. Chains in columns, 8 bytes a reference, so
// that a server where every node is in two folders costs no objects.

/** References kept beside the first one of each node: 8 MB. Beyond it a node is found all the same, by its other paths. */
const referencesLimit = 1_000_000
/** Of one node: whoever has more is listed by a template, and nobody reads the list. */
const perNodeLimit = 64
const firstCapacity = 256

export class IndexParents {
  #parents = new Int32Array(firstCapacity)
  /** The reference before it of the same node; -1 = none. */
  #next = new Int32Array(firstCapacity)
  #count = 0

  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#parents.byteLength + this.#next.byteLength
  }

  /** New head of the chain; the same one when the parent was known or there is no room. */
  add(head: number, parent: number): number {
    let length = 0
    for (let at = head; at >= 0; at = this.#next[at]!, length++) if (this.#parents[at] === parent) return head
    if (length >= perNodeLimit || this.#count >= referencesLimit) return head
    if (this.#count === this.#parents.length) {
      this.#parents = grown(this.#parents)
      this.#next = grown(this.#next)
    }
    this.#parents[this.#count] = parent
    this.#next[this.#count] = head
    return this.#count++
  }

  /** Parents of a chain, the newest first. */
  of(head: number): number[] {
    const parents: number[] = []
    for (let at = head; at >= 0; at = this.#next[at]!) parents.push(this.#parents[at]!)
    return parents
  }

  *blocks(): Generator<Buffer> {
    for (const { buffer, byteOffset } of [this.#parents, this.#next])
      yield Buffer.from(buffer, byteOffset, this.#count * 4)
  }

  static bytesOf(count: number): number {
    return count * 8
  }

  /** The inverse of `blocks` joined; undefined when a number points outside or a chain does not end. */
  static from(count: number, rows: number, bytes: Buffer): IndexParents | undefined {
    if (count > referencesLimit || bytes.length !== IndexParents.bytesOf(count)) return undefined
    const read = new IndexParents()
    const capacity = Math.max(firstCapacity, count)
    read.#parents = new Int32Array(capacity)
    read.#next = new Int32Array(capacity)
    Buffer.from(read.#parents.buffer).set(bytes.subarray(0, count * 4))
    Buffer.from(read.#next.buffer).set(bytes.subarray(count * 4))
    read.#count = count
    for (let at = 0; at < count; at++) {
      const [parent, next] = [read.#parents[at]!, read.#next[at]!]
      if (parent < 0 || parent >= rows || next < -1 || next >= at) return undefined
    }
    return read
  }
}

function grown(from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(from.length * 2)
  larger.set(from)
  return larger
}
