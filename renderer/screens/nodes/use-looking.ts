import { useState } from 'react'
import type { NodeTree, TreeItem } from './node-tree.ts'

/** Steps back that are remembered. */
const stepsLimit = 50

export interface Looking {
  /** The node that is shown; empty = none yet. */
  readonly nodeId: string
  readonly revealed: TreeItem | undefined
  readonly look: (nodeId: string) => void
  readonly back: (() => void) | undefined
  readonly reveal: (path: string) => void
  /** The tree does not lead to the node that is shown. */
  readonly notInTree: boolean
}

/** Which node somebody looks at, the way back, and where it is in the tree. */
export function useLooking(tree: NodeTree): Looking {
  const [trail, setTrail] = useState<readonly string[]>([])
  const [revealed, setRevealed] = useState<TreeItem>()
  const [missed, setMissed] = useState('')
  const nodeId = trail.at(-1) ?? ''
  return {
    nodeId,
    revealed,
    look: (next) => setTrail((steps) => (steps.at(-1) === next ? steps : [...steps, next].slice(-stepsLimit))),
    back: trail.length > 1 ? () => setTrail((steps) => steps.slice(0, -1)) : undefined,
    notInTree: missed !== '' && missed === nodeId,
    reveal: (path) =>
      void tree.reveal(path).then((item) => {
        setRevealed(item)
        setMissed(item ? '' : nodeId)
      }),
  }
}
