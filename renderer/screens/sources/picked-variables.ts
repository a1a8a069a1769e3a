import { classOf, type TreeModel } from '../workbench/source-pane/tree-model.ts'
import { eachBelow, selectedRows } from '../workbench/source-pane/tree-selection.ts'
import type { PickedVariable } from './key-proposals.ts'

/** Keys that are looked through one by one before they are added; a rule is the better way to more. */
export const pickedLimit = 2000

/**
 * The variables selected in a tree, in its order; a selected folder gives all that is known below it. Those collected already
 * are only counted. Pure.
 */
export function pickedVariables(
  model: TreeModel,
  isCollected: (row: number) => boolean,
): { readonly fresh: readonly PickedVariable[]; readonly alreadyCollected: number; readonly isCut: boolean } {
  const fresh = new Map<string, PickedVariable>()
  let alreadyCollected = 0
  let isCut = false
  const take = (row: number): void => {
    if (isCollected(row)) alreadyCollected += 1
    else if (fresh.size < pickedLimit) fresh.set(model.key(row), variableAt(model, row))
    else isCut = true
  }
  for (const row of selectedRows(model, pickedLimit + 1)) {
    if (model.nodeClass(row) === classOf.variable) take(row)
    else eachBelow(model, row, (below) => model.isCountable(below) && take(below))
  }
  return { fresh: [...fresh.values()], alreadyCollected, isCut }
}

function variableAt(model: TreeModel, row: number): PickedVariable {
  const parent = model.parent(row)
  return {
    nodeId: model.key(row),
    name: model.name(row),
    // The first folders of a server are no name for a device.
    folder: model.depth(parent) > 0 ? model.name(parent) : '',
    typeName: model.typeName(row),
  }
}
