import { useEffect, useRef, useSyncExternalStore } from 'react'
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
import { type SourceItem, useWorkbench } from '../selection.ts'
import { favourites } from './favourites.ts'
import { findNode } from './find-node.ts'
import { useMarks } from './row-marks.ts'
import { SelectionBar } from './selection-bar.tsx'
import { SourceRows } from './source-rows.tsx'
import { type SourceSession, selectedItems } from './source-session.ts'
import { useBrowsing } from './use-browsing.ts'

interface Props {
  readonly session: SourceSession
  /** While the server is still being read. */
  readonly reading: { readonly nodes: number; readonly about: number } | undefined
}

/** Search, tree and what is selected, of one source. */
export function SourceBrowser({ session, reading }: Props) {
  const { tree } = session
  const marks = useMarks(session)
  const browsing = useBrowsing(session, marks, look)
  useSelection(session)
  useRevealRequests(session, browsing.reveal)
  useAddress(session, browsing.reveal)

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
      <SourceRows session={session} marks={marks} browsing={browsing} reading={reading} onCommand={command} />
      <SelectionBar session={session} onCommand={(name) => command(name, tree.cursor)} />
    </div>
  )
}

function look(focused: SourceItem | undefined): void {
  useWorkbench.setState({ focused })
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
      if (found.at === 'tree') latest.current(found.row)
      else if (found.at === 'server') look(found.item)
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
