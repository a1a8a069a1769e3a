import { movedTo } from '../../components/data-grid.tsx'
import type { NodeTree, TreeRow } from './node-tree.ts'

export interface TreeKeyContext {
  readonly tree: NodeTree
  readonly rows: readonly TreeRow[]
  readonly active: number
  /** Rows on one screen. */
  readonly page: number
  readonly goTo: (index: number) => void
}

/** Keys of the ARIA tree pattern (APG, tree view). False for keys that are not the tree's. */
export function treeKey(key: string, context: TreeKeyContext): boolean {
  const { tree, rows, active, page, goTo } = context
  const row = rows[active]
  const moved = rows.length > 0 ? movedTo(key, active, rows.length, page) : undefined
  if (moved !== undefined) {
    goTo(moved)
    return true
  }
  if (!row) return false
  switch (key) {
    case 'ArrowRight':
      openOrEnter(row, context)
      return true
    case 'ArrowLeft':
      closeOrLeave(row, context)
      return true
    case 'Enter':
      if (row.kind === 'error') tree.retry(row.item)
      else if (row.kind === 'node') enter(row, tree)
      return true
    case ' ':
      if (row.kind === 'node') void tree.toggle(row.item)
      return true
    case '*':
      tree.expandSiblings(row.item)
      return true
    default:
      return false
  }
}

function enter(row: TreeRow, tree: NodeTree): void {
  if (row.item.node.nodeClass === 'Variable') void tree.toggle(row.item)
  else if (row.item.state === 'open' || row.item.state === 'error') tree.collapse(row.item)
  else void tree.expand(row.item)
}

function openOrEnter(row: TreeRow, { tree, rows, active, goTo }: TreeKeyContext): void {
  if (row.kind !== 'node' || !row.item.node.hasChildren) return
  if (row.item.state === 'closed') void tree.expand(row.item)
  else if (active + 1 < rows.length) goTo(active + 1)
}

function closeOrLeave(row: TreeRow, { tree, rows, goTo }: TreeKeyContext): void {
  if (row.kind === 'node' && (row.item.state === 'open' || row.item.state === 'error')) {
    tree.collapse(row.item)
    return
  }
  const parent = row.kind === 'node' ? row.item.parent : row.item
  const index = rows.findIndex((candidate) => candidate.kind === 'node' && candidate.item === parent)
  if (index >= 0) goTo(index)
}
