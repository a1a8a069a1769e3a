import type { IndexTable } from './index-table.ts'
import type { RuleBook } from './select-book.ts'
import type { IndexNodes } from './select-nodes.ts'
import type { CompiledRule, PathPattern, PathSteps } from './select-pattern.ts'
import { rowAt, wantedTypes } from './select-types.ts'

// Which rows of an index a rule selects, asked row by row, parents before their children.

/** Is this row selected? Asked of every row, parents first. */
export interface Finder {
  look(row: number, parent: number, book: RuleBook): boolean
}

/** Undefined where the index can not say. */
export function finderOf(table: IndexTable, { selection }: CompiledRule, nodes: IndexNodes): Finder | undefined {
  if (selection.kind === 'path')
    return selection.pattern.steps
      ? new GlobFinder(table, selection.pattern, selection.pattern.steps, nodes)
      : new PathFinder(table, selection.pattern, nodes)
  const types = wantedTypes(table, selection.type)
  const top = rowAt(table, selection.below)
  return types && top >= 0 ? new TypeFinder(table, types, top) : undefined
}

class GlobFinder implements Finder {
  readonly #pattern: PathPattern
  readonly #steps: PathSteps
  readonly #nodes: IndexNodes
  readonly #states: Int32Array
  /** Machines of a kind have the same names below them: each is matched once per state. */
  readonly #known = new Map<number, Map<number, number>>()
  readonly #table: IndexTable

  constructor(table: IndexTable, pattern: PathPattern, steps: PathSteps, nodes: IndexNodes) {
    this.#table = table
    this.#pattern = pattern
    this.#steps = steps
    this.#nodes = nodes
    this.#states = new Int32Array(table.count)
  }

  look(row: number, parent: number, book: RuleBook): boolean {
    if (parent < 0) {
      this.#states[row] = this.#steps.start
      return false
    }
    const before = this.#states[parent]!
    if (!this.#steps.mayGoOn(before)) return false
    const state = this.#next(before, row)
    this.#states[row] = state
    if (this.#steps.isMatch(state)) return true
    if (this.#pattern.nearDepth === this.#nodes.depth(row) && !book.isFullOfNearMisses) {
      const { path } = this.#nodes.at(row)
      if (this.#pattern.nearlyMatches(path)) book.nearMiss(path)
    }
    return false
  }

  #next(state: number, row: number): number {
    const id = this.#table.nameId(row)
    let known = this.#known.get(state)
    if (!known) {
      known = new Map()
      this.#known.set(state, known)
    }
    const before = known.get(id)
    if (before !== undefined) return before
    const next = this.#steps.next(state, this.#nodes.name(row))
    known.set(id, next)
    return next
  }
}

class PathFinder implements Finder {
  readonly #pattern: PathPattern
  readonly #nodes: IndexNodes
  /** May something below match? */
  readonly #open: Uint8Array

  constructor(table: IndexTable, pattern: PathPattern, nodes: IndexNodes) {
    this.#pattern = pattern
    this.#nodes = nodes
    this.#open = new Uint8Array(table.count)
  }

  look(row: number, parent: number, book: RuleBook): boolean {
    if (parent < 0) {
      this.#open[row] = 1
      return false
    }
    if (!this.#open[parent]) return false
    const { path } = this.#nodes.at(row)
    this.#open[row] = this.#pattern.mayMatchBelow(path) ? 1 : 0
    if (this.#pattern.matches(path)) return true
    if (!book.isFullOfNearMisses && this.#pattern.nearlyMatches(path)) book.nearMiss(path)
    return false
  }
}

class TypeFinder implements Finder {
  readonly #table: IndexTable
  readonly #types: ReadonlySet<number>
  readonly #inside: Uint8Array

  constructor(table: IndexTable, types: ReadonlySet<number>, top: number) {
    this.#table = table
    this.#types = types
    this.#inside = new Uint8Array(table.count)
    this.#inside[top] = 1
  }

  look(row: number, parent: number): boolean {
    if (parent < 0 || !this.#inside[parent]) return false
    this.#inside[row] = 1
    return this.#types.has(this.#table.type(row))
  }
}
