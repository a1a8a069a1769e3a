import type { NodeRow } from '../../../../shared/api/opcua-requests.ts'
import type { ErrorReport, Result } from '../../../../shared/errors.ts'
import { pathSegments } from '../../nodes/node-address.ts'
import { foldedKeys, newRow, objectsKey, opcuaRoots } from './opcua-rows.ts'
import { closeAll, openBelow } from './open-branches.ts'
import { flag, type NewRow, TreeModel } from './tree-model.ts'
import * as selection from './tree-selection.ts'
import { VisibleRows } from './visible-rows.ts'

export interface Branch {
  readonly nodes: readonly NodeRow[]
  readonly truncated: boolean
}
export type BranchLoader = (key: string) => Promise<Result<Branch>>

/** Branches that `*` opens at once when they have to be asked for: one browse each, plants dislike storms. */
const askedSiblingsLimit = 50
/** A larger branch is not compared with the server each time somebody opens it. */
const verifyLimit = 500

/**
 * A tree of one source: its rows, which branches are open, what is selected. Guarantees: one question per branch under way,
 * a failed branch leaves its siblings usable and can be tried again, selection survives closing. Known branches open at once
 * and are compared with the server in the background, one at a time.
 */
export class SourceTree {
  #model: TreeModel
  #visible: VisibleRows
  readonly #load: BranchLoader | undefined
  readonly #listeners = new Set<() => void>()
  readonly #errors = new Map<number, ErrorReport>()
  /** Questions under way, so that who needs the answer can wait for it. */
  readonly #asked = new Map<number, Promise<void>>()
  readonly #toVerify: number[] = []
  #verifying = false
  #version = 0
  #selectionVersion = 0
  /** Row with the cursor, so that it is there again after a look elsewhere. */
  cursor = 0
  /** False: rows are looked at, and never selected. */
  readonly selects: boolean

