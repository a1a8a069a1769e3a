import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { Button } from '@mantine/core'
import {
  type MouseEvent,
  memo,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { useRowWindow } from '../../../components/use-row-window.ts'
import { formatCount } from '../../../format.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { dragKind } from '../selection.ts'
import type { Marks } from './row-marks.ts'
import { itemOf, rangeOf, type SourceSession, selectedItems, valueKey } from './source-session.ts'
import { checkBoxes, iconOf, twisties } from './tree-icons.tsx'
import { treeKeys } from './tree-keys.ts'
import { classOf, flag, type TreeModel } from './tree-model.ts'
import { isSelectable, type Mark, markOf, pickedCount } from './tree-selection.ts'
import { useRowHeight } from './use-row-height.ts'
import { noteOf, ownerOf } from './visible-rows.ts'

const text = workbenchText.tree
const indent = 14
/** More than this deep and the names would leave the pane. */
const deepestIndent = 16

interface Props {
  readonly session: SourceSession
  readonly marks: Marks
  /** Row to bring into view; another object = again. */
  readonly revealed: { readonly row: number } | undefined
  readonly onFocus: (row: number) => void
  readonly onCommand: (command: 'map' | 'rule' | 'watch' | 'trace' | 'copy' | 'favour', row: number) => void
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
    else if (event.shiftKey) tree.select(rangeOf(session, anchor.current, index), true)
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
      aria-multiselectable={true}
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

interface RowProps {
  readonly id: string
  readonly session: SourceSession
  readonly model: TreeModel
  readonly entry: number
  readonly top: number
  readonly isActive: boolean
  readonly isOpen: boolean
  readonly isExpandable: boolean
  readonly mark: Mark
  readonly picked: number
  readonly below: number
  readonly childCount: number
  readonly badge: '' | 'mapped' | 'draft'
  readonly isFavourite: boolean
}

/** Everything it shows is in its properties or fixed for its entry, so that a scroll draws only rows that came into view. */
const TreeRow = memo(function TreeRow(props: RowProps) {
  const { session, model, entry, isActive } = props
  const note = noteOf(entry)
  if (note) return <NoteRow {...props} />
  const nodeClass = model.nodeClass(entry)
  const style = {
    transform: `translateY(${props.top}px)`,
    paddingLeft: 4 + Math.min(model.depth(entry), deepestIndent) * indent,
  }
  const key = valueKey(session, entry)
  const name = model.name(entry) || text.noName
  return (
    <div
      id={props.id}
      role="treeitem"
      tabIndex={-1}
      aria-level={model.depth(entry) + 1}
      aria-posinset={model.place(entry)}
      aria-setsize={model.siblings(entry)}
      aria-expanded={props.isExpandable ? props.isOpen : undefined}
      aria-selected={props.mark === 'on'}
      aria-checked={props.mark === 'mixed' ? 'mixed' : props.mark === 'on'}
      data-index={Math.round(props.top)}
      className={`wtree-row${isActive ? ' active' : ''}${props.mark === 'on' ? ' selected' : ''}${model.has(entry, flag.folded) ? ' folded' : ''}`}
      style={style}
    >
      <DragSource session={session} row={entry} />
      {props.isExpandable ? (props.isOpen ? twisties.open : twisties.closed) : twisties.none}
      {isSelectable(model, entry) ? checkBoxes[props.mark] : null}
      {iconOf(nodeClass, model.typeName(entry))}
      <span className="wtree-name" title={name}>
        {name}
      </span>
      <TypeWords session={session} row={entry} />
      {key === undefined ? null : <ValueCell session={session} valueKey={key} />}
      <span className="wtree-badges">
        {props.isFavourite ? (
          <span role="img" title={text.favourite} aria-label={text.favourite}>
            ★
          </span>
        ) : null}
        {props.badge === '' ? null : (
          <span
            role="img"
            className={props.badge === 'mapped' ? 'tone-ok' : 'tone-warn'}
            title={props.badge === 'mapped' ? text.mapped : text.mappedDraft}
            aria-label={props.badge === 'mapped' ? text.mapped : text.mappedDraft}
          >
            {props.badge === 'mapped' ? '→✓' : '→●'}
          </span>
        )}
        {props.picked > 0 && props.childCount > 0 ? (
          <span className="wtree-count" title={text.selected(formatCount(props.picked), formatCount(props.below))}>
            {formatCount(props.picked)}
          </span>
        ) : props.childCount > 0 && !props.isOpen && nodeClass !== classOf.variable ? (
          <span className="muted">{formatCount(props.childCount)}</span>
        ) : null}
      </span>
    </div>
  )
})

/** The type of an object tells what it is; that of a variable says little. */
function TypeWords({ session, row }: { readonly session: SourceSession; readonly row: number }) {
  const { model } = session.tree
  if (model.nodeClass(row) !== classOf.object || model.depth(row) === 0) return null
  const typeName = model.typeName(row)
  if (typeName === '' || typeName === 'FolderType' || typeName === 'BaseObjectType') return null
  return <span className="wtree-type muted">{`«${typeName}»`}</span>
}

/** Its text belongs to the painter of the value store, not to React. */
function ValueCell({ session, valueKey: key }: { readonly session: SourceSession; readonly valueKey: string }) {
  const ref = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    const element = ref.current
    return element ? session.values.show(element, key) : undefined
  }, [session, key])
  return <span ref={ref} className="live-cell wtree-value" />
}

/** The row can be dragged; what is dragged is the selection when the row is in it. */
function DragSource({ session, row }: { readonly session: SourceSession; readonly row: number }) {
  const ref = useRef<HTMLSpanElement>(null)
  const now = useRef(row)
  now.current = row
  useEffect(() => {
    const element = ref.current?.parentElement
    if (!element) return undefined
    return draggable({
      element,
      getInitialData: () => {
        const isSelected = markOf(session.tree.model, now.current) === 'on'
        const own = itemOf(session, now.current)
        return { kind: dragKind, items: isSelected ? selectedItems(session) : own ? [own] : [] }
      },
    })
  }, [session])
  return <span ref={ref} hidden />
}

/** Loading, empty, failed and cut-off branches say so in their own place. */
function NoteRow({ id, session, entry, top, isActive }: RowProps) {
  const { row, note } = noteOf(entry)!
  const { tree } = session
  const error = tree.error(row)
  const words = {
    loading: text.loading,
    empty: tree.model.parent(row) < 0 ? text.emptyRoot : text.empty,
    error: error?.message ?? '',
    truncated: text.truncated(formatCount(tree.model.childCount(row))),
  }[note]
  const depth = tree.model.depth(row) + 1
  return (
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-selected={false}
      data-index={Math.round(top)}
      className={`wtree-row wtree-note${isActive ? ' active' : ''} ${note === 'error' ? 'tone-bad' : 'muted'}`}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 22 + Math.min(depth, deepestIndent) * indent }}
      title={error ? `${error.message} ${error.hint}` : undefined}
    >
      <span className="ellipsis">{words}</span>
      {note === 'error' ? (
        <Button size="compact-xs" variant="default" tabIndex={-1} data-part="retry">
          {text.retry}
        </Button>
      ) : null}
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
