import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { Button } from '@mantine/core'
import { memo, useEffect, useRef } from 'react'
import { formatCount } from '../../../format.ts'
import { errorWords, wordsOfCode } from '../../../i18n/en-codes.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { ValueText } from '../inspector/live-value.tsx'
import { dragKind } from '../selection.ts'
import type { NodeAccess } from './access-feed.ts'
import { RowBadges } from './row-badges.tsx'
import { itemOf, type SourceSession, selectedItems, valueKey } from './source-session.ts'
import { checkBoxes, iconOf, twisties } from './tree-icons.tsx'
import { classOf, flag, type TreeModel } from './tree-model.ts'
import { isSelectable, type Mark, markOf } from './tree-selection.ts'
import { noteOf } from './visible-rows.ts'

const text = workbenchText.tree
const indent = 14
/** More than this deep and the names would leave the pane. */
const deepestIndent = 16

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
  readonly access: NodeAccess | undefined
  readonly isDraggable: boolean
}

/** Everything it shows is in its properties or fixed for its entry, so that a scroll draws only rows that came into view. */
export const TreeRow = memo(function TreeRow(props: RowProps) {
  const { session, model, entry, isActive } = props
  const note = noteOf(entry)
  if (note) return <NoteRow {...props} />
  const nodeClass = model.nodeClass(entry)
  const style = {
    transform: `translateY(${props.top}px)`,
    paddingLeft: 4 + Math.min(model.depth(entry), deepestIndent) * indent,
  }
  const key = valueKey(session, entry)
  // A tree that is only looked at shows which node that is.
  const isOn = session.tree.selects ? props.mark === 'on' : isActive
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
      aria-selected={isOn}
      aria-checked={session.tree.selects ? (props.mark === 'mixed' ? 'mixed' : isOn) : undefined}
      data-index={Math.round(props.top)}
      className={`wtree-row${isActive ? ' active' : ''}${isOn ? ' selected' : ''}${model.has(entry, flag.folded) ? ' folded' : ''}`}
      style={style}
    >
      {props.isDraggable ? <DragSource session={session} row={entry} /> : null}
      {props.isExpandable ? (props.isOpen ? twisties.open : twisties.closed) : twisties.none}
      {session.tree.selects && isSelectable(model, entry) ? checkBoxes[props.mark] : null}
      {iconOf(nodeClass, model.typeName(entry))}
      <span className="wtree-name" title={name}>
        {name}
      </span>
      <TypeWords session={session} row={entry} />
      {key === undefined ? null : <ValueText session={session} valueKey={key} className="wtree-value" />}
      <span className="wtree-badges">
        <RowBadges access={props.access} badge={props.badge} isFavourite={props.isFavourite} />
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
    error: error ? (wordsOfCode(error.code)?.what ?? error.message) : '',
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
      title={error ? errorWords(error) : undefined}
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
