import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { Empty } from '../../../components/empty.tsx'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { hrefOf, useRoute } from '../../../stores/route.ts'
import {
  copyAddresses,
  mapSelection,
  type RowCommand,
  ruleOfSelection,
  showTrace,
  useView,
  watch,
} from '../commands.ts'
import { useWorkbench } from '../selection.ts'
import { BrowserTools } from './browser-tools.tsx'
import { favourites } from './favourites.ts'
import { findNode } from './go-to-node.tsx'
import { mappedRows } from './mapped-nodes.ts'
import { ResultList } from './result-list.tsx'
import { useMarks } from './row-marks.ts'
import type { SearchQuery } from './search-core.ts'
import { SelectionBar } from './selection-bar.tsx'
import { itemOf, type SourceSession, selectedItems } from './source-session.ts'
import { TreeView } from './tree-view.tsx'

const text = workbenchText
/** Rows of an answer; who needs more types more. */
const resultsLimit = 1000
const everything: Omit<SearchQuery, 'text'> = { nodeClass: 'all', type: -1, mapped: 'all', limit: resultsLimit }
/** Holding an arrow key must not ask the server about every row passed. */
const focusMs = 120

interface Props {
  readonly session: SourceSession
  /** While the server is still being read. */
  readonly reading: { readonly nodes: number; readonly about: number } | undefined
}

/** Search, tree and what is selected, of one source. */
export function SourceBrowser({ session, reading }: Props) {
  const { tree } = session
  useSyncExternalStore(tree.subscribe, tree.version)
  const marks = useMarks(session)
  const [typed, setTyped] = useState('')
  const [filter, setFilter] = useState(everything)
  const [revealed, setRevealed] = useState<{ readonly row: number }>()
  const isSearching = typed.trim() !== '' || filter !== everything
  const focus = useFocus(session)
  useSelection(session)

  useEffect(() => {
    session.search.ask(isSearching ? { ...filter, text: typed } : undefined)
  }, [session, isSearching, filter, typed])
  const needsMapped = filter.mapped !== 'all'
  const known = tree.model.count
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that came meanwhile can be mapped too.
  useEffect(() => {
    if (needsMapped) session.search.setMapped(mappedRows(marks.mapped, session.tree.model))
  }, [session, needsMapped, marks, known])

  const reveal = (row: number): void => {
    tree.uncover(row)
    setTyped('')
    setFilter(everything)
    setRevealed({ row })
    focus(row)
  }
  useRevealRequests(session, reveal)
  useAddress(session, reveal)

  const command = (name: RowCommand, row: number): void => {
    if (name === 'map') mapSelection(session, row)
    else if (name === 'rule') ruleOfSelection(session, row)
    else if (name === 'watch') watch(session, row)
    else if (name === 'copy') void copyAddresses(session, row)
    else if (name === 'favour') favourites.toggle(session.id, tree.model.key(row))
    else showTrace()
  }

  return (
    <div className="source-browser">
      <BrowserTools
        session={session}
        typed={typed}
        onType={setTyped}
        filter={filter}
        isFiltered={filter !== everything}
        onFilter={(change) => setFilter(change ? { ...filter, ...change } : everything)}
        onReveal={reveal}
      />
      <div className="source-rows">
        {isSearching ? (
          <ResultList
            session={session}
            marks={marks}
            reading={reading}
            onFocus={focus}
            onReveal={reveal}
            onCommand={command}
          />
        ) : tree.visible.count === 0 ? (
          session.kind === 'mqtt' ? null : (
            <Empty title={text.tree.emptyRoot} />
          )
        ) : (
          <TreeView session={session} marks={marks} revealed={revealed} onFocus={focus} onCommand={command} />
        )}
      </div>
      <SelectionBar session={session} onCommand={(name) => command(name, tree.cursor)} />
    </div>
  )
}

/** Hands the row with the cursor to the inspector once it rests. */
function useFocus(session: SourceSession): (row: number) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return (row) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => useWorkbench.setState({ focused: itemOf(session, row) }), focusMs)
  }
}

/** Hands the selection to the mapping. */
function useSelection(session: SourceSession): void {
  const { tree } = session
  const version = useSyncExternalStore(tree.subscribe, tree.selectionVersion)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the selection is in the tree; its version says that it changed.
  useEffect(() => useWorkbench.setState({ items: selectedItems(session) }), [session, version])
}

/** `#/workbench/<source>/<NodeId>` goes to a node: the palette and other screens lead here. */
function useAddress(session: SourceSession, reveal: (row: number) => void): void {
  const { detail } = useRoute()
  const node = detail[0] === session.id ? detail[1] : undefined
  const latest = useRef(reveal)
  latest.current = reveal
  useEffect(() => {
    if (node === undefined) return
    // Said once: who comes back later comes back to where it was left.
    location.replace(hrefOf('workbench'))
    if (session.kind !== 'opcua') return
    void findNode(session, node).then((found) => {
      if (typeof found === 'number') latest.current(found)
    })
  }, [session, node])
}

/** The inspector asks for the row of the node it shows, of this source or of the one before. */
function useRevealRequests(session: SourceSession, reveal: (row: number) => void): void {
  const latest = useRef(reveal)
  latest.current = reveal
  useEffect(() => {
    const take = (): void => {
      const wanted = useView.getState().reveal
      if (wanted?.sourceId !== session.id) return
      useView.setState({ reveal: undefined })
      const row = session.tree.model.rowOf(wanted.key)
      if (row >= 0) latest.current(row)
      else void session.tree.reveal(wanted.path).then((found) => found >= 0 && latest.current(found))
    }
    // The request may have brought this source on screen.
    take()
    return useView.subscribe(take)
  }, [session])
}
