import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { NodeDetails } from '../../../shared/api/opcua-requests.ts'
import { pathSegments } from '../nodes/node-address.ts'
import { classOf, flag, type TreeModel } from '../workbench/source-pane/tree-model.ts'
import { markOf, selectedRows } from '../workbench/source-pane/tree-selection.ts'
import type { PickedVariable } from './key-proposals.ts'
import { pickedLimit, pickedVariables } from './picked-variables.ts'
import type { NodeFinding } from './use-node-finder.ts'

interface Picked {
  /** Selected and not collected yet. */
  readonly fresh: readonly PickedVariable[]
  readonly alreadyCollected: number
  /** What is in a selected folder has not been read completely yet. */
  readonly isReading: boolean
  /** There are more than can be picked at once. */
  readonly isCut: boolean
  readonly has: (nodeId: string) => boolean
  /** Takes a variable into the selection or out of it; `path` leads to one the tree has not read yet. */
  readonly turn: (variable: PickedVariable, path?: string) => void
}

/** The variables somebody has picked: those of the tree, and those no branch of it leads to. */
export function usePicked({ session, marks, reading }: NodeFinding): Picked {
  const { tree } = session
  const version = useSyncExternalStore(tree.subscribe, tree.version)
  const selection = useSyncExternalStore(tree.subscribe, tree.selectionVersion)
  const [loose, setLoose] = useState<readonly PickedVariable[]>([])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the selection is in the tree; its version says that it changed.
  useEffect(() => {
    // A folder stands for what is in it, which somebody has to have read.
    for (const row of selectedFolders(tree.model)) if (isUnread(tree.model, row)) void tree.expand(row)
  }, [tree, selection])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the selection is in the tree; the versions say that it changed.
  const found = useMemo(
    () => pickedVariables(tree.model, (row) => marks.of(row) !== ''),
    [tree, marks, version, selection],
  )
  const turn = (variable: PickedVariable, path = ''): void => {
    const { nodeId } = variable
    if (loose.some((other) => other.nodeId === nodeId)) {
      setLoose(loose.filter((other) => other.nodeId !== nodeId))
      return
    }
    const row = tree.model.rowOf(nodeId)
    if (row >= 0) tree.toggle(row)
    else
      void (path === '' ? Promise.resolve(-1) : tree.reveal(path)).then((revealed) => {
        if (revealed >= 0) tree.select([revealed], true)
        else setLoose((present) => [...present, variable])
      })
  }
  const folders = selectedFolders(tree.model)
  return {
    ...found,
    isReading:
      (reading !== undefined && folders.length > 0) ||
      folders.some((row) => tree.model.has(row, flag.loading) || isUnread(tree.model, row)),
    fresh: [...found.fresh, ...loose],
    has: (nodeId) => {
      const row = tree.model.rowOf(nodeId)
      return loose.some((other) => other.nodeId === nodeId) || (row >= 0 && markOf(tree.model, row) === 'on')
    },
    turn,
  }
}

function selectedFolders(model: TreeModel): number[] {
  return selectedRows(model, pickedLimit).filter((row) => model.nodeClass(row) !== classOf.variable)
}

/** Nobody has asked yet what is below. */
function isUnread(model: TreeModel, row: number): boolean {
  return model.firstChild(row) < 0 && model.isExpandable(row) && !model.has(row, flag.failed)
}

/** What can be picked of a node that was looked at: undefined for all but variables. */
export function variableOf(details: NodeDetails): PickedVariable | undefined {
  const attribute = (name: string): string => details.attributes.find((a) => a.name === name)?.value ?? ''
  if (attribute('NodeClass') !== 'Variable') return undefined
  return {
    nodeId: details.nodeId,
    name: attribute('DisplayName') || attribute('BrowseName'),
    folder: pathSegments(details.path).at(-2) ?? '',
    typeName: '',
  }
}
