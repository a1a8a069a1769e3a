import type { IndexTable } from './index-table.ts'

// Ways from Root down to a row of an index. A node has one row and as many paths as its parents have.

/** Levels of one path. */
const depthLimit = 64
/** Rows looked at for the paths of one node: a thicket of references must not cost seconds. */
const stepsLimit = 2_000

/** Rows from below Root down to the node, the path it was first found by first; at most `limit` paths, none through a cycle. */
export function pathRows(table: IndexTable, row: number, limit: number): number[][] {
  const found: number[][] = []
  let steps = 0
  const climb = (at: number, below: readonly number[]): void => {
    if (found.length >= limit || ++steps > stepsLimit) return
    const first = table.parent(at)
    if (first < 0) {
      found.push([...below])
      return
    }
    if (below.length >= depthLimit || below.includes(at)) return
    const path = [at, ...below]
    climb(first, path)
    for (const parent of table.moreParents(at)) climb(parent, path)
  }
  climb(row, [])
  return found
}

/** Browse names from below Root, as the configuration takes them: `/Objects/Line1/Speed`. */
export function pathText(table: IndexTable, rows: readonly number[]): string {
  return `/${rows.map((row) => table.browseName(row).replace(/[/&]/g, '&$&')).join('/')}`
}
