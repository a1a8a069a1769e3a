import { useId, useState, useSyncExternalStore } from 'react'
import { movedTo } from '../../../components/data-grid.tsx'
import { Empty } from '../../../components/empty.tsx'
import { useRowWindow } from '../../../components/use-row-window.ts'
import { formatCount } from '../../../format.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import type { RowCommand } from '../commands.ts'
import { RowBadges } from './row-badges.tsx'
import type { Marks } from './row-marks.ts'
import type { SearchResult } from './search-client.ts'
import type { SourceSession } from './source-session.ts'
import { checkBoxes, iconOf } from './tree-icons.tsx'
import { commands } from './tree-keys.ts'
import { markOf } from './tree-selection.ts'
import { useAccess } from './use-access.ts'
import { useRowHeight } from './use-row-height.ts'

const text = workbenchText.results

interface Props {
  readonly session: SourceSession
  readonly marks: Marks
  readonly reading: { readonly nodes: number; readonly about: number } | undefined
  readonly onFocus: (row: number) => void
  readonly onReveal: (row: number) => void
  readonly onCommand: ((command: RowCommand, row: number) => void) | undefined
}

/** What the search found, best first. Enter or a double click shows it in the tree; Space selects. */
export function ResultList(props: Props) {
  const { session, reading } = props
  const { search, tree } = session
  const result = useSyncExternalStore(search.subscribe, search.result)
  useSyncExternalStore(tree.subscribe, tree.version)
  if (!result) return <p className="result-count muted">{text.searching}</p>
  return (
    <div className="results">
      <p className="result-count muted" role="status">
        {countWords(result)}{' '}
        {reading
          ? text.searched(formatCount(result.searched), formatCount(reading.about))
          : text.searchedAll(formatCount(result.searched))}
      </p>
      {result.total === 0 ? (
        <Empty title={result.query.text.trim() ? text.none(result.query.text.trim()) : text.noneFiltered}>
          {reading ? text.noneYet(percent(reading)) : text.patterns}
        </Empty>
      ) : (
        <Rows {...props} result={result} />
      )}
    </div>
  )
}

function Rows({ session, marks, result, onFocus, onReveal, onCommand }: Props & { readonly result: SearchResult }) {
  const { tree } = session
  const { model } = tree
  const rowHeight = useRowHeight()
  const view = useRowWindow(result.rows.length, rowHeight)
  const id = useId()
  const [wanted, setActive] = useState(0)
  const active = Math.min(wanted, result.rows.length - 1)
  const access = useAccess(session, (index) => result.rows[index], view.first, view.end)
  const indexes: number[] = []
  for (let i = view.first; i < view.end; i += 1) indexes.push(i)
  if (active >= 0 && !indexes.includes(active)) indexes.push(active)
  const goTo = (index: number): void => {
    setActive(index)
    view.reveal(index)
    onFocus(result.rows[index]!)
  }
  const select = (a: number, b: number): void =>
    tree.select([...result.rows.slice(Math.min(a, b), Math.max(a, b) + 1)], true)

  return (
    <div
      ref={view.ref}
      className="wtree"
      role="listbox"
      aria-label={text.label}
      aria-multiselectable={tree.selects}
      aria-activedescendant={`${id}-${active}`}
      tabIndex={0}
      onScroll={view.onScroll}
      onKeyDown={(event) => {
        const row = result.rows[active]!
        const page = Math.max(1, Math.floor(event.currentTarget.clientHeight / rowHeight) - 1)
        const control = event.ctrlKey || event.metaKey
        const moved = control ? undefined : movedTo(event.key, active, result.rows.length, page)
        const command = control || event.altKey || !onCommand ? undefined : commands[event.key]
        if (moved !== undefined) {
          if (event.shiftKey) select(active, moved)
          goTo(moved)
        } else if (event.key === 'Enter') onReveal(row)
        else if (event.key === ' ') tree.toggle(row)
        else if (control && event.key.toLowerCase() === 'a') select(0, result.rows.length - 1)
        else if (control && event.key.toLowerCase() === 'c') onCommand?.('copy', row)
        else if (command) onCommand?.(command, row)
        else return
        event.preventDefault()
      }}
    >
      <div className="wtree-body" role="presentation" style={{ height: result.rows.length * rowHeight }}>
        {indexes.map((index) => {
          const row = result.rows[index]!
          if (row >= model.count) return null
          const mark = markOf(model, row)
          const isOn = tree.selects ? mark === 'on' : index === active
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list handles all keys itself, above.
            // biome-ignore lint/a11y/useFocusableInteractive: the list is the single tab stop and names its active option.
            <div
              key={index}
              id={`${id}-${index}`}
              role="option"
              aria-selected={isOn}
              className={`wtree-row result-row${index === active ? ' active' : ''}${isOn ? ' selected' : ''}`}
              style={{ transform: `translateY(${index * rowHeight}px)` }}
              onClick={(event) => {
                const onCheck = event.target instanceof Element && event.target.closest('[data-part=check]') !== null
                if (event.shiftKey) select(active, index)
                else if (onCheck || event.ctrlKey || event.metaKey) tree.toggle(row)
                goTo(index)
              }}
              onDoubleClick={() => onReveal(row)}
            >
              {tree.selects ? checkBoxes[mark] : null}
              {iconOf(model.nodeClass(row), model.typeName(row))}
              <span className="wtree-name">{model.name(row)}</span>
              <span className="muted tail result-path" title={model.path(row)}>
                <bdi>{model.path(Math.max(0, model.parent(row)))}</bdi>
              </span>
              <RowBadges access={access(row)} badge={marks.of(row)} isFavourite={false} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

function countWords({ rows, total }: SearchResult): string {
  return rows.length < total
    ? text.foundFirst(formatCount(rows.length), formatCount(total))
    : text.found(formatCount(total))
}

function percent({ nodes, about }: { readonly nodes: number; readonly about: number }): string {
  return `${Math.min(99, Math.floor((nodes / Math.max(1, about)) * 100))} %`
}
