import type { IndexTable } from './index-table.ts'
import { makeNodeId } from './node-address.ts'
import type { Path } from './select-pattern.ts'
import type { SeenNode } from './select-walk.ts'

// Rows of an index as the nodes rules are about.

/** NodeClass Variable (Part 3, 5.2). */
const variableClass = 2

/** Rows of a table as nodes; what several of them have in common is made once. */
export class IndexNodes {
  readonly table: IndexTable
  readonly #names: string[] = []
  readonly #paths: (Path | undefined)[] = []
  readonly #depths: Uint16Array
  readonly #properties: ReadonlySet<number>

  constructor(table: IndexTable) {
    this.table = table
    const { count } = table
    this.#depths = new Uint16Array(count)
    for (let row = 0; row < count; row++) {
      const parent = table.parent(row)
      this.#depths[row] = parent < 0 ? 0 : this.#depths[parent]! + 1
    }
    this.#properties = new Set(
      table.typeNames.flatMap((name, number) => (number > 0 && name === 'PropertyType' ? [number] : [])),
    )
  }

  at(row: number): IndexNode {
    return new IndexNode(this, row)
  }

  depth(row: number): number {
    return this.#depths[row]!
  }

  name(row: number): string {
    const id = this.table.nameId(row)
    const name = this.#names[id] ?? this.table.browseName(row)
    this.#names[id] = name
    return name
  }

  isVariable(row: number): boolean {
    return this.table.nodeClass(row) === variableClass
  }

  isProperty(row: number): boolean {
    return this.#properties.has(this.table.type(row))
  }

  path(row: number): Path {
    return [...this.#above(this.table.parent(row)), this.name(row)]
  }

  #above(row: number): Path {
    if (row < 0 || this.table.parent(row) < 0) return []
    const path = this.#paths[row] ?? this.path(row)
    this.#paths[row] = path
    return path
  }
}

export class IndexNode implements SeenNode {
  readonly row: number
  readonly #nodes: IndexNodes
  #path: Path | undefined

  constructor(nodes: IndexNodes, row: number) {
    this.#nodes = nodes
    this.row = row
  }

  get nodeId() {
    const { namespace, kind, identifier } = this.#nodes.table.identifier(this.row)
    return makeNodeId(namespace, `${kind}=${identifier}`)!
  }

  get path(): Path {
    this.#path ??= this.#nodes.path(this.row)
    return this.#path
  }

  get browseName(): string {
    return this.#nodes.name(this.row)
  }

  get displayName(): string {
    return this.#nodes.table.displayName(this.row)
  }

  get isVariable(): boolean {
    return this.#nodes.isVariable(this.row)
  }

  get isProperty(): boolean {
    return this.isVariable && this.#nodes.isProperty(this.row)
  }
}
