import { useEffect, useMemo, useState } from 'react'
import type { OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { isMapped, namedNodes } from '../workbench/source-pane/mapped-nodes.ts'
import type { Marks } from '../workbench/source-pane/row-marks.ts'
import { opcuaSession, type SourceSession } from '../workbench/source-pane/source-session.ts'
import { type Browsing, useBrowsing } from '../workbench/source-pane/use-browsing.ts'
import { type SessionIndex, useSessionIndex } from '../workbench/source-pane/use-session-index.ts'

/** Steps back that are remembered. */
const stepsLimit = 50
const noNamespaces: readonly string[] = []

export interface NodeFinding {
  readonly session: SourceSession
  readonly marks: Marks
  readonly browsing: Browsing
  readonly index: SessionIndex['index']
  /** While the server is still being read. */
  readonly reading: SessionIndex['reading']
  /** The node that is looked at; empty = none yet. */
  readonly nodeId: string
  readonly look: (nodeId: string) => void
  readonly back: (() => void) | undefined
  /** Shows a browse path in the tree. */
  readonly reveal: (path: string) => void
  /** The tree does not lead to the node that is looked at. */
  readonly notInTree: boolean
}

/**
 * A server's own tree for as long as a dialog is open: who asks keeps asking the same server, whatever the form becomes.
 * `collected` are the nodes that are marked, `selects` says whether nodes are ticked.
 */
export function useNodeFinder(target: OpcuaTarget, selects: boolean, collected: ReadonlySet<string>): NodeFinding {
  const [session] = useState(() => opcuaSession(target, selects))
  useEffect(() => {
    session.search.start()
    return () => {
      session.search.stop()
      session.index?.stop()
    }
  }, [session])
  const marks = useMemo((): Marks => {
    const mapped = namedNodes(collected, noNamespaces)
    return {
      of: (row) => (isMapped(mapped, session.tree.model, row) ? 'mapped' : ''),
      isFavourite: () => false,
      mapped,
    }
  }, [session, collected])
  const [trail, setTrail] = useState<readonly string[]>([])
  const [missed, setMissed] = useState('')
  const nodeId = trail.at(-1) ?? ''
  const look = (next: string): void =>
    setTrail((steps) => (steps.at(-1) === next ? steps : [...steps, next].slice(-stepsLimit)))
  const browsing = useBrowsing(session, marks, (item) => item?.kind === 'node' && look(item.nodeId))
  return {
    session,
    marks,
    browsing,
    ...useSessionIndex(session),
    nodeId,
    look,
    back: trail.length > 1 ? () => setTrail((steps) => steps.slice(0, -1)) : undefined,
    notInTree: missed !== '' && missed === nodeId,
    reveal: (path) =>
      void session.tree.reveal(path).then((row) => {
        if (row >= 0) browsing.reveal(row)
        setMissed(row >= 0 ? '' : nodeId)
      }),
  }
}
