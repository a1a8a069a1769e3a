import {
  type MouseEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { useRowWindow } from '../../../components/use-row-window.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import type { RowCommand } from '../commands.ts'
import type { Marks } from './row-marks.ts'
import { type SourceSession, valueKey } from './source-session.ts'
import { treeKeys } from './tree-keys.ts'
import { flag, type TreeModel } from './tree-model.ts'
import { TreeRow } from './tree-row.tsx'
import { markOf, pickedCount } from './tree-selection.ts'
import { useAccess } from './use-access.ts'
import { useRowHeight } from './use-row-height.ts'
import { ownerOf } from './visible-rows.ts'

const text = workbenchText.tree

interface Props {
  readonly session: SourceSession
  readonly marks: Marks
  /** Row to bring into view; another object = again. */
  readonly revealed: { readonly row: number } | undefined
  readonly onFocus: (row: number) => void
  /** undefined: the tree is only for choosing; nothing is dragged out of it. */
  readonly onCommand: ((command: RowCommand, row: number) => void) | undefined
}

/**
 * The tree of a source. Only the rows on screen exist; the row with the cursor stays in the page when it is scrolled away.
 * One tab stop, level, position and set size on every row (APG, tree view).
 */
export function TreeView({ session, marks, revealed, onFocus, onCommand }: Props) {
  const { tree } = session
  const version = useSyncExternalStore(tree.subscribe, tree.version)
  const rowHeight = useRowHeight()
  const { visible, model } = tree
  const view = useRowWindow(visible.count, rowHeight)
  const id = useId()
  const [cursor, setCursor] = useState(() => tree.cursor)
  const active = Math.max(0, visible.indexOf(cursor))
  const anchor = useRef(active)
  const reveal = useRef(view.reveal)
  reveal.current = view.reveal

  const goTo = (index: number): void => {
    const entry = visible.at(index)
    if (entry === undefined) return
    setCursor(entry)
    tree.cursor = ownerOf(entry)
    view.reveal(index)
    onFocus(ownerOf(entry))
  }

  // Somebody comes back to a tree, or it became another state of the server: the cursor is where it was left.
  useLayoutEffect(() => {
    setCursor(tree.cursor)
    const index = model === tree.model ? tree.visible.indexOf(tree.cursor) : -1
    if (index >= 0) reveal.current(index)
  }, [tree, model])

  useEffect(() => {
    if (!revealed) return
    setCursor(revealed.row)
    session.tree.cursor = revealed.row
    const index = session.tree.visible.indexOf(revealed.row)
    if (index >= 0) reveal.current(index)
  }, [revealed, session])

  useVisibleValues(session, view.first, view.end, version)
  const access = useAccess(session, (index) => visible.at(index), view.first, view.end)
  const keys = useMemo(() => treeKeys(), [])

  const pool = view.end - view.first + 1
  const indexes: number[] = []
  for (let i = view.first; i < view.end; i += 1) indexes.push(i)
  const isAway = visible.count > 0 && (active < view.first || active >= view.end)

  const row = (index: number, key: string): React.ReactNode => {
    const entry = visible.at(index)
    if (entry === undefined) return null
    const owner = ownerOf(entry)
    return (
      <TreeRow
        key={key}
        id={`${id}-${index}`}
        session={session}
        model={model}
        entry={entry}
        top={index * rowHeight}
        isActive={index === active}
        isOpen={model.has(owner, flag.open)}
        mark={entry >= 0 ? markOf(model, owner) : 'off'}
        picked={entry >= 0 ? pickedCount(model, owner) : 0}
        below={model.variablesBelow(owner)}
        childCount={model.childCount(owner)}
        isExpandable={entry >= 0 && model.isExpandable(owner)}
        badge={entry >= 0 ? marks.of(owner) : ''}
        isFavourite={entry >= 0 && marks.isFavourite(owner)}
        access={entry >= 0 ? access(owner) : undefined}
        isDraggable={onCommand !== undefined}
      />
    )
  }

  const onClick = (event: MouseEvent<HTMLDivElement>): void => {
    const index = indexAt(event)
    const entry = index === undefined ? undefined : visible.at(index)
    if (index === undefined || entry === undefined) return
    const part = event.target instanceof Element ? event.target.closest('[data-part]')?.getAttribute('data-part') : null
    if (entry < 0) {
      if (part === 'retry') void tree.refresh(ownerOf(entry))
    } else if (part === 'twisty') tree.toggleOpen(entry)
    else if (event.shiftKey) tree.select(tree.visible.between(anchor.current, index), true)
    else if (part === 'check' || event.ctrlKey || event.metaKey) tree.toggle(entry)
    if (!event.shiftKey) anchor.current = index
    goTo(index)
  }

  return (
    <div
      ref={view.ref}
      className="wtree"
      role="tree"
      aria-label={session.kind === 'opcua' ? text.label : text.topics}
      aria-multiselectable={tree.selects}
      aria-activedescendant={visible.count > 0 ? `${id}-${active}` : undefined}
      tabIndex={0}
      onScroll={view.onScroll}
      onClick={onClick}
      onDoubleClick={(event) => {
        const index = indexAt(event)
        const entry = index === undefined ? undefined : visible.at(index)
        if (entry !== undefined && entry >= 0) tree.toggleOpen(entry)
      }}
      onKeyDown={(event) => {
        const page = Math.max(1, Math.floor(event.currentTarget.clientHeight / rowHeight) - 1)
        if (keys(event, { session, active, page, goTo, onCommand, anchor })) event.preventDefault()
      }}
    >
      <div className="wtree-body" role="presentation" style={{ height: visible.count * rowHeight }}>
        {indexes.map((index) => row(index, String(index % pool)))}
        {isAway ? row(active, 'cursor') : null}
      </div>
      {isFirstReading(model) ? <Skeleton /> : null}
    </div>
  )
}

/** The first level is being read and nothing of it is there yet. */
function isFirstReading(model: TreeModel): boolean {
  const first = model.firstRoot
  return first >= 0 && model.has(first, flag.loading) && model.firstChild(first) < 0
}

function Skeleton() {
  return (
    <div className="skeleton-rows" aria-hidden="true">
      {['60%', '45%', '70%', '52%', '64%', '40%', '58%', '48%'].map((width) => (
        <span key={width} className="skeleton" style={{ width }} />
      ))}
    </div>
  )
}

/** Values are read of the rows that can be seen, and at once when others come into view. */
function useVisibleValues(session: SourceSession, first: number, end: number, version: number): void {
  const range = useRef([first, end] as const)
  range.current = [first, end]
  useEffect(
    () =>
      session.feed.view(() => {
        const [from, to] = range.current
        const wanted: string[] = []
        for (let i = from; i < to; i += 1) {
          const entry = session.tree.visible.at(i)
          const key = entry === undefined || entry < 0 ? undefined : valueKey(session, entry)
          if (key !== undefined) wanted.push(key)
        }
        return wanted
      }),
    [session],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows are on screen whenever one of these changes.
  useEffect(() => session.feed.soon(), [session, first, end, version])
}

function indexAt(event: MouseEvent<HTMLDivElement>): number | undefined {
  const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null
  if (!element) return undefined
  return Math.round(Number(element.dataset['index']) / element.offsetHeight)
}
