import { Button } from '@mantine/core'
import { type KeyboardEvent, useEffect, useId, useRef, useState, useSyncExternalStore } from 'react'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { useRowWindow } from '../../components/use-row-window.ts'
import { errorWhat, errorWords } from '../../i18n/en-codes.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import { useRowHeight } from '../../stores/preferences.ts'
import { CheckMark, ClassIcon } from './node-marks.tsx'
import type { NodeTree, TreeItem, TreeRow } from './node-tree.ts'
import { treeKey } from './tree-keys.ts'

const text = sourcesText.picker
const indent = 16
/** Letters typed within this time form one prefix (ARIA tree pattern, type-ahead). */
const typeAheadMs = 700

interface ViewProps {
  readonly tree: NodeTree
  readonly filtered: boolean
  /** Set: the tree is for looking, not for selecting; called with the node somebody wants to see. */
  readonly onLook?: (item: TreeItem) => void
  /** Which node is being looked at, marked in the tree. */
  readonly looked?: string
  /** Somebody moved to this node. */
  readonly onActive?: (item: TreeItem) => void
  /** Brought into view when it changes. */
  readonly revealed?: TreeItem | undefined
}

/** ARIA tree with one tab stop; rows carry level, position and set size because most of them do not exist in the page. */
export function NodeTreeView({ tree, filtered, onLook, looked, onActive, revealed }: ViewProps) {
  const rows = useSyncExternalStore(tree.subscribe, tree.rows)
  const rowHeight = useRowHeight()
  const view = useRowWindow(rows.length, rowHeight)
  const id = useId()
  const [wanted, setActive] = useState(0)
  const active = Math.min(wanted, rows.length - 1)
  const typed = useRef({ text: '', at: 0 })
  const goTo = (index: number): void => {
    setActive(index)
    view.reveal(index)
    const row = rows[index]
    if (row?.kind === 'node') onActive?.(row.item)
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: only another node to reveal moves the view.
  useEffect(() => {
    const index = rows.findIndex((row) => row.kind === 'node' && row.item === revealed)
    if (index < 0) return
    setActive(index)
    view.reveal(index)
  }, [revealed])

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const page = Math.max(1, Math.floor(event.currentTarget.clientHeight / rowHeight) - 1)
    const row = rows[active]
    if (onLook && row?.kind === 'node' && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      onLook(row.item)
    } else if (treeKey(event.key, { tree, rows, active, page, goTo })) {
      event.preventDefault()
    } else if (event.key.length === 1 && event.key !== ' ') {
      const now = performance.now()
      const prefix = (now - typed.current.at < typeAheadMs ? typed.current.text : '') + event.key
      typed.current = { text: prefix, at: now }
      const hit = tree.findByPrefix(prefix, prefix.length > 1 ? active - 1 : active)
      if (hit >= 0) goTo(hit)
    }
  }

  const [only] = rows
  if (rows.length === 1 && only?.kind === 'error' && only.item.error && !only.item.parent) {
    return (
      <div className="tree-failed">
        <ErrorNote
          error={only.item.error}
          action={
            <Button size="compact-sm" variant="default" onClick={() => tree.retry(only.item)}>
              {text.retry}
            </Button>
          }
        />
      </div>
    )
  }

  const indexes: number[] = []
  for (let i = view.first; i < view.end; i++) indexes.push(i)
  if (active >= 0 && !indexes.includes(active)) indexes.push(active)

  return (
    <div
      ref={view.ref}
      className="tree"
      role="tree"
      aria-label={text.tree}
      aria-multiselectable={onLook === undefined}
      aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
      tabIndex={0}
      data-autofocus
      onScroll={view.onScroll}
      onKeyDown={onKeyDown}
    >
      <div className="tree-body" role="presentation" style={{ height: rows.length * rowHeight }}>
        {indexes.map((index) => {
          const row = rows[index]
          return row ? (
            <TreeRowView
              key={`${row.item.id} ${row.kind}`}
              id={`${id}-${index}`}
              row={row}
              top={index * rowHeight}
              active={index === active}
              tree={tree}
              onLook={onLook}
              looked={looked}
              onActivate={() => {
                setActive(index)
                if (row.kind === 'node') onActive?.(row.item)
              }}
            />
          ) : null
        })}
      </div>
      {rows.length === 0 && filtered ? <Empty title={text.noMatch} /> : null}
    </div>
  )
}

