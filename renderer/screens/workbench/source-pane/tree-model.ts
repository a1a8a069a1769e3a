// An address space or a topic tree as columns: about 60 bytes a row beside its strings, so that 100,000 rows cost a few
// megabytes and nothing per row is made when a branch is opened. A row, once there, keeps its number; -1 means none.

/** NodeClass by number (OPC UA Part 3, 8.29); topics use numbers that no NodeClass has. */
export const classOf = { object: 1, variable: 2, method: 4, level: 200, topic: 201, field: 202 } as const

export interface NewRow {
  readonly parent: number
  readonly name: string
  /** In the path; the name where it is absent. */
  readonly browseName?: string
  readonly nodeClass: number
  readonly typeName: string
  /** NodeId, or topic and field. The same key below two parents is two rows. */
  readonly key: string
}

export const flag = {
  open: 1,
  selected: 2,
  loading: 4,
  failed: 8,
  truncated: 16,
  /** Somebody asked the server: `hasChildren` tells the truth. */
  childrenKnown: 32,
  hasChildren: 64,
  /** Expand-all does not enter it: the standard part of a server. */
  folded: 128,
  /** Compared with the server since the tree was opened. */
  verified: 256,
} as const

const firstCapacity = 1024

const columns = {
  parents: Int32Array,
  firstChildren: Int32Array,
  lastChildren: Int32Array,
  nextSiblings: Int32Array,
  depths: Uint16Array,
  classes: Uint8Array,
  types: Uint16Array,
  flags: Uint16Array,
  names: Uint32Array,
  places: Uint32Array,
  childCounts: Uint32Array,
  /** Variables below, properties of variables left out. */
  variablesBelow: Uint32Array,
  /** Rows below that are selected by themselves. */
  selectedBelow: Uint32Array,
  /** Variables below that are selected, by themselves or with a folder. */
  pickedBelow: Uint32Array,
} as const
type Columns = { -readonly [C in keyof typeof columns]: InstanceType<(typeof columns)[C]> }

export class TreeModel {
  #c: Columns = allocate(firstCapacity)
  #count = 0
  #firstRoot = -1
  #lastRoot = -1
  #roots = 0
  readonly #names: string[] = []
  readonly #nameIds = new Map<string, number>()
  readonly #keys: string[] = []
  readonly #byKey = new Map<string, number>()
  readonly #browseNames = new Map<number, string>()
  readonly typeNames: string[] = ['']
  readonly #typeIds = new Map<string, number>([['', 0]])

  get count(): number {
    return this.#count
  }

  get firstRoot(): number {
    return this.#firstRoot
  }

  /** The columns themselves, for loops over many rows. They are replaced when the table grows: do not keep them. */
  get columns(): Readonly<Columns> {
    return this.#c
  }

