import { setImmediate as nextTurn } from 'node:timers/promises'
import { allocate, blocksOf, bytesOf, type Columns, columnsFrom, grown, isSound, rowBytes } from './index-columns.ts'
import { IndexLookup } from './index-lookup.ts'
import { IndexParents } from './index-parents.ts'
import { pathText } from './index-paths.ts'
import { IndexStrings } from './index-strings.ts'
import { nodeIdText } from './node-address.ts'

// An address space as columns: about 65 bytes a node with its strings, so that a million nodes fit where a million objects
// would not. A parent always stands above its children; a row, once there, never changes its place.

/** Nodes of one index. Larger servers are indexed up to here, and the index says so. */
export const nodesLimit = 2_000_000
const firstCapacity = 1024

/** How a NodeId's identifier is written (Part 6, 5.3.1.10). */
export type IdentifierKind = 'i' | 's' | 'g' | 'b'
const kinds: readonly IdentifierKind[] = ['i', 's', 'g', 'b']
const none: readonly number[] = []

export interface IndexNode {
  /** Row of the parent it was found below; -1 for the root. */
  readonly parent: number
  /** Index into `namespaces` of the table, not of any session. */
  readonly namespace: number
  readonly kind: IdentifierKind
  readonly identifier: number | string
  readonly nodeClass: number
  readonly browseNamespace: number
  readonly browseName: string
  readonly displayName: string
  /** Number of the type in `typeNames`; 0 = none. */
  readonly type: number
}

/** Row flags. */
const browsedFlag = 1
const leafFlag = 2
const refusedFlag = 4

/** What a file keeps of a table besides its bytes. */
export interface TableShape {
  readonly count: number
  readonly moreParents: number
  readonly strings: number
  readonly namespaces: readonly string[]
  readonly typeNames: readonly string[]
}

export class IndexTable {
  /** URIs; the table's own numbering, so that it outlives a server that renumbers. */
  readonly namespaces: string[]
  /** Names of types by their number; 0 is "no type". */
  readonly typeNames: string[]
  readonly strings: IndexStrings
  #columns: Columns
  #count = 0
  readonly #lookup = new IndexLookup()
  #parents = new IndexParents()

  constructor(namespaces: readonly string[] = [''], typeNames: readonly string[] = [''], strings = new IndexStrings()) {
    this.namespaces = [...namespaces]
    this.typeNames = [...typeNames]
    this.strings = strings
    this.#columns = allocate(firstCapacity)
  }

  get count(): number {
    return this.#count
  }

  get isFull(): boolean {
    return this.#count >= nodesLimit
  }

  /** Second and further parents of all nodes. A node has one row all the same. */
  get furtherParents(): number {
    return this.#parents.count
  }

