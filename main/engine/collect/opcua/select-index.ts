import { setImmediate as nextTurn } from 'node:timers/promises'
import type { IndexTable } from './index-table.ts'
import { makeNodeId } from './node-address.ts'
import { RuleBook, type TakenKeys } from './select-book.ts'
import type { Expansion } from './select-expand.ts'
import type { CompiledRule, Path } from './select-pattern.ts'
import type { SeenNode } from './select-walk.ts'

// What a path rule selects, by the index instead of the server: one pass over the rows, for looking while somebody types. The
// index knows one path of each node, a walk knows all of them, so the running gateway walks.

/** NodeClass Variable (Part 3, 5.2). */
const variableClass = 2
const none = -1
/** Work between two turns of the event loop: a few milliseconds. */
const rowsPerTurn = 2000

/** Undefined for a rule by type: subtypes are in the server's type tree, not in the index. */
export async function expandFromIndex(
  table: IndexTable,
  rule: CompiledRule,
  taken: TakenKeys,
  limit: number,
  signal: AbortSignal,
): Promise<Expansion | undefined> {
  const { selection } = rule
  if (selection.kind !== 'path') return undefined
  const { pattern } = selection
  const claimed = new Map<string, string>()
  const matches: Expansion['matches'][number][] = []
  const book = new RuleBook({ rule, namespaces: table.namespaces, taken, claimed, matches, limit })
  const { count } = table
  const paths: (Path | undefined)[] = new Array(count)
  /** May something below match? */
  const open = new Uint8Array(count)
  /** The nearest selected row at or above each row. */
  const owner = new Int32Array(count).fill(none)
  const selected = new Map<number, Selected>()

  const known: string[] = []
  // Machines of a kind have the same names below them: each is decoded once.
  const nameOf = (row: number): string => (known[table.nameId(row)] ??= table.browseName(row))

  for (let row = 0; row < count; row++) {
    if (row % rowsPerTurn === rowsPerTurn - 1) {
      await nextTurn()
      signal.throwIfAborted()
    }
    const parent = table.parent(row)
    if (parent < 0) {
      paths[row] = []
      open[row] = 1
      continue
    }
    const before = paths[parent]
    if (before === undefined) continue
    const path = [...before, nameOf(row)]
    const outer = owner[parent]!
    owner[row] = outer
    if (open[parent]) {
      if (pattern.matches(path)) {
        owner[row] = row
        selected.set(row, { node: seen(table, row, path), outer: selected.get(outer) })
      } else if (pattern.nearlyMatches(path)) book.nearMiss(path)
      open[row] = pattern.mayMatchBelow(path) ? 1 : 0
    }
    if (open[row] || owner[row] !== none) paths[row] = path
    if (owner[row] !== none && table.nodeClass(row) === variableClass) {
      const own = selected.get(owner[row]!)
      addKeys(rule, owner[row] === row ? own!.node : seen(table, row, path), own, book)
    }
  }
  const report = book.report()
  matches.sort((a, b) => (a.device < b.device ? -1 : a.device > b.device ? 1 : 0))
  return { matches, reports: [report], truncated: false }
}

/** A node the rule selected, and the selected one it stands below, if any. */
interface Selected {
  readonly node: SeenNode
  readonly outer: Selected | undefined
}

/** A variable is the key of every selected node it stands below, and of itself where a rule asks for `.`. */
function addKeys(rule: CompiledRule, variable: SeenNode, nearest: Selected | undefined, book: RuleBook): void {
  const isSelected = nearest?.node === variable
  if (isSelected) for (const key of rule.keys) if (!key.pattern) book.add(variable, variable, key)
  for (let at = isSelected ? nearest.outer : nearest; at; at = at.outer) {
    const relative = variable.path.slice(at.node.path.length)
    const key = rule.keys.find((one) => one.pattern?.matches(relative) && (one.wantsProperties || !variable.isProperty))
    if (key) book.add(at.node, variable, key)
  }
}

function seen(table: IndexTable, row: number, path: Path): SeenNode {
  const isVariable = table.nodeClass(row) === variableClass
  return {
    get nodeId() {
      const { namespace, kind, identifier } = table.identifier(row)
      return makeNodeId(namespace, `${kind}=${identifier}`)!
    },
    path,
    browseName: path.at(-1) ?? '',
    get displayName() {
      return table.displayName(row)
    },
    isVariable,
    isProperty: isVariable && table.typeNames[table.type(row)] === 'PropertyType',
  }
}
