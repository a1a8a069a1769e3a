import type { IndexTable } from '../collect/opcua/index-table.ts'

// The machines among the nodes of a server: objects with values of their own.

export interface Machine {
  readonly row: number
  /** Browse names from below Root. */
  readonly names: readonly string[]
  /** '' for folders and plain objects, whose type says nothing. */
  readonly typeName: string
  readonly keys: readonly MachineKey[]
}

interface MachineKey {
  readonly row: number
  /** Browse names from below the machine. */
  readonly path: string
  readonly isProperty: boolean
}

export interface Machines {
  readonly machines: readonly Machine[]
  /** Values that stand in the Objects folder itself. */
  readonly lonely: readonly number[]
  readonly isCut: boolean
}

/** About a fifth of a second of work. */
const rowsLimit = 200_000
/** Folders below a machine that are still part of it: `Motor/Drive/Status/Speed`. */
const depthLimit = 3
const keysLimit = 500

const object = 1
const variable = 2
/** Namespace 0: Root, Objects. Everything else of it is the server's own (Server, Types, Views, Aliases …). */
const kept: ReadonlySet<number> = new Set([84, 85])
const plainTypes: ReadonlySet<string> = new Set(['', 'FolderType', 'BaseObjectType', 'FileDirectoryType'])
const propertyType = 'PropertyType'

export function readMachines(table: IndexTable): Machines {
  const count = Math.min(table.count, rowsLimit)
  const tree = new Tree(table, count)
  const machines: Machine[] = []
  const lonely: number[] = []
  /** Rows that are part of a machine above them. */
  const owned = new Uint8Array(count)
  for (let row = 0; row < count; row++) {
    if (tree.isForeign(row)) continue
    const nodeClass = table.nodeClass(row)
    if (nodeClass === variable) {
      const parent = table.parent(row)
      if (parent >= 0 && tree.isObjects(parent)) lonely.push(row)
      continue
    }
    if (nodeClass !== object || owned[row] || tree.isObjects(row) || table.parent(row) < 0) continue
    const typeName = tree.typeOf(row)
    const keys = typeName === '' ? tree.directKeys(row) : tree.keysBelow(row, owned)
    if (keys.length > 0) machines.push({ row, names: namesOf(table, row), typeName, keys })
  }
  return { machines, lonely, isCut: table.count > count }
}

class Tree {
  readonly #table: IndexTable
  readonly #firstChild: Int32Array
  readonly #nextSibling: Int32Array
  readonly #foreign: Uint8Array

  constructor(table: IndexTable, count: number) {
    this.#table = table
    this.#firstChild = new Int32Array(count).fill(-1)
    this.#nextSibling = new Int32Array(count).fill(-1)
    this.#foreign = new Uint8Array(count)
    // From the end, so that children come out in the order they were found.
    for (let row = count - 1; row >= 0; row--) {
      const parent = table.parent(row)
      if (parent < 0) continue
      this.#nextSibling[row] = this.#firstChild[parent]!
      this.#firstChild[parent] = row
    }
    // A parent stands above its children.
    for (let row = 0; row < count; row++) {
      const parent = table.parent(row)
      const { namespace, kind, identifier } = table.identifier(row)
      const isOwn = namespace === 0 && !(kind === 'i' && kept.has(Number(identifier)))
      this.#foreign[row] = isOwn || (parent >= 0 && this.#foreign[parent]!) ? 1 : 0
    }
  }

  isForeign(row: number): boolean {
    return this.#foreign[row] === 1
  }

  isObjects(row: number): boolean {
    const { namespace, kind, identifier } = this.#table.identifier(row)
    return namespace === 0 && kind === 'i' && identifier === 85
  }

  typeOf(row: number): string {
    const name = this.#table.typeNames[this.#table.type(row)] ?? ''
    return plainTypes.has(name) ? '' : name
  }

  /** Values directly below. */
  directKeys(row: number): MachineKey[] {
    const keys: MachineKey[] = []
    for (const child of this.#children(row)) {
      if (this.#table.nodeClass(child) === variable && keys.length < keysLimit) keys.push(this.#key(child, ''))
    }
    return keys
  }

  /** Also those in folders and plain objects below; they then belong to this machine. */
  keysBelow(row: number, owned: Uint8Array): MachineKey[] {
    const keys: MachineKey[] = []
    const walk = (at: number, prefix: string, depth: number): void => {
      for (const child of this.#children(at)) {
        const nodeClass = this.#table.nodeClass(child)
        if (nodeClass === variable && keys.length < keysLimit) keys.push(this.#key(child, prefix))
        if (nodeClass !== object || depth >= depthLimit || this.typeOf(child) !== '') continue
        owned[child] = 1
        walk(child, `${prefix}${this.#table.browseName(child)}/`, depth + 1)
      }
    }
    walk(row, '', 0)
    return keys
  }

  #key(row: number, prefix: string): MachineKey {
    const isProperty = this.#table.typeNames[this.#table.type(row)] === propertyType
    return { row, path: prefix + this.#table.browseName(row), isProperty }
  }

  *#children(row: number): Generator<number> {
    for (let child = this.#firstChild[row] ?? -1; child >= 0; child = this.#nextSibling[child] ?? -1) yield child
  }
}

function namesOf(table: IndexTable, row: number): string[] {
  const names: string[] = []
  for (let at = row; at >= 0 && table.parent(at) >= 0; at = table.parent(at)) names.unshift(table.browseName(at))
  return names
}
