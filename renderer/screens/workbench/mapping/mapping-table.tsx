// biome-ignore-all lint/a11y/useSemanticElements: a <table> can not hold rows of which only the visible ones exist, placed by transform.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid is the single tab stop and names its active cell (aria-activedescendant).
// biome-ignore-all lint/a11y/useKeyWithClickEvents: keys are handled by the grid, the ARIA treegrid pattern's single tab stop.
import { type ClipboardEvent, type MouseEvent, useEffect, useId, useMemo } from 'react'
import { movedTo } from '../../../components/data-grid.tsx'
import { useRowWindow } from '../../../components/use-row-window.ts'
import { mappingText as text } from '../../../i18n/en-mapping.ts'
import { useRowHeight } from '../../../stores/preferences.ts'
import type { EditEnd } from './cell-editor.tsx'
import { keyColumns } from './key-columns.ts'
import { openRule } from './made-rule.ts'
import { type Group, isFolded, type MappingRows, nameOf, refId } from './mapping-model.ts'
import { MappingRow } from './mapping-row.tsx'
import { copied, duplicate, keyRefs, paste, remove, rename, setField, setProfile } from './table-commands.ts'
import { allKeyRefs, nextRow, noSelection, refsBetween, selectionOf, subjects, toggled } from './table-state.ts'
import { useDrop } from './use-drop.ts'
import { useLook } from './use-look.ts'
import type { MappingView } from './use-mapping-rows.ts'
import { useShownRow } from './use-shown-row.ts'
import type { TableHold } from './use-table.ts'

/** With the three columns beside it as wide as the pane has room for on a screen of 1366 pixels. */
const nameWidth = 234

/** Head and rows share it, so that they stay aligned however far one scrolls to the right. */
const template = `minmax(${nameWidth}px, 1fr) ${keyColumns.map(({ width }) => `${width}px`).join(' ')}`
const minWidth = keyColumns.reduce((sum, { width }) => sum + width, nameWidth)

interface Props {
  readonly view: MappingView
  readonly hold: TableHold
  readonly folded: ReadonlySet<string>
  readonly onFold: (group: Group, isFolded: boolean) => void
}

