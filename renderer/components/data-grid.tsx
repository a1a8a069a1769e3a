// biome-ignore-all lint/a11y/useSemanticElements: a <table> can not hold rows of which only the visible ones exist, placed by transform.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid is the single tab stop and names its active row (aria-activedescendant).
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type UIEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { useRowHeight } from '../stores/preferences.ts'
import { useRowWindow } from './use-row-window.ts'

export interface Column<Row> {
  readonly id: string
  readonly title: string
  /** One track of grid-template-columns. */
  readonly width: string
  readonly numeric?: boolean
  /** For screen readers only, e.g. over a column of buttons. */
  readonly titleHidden?: boolean
  readonly cell: (row: Row, index: number) => ReactNode
}

/** Selecting several rows: Space and a click into a `data-mark` cell toggle, Shift extends, Ctrl+A takes all. */
interface Marks<Row> {
  readonly isMarked: (row: Row) => boolean
  readonly onToggle: (row: Row) => void
  readonly onAdd: (rows: readonly Row[]) => void
  readonly onAll: () => void
}

interface DataGridProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly total: number
  /** undefined = not loaded yet. */
  readonly rowAt: (index: number) => Row | undefined
  readonly onOpen?: (row: Row, index: number) => void
  /** Called after each render with the visible rows, so that the owner can fetch them. */
  readonly onShow?: (first: number, end: number) => void
  readonly tone?: (row: Row) => string
  readonly selected?: number | undefined
  readonly marks?: Marks<Row>
  readonly empty?: ReactNode
  /** Keeps the last row in view while rows are added, unless the reader has scrolled away from it. */
  readonly stickToEnd?: boolean
}

/**
 * A table of any length: fixed rows, only the visible ones exist. Keyboard: one tab stop, arrows move, Enter opens
 * (ARIA grid with aria-activedescendant). The active row stays mounted when it is scrolled away.
 */
