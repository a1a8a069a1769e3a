import { create } from 'zustand'
import { mapItems, ruleFromItems } from './mapping/map-items.ts'
import { type SourceItem, useWorkbench } from './selection.ts'
import { itemOf, type SourceSession, selectedItems } from './source-pane/source-session.ts'
import { watchList } from './watch/watch-list.ts'

// What keys, buttons and menus do with what is selected. Without a selection it is the row with the cursor.

/** Which tab each pane shows, and what asks for attention once. */
export const useView = create<{
  readonly inspectorTab: string
  readonly bottomTab: 'watch' | 'payload' | 'test'
  readonly isInspectorOpen: boolean
  readonly isBottomOpen: boolean
  /** A node somebody wants to see in the tree; another object = again. */
  readonly reveal: { readonly sourceId: string; readonly key: string; readonly path: string } | undefined
}>(() => ({ inspectorTab: 'value', bottomTab: 'watch', isInspectorOpen: true, isBottomOpen: true, reveal: undefined }))

export type RowCommand = 'map' | 'rule' | 'watch' | 'trace' | 'copy' | 'favour'

function itemsAt(session: SourceSession, row: number): readonly SourceItem[] {
  const selected = selectedItems(session)
  const own = itemOf(session, row)
  return selected.length > 0 ? selected : own ? [own] : []
}

export function mapSelection(session: SourceSession, row: number): void {
  const items = itemsAt(session, row)
  if (items.length > 0) mapItems(items)
}

export function ruleOfSelection(session: SourceSession, row: number): void {
  const items = itemsAt(session, row)
  if (items.length > 0) ruleFromItems(items)
}

/** Values of the items, a folder giving the variables directly known below it. */
export function watch(session: SourceSession, row: number): void {
  const { model } = session.tree
  const keys = itemsAt(session, row).flatMap((item) => {
    const key = keyOf(item)
    const at = model.rowOf(key)
    if (at >= 0 && !model.isCountable(at)) return childKeys(session, at)
    return [key]
  })
  if (keys.length === 0) return
  watchList.add(session.id, keys)
  useView.setState({ bottomTab: 'watch', isBottomOpen: true })
}

export function showTrace(): void {
  useView.setState({ inspectorTab: 'trace', isInspectorOpen: true })
}

/** The key of an item's row in its tree. */
export function keyOf(item: SourceItem): string {
  if (item.kind === 'node') return item.nodeId
  return item.field === '$' ? item.topic : `${item.topic}\u0000${item.field}`
}

export async function copyAddresses(session: SourceSession, row: number): Promise<void> {
  const lines = itemsAt(session, row).map((item) =>
    item.kind === 'node' ? item.nodeId : item.field === '$' ? item.topic : `${item.topic} ${item.field}`,
  )
  // Without a permission for the clipboard there is nothing to do about it.
  await navigator.clipboard?.writeText(lines.join('\n')).catch(() => undefined)
}

/** Takes another source, with nothing of it selected yet. */
export function openSource(connectorId: string): void {
  useWorkbench.setState({ connectorId, items: [], focused: undefined })
}

/** In the tree of its source, which is brought on screen first. */
export function showInTree(sourceId: string, key: string, path: string): void {
  if (useWorkbench.getState().connectorId !== sourceId) useWorkbench.setState({ connectorId: sourceId, items: [] })
  useView.setState({ reveal: { sourceId, key, path } })
}

function childKeys({ tree: { model } }: SourceSession, row: number): string[] {
  const keys: string[] = []
  for (let at = model.firstChild(row); at >= 0; at = model.nextSibling(at))
    if (model.isCountable(at)) keys.push(model.key(at))
  return keys
}