/** Devices and their keys: fixed rows, only the visible ones exist; one tab stop, cells by arrow keys (ARIA treegrid). */
export function MappingTable({ view, hold, folded, onFold }: Props) {
  const { rows } = view
  const { cursor, selection, isEditing } = hold.state
  const id = useId()
  const rowHeight = useRowHeight()
  const box = useRowWindow(rows.length, rowHeight, rowHeight)
  const look = useLook(rows, box.first, box.end)
  const drop = useDrop(box.ref, rows, rowHeight)
  useShownRow(rows, cursor.row)
  useEffect(() => revealColumn(box.ref.current, cursor.column), [cursor.column, box.ref])
  // Whoever moves the cursor from elsewhere (problems, undo) wants to see it.
  useEffect(() => box.reveal(cursor.row), [cursor.row, box.reveal])

  const select = (row: number, column = cursor.column, isEditing = false): void =>
    hold.set({ cursor: { row, column }, isEditing })
  const fold = (row: number, isFolded: boolean): void => {
    const group = rows.group(row)
    if (group) onFold(group, isFolded)
  }

  const startEdit = (row = cursor.row, column = cursor.column): void => {
    const group = rows.group(row)
    // What a rule made is edited where the rule is.
    if (group?.kind === 'made') openRule(group)
    else if (group) select(row, editable(rows, row, column) ? column : 0, true)
  }

  const onDone = async (row: number, column: number, value: string, end: EditEnd): Promise<void> => {
    const next = end === 'stay' ? undefined : nextCell(rows, row, column, end === 'next' ? 1 : -1)
    if (next) select(next.row, next.column, true)
    else {
      hold.set({ isEditing: false })
      box.ref.current?.focus({ preventScroll: true })
    }
    await commit(rows, hold, row, column, value)
  }

  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    if (event.target !== event.currentTarget || rows.length === 0) return
    if (command(event)) {
      event.preventDefault()
      event.stopPropagation()
    }
  }

  const command = (event: React.KeyboardEvent<HTMLDivElement>): boolean => {
    const control = event.ctrlKey || event.metaKey
    const page = Math.max(1, Math.floor((event.currentTarget.clientHeight - rowHeight) / rowHeight) - 1)
    const row = movedTo(event.key, cursor.row, rows.length, page)
    if (row !== undefined && !control) {
      if (event.shiftKey) {
        const more = refsBetween(rows, cursor.row, row)
        hold.set({ selection: new Map([...selection, ...selectionOf(more)]) })
      }
      select(row)
      return true
    }
    if (control) return controlKey(event)
    return plainKey(event.key, event.shiftKey)
  }

  const controlKey = (event: React.KeyboardEvent): boolean => {
    const key = event.key.toLowerCase()
    if (key === 'a') hold.set({ selection: selectionOf(allKeyRefs(rows)) })
    else if (key === 'd') void duplicate(rows, cursor.row)
    else return false
    return true
  }

  const plainKey = (key: string, shift: boolean): boolean => {
    const isDevice = rows.keyAt(cursor.row) < 0
    const group = rows.group(cursor.row)
    switch (key) {
      case 'F2':
      case 'Enter':
        startEdit()
        return true
      case ' ': {
        const ref = rows.ref(cursor.row)
        if (ref) hold.set({ selection: toggled(selection, ref) })
        return true
      }
      case 'Delete': {
        void remove(rows, subjects(rows, selection, cursor.row))
        hold.set({ selection: noSelection })
        return true
      }
      case 'Escape':
        if (selection.size === 0) return false
        hold.set({ selection: noSelection })
        return true
      case 'ArrowRight':
        if (isDevice && cursor.column === 0 && group && isFolded(group, { folded, foldsMade: view.foldsMade }))
          fold(cursor.row, false)
        else select(cursor.row, Math.min(lastColumn(rows, cursor.row), cursor.column + 1))
        return true
      case 'ArrowLeft':
        if (cursor.column > 0) select(cursor.row, cursor.column - 1)
        else if (isDevice) fold(cursor.row, true)
        else select(nextRow(rows, cursor.row, -1, (row) => rows.keyAt(row) < 0))
        return true
      case 'F8':
        return toProblem(view, hold, shift ? -1 : 1)
      default:
        return false
    }
  }

  const onClick = (event: MouseEvent, row: number, column: number): void => {
    const ref = rows.ref(row)
    if (!ref) return
    if (event.shiftKey) hold.set({ selection: selectionOf(refsBetween(rows, cursor.row, row)) })
    else if (event.ctrlKey || event.metaKey) hold.set({ selection: toggled(selection, ref) })
    else if (!selection.has(refId(ref))) hold.set({ selection: noSelection })
    select(row, Math.min(column, lastColumn(rows, row)))
    // A click lands on the row; keys belong to the grid.
    box.ref.current?.focus({ preventScroll: true })
  }

  const onCopy = (event: ClipboardEvent): void => {
    if (event.target !== event.currentTarget) return
    event.clipboardData.setData('text/plain', copied(rows, subjects(rows, selection, cursor.row)))
    event.preventDefault()
  }
  const onPaste = (event: ClipboardEvent): void => {
    if (event.target === event.currentTarget) void paste(rows, cursor.row, event.clipboardData.getData('text/plain'))
  }

  const visible = visibleRows(box.first, box.end, cursor.row, rows.length)
  const chosen = useMemo(() => keyRefs(subjects(rows, selection, cursor.row)).length, [rows, selection, cursor.row])
  return (
    <div className="mapping-drop" data-drop={drop.says === '' ? undefined : drop.kind}>
      <div
        ref={box.ref}
        data-pane-focus
        className="grid mapping-grid"
        role="treegrid"
        aria-label={text.devices}
        aria-rowcount={rows.length + 1}
        aria-colcount={keyColumns.length + 1}
        aria-multiselectable
        aria-activedescendant={rows.length > 0 ? `${id}-${cursor.row}-${cursor.column}` : undefined}
        tabIndex={0}
        onScroll={box.onScroll}
        onKeyDown={onKeyDown}
        onCopy={onCopy}
        onPaste={onPaste}
      >
        <div className="grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template, minWidth }}>
          <div role="columnheader" className="mapping-name">
            {text.columns.name}
          </div>
          {keyColumns.map((column) => (
            <div key={column.id} role="columnheader" className={column.numeric ? 'num' : undefined}>
              {column.title}
            </div>
          ))}
        </div>
        <div className="grid-body" role="rowgroup" style={{ height: rows.length * rowHeight, minWidth }}>
          {visible.map((row) => (
            <MappingRow
              key={row}
              id={id}
              row={row}
              rows={rows}
              style={{ gridTemplateColumns: template, transform: `translateY(${row * rowHeight}px)` }}
              view={view}
              look={look}
              active={row === cursor.row ? cursor.column : -1}
              isEditing={isEditing && row === cursor.row}
              isSelected={isSelected(rows, row, selection)}
              isDropTarget={drop.row === row}
              isFolded={isFoldedAt(view, row, folded)}
              many={chosen}
              onClick={onClick}
              onEdit={startEdit}
              onFold={fold}
              onDone={(column, value, end) => void onDone(row, column, value, end)}
              onCancel={() => {
                hold.set({ isEditing: false })
                box.ref.current?.focus()
              }}
            />
          ))}
        </div>
      </div>
      {drop.says === '' ? null : (
        <p className="mapping-drop-says" role="status">
          {drop.says}
        </p>
      )}
    </div>
  )
}