  constructor(load?: BranchLoader, selects = true) {
    this.#load = load
    this.selects = selects
    this.#model = load ? opcuaRoots() : new TreeModel()
    this.#visible = new VisibleRows(this.#model)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly version = (): number => this.#version

  /** Changes only when another row is selected. */
  readonly selectionVersion = (): number => this.#selectionVersion

  get model(): TreeModel {
    return this.#model
  }

  get visible(): VisibleRows {
    return this.#visible
  }

  error(row: number): ErrorReport | undefined {
    return this.#errors.get(row)
  }

  /** Reads what is shown first: the level below Objects. */
  open(): void {
    const row = this.#model.rowOf(objectsKey)
    if (row >= 0 && this.#model.firstChild(row) < 0) void this.expand(row)
  }

  /** Rows were added to the model from outside; those in open branches come on screen. */
  grown(): void {
    this.#visible.rebuild()
    this.#changed()
  }

  /** Another state of the same source: open branches, selection and cursor are found again by their keys. */
  replace(fresh: TreeModel): void {
    const old = this.#model
    for (let row = 0; row < old.count; row += 1) {
      const at = old.has(row, flag.open) ? fresh.rowOf(old.key(row)) : -1
      if (at >= 0 && fresh.isExpandable(at)) fresh.set(at, flag.open, true)
    }
    for (const row of selection.selectedRows(old, old.count)) {
      const at = fresh.rowOf(old.key(row))
      if (at >= 0) selection.select(fresh, at, true)
    }
    this.cursor = Math.max(0, fresh.rowOf(old.key(this.cursor)))
    this.#model = fresh
    this.#visible = new VisibleRows(fresh)
    this.#errors.clear()
    this.#asked.clear()
    this.#toVerify.length = 0
    this.#selectionVersion++
    this.#changed()
  }

  add(row: NewRow): number {
    const at = this.#model.add(row)
    if (foldedKeys.has(row.key)) this.#model.set(at, flag.folded, true)
    return at
  }

  async expand(row: number): Promise<void> {
    const model = this.#model
    if (!model.isExpandable(row) || model.has(row, flag.open)) return this.#asked.get(row)
    model.set(row, flag.open, true)
    const isKnown = model.firstChild(row) >= 0 || !this.#load
    if (!isKnown) return this.#fetch(row)
    this.#visible.refreshBranch(row)
    this.#changed()
    if (this.#load && !model.has(row, flag.verified) && model.childCount(row) <= verifyLimit) {
      this.#toVerify.push(row)
      void this.#verifyNext()
    }
  }

  collapse(row: number): void {
    if (!this.#model.has(row, flag.open)) return
    this.#model.set(row, flag.open, false)
    this.#visible.refreshBranch(row)
    this.#changed()
  }

  toggleOpen(row: number): void {
    if (this.#model.has(row, flag.open)) this.collapse(row)
    else void this.expand(row)
  }

  /** Opens all that is known below a row (-1 = everything), but for the standard part of the server. */
  expandAll(row = -1): void {
    openBelow(this.#model, row)
    this.grown()
  }

  collapseAll(): void {
    closeAll(this.#model)
    this.grown()
  }

  expandSiblings(row: number): void {
    const model = this.#model
    let asked = 0
    for (let at = model.firstChild(model.parent(row)); at >= 0; at = model.nextSibling(at)) {
      if (!model.isExpandable(at) || model.has(at, flag.open) || model.has(at, flag.folded)) continue
      if (model.firstChild(at) >= 0) model.set(at, flag.open, true)
      else if (this.#load && asked++ < askedSiblingsLimit) void this.expand(at)
    }
    this.grown()
  }

  /** Asks the server again for what is below a row. */
  async refresh(row: number): Promise<void> {
    if (!this.#load) return
    this.#model.set(row, flag.open, true)
    await this.#fetch(row)
  }

  toggle(row: number): void {
    if (!this.selects) return
    selection.toggle(this.#model, row)
    this.#selected()
  }

  select(rows: readonly number[], on: boolean): void {
    if (!this.selects) return
    for (const row of rows) selection.select(this.#model, row, on)
    this.#selected()
  }

  selectDescendants(row: number): void {
    if (!this.selects) return
    selection.selectDescendants(this.#model, row)
    this.#selected()
  }

  clearSelection(): void {
    selection.clearAll(this.#model)
    this.#selected()
  }

  /** Opens the branches above a row, so that it can be seen. */
  uncover(row: number): void {
    let closed = false
    for (let up = this.#model.parent(row); up >= 0; up = this.#model.parent(up)) {
      if (this.#model.has(up, flag.open)) continue
      this.#model.set(up, flag.open, true)
      closed = true
    }
    if (closed) this.grown()
  }

  /** The row at a browse path from Root, with everything on the way read and opened; -1 when the tree does not lead there. */
  async reveal(path: string): Promise<number> {
    const model = this.#model
    let row = -1
    for (const name of pathSegments(path)) {
      if (row >= 0 && this.#childNamed(row, name) < 0) {
        if (this.#model.firstChild(row) >= 0) await this.refresh(row)
        else await this.expand(row)
        // Meanwhile the whole tree became another one, in which rows have other numbers.
        if (model !== this.#model) return this.reveal(path)
      }
      row = this.#childNamed(row, name)
      if (row < 0) return -1
    }
    if (row >= 0) this.uncover(row)
    return row
  }

  #fetch(row: number): Promise<void> {
    const present = this.#asked.get(row)
    if (present !== undefined) return present
    const asked = this.#ask(row).finally(() => {
      if (this.#asked.get(row) === asked) this.#asked.delete(row)
    })
    this.#asked.set(row, asked)
    return asked
  }

  async #ask(row: number): Promise<void> {
    const model = this.#model
    if (!this.#load) return
    model.set(row, flag.loading, true)
    model.set(row, flag.failed, false)
    this.#errors.delete(row)
    this.#visible.refreshBranch(row)
    this.#changed()
    const result = await this.#load(model.key(row))
    // Meanwhile the whole tree may have become another one.
    if (model !== this.#model) return
    model.set(row, flag.loading, false)
    if (result.ok) this.#merge(row, result.value)
    else if (model.firstChild(row) < 0) {
      model.set(row, flag.failed, true)
      this.#errors.set(row, result.error)
    }
    this.#visible.refreshBranch(row)
    this.#changed()
  }

  async #verifyNext(): Promise<void> {
    if (this.#verifying || !this.#load) return
    const row = this.#toVerify.shift()
    if (row === undefined) return
    const model = this.#model
    this.#verifying = true
    const result = await this.#load(model.key(row))
    this.#verifying = false
    if (model === this.#model && result.ok) {
      this.#merge(row, result.value)
      this.#visible.refreshBranch(row)
      this.#changed()
    }
    void this.#verifyNext()
  }

  #merge(row: number, { nodes, truncated }: Branch): void {
    const model = this.#model
    const known = new Map<string, number>()
    for (let at = model.firstChild(row); at >= 0; at = model.nextSibling(at)) known.set(model.key(at), at)
    for (const node of nodes) {
      const at = known.get(node.nodeId) ?? this.add({ ...newRow(node), parent: row })
      model.set(at, flag.childrenKnown, true)
      model.set(at, flag.hasChildren, node.hasChildren)
    }
    model.set(row, flag.truncated, truncated)
    model.set(row, flag.verified, true)
    model.set(row, flag.childrenKnown, true)
    model.set(row, flag.hasChildren, model.firstChild(row) >= 0)
  }

  #childNamed(row: number, name: string): number {
    const model = this.#model
    for (let at = model.firstChild(row); at >= 0; at = model.nextSibling(at))
      if (model.browseName(at) === name) return at
    return -1
  }

  #selected(): void {
    this.#selectionVersion++
    this.#changed()
  }

  #changed(): void {
    this.#version++
    for (const listener of this.#listeners) listener()
  }
}