  add(row: NewRow): number {
    const at = this.#count++
    if (at === this.#c.parents.length) this.#c = grown(this.#c, at * 2)
    const c = this.#c
    const { parent } = row
    c.parents[at] = parent
    c.firstChildren[at] = -1
    c.lastChildren[at] = -1
    c.nextSiblings[at] = -1
    c.depths[at] = parent < 0 ? 0 : c.depths[parent]! + 1
    c.classes[at] = row.nodeClass
    c.types[at] = this.#typeId(row.typeName)
    c.flags[at] = 0
    c.names[at] = this.#nameId(row.name)
    this.#keys[at] = row.key
    if (!this.#byKey.has(row.key)) this.#byKey.set(row.key, at)
    if (row.browseName !== undefined && row.browseName !== row.name) this.#browseNames.set(at, row.browseName)
    this.#link(at, parent)
    if (this.isCountable(at)) this.#countVariable(at)
    return at
  }

  /** A level of topics turned out to carry messages itself. */
  promote(row: number, nodeClass: number): void {
    const before = this.isCountable(row)
    this.#c.classes[row] = nodeClass
    if (!before && this.isCountable(row)) this.#countVariable(row)
  }

  /** The first row with this key; -1 when there is none. */
  rowOf(key: string): number {
    return this.#byKey.get(key) ?? -1
  }

  key(row: number): string {
    return this.#keys[row] ?? ''
  }

  name(row: number): string {
    return this.#names[this.#c.names[row]!] ?? ''
  }

  typeName(row: number): string {
    return this.typeNames[this.#c.types[row]!] ?? ''
  }

  parent(row: number): number {
    return this.#c.parents[row] ?? -1
  }

  firstChild(row: number): number {
    return row < 0 ? this.#firstRoot : this.#c.firstChildren[row]!
  }

  nextSibling(row: number): number {
    return this.#c.nextSiblings[row]!
  }

  depth(row: number): number {
    return this.#c.depths[row]!
  }

  nodeClass(row: number): number {
    return this.#c.classes[row]!
  }

  /** Beginning with 1. */
  place(row: number): number {
    return this.#c.places[row]! + 1
  }

  siblings(row: number): number {
    const parent = this.parent(row)
    return parent < 0 ? this.#roots : this.#c.childCounts[parent]!
  }

  childCount(row: number): number {
    return this.#c.childCounts[row]!
  }

  variablesBelow(row: number): number {
    return this.#c.variablesBelow[row]!
  }

  has(row: number, bit: number): boolean {
    return (this.#c.flags[row]! & bit) !== 0
  }

  set(row: number, bit: number, on: boolean): void {
    if (on) this.#c.flags[row]! |= bit
    else this.#c.flags[row]! &= ~bit
  }

  browseName(row: number): string {
    return this.#browseNames.get(row) ?? this.name(row)
  }

  /** `/Objects/Line1/M01`; `&` guards what separates levels (OPC UA Part 4, A.2). */
  path(row: number): string {
    let path = ''
    for (let at = row; at >= 0; at = this.parent(at)) path = `/${this.browseName(at).replace(/[/&]/g, '&$&')}${path}`
    return path
  }

  /** A row that can be opened, as far as is known: an object nobody has asked about may have something below it. */
  isExpandable(row: number): boolean {
    const c = this.#c
    if (c.firstChildren[row]! >= 0 || this.has(row, flag.hasChildren)) return true
    return !this.has(row, flag.childrenKnown) && isBranchClass(c.classes[row]!)
  }

  /** What is worth collecting: a variable (not the property of one), a topic's payload, a field of it. */
  isCountable(row: number): boolean {
    const c = this.#c
    const nodeClass = c.classes[row]!
    if (nodeClass === classOf.topic || nodeClass === classOf.field) return true
    if (nodeClass !== classOf.variable) return false
    const parent = c.parents[row]!
    return !(parent >= 0 && c.classes[parent] === classOf.variable && this.typeName(row) === 'PropertyType')
  }

  #link(at: number, parent: number): void {
    const c = this.#c
    const last = parent < 0 ? this.#lastRoot : c.lastChildren[parent]!
    if (last >= 0) c.nextSiblings[last] = at
    else if (parent < 0) this.#firstRoot = at
    else c.firstChildren[parent] = at
    if (parent < 0) {
      this.#lastRoot = at
      c.places[at] = this.#roots++
    } else {
      c.lastChildren[parent] = at
      c.places[at] = c.childCounts[parent]!++
      // What the server would not show is known from elsewhere.
      c.flags[parent]! &= ~flag.failed
    }
  }

  #countVariable(at: number): void {
    const c = this.#c
    let isCovered = false
    for (let up = c.parents[at]!; up >= 0; up = c.parents[up]!) {
      c.variablesBelow[up]!++
      // Above a selected folder, what comes into it counts as picked too.
      if (isCovered) c.pickedBelow[up]!++
      if (c.flags[up]! & flag.selected && c.classes[up] !== classOf.variable) isCovered = true
    }
  }

  #nameId(name: string): number {
    const known = this.#nameIds.get(name)
    if (known !== undefined) return known
    const id = this.#names.push(name) - 1
    this.#nameIds.set(name, id)
    return id
  }

  #typeId(name: string): number {
    const known = this.#typeIds.get(name)
    if (known !== undefined) return known
    const id = this.typeNames.push(name) - 1
    this.#typeIds.set(name, id)
    return id
  }
}

function allocate(capacity: number): Columns {
  return Object.fromEntries(Object.entries(columns).map(([name, Kind]) => [name, new Kind(capacity)])) as Columns
}

function grown(old: Columns, capacity: number): Columns {
  const fresh = allocate(capacity)
  for (const name of Object.keys(columns) as (keyof Columns)[]) fresh[name].set(old[name] as never)
  return fresh
}

/** Objects, types and views; variables and methods have nothing below them until something is found there. */
function isBranchClass(nodeClass: number): boolean {
  return nodeClass === classOf.object || (nodeClass >= 8 && nodeClass < classOf.level)
}