/** The name stays in sight; of the other columns the one with the cursor is brought beside it. */
function revealColumn(element: HTMLElement | null, column: number): void {
  if (!element || column === 0) return
  const name = element.querySelector('.mapping-name')?.clientWidth ?? nameWidth
  const left = keyColumns.slice(0, column - 1).reduce((sum, { width }) => sum + width, 0)
  const right = left + (keyColumns[column - 1]?.width ?? 0)
  const seen = element.clientWidth - name
  if (left < element.scrollLeft) element.scrollLeft = left
  else if (right > element.scrollLeft + seen) element.scrollLeft = right - seen
}

function visibleRows(first: number, end: number, active: number, length: number): number[] {
  const visible: number[] = []
  for (let row = first; row < end; row += 1) visible.push(row)
  if (active >= 0 && active < length && (active < first || active >= end)) visible.push(active)
  return visible
}

function isSelected(rows: MappingRows, row: number, selection: TableHold['state']['selection']): boolean {
  if (selection.size === 0) return false
  const ref = rows.ref(row)
  return ref !== undefined && selection.has(refId(ref))
}

function isFoldedAt({ rows, foldsMade }: MappingView, row: number, folded: ReadonlySet<string>): boolean {
  const group = rows.group(row)
  return group !== undefined && isFolded(group, { folded, foldsMade })
}

function lastColumn(rows: MappingRows, row: number): number {
  return rows.keyAt(row) < 0 ? 1 : keyColumns.length
}

function editable(rows: MappingRows, row: number, column: number): boolean {
  if (rows.group(row)?.kind === 'made') return false
  if (column === 0 || rows.keyAt(row) < 0) return column <= 1
  const found = keyColumns[column - 1]
  return found?.edit !== undefined && !(found.opcuaOnly && rows.group(row)?.kind === 'topic')
}

/** The next cell that can be edited, over the ends of rows. */
function nextCell(rows: MappingRows, row: number, column: number, step: 1 | -1) {
  let at = { row, column: column + step }
  for (let n = 0; n < keyColumns.length * 2; n += 1) {
    if (at.column < 0) at = { row: at.row - 1, column: lastColumn(rows, at.row - 1) }
    else if (at.column > lastColumn(rows, at.row)) at = { row: at.row + 1, column: 0 }
    if (at.row < 0 || at.row >= rows.length) return undefined
    if (editable(rows, at.row, at.column)) return at
    at = { row: at.row, column: at.column + step }
  }
  return undefined
}

async function commit(rows: MappingRows, hold: TableHold, row: number, column: number, value: string): Promise<void> {
  const refs = subjects(rows, hold.state.selection, row)
  const key = rows.key(row)
  if (column === 0) {
    await rename(rows, row, value.trim())
    return
  }
  if (!key) {
    await setProfile(rows, refs, row, value.trim() || 'default')
    return
  }
  const found = keyColumns[column - 1]
  const typed = found?.typed(value, key)
  if (!found || !typed || 'problem' in typed) return
  if (value === found.raw(key) && refs.length === 1) return
  await setField(rows, refs, row, found, typed.patch)
}

export function toProblem({ rows, problems }: MappingView, hold: TableHold, step: 1 | -1): boolean {
  const row = nextRow(rows, hold.state.cursor.row, step, (at) => {
    const key = rows.key(at)
    const group = rows.group(at)
    return group !== undefined && problems.has(`${nameOf(group)}\u0000${key?.key ?? ''}`)
  })
  if (row >= 0) hold.set({ cursor: { row, column: 0 }, isEditing: false })
  return true
}
