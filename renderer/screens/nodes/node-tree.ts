import type { NodeRow } from '../../../shared/api/opcua-requests.ts'
import type { ErrorReport, Result } from '../../../shared/errors.ts'
import { pathSegments } from './node-address.ts'

export interface TreeItem {
  readonly id: number
  readonly parent: TreeItem | undefined
  readonly node: NodeRow
  readonly level: number
  readonly place: number
  readonly siblings: number
  state: 'closed' | 'loading' | 'open' | 'error'
  children: TreeItem[] | undefined
  truncated: boolean
  error: ErrorReport | undefined
}

/** A row on screen: a node, or what a branch has to say about itself. */
export type TreeRow =
  | { readonly kind: 'node'; readonly item: TreeItem }
  | { readonly kind: 'loading' | 'empty' | 'error' | 'truncated'; readonly item: TreeItem }

type Loader = (nodeId: string) => Promise<Result<{ readonly nodes: readonly NodeRow[]; readonly truncated: boolean }>>

/** Branches that `*` opens at once: one browse request each, plants dislike storms. */
const siblingsLimit = 50

/**
 * The lazily loaded address space as a flat list of rows. Guarantees: one browse per branch under way, a failed branch
 * leaves its siblings usable and can be retried, selection survives closing and filtering. The same node under two
 * parents is two items (OPC UA spaces are graphs) but one selection.
 */
export class NodeTree {
  readonly #load: Loader
  readonly #root: TreeItem
  readonly #listeners = new Set<() => void>()
  readonly #selected = new Map<string, TreeItem>()
  #rows: readonly TreeRow[] = []
  #filter = ''
  #nextId = 1

  constructor(load: Loader) {
    this.#load = load
    const node: NodeRow = {
      nodeId: '',
      displayName: 'Objects',
      browseName: 'Objects',
      nodeClass: 'Object',
      typeName: '',
      hasChildren: true,
    }
    this.#root = this.#item(node, undefined, 0, 1)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#root.state === 'closed') void this.expand(this.#root)
    return () => this.#listeners.delete(listener)
  }

  /** A new array whenever something changed. */
  readonly rows = (): readonly TreeRow[] => this.#rows

  get selected(): readonly TreeItem[] {
    return [...this.#selected.values()]
  }

  isSelected(item: TreeItem): boolean {
    return this.#selected.has(item.node.nodeId)
  }

  /** Opens a branch and fetches its children the first time. */
  async expand(item: TreeItem): Promise<void> {
    if (item.state === 'loading' || item.state === 'open' || !item.node.hasChildren) return
    if (item.children) {
      item.state = 'open'
      return this.#changed()
    }
    item.state = 'loading'
    this.#changed()
    const result = await this.#load(item.node.nodeId)
    if (result.ok) {
      const { nodes, truncated } = result.value
      item.children = nodes.map((node, place) => this.#item(node, item, place, nodes.length))
      item.truncated = truncated
      item.error = undefined
      item.state = 'open'
    } else {
      item.error = result.error
      item.state = 'error'
    }
    this.#changed()
  }

  collapse(item: TreeItem): void {
    if (item.state !== 'open' && item.state !== 'error') return
    item.state = 'closed'
    this.#changed()
  }

  retry(item: TreeItem): void {
    item.state = 'closed'
    void this.expand(item)
  }

  expandSiblings(item: TreeItem): void {
    const siblings = (item.parent?.children ?? []).filter((sibling) => sibling.node.hasChildren)
    for (const sibling of siblings.slice(0, siblingsLimit)) void this.expand(sibling)
  }

  /** A variable is switched; any other node switches all variables directly below it, which are fetched if need be. */
  async toggle(item: TreeItem): Promise<void> {
    if (item.node.nodeClass === 'Variable') {
      this.select([item], !this.isSelected(item))
      return
    }
    await this.expand(item)
    const variables = (item.children ?? []).filter((child) => child.node.nodeClass === 'Variable')
    this.select(variables, !variables.every((child) => this.isSelected(child)))
  }

  select(items: readonly TreeItem[], on: boolean): void {
    for (const item of items) {
      if (on) this.#selected.set(item.node.nodeId, item)
      else this.#selected.delete(item.node.nodeId)
    }
    this.#changed()
  }

  /** Selects or clears a node that was found without the tree; `folder` is the name of what it is in. */
  toggleFound(node: NodeRow, folder: string): void {
    const present = this.#selected.get(node.nodeId)
    if (present) {
      this.select([present], false)
      return
    }
    const parent = this.#item({ ...node, nodeId: '', displayName: folder, browseName: folder }, this.#root, 0, 1)
    this.select([this.#item(node, parent, 0, 1)], true)
  }

  hasSelected(nodeId: string): boolean {
    return this.#selected.has(nodeId)
  }

  /** Opens the branches on the way to a browse path from Root. Undefined when the tree does not lead there. */
  async reveal(path: string): Promise<TreeItem | undefined> {
    const [root, ...names] = pathSegments(path)
    if (root !== 'Objects') return undefined
    this.filter('')
    let item = this.#root
    for (const name of names) {
      await this.expand(item)
      const child = item.children?.find((candidate) => plainName(candidate.node.browseName) === name)
      if (!child) return undefined
      item = child
    }
    return item
  }

  /** Shows loaded nodes whose name or NodeId contains the text, with the way to them. */
  filter(text: string): void {
    this.#filter = text.trim().toLowerCase()
    this.#changed()
  }

  /** The next node row after `from` whose name begins with `prefix`, round the end; -1 if none. */
  findByPrefix(prefix: string, from: number): number {
    const wanted = prefix.toLowerCase()
    for (let step = 1; step <= this.#rows.length; step += 1) {
      const index = (from + step) % this.#rows.length
      const row = this.#rows[index]
      if (row?.kind === 'node' && row.item.node.displayName.toLowerCase().startsWith(wanted)) return index
    }
    return -1
  }

  #item(node: NodeRow, parent: TreeItem | undefined, place: number, siblings: number): TreeItem {
    const level = parent ? parent.level + 1 : 0
    const id = this.#nextId++
    return {
      id,
      parent,
      node,
      level,
      place,
      siblings,
      state: 'closed',
      children: undefined,
      truncated: false,
      error: undefined,
    }
  }

  #changed(): void {
    const rows: TreeRow[] = []
    if (this.#filter === '') addBranch(this.#root, rows)
    else addMatches(this.#root, this.#filter, rows)
    this.#rows = rows
    for (const listener of this.#listeners) listener()
  }
}

function plainName(browseName: string): string {
  return browseName.replace(/^\d+:/, '')
}

function addBranch(item: TreeItem, rows: TreeRow[]): void {
  if (item.state === 'loading' || item.state === 'error') rows.push({ kind: item.state, item })
  if (item.state !== 'open' || !item.children) return
  if (item.children.length === 0) rows.push({ kind: 'empty', item })
  for (const child of item.children) {
    rows.push({ kind: 'node', item: child })
    addBranch(child, rows)
  }
  if (item.truncated) rows.push({ kind: 'truncated', item })
}

function addMatches(item: TreeItem, filter: string, rows: TreeRow[]): boolean {
  let any = false
  for (const child of item.children ?? []) {
    const at = rows.length
    rows.push({ kind: 'node', item: child })
    const own =
      child.node.displayName.toLowerCase().includes(filter) || child.node.nodeId.toLowerCase().includes(filter)
    const below = addMatches(child, filter, rows)
    if (own || below) any = true
    else rows.length = at
  }
  return any
}
