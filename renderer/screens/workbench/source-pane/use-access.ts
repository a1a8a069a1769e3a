import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { NodeAccess } from './access-feed.ts'
import type { SourceSession } from './source-session.ts'
import { classOf } from './tree-model.ts'

const nobody = (): (() => void) => () => {}
const zero = (): number => 0

/** What the variables on screen allow; `rowAt` gives the row at a place of the list, notes below zero. */
export function useAccess(
  { access, tree }: SourceSession,
  rowAt: (index: number) => number | undefined,
  first: number,
  end: number,
): (row: number) => NodeAccess | undefined {
  useSyncExternalStore(access?.subscribe ?? nobody, access?.version ?? zero)
  const wants = useRef<() => readonly string[]>(() => [])
  wants.current = () => {
    const keys: string[] = []
    for (let index = first; index < end; index += 1) {
      const row = rowAt(index)
      if (row !== undefined && row >= 0 && tree.model.nodeClass(row) === classOf.variable)
        keys.push(tree.model.key(row))
    }
    return keys
  }
  const version = tree.version()
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows are on screen whenever one of these changes.
  useEffect(() => access?.show(() => wants.current()), [access, first, end, version])
  return (row) => access?.of(tree.model.key(row))
}
