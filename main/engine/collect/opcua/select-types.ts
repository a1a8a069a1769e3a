import type { IndexTable } from './index-table.ts'

// Which types a rule by type means, by the index: it holds the type tree of a server like everything else below Root, and of
// every node the name of its type.

/** NodeClass ObjectType and VariableType (Part 3, 5.5.1, 5.6.5). */
const typeClasses = 8 | 16

/**
 * Numbers of type names (`IndexTable.type`) that are the type or derived from it. Undefined where the index can not say: it
 * has no such type, or two types of one name of which only one is meant.
 */
export function wantedTypes(table: IndexTable, type: string): Set<number> | undefined {
  // A NodeId means one type; which nodes have it is known by its name only.
  if (type.includes('=')) return undefined
  const wanted = new Uint8Array(table.count)
  const meant = new Set<string>()
  const others = new Set<string>()
  for (let row = 0; row < table.count; row++) {
    if (!(table.nodeClass(row) & typeClasses)) continue
    const name = table.browseName(row)
    const isWanted = name === type || isBelow(table, row, wanted)
    wanted[row] = isWanted ? 1 : 0
    ;(isWanted ? meant : others).add(name)
  }
  // A type without a name may be one of them.
  if (meant.size === 0 || table.typeNames.includes('', 1)) return undefined
  for (const name of meant) if (others.has(name)) return undefined
  const numbers = new Set<number>()
  for (const [number, name] of table.typeNames.entries()) if (number > 0 && meant.has(name)) numbers.add(number)
  return numbers
}

function isBelow(table: IndexTable, row: number, wanted: Uint8Array): boolean {
  return wanted[table.parent(row)] === 1 || table.moreParents(row).some((parent) => wanted[parent] === 1)
}

/** The row at a browse path without namespaces, `/Objects/Line1`; -1 when the index has none, or it is an address of another kind. */
export function rowAt(table: IndexTable, address: string): number {
  // A namespace or an escaped sign in it: for the server to read.
  if (!address.startsWith('/') || /[{&]|\/\d+:/.test(address)) return -1
  let at = 0
  for (const name of address.slice(1).split('/')) {
    let found = -1
    for (let row = at + 1; row < table.count && found < 0; row++)
      if (table.parent(row) === at && table.browseName(row) === name) found = row
    if (found < 0) return -1
    at = found
  }
  return at
}
