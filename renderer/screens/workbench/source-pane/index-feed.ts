import type { RequestOutput } from '../../../../shared/api/contract.ts'
import type { OpcuaTarget } from '../../../../shared/api/opcua-requests.ts'
import type { ErrorReport, Result } from '../../../../shared/errors.ts'
import { foldedKeys, opcuaRoots } from './opcua-rows.ts'
import type { SourceTree } from './source-tree.ts'
import { flag, type TreeModel } from './tree-model.ts'

type Page = RequestOutput<'opcua.indexPage'>
type AskPage = (input: { target: OpcuaTarget; offset: number; limit: number }) => Promise<Result<Page>>

/** What one answer may carry: 1 ms of structured clone (the contract's page limit). */
const rowsPerPage = 2000
/** The folder above all (Part 5, 8.2.1) is no row of the tree. */
const rootKey = 'i=84'

/**
 * Brings the index of a server into a tree, page by page, as far as it has been read. An index of another generation is
 * another state of the server: it is read in full beside the tree that is shown, and then takes its place.
 */
export class IndexFeed {
  readonly #tree: SourceTree
  readonly #ask: AskPage
  readonly #target: OpcuaTarget
  #model: TreeModel
  #rows = new Int32Array(4096)
  #loaded = 0
  #generation = -1
  #isReading = false
  #stopped = false
  #wanted: { readonly nodes: number; readonly generation: number; readonly isComplete: boolean } | undefined
  error: ErrorReport | undefined

  constructor(tree: SourceTree, target: OpcuaTarget, ask: AskPage) {
    this.#tree = tree
    this.#target = target
    this.#ask = ask
    this.#model = tree.model
  }

  /** Rows of the index that are in the tree. */
  get loaded(): number {
    return this.#loaded
  }

  stop(): void {
    this.#stopped = true
  }

  /** The index has become this; brings in what is missing. */
  async follow(status: Page['status']): Promise<void> {
    this.#wanted = status
    if (this.#isReading) return
    this.#isReading = true
    try {
      while (!this.#stopped && (await this.#step()));
    } finally {
      this.#isReading = false
    }
  }

  /** One page. False when there is nothing more to bring in. */
  async #step(): Promise<boolean> {
    const wanted = this.#wanted
    if (!wanted) return false
    if (wanted.generation !== this.#generation) this.#begin(wanted.generation)
    if (this.#loaded >= wanted.nodes) {
      this.#complete(wanted.isComplete)
      return false
    }
    const result = await this.#ask({ target: this.#target, offset: this.#loaded, limit: rowsPerPage })
    if (this.#stopped) return false
    this.error = result.ok ? undefined : result.error
    if (!result.ok) return false
    const page = result.value
    this.#wanted = page.status
    if (page.status.generation !== this.#generation) return true
    if (page.names.length === 0) return false
    this.#take(page)
    return true
  }

  #begin(generation: number): void {
    // The first index grows in the tree that is shown already; a later one beside it.
    this.#model = this.#generation < 0 ? this.#tree.model : opcuaRoots()
    this.#generation = generation
    this.#loaded = 0
  }

  #take(page: Page): void {
    const from = this.#loaded
    const count = page.names.length
    if (from + count > this.#rows.length) {
      const rows = new Int32Array(Math.max(this.#rows.length * 2, from + count))
      rows.set(this.#rows)
      this.#rows = rows
    }
    const browseNames = new Map(page.browseNames)
    const isShown = this.#model === this.#tree.model
    for (let i = 0; i < count; i += 1) {
      const parentRow = page.parents[i]!
      const parent = parentRow < 0 ? -1 : this.#rows[parentRow]!
      const key = page.nodeIds[i]!
      this.#rows[from + i] =
        key === rootKey ? -1 : this.#place(page, i, parent, key, browseNames.get(from + i), isShown)
    }
    this.#loaded = from + count
    if (isShown) this.#tree.grown()
  }

  /** The row of a node that is there already below the same parent, from browsing or as one of the first folders; else a new one. */
  #place(page: Page, i: number, parent: number, key: string, browseName: string | undefined, isShown: boolean): number {
    const model = this.#model
    const known = model.rowOf(key)
    if (known >= 0) return known
    const row = {
      parent,
      key,
      name: page.names[i]!,
      nodeClass: page.classes[i]!,
      typeName: page.typeNames[page.types[i]!] ?? '',
      ...(browseName === undefined ? {} : { browseName }),
    }
    if (isShown) return this.#tree.add(row)
    const at = model.add(row)
    if (foldedKeys.has(key)) model.set(at, flag.folded, true)
    return at
  }

  /** A complete index knows of every row whether there is something below it. */
  #complete(isComplete: boolean): void {
    if (isComplete) {
      const { flags } = this.#model.columns
      for (let row = 0; row < this.#model.count; row += 1) flags[row]! |= flag.childrenKnown
    }
    if (this.#model !== this.#tree.model) this.#tree.replace(this.#model)
    else this.#tree.grown()
  }
}
