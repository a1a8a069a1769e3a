import type { KeyboardEvent, RefObject } from 'react'
import { movedTo } from '../../../components/data-grid.tsx'
import type { RowCommand } from '../commands.ts'
import type { SourceSession } from './source-session.ts'
import { flag } from './tree-model.ts'
import { ownerOf } from './visible-rows.ts'

/** Letters typed within this time form one prefix (APG, tree view, type-ahead). */
const typeAheadMs = 700

export interface TreeKeyContext {
  readonly session: SourceSession
  /** Place of the cursor. */
  readonly active: number
  /** Rows on one screen. */
  readonly page: number
  readonly goTo: (index: number) => void
  /** undefined: the tree is only for choosing. */
  readonly onCommand: ((command: RowCommand, row: number) => void) | undefined
  /** Where a range began. */
  readonly anchor: RefObject<number>
}

/** Commands are small letters; a name is typed with its first letter as it is written, or held with Shift. */
export const commands: Readonly<Record<string, RowCommand>> = {
  m: 'map',
  r: 'rule',
  w: 'watch',
  t: 'trace',
  f: 'favour',
}

/** Keys of the tree, with the prefix somebody is typing. True for keys that are the tree's. */
export function treeKeys(): (event: KeyboardEvent<HTMLElement>, context: TreeKeyContext) => boolean {
  let typed = { text: '', at: Number.NEGATIVE_INFINITY }
  return (event, context) => {
    const { tree } = context.session
    const entry = tree.visible.at(context.active)
    const control = event.ctrlKey || event.metaKey
    if (event.altKey || entry === undefined) return false
    if (control) return controlKey(event, entry, context)
    const isTyping = performance.now() - typed.at < typeAheadMs
    if (!isTyping && plainKey(event, entry, context)) return true
    if (event.key.length > 1) {
      // Another letter after an arrow begins another name. Shift alone is part of typing.
      if (isTyping && event.key !== 'Shift') typed.at = Number.NEGATIVE_INFINITY
      return isTyping && plainKey(event, entry, context)
    }
    if (event.key === ' ' && !isTyping) return false
    const prefix = (isTyping ? typed.text : '') + event.key
    // The first letter goes on to the next name, more of them stay while they fit.
    const hit = tree.visible.findByPrefix(prefix, prefix.length > 1 ? context.active - 1 : context.active)
    // A blank that no name goes on with is the Space bar: the name was found, and now it is meant.
    if (event.key === ' ' && hit < 0) {
      typed.at = Number.NEGATIVE_INFINITY
      return plainKey(event, entry, context)
    }
    typed = { text: prefix, at: performance.now() }
    if (hit >= 0) context.goTo(hit)
    return true
  }
}

function controlKey(event: KeyboardEvent<HTMLElement>, entry: number, { session, onCommand }: TreeKeyContext): boolean {
  const key = event.key.toLowerCase()
  const { tree } = session
  if (key === 'a' && event.shiftKey) tree.selectDescendants(ownerOf(entry))
  else if (key === 'a')
    tree.select(
      tree.visible.between(0, tree.visible.count - 1).filter((row) => tree.model.isCountable(row)),
      true,
    )
  else if (key === 'c' && !event.shiftKey && onCommand) onCommand('copy', ownerOf(entry))
  else return false
  return true
}

function plainKey(event: KeyboardEvent<HTMLElement>, entry: number, context: TreeKeyContext): boolean {
  const { session, active, page, goTo, onCommand, anchor } = context
  const { tree } = session
  const row = ownerOf(entry)
  const moved = movedTo(event.key, active, tree.visible.count, page)
  if (moved !== undefined) {
    if (event.shiftKey) tree.select(tree.visible.between(active, moved), true)
    else anchor.current = moved
    goTo(moved)
    return true
  }
  const command = event.shiftKey ? undefined : commands[event.key]
  if (command !== undefined && onCommand) {
    onCommand(command, row)
    return true
  }
  switch (event.key) {
    case 'ArrowRight':
      openOrEnter(entry, context)
      return true
    case 'ArrowLeft':
      closeOrLeave(entry, context)
      return true
    case 'Enter':
      if (entry < 0) void tree.refresh(row)
      else tree.toggleOpen(row)
      return true
    case ' ':
      if (entry >= 0) tree.toggle(row)
      return true
    case '*':
      tree.expandSiblings(row)
      return true
    case 'F5':
      void tree.refresh(row)
      return true
    case 'Escape':
      if (!onCommand) return false
      tree.clearSelection()
      return true
    default:
      return false
  }
}

function openOrEnter(entry: number, { session: { tree }, active, goTo }: TreeKeyContext): void {
  if (entry < 0 || !tree.model.isExpandable(entry)) return
  if (!tree.model.has(entry, flag.open)) void tree.expand(entry)
  else if (active + 1 < tree.visible.count) goTo(active + 1)
}

function closeOrLeave(entry: number, { session: { tree }, goTo }: TreeKeyContext): void {
  if (entry >= 0 && tree.model.has(entry, flag.open)) {
    tree.collapse(entry)
    return
  }
  const parent = entry >= 0 ? tree.model.parent(entry) : ownerOf(entry)
  const index = tree.visible.indexOf(parent)
  if (index >= 0) goTo(index)
}