interface RowProps {
  readonly id: string
  readonly row: TreeRow
  readonly top: number
  readonly active: boolean
  readonly tree: NodeTree
  readonly onLook: ((item: TreeItem) => void) | undefined
  readonly looked: string | undefined
  readonly onActivate: () => void
}

function TreeRowView(props: RowProps) {
  const { row, tree } = props
  const { item } = row
  if (row.kind !== 'node') return <NoteRow {...props} />
  const variable = item.node.nodeClass === 'Variable'
  const { onLook } = props
  const selected = onLook ? item.node.nodeId === props.looked : tree.isSelected(item)
  const turn = (): void => {
    if (item.state === 'open' || item.state === 'error') tree.collapse(item)
    else void tree.expand(item)
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the tree, the ARIA pattern's single tab stop.
    <div
      id={props.id}
      role="treeitem"
      tabIndex={-1}
      aria-level={item.level}
      aria-posinset={item.place + 1}
      aria-setsize={item.siblings}
      aria-expanded={
        item.node.hasChildren ? item.state === 'open' || item.state === 'loading' || item.state === 'error' : undefined
      }
      aria-selected={selected}
      className={`tree-row${props.active ? ' active' : ''}${selected ? ' selected' : ''}`}
      style={{ transform: `translateY(${props.top}px)`, paddingLeft: 6 + (item.level - 1) * indent }}
      onClick={() => {
        props.onActivate()
        if (onLook) onLook(item)
        else if (variable) void tree.toggle(item)
        else turn()
      }}
      onDoubleClick={onLook ? turn : undefined}
    >
      <Twisty item={item} onTurn={turn} />
      {variable && !onLook ? <CheckMark on={selected} /> : null}
      <ClassIcon nodeClass={item.node.nodeClass} typeName={item.node.typeName} />
      <span className="tree-name">{item.node.displayName}</span>
      <span className="tree-type muted ellipsis">{item.node.typeName}</span>
    </div>
  )
}

/** Loading, empty, failed and cut-off branches say so in their own place. */
function NoteRow({ id, row, top, active, tree, onActivate }: RowProps) {
  const { item, kind } = row
  const words =
    kind === 'loading'
      ? text.loading
      : kind === 'empty'
        ? item.parent
          ? text.empty
          : text.emptyRoot
        : kind === 'truncated'
          ? text.truncated(item.children?.length ?? 0)
          : item.error
            ? errorWhat(item.error)
            : ''
  return (
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={item.level + 1}
      aria-selected={false}
      className={`tree-row tree-note${active ? ' active' : ''}${kind === 'error' ? ' tone-bad' : ' muted'}`}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 26 + item.level * indent }}
      title={item.error ? errorWords(item.error) : undefined}
    >
      <span className="ellipsis">{words}</span>
      {kind === 'error' ? (
        <Button
          size="compact-xs"
          variant="default"
          tabIndex={-1}
          onClick={() => {
            onActivate()
            tree.retry(item)
          }}
        >
          {text.retry}
        </Button>
      ) : null}
    </div>
  )
}

/** Children are reached by → and *, so for the keyboard and for readers this is a drawing. */
function Twisty({ item, onTurn }: { readonly item: TreeItem; readonly onTurn: () => void }) {
  const open = item.state === 'open' || item.state === 'loading' || item.state === 'error'
  return (
    <svg
      className="tree-twisty"
      width="12"
      height="12"
      viewBox="0 0 12 12"
      aria-hidden="true"
      onClick={(event) => {
        if (!item.node.hasChildren) return
        event.stopPropagation()
        onTurn()
      }}
    >
      {item.node.hasChildren ? <path d={open ? 'M2 4h8L6 9z' : 'M4 2v8l5-4z'} fill="currentColor" /> : null}
    </svg>
  )
}
