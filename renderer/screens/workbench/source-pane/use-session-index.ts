import { useEffect } from 'react'
import { type NodeIndex, useNodeIndex } from '../../nodes/use-node-index.ts'
import type { SourceSession } from './source-session.ts'

export interface SessionIndex {
  readonly index: NodeIndex
  /** While the server is still being read. */
  readonly reading: { readonly nodes: number; readonly about: number } | undefined
}

/** The index of a server, brought into the tree of its session as far as it has been read. */
export function useSessionIndex(session: SourceSession): SessionIndex {
  const index = useNodeIndex(session.target!)
  const { status } = index
  useEffect(() => {
    if (status) void session.index?.follow(status)
  }, [session, status])
  return {
    index,
    reading: status?.isReading ? { nodes: status.nodes, about: Math.max(status.about, status.nodes) } : undefined,
  }
}