  get bytes(): number {
    return bytesOf(this.#columns) + this.#lookup.bytes + this.#parents.bytes + this.strings.bytes
  }

  /** Row of the new node, or ~row when it was there before. */
  add(node: IndexNode): number {
    const identity = identityOf(node.namespace, node.kind)
    const value = node.kind === 'i' ? Number(node.identifier) >>> 0 : this.strings.intern(String(node.identifier))
    const bucket = this.#lookup.bucketOf(this.#columns, identity, value)
    const known = this.#lookup.rowIn(bucket)
    if (known >= 0) {
      this.#addParent(known, node.parent)
      return ~known
    }
    const row = this.#count
    if (row === this.#columns.parents.length) this.#columns = grown(this.#columns, row * 2)
    const c = this.#columns
    c.parents[row] = node.parent
    c.moreParents[row] = -1
    c.identities[row] = identity
    c.values[row] = value
    c.names[row] = this.strings.intern(node.browseName)
    c.displays[row] = node.displayName === node.browseName ? c.names[row]! : this.strings.intern(node.displayName)
    c.browseNamespaces[row] = node.browseNamespace
    c.types[row] = node.type
    c.classes[row] = node.nodeClass
    this.#count++
    this.#lookup.put(bucket, row, c)
    return row
  }

  /** -1 when it is not in the index. */
  find(namespace: number, kind: IdentifierKind, identifier: number | string): number {
    const value = kind === 'i' ? Number(identifier) >>> 0 : this.strings.find(String(identifier))
    if (value < 0) return -1
    return this.#lookup.rowIn(this.#lookup.bucketOf(this.#columns, identityOf(namespace, kind), value))
  }

  /** Own number of a namespace URI, added when it is new. */
  namespace(uri: string): number {
    const known = this.namespaces.indexOf(uri)
    return known >= 0 ? known : this.namespaces.push(uri) - 1
  }

  parent(row: number): number {
    return this.#columns.parents[row]!
  }

  /** Parents beside the one it was found below; they may stand below it, in a cycle. */
  moreParents(row: number): readonly number[] {
    const head = this.#columns.moreParents[row]!
    return head < 0 ? none : this.#parents.of(head)
  }

  /** Own number of its namespace; 0 = the standard's. */
  namespaceOf(row: number): number {
    return this.#columns.identities[row]! >>> 2
  }

  nodeClass(row: number): number {
    return this.#columns.classes[row]!
  }

  type(row: number): number {
    return this.#columns.types[row]!
  }

  setType(row: number, type: number): void {
    this.#columns.types[row] = type
  }

  /** Number of its string in `strings`. */
  nameId(row: number): number {
    return this.#columns.names[row]!
  }

  displayId(row: number): number {
    return this.#columns.displays[row]!
  }

  /** Number of the string of its identifier, -1 for a numeric one. */
  identifierId(row: number): number {
    return (this.#columns.identities[row]! & 3) === 0 ? -1 : this.#columns.values[row]!
  }

  identifier(row: number): { namespace: number; kind: IdentifierKind; identifier: number | string } {
    const identity = this.#columns.identities[row]!
    const kind = kinds[identity & 3]!
    const value = this.#columns.values[row]!
    return { namespace: identity >>> 2, kind, identifier: kind === 'i' ? value : this.strings.at(value) }
  }

  browseName(row: number): string {
    return this.strings.at(this.#columns.names[row]!)
  }

  browseNamespace(row: number): number {
    return this.#columns.browseNamespaces[row]!
  }

  displayName(row: number): string {
    return this.strings.at(this.#columns.displays[row]!)
  }

  isBrowsed(row: number): boolean {
    return (this.#columns.flags[row]! & browsedFlag) !== 0
  }

  isRefused(row: number): boolean {
    return (this.#columns.flags[row]! & refusedFlag) !== 0
  }

  isLeaf(row: number): boolean {
    return (this.#columns.flags[row]! & leafFlag) !== 0
  }

  markBrowsed(row: number, refused = false): void {
    this.#columns.flags[row]! |= refused ? browsedFlag | refusedFlag : browsedFlag
  }

  /** Has no children by definition (Part 3, 5.6.2: a Property is the source of no hierarchical reference). */
  markLeaf(row: number): void {
    this.#columns.flags[row]! |= leafFlag
  }

  /** `nsu=URI;s=Name`, as the configuration takes it. */
  nodeId(row: number): string {
    const { namespace, kind, identifier } = this.identifier(row)
    return nodeIdText(namespace === 0 ? undefined : (this.namespaces[namespace] ?? ''), `${kind}=${identifier}`)
  }

  /** Rows from below Root down to it, by the path it was found by. */
  firstPath(row: number): number[] {
    const rows: number[] = []
    for (let at = row; at >= 0 && this.parent(at) >= 0; at = this.parent(at)) rows.push(at)
    return rows.reverse()
  }

  /** The path it was found by: `/Objects/Line1/Speed`. */
  path(row: number): string {
    return pathText(this, this.firstPath(row))
  }

  shape(): TableShape {
    const { namespaces, typeNames, strings } = this
    return { count: this.#count, moreParents: this.#parents.count, strings: strings.size, namespaces, typeNames }
  }

  *blocks(): Generator<Buffer> {
    yield* blocksOf(this.#columns, this.#count)
    yield* this.#parents.blocks()
    yield* this.strings.blocks()
  }

  /** The inverse of `blocks` joined; undefined when the bytes are not of this shape. Gives the thread back on the way. */
  static async from(
    { count, moreParents, strings: stringCount, namespaces, typeNames }: TableShape,
    bytes: Buffer,
  ): Promise<IndexTable | undefined> {
    const parentsAt = count * rowBytes
    const stringsAt = parentsAt + IndexParents.bytesOf(moreParents)
    if (count > nodesLimit || bytes.length < stringsAt) return undefined
    const parents = IndexParents.from(moreParents, count, bytes.subarray(parentsAt, stringsAt))
    const read = await IndexStrings.from(stringCount, bytes.subarray(stringsAt))
    if (!parents || !read || stringsAt + read.used !== bytes.length) return undefined
    const filled = columnsFrom(bytes, count, Math.max(firstCapacity, count))
    const bounds = { strings: read.strings.size, types: typeNames.length, namespaces: namespaces.length, moreParents }
    if (!isSound(filled, count, bounds)) return undefined
    const table = new IndexTable(namespaces, typeNames, read.strings)
    table.#columns = filled
    table.#count = count
    table.#parents = parents
    await nextTurn()
    table.#lookup.rebuild(filled, count)
    return table
  }

  #addParent(row: number, parent: number): void {
    const c = this.#columns
    // Root is where all paths end, and what is its own parent leads nowhere.
    if (parent === row || parent === c.parents[row] || c.parents[row]! < 0) return
    c.moreParents[row] = this.#parents.add(c.moreParents[row]!, parent)
  }
}

function identityOf(namespace: number, kind: IdentifierKind): number {
  return ((namespace << 2) | kinds.indexOf(kind)) >>> 0
}
