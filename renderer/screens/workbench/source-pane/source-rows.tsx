import { useSyncExternalStore } from 'react'
import { Empty } from '../../../components/empty.tsx'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import type { RowCommand } from '../commands.ts'
import { BrowserTools } from './browser-tools.tsx'
import { ResultList } from './result-list.tsx'
import type { Marks } from './row-marks.ts'
import type { SourceSession } from './source-session.ts'
import { TreeView } from './tree-view.tsx'
import type { Browsing } from './use-browsing.ts'

interface Props {
  readonly session: SourceSession
  readonly marks: Marks
  readonly browsing: Browsing
  /** While the server is still being read. */
  readonly reading: { readonly nodes: number; readonly about: number } | undefined
  /** undefined: rows are only chosen. */
  readonly onCommand: ((command: RowCommand, row: number) => void) | undefined
}

/** The rows of one source: what was searched for, else its tree. */
export function SourceRows({ session, marks, browsing, reading, onCommand }: Props) {
  const { tree } = session
  useSyncExternalStore(tree.subscribe, tree.version)
  return (
    <>
      <BrowserTools
        session={session}
        typed={browsing.typed}
        onType={browsing.type}
        filter={browsing.filter}
        isFiltered={browsing.isFiltered}
        onFilter={browsing.narrow}
        onReveal={browsing.reveal}
        onLook={browsing.onLook}
      />
      <div className="source-rows">
        {browsing.isSearching ? (
          <ResultList
            session={session}
            marks={marks}
            reading={reading}
            onFocus={browsing.focus}
            onReveal={browsing.reveal}
            onCommand={onCommand}
          />
        ) : tree.visible.count === 0 ? (
          session.kind === 'mqtt' ? null : (
            <Empty title={workbenchText.tree.emptyRoot} />
          )
        ) : (
          <TreeView
            session={session}
            marks={marks}
            revealed={browsing.revealed}
            onFocus={browsing.focus}
            onCommand={onCommand}
          />
        )}
      </div>
    </>
  )
}
