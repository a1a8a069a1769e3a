import { classOf, flag, type TreeModel } from './tree-model.ts'

// What is selected in a tree. A folder that is selected covers everything below it, also what nobody has read yet; a
// variable is selected by itself. Counters along the way up make every mark and number a look-up. Pure but for the model.

export type Mark = 'on' | 'mixed' | 'off'

const covers = (model: TreeModel, row: number): boolean =>
  model.nodeClass(row) !== classOf.variable && model.nodeClass(row) !== classOf.field

/** The selected folder above, -1 when there is none. */
function coverOf(model: TreeModel, row: number): number {
  for (let up = model.parent(row); up >= 0; up = model.parent(up)) {
    if (model.has(up, flag.selected) && covers(model, up)) return up
  }
  return -1
}

export function markOf(model: TreeModel, row: number): Mark {
  if (model.has(row, flag.selected) || coverOf(model, row) >= 0) return 'on'
  return model.columns.selectedBelow[row]! > 0 ? 'mixed' : 'off'
}

/** Variables selected at or below a row. */
export function pickedCount(model: TreeModel, row: number): number {
  const all = model.has(row, flag.selected) || coverOf(model, row) >= 0
  if (all && covers(model, row)) return model.variablesBelow(row)
  return model.columns.pickedBelow[row]!
}

/** The folders a server begins with are too much to select at once. */
export function isSelectable(model: TreeModel, row: number): boolean {
  return model.depth(row) > 0 || model.nodeClass(row) >= classOf.level
}

export function select(model: TreeModel, row: number, on: boolean): void {
  if (!isSelectable(model, row)) return
  const cover = coverOf(model, row)
  const isOn = model.has(row, flag.selected)
  if (on) {
    if (isOn || cover >= 0) return
    if (covers(model, row)) clearBelow(model, row)
    model.set(row, flag.selected, true)
    bump(model, row, 1, weight(model, row))
  } else if (isOn) {
    bump(model, row, -1, -weight(model, row))
    model.set(row, flag.selected, false)
  } else if (cover >= 0) leaveCover(model, cover, row)
}

export function toggle(model: TreeModel, row: number): void {
  select(model, row, markOf(model, row) !== 'on')
}

export function clearAll(model: TreeModel): void {
  const { flags, selectedBelow, pickedBelow } = model.columns
  for (let row = 0; row < model.count; row += 1) flags[row]! &= ~flag.selected
  selectedBelow.fill(0)
  pickedBelow.fill(0)
}

/** Every variable below, one by one; the folder itself where nothing is known to be in it. */
export function selectDescendants(model: TreeModel, row: number): void {
  if (model.has(row, flag.selected) && covers(model, row)) select(model, row, false)
  if (model.variablesBelow(row) === 0) {
    select(model, row, true)
    return
  }
  eachBelow(model, row, (below) => {
    if (model.isCountable(below)) select(model, below, true)
  })
}

/** Rows selected by themselves, in the order of the tree, at most `limit`. */
export function selectedRows(model: TreeModel, limit: number): number[] {
  const rows: number[] = []
  const visit = (first: number): void => {
    for (let row = first; row >= 0 && rows.length < limit; row = model.nextSibling(row)) {
      if (model.has(row, flag.selected)) rows.push(row)
      if (model.columns.selectedBelow[row]! > 0) visit(model.firstChild(row))
    }
  }
  visit(model.firstRoot)
  return rows
}

/** Pre-order, without the row itself. */
export function eachBelow(model: TreeModel, row: number, visit: (row: number) => void): void {
  const stack = [model.firstChild(row)]
  while (stack.length > 0) {
    const at = stack.pop()!
    if (at < 0) continue
    visit(at)
    stack.push(model.nextSibling(at), model.firstChild(at))
  }
}

function weight(model: TreeModel, row: number): number {
  return (model.isCountable(row) ? 1 : 0) + (covers(model, row) ? model.variablesBelow(row) : 0)
}

function bump(model: TreeModel, row: number, selected: number, picked: number): void {
  const { selectedBelow, pickedBelow } = model.columns
  for (let up = model.parent(row); up >= 0; up = model.parent(up)) {
    selectedBelow[up]! += selected
    pickedBelow[up]! += picked
  }
}

function clearBelow(model: TreeModel, row: number): void {
  const { selectedBelow, pickedBelow } = model.columns
  if (selectedBelow[row] === 0) return
  bump(model, row, -selectedBelow[row]!, -pickedBelow[row]!)
  selectedBelow[row] = 0
  pickedBelow[row] = 0
  eachBelow(model, row, (below) => {
    model.set(below, flag.selected, false)
    selectedBelow[below] = 0
    pickedBelow[below] = 0
  })
}

/** One row of a covered folder is left out: everything else in the folder is then selected by itself. */
function leaveCover(model: TreeModel, cover: number, row: number): void {
  const way: number[] = []
  for (let at = row; at !== cover; at = model.parent(at)) way.push(at)
  select(model, cover, false)
  for (const left of way) {
    for (let sibling = model.firstChild(model.parent(left)); sibling >= 0; sibling = model.nextSibling(sibling))
      if (sibling !== left) select(model, sibling, true)
    // A structured variable on the way was meant itself too; it covers nothing.
    if (left !== row && model.isCountable(left) && !covers(model, left)) select(model, left, true)
  }
}