export function DataGrid<Row>(props: DataGridProps<Row>) {
  const { columns, total, rowAt, onOpen, onShow, marks } = props
  const id = useId()
  const rowHeight = useRowHeight()
  const view = useRowWindow(total, rowHeight, rowHeight)
  const [active, setActive] = useState(-1)
  const template = columns.map((column) => column.width).join(' ')
  const minWidth = leastWidth(columns)

  useEffect(() => {
    onShow?.(view.first, view.end)
  }, [onShow, view.first, view.end])

  const { stickToEnd } = props
  const atEnd = useRef(true)
  const box = view.ref
  useLayoutEffect(() => {
    if (stickToEnd && atEnd.current && box.current && total > 0) box.current.scrollTop = box.current.scrollHeight
  }, [stickToEnd, total, box])
  const onScroll = (event: UIEvent<HTMLDivElement>): void => {
    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget
    atEnd.current = scrollHeight - scrollTop - clientHeight < rowHeight
    view.onScroll()
  }

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.target !== event.currentTarget || total === 0) return
    const page = Math.max(1, Math.floor((event.currentTarget.clientHeight - rowHeight) / rowHeight) - 1)
    const next = movedTo(event.key, active, total, page)
    if (next !== undefined) {
      event.preventDefault()
      if (event.shiftKey) marks?.onAdd(rowsBetween(Math.max(0, active), next, rowAt))
      setActive(next)
      view.reveal(next)
    } else if (event.key === 'Enter') {
      const row = rowAt(active)
      if (row !== undefined) onOpen?.(row, active)
    } else if (marks && event.key === ' ') {
      event.preventDefault()
      const row = rowAt(active)
      if (row !== undefined) marks.onToggle(row)
    } else if (marks && event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      marks.onAll()
    }
  }

  const onRowClick = (event: MouseEvent<HTMLDivElement>, index: number): void => {
    const from = active
    const row = rowAt(index)
    setActive(index)
    if (row === undefined) return
    const onMark = event.target instanceof Element && event.target.closest('[data-mark]') !== null
    if (marks && event.shiftKey) marks.onAdd(rowsBetween(Math.max(0, from), index, rowAt))
    else if (marks && (onMark || event.ctrlKey || event.metaKey)) marks.onToggle(row)
    else onOpen?.(row, index)
  }

  const indexes: number[] = []
  for (let i = view.first; i < view.end; i++) indexes.push(i)
  if (active >= 0 && active < total && !indexes.includes(active)) indexes.push(active)

  return (
    <div
      ref={view.ref}
      className="grid"
      role="grid"
      aria-label={props.label}
      aria-rowcount={total + 1}
      aria-multiselectable={marks ? true : undefined}
      aria-activedescendant={active >= 0 && active < total ? `${id}-${active}` : undefined}
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      onFocus={() => setActive((index) => (index < 0 && total > 0 ? 0 : index))}
    >
      <div className="grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template, minWidth }}>
        {columns.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            className={column.numeric ? 'num ellipsis' : 'ellipsis'}
            title={column.titleHidden ? undefined : column.title}
          >
            {column.titleHidden ? <span className="visually-hidden">{column.title}</span> : column.title}
          </div>
        ))}
      </div>
      <div className="grid-body" role="rowgroup" style={{ height: total * rowHeight, minWidth }}>
        {indexes.map((index) => {
          const row = rowAt(index)
          const classes = ['grid-row']
          if (index === active) classes.push('active')
          if (index === props.selected) classes.push('selected')
          const isMarked = row !== undefined && marks?.isMarked(row)
          if (isMarked) classes.push('marked')
          if (row !== undefined && props.tone) classes.push(props.tone(row))
          if (onOpen) classes.push('openable')
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the grid, the ARIA grid pattern's single tab stop.
            <div
              key={index}
              id={`${id}-${index}`}
              role="row"
              tabIndex={-1}
              aria-rowindex={index + 2}
              aria-selected={marks ? Boolean(isMarked) : onOpen ? index === props.selected : undefined}
              className={classes.join(' ')}
              style={{ gridTemplateColumns: template, transform: `translateY(${index * rowHeight}px)` }}
              onClick={(event) => onRowClick(event, index)}
            >
              {columns.map((column) => (
                <div key={column.id} role="gridcell" className={column.numeric ? 'num ellipsis' : 'ellipsis'}>
                  {row === undefined ? <span className="skeleton" /> : column.cell(row, index)}
                </div>
              ))}
            </div>
          )
        })}
      </div>
      {total === 0 && props.empty ? (
        <div role="row" aria-rowindex={2}>
          <div role="gridcell" aria-colspan={columns.length}>
            {props.empty}
          </div>
        </div>
      ) : null}
    </div>
  )
}

/** Only rows that are loaded: what is far away was never seen. */
function rowsBetween<Row>(a: number, b: number, rowAt: (index: number) => Row | undefined): Row[] {
  const rows: Row[] = []
  for (let index = Math.min(a, b); index <= Math.max(a, b); index += 1) {
    const row = rowAt(index)
    if (row !== undefined) rows.push(row)
  }
  return rows
}

/** Head and rows share one width, so that they stay aligned when the window is narrower than the columns. */
function leastWidth(columns: readonly { readonly width: string }[]): number {
  return columns.reduce((total, { width }) => total + Number(/(\d+)px/.exec(width)?.[1] ?? 0), 0)
}

/** Where a key moves the active row; undefined for keys that do not move. */
export function movedTo(key: string, active: number, total: number, page: number): number | undefined {
  const clamp = (index: number): number => Math.max(0, Math.min(total - 1, index))
  switch (key) {
    case 'ArrowDown':
      return clamp(active + 1)
    case 'ArrowUp':
      return clamp(active - 1)
    case 'PageDown':
      return clamp(active + page)
    case 'PageUp':
      return clamp(active - page)
    case 'Home':
      return 0
    case 'End':
      return total - 1
    default:
      return undefined
  }
}
