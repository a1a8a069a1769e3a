import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { SourceItem } from '../selection.ts'
import { mappedRows } from './mapped-nodes.ts'
import type { Marks } from './row-marks.ts'
import type { SearchQuery } from './search-core.ts'
import { itemOf, type SourceSession } from './source-session.ts'

/** Rows of an answer; who needs more types more. */
const resultsLimit = 1000
const everything: Filter = { nodeClass: 'all', type: -1, mapped: 'all', limit: resultsLimit }
/** Holding an arrow key must not ask the server about every row passed. */
const focusMs = 120

type Filter = Omit<SearchQuery, 'text'>

/** What somebody searches in a source, and where in its tree they are. */
export interface Browsing {
  readonly typed: string
  readonly type: (text: string) => void
  readonly filter: Filter
  readonly isFiltered: boolean
  /** undefined = no filter. */
  readonly narrow: (change: Partial<Filter> | undefined) => void
  readonly isSearching: boolean
  /** Row to bring into view; another object = again. */
  readonly revealed: { readonly row: number } | undefined
  /** Ends the search and shows a row in the tree. */
  readonly reveal: (row: number) => void
  /** The cursor is on a row. */
  readonly focus: (row: number) => void
  readonly onLook: (item: SourceItem | undefined) => void
}

/** `onLook` gets what the cursor rests on. */
export function useBrowsing(session: SourceSession, marks: Marks, onLook: Browsing['onLook']): Browsing {
  const { tree, search } = session
  useSyncExternalStore(tree.subscribe, tree.version)
  const [typed, type] = useState('')
  const [filter, setFilter] = useState(everything)
  const [revealed, setRevealed] = useState<{ readonly row: number }>()
  const isFiltered = filter !== everything
  const isSearching = typed.trim() !== '' || isFiltered
  const focus = useFocus(session, onLook)

  useEffect(
    () => search.ask(isSearching ? { ...filter, text: typed } : undefined),
    [search, isSearching, filter, typed],
  )
  const needsMapped = filter.mapped !== 'all'
  const known = tree.model.count
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that came meanwhile can be mapped too.
  useEffect(() => {
    if (needsMapped) search.setMapped(mappedRows(marks.mapped, tree.model))
  }, [search, tree, needsMapped, marks, known])

  const reveal = (row: number): void => {
    tree.uncover(row)
    type('')
    setFilter(everything)
    setRevealed({ row })
    focus(row)
  }
  const narrow = (change: Partial<Filter> | undefined): void =>
    setFilter(change ? { ...filter, ...change } : everything)
  return { typed, type, filter, isFiltered, narrow, isSearching, revealed, reveal, focus, onLook }
}

/** Hands on the row with the cursor once it rests. */
function useFocus(session: SourceSession, onLook: Browsing['onLook']): (row: number) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return (row) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onLook(itemOf(session, row)), focusMs)
  }
}
