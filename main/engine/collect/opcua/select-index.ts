import type { IndexTable } from './index-table.ts'
import { RuleBook, type RuleMatch } from './select-book.ts'
import { Claims, type TakenKeys } from './select-claims.ts'
import type { Expansion } from './select-expand.ts'
import { type Finder, finderOf } from './select-finders.ts'
import { type IndexNode, IndexNodes } from './select-nodes.ts'
import type { CompiledRule, CompiledRuleKey, Path } from './select-pattern.ts'

// What a rule selects, by the index instead of the server: one pass over the rows, for looking while somebody types. The
// index knows one path of each node, a walk knows all of them, so the running gateway walks.

const none = -1
/** Rows between two looks at the clock. */
const rowsPerLook = 256

/** One pass, as far as it has come. Undefined from `scanOf` where the index can not say. */
export class IndexScan {
  readonly #table: IndexTable
  readonly #rule: CompiledRule
  readonly #book: RuleBook
  readonly #matches: RuleMatch[] = []
  readonly #nodes: IndexNodes
  readonly #finder: Finder
  readonly #keys: KeyFinder
  /** The nearest selected row at or above each row. */
  readonly #owner: Int32Array
  readonly #selected = new Map<number, Selected>()
  #row = 0

  constructor(
    table: IndexTable,
    rule: CompiledRule,
    taken: TakenKeys,
    limit: number,
    finder: Finder,
    nodes: IndexNodes,
  ) {
    this.#table = table
    this.#rule = rule
    this.#nodes = nodes
    this.#finder = finder
    this.#keys = new KeyFinder(rule, nodes)
    const claims = new Claims(taken)
    this.#book = new RuleBook({ rule, namespaces: table.namespaces, claims, matches: this.#matches, limit })
    this.#owner = new Int32Array(table.count).fill(none)
  }

  /** Rows looked at, of all. */
  get progress(): number {
    return this.#owner.length === 0 ? 1 : this.#row / this.#owner.length
  }

  /** Goes on for about so long; true when all rows have been looked at. */
  run(ms: number): boolean {
    const count = this.#owner.length
    const until = performance.now() + ms
    while (this.#row < count) {
      const end = Math.min(count, this.#row + rowsPerLook)
      for (; this.#row < end; this.#row++) this.#look(this.#row)
      if (performance.now() >= until) break
    }
    return this.#row >= count
  }

  /** What was found so far. */
  expansion(): Expansion {
    const matches = this.#matches.toSorted((a, b) => (a.device < b.device ? -1 : a.device > b.device ? 1 : 0))
    return { matches, reports: [this.#book.report()], truncated: false }
  }

  #look(row: number): void {
    const parent = this.#table.parent(row)
    const verdict = this.#finder.look(row, parent, this.#book)
    if (parent < 0) return
    const outer = this.#owner[parent]!
    this.#owner[row] = outer
    if (verdict) {
      this.#owner[row] = row
      this.#selected.set(row, { node: this.#nodes.at(row), outer: this.#selected.get(outer) })
    }
    if (this.#owner[row] !== none && this.#nodes.isVariable(row)) this.#addKeys(row)
  }

  /** A variable is the key of every selected node it stands below, and of itself where a rule asks for `.`. */
  #addKeys(row: number): void {
    const nearest = this.#selected.get(this.#owner[row]!)
    const isSelected = this.#owner[row] === row
    const variable = isSelected ? nearest!.node : this.#nodes.at(row)
    if (isSelected) for (const key of this.#rule.keys) if (!key.pattern) this.#book.add(variable, variable, key)
    for (let at = isSelected ? nearest?.outer : nearest; at; at = at.outer) {
      const key = this.#keys.find(at.node, variable)
      if (key) this.#book.add(at.node, variable, key)
    }
  }
}

export function scanOf(table: IndexTable, rule: CompiledRule, taken: TakenKeys, limit: number): IndexScan | undefined {
  const nodes = new IndexNodes(table)
  const finder = finderOf(table, rule, nodes)
  return finder && new IndexScan(table, rule, taken, limit, finder, nodes)
}

/** Which key of the rule a variable is, by the names from the selected node down to it. */
class KeyFinder {
  readonly #keys: readonly CompiledRuleKey[]
  readonly #nodes: IndexNodes
  /** For variables right below: by their name, properties apart. */
  readonly #near = [new Map<string, CompiledRuleKey | undefined>(), new Map<string, CompiledRuleKey | undefined>()]

  constructor({ keys }: CompiledRule, nodes: IndexNodes) {
    this.#keys = keys.filter(({ pattern }) => pattern)
    this.#nodes = nodes
  }

  find(selected: IndexNode, variable: IndexNode): CompiledRuleKey | undefined {
    const { isProperty } = variable
    const [first] = this.#keys
    if (first?.pattern?.takesAll && !isProperty) return first
    const below = this.#nodes.depth(variable.row) - this.#nodes.depth(selected.row)
    if (below > 1) return this.#match(variable.path.slice(-below), isProperty)
    const known = this.#near[isProperty ? 1 : 0]!
    const name = variable.browseName
    if (known.has(name)) return known.get(name)
    const found = this.#match([name], isProperty)
    known.set(name, found)
    return found
  }

  #match(relative: Path, isProperty: boolean): CompiledRuleKey | undefined {
    return this.#keys.find(({ pattern, wantsProperties }) => {
      return (wantsProperties || !isProperty) && pattern?.matches(relative)
    })
  }
}

/** A node the rule selected, and the selected one it stands below, if any. */
interface Selected {
  readonly node: IndexNode
  readonly outer: Selected | undefined
}
