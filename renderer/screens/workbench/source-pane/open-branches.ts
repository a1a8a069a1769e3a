import { flag, type TreeModel } from './tree-model.ts'

/** Opens all that is known at and below a row (-1 = everything), but for the standard part of the server. */
export function openBelow(model: TreeModel, row: number): void {
  const { flags, firstChildren } = model.columns
  const open = (at: number): void => {
    if (firstChildren[at]! >= 0) flags[at]! |= flag.open
  }
  if (row >= 0) open(row)
  const stack = [model.firstChild(row)]
  while (stack.length > 0) {
    const at = stack.pop()!
    if (at < 0) continue
    stack.push(model.nextSibling(at))
    if (flags[at]! & flag.folded) continue
    open(at)
    stack.push(firstChildren[at]!)
  }
}

export function closeAll(model: TreeModel): void {
  const { flags } = model.columns
  for (let row = 0; row < model.count; row += 1) flags[row]! &= ~flag.open
}
