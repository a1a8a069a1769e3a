import { create } from 'zustand'
import { keyOf, useView } from './commands.ts'
import { type SourceItem, useWorkbench } from './selection.ts'

/** Steps back that are remembered. */
const stepsLimit = 50

/** The nodes somebody looked at, in order, and which of them is shown. */
export const useVisits = create<{ readonly steps: readonly SourceItem[]; readonly at: number }>(() => ({
  steps: [],
  at: -1,
}))

/** Called whenever another item has come into the inspector. */
export function visited(item: SourceItem): void {
  const { steps, at } = useVisits.getState()
  const present = steps[at]
  if (present && isSame(present, item)) return
  const kept = [...steps.slice(0, at + 1), item].slice(-stepsLimit)
  useVisits.setState({ steps: kept, at: kept.length - 1 })
}

/** One step back (-1) or forward (1); false when there is none. */
export function step(by: -1 | 1): boolean {
  const { steps, at } = useVisits.getState()
  const item = steps[at + by]
  if (!item) return false
  useVisits.setState({ at: at + by })
  travel(item)
  return true
}

/** Shows an item in the inspector and, where the tree has it, in the tree. */
export function travel(item: SourceItem): void {
  const { connectorId } = useWorkbench.getState()
  if (item.connectorId !== connectorId) useWorkbench.setState({ connectorId: item.connectorId, items: [] })
  useWorkbench.setState({ focused: item })
  useView.setState({
    reveal: { sourceId: item.connectorId, key: keyOf(item), path: '' },
  })
}

function isSame(a: SourceItem, b: SourceItem): boolean {
  return a.connectorId === b.connectorId && keyOf(a) === keyOf(b)
}
