import type { MappingRows, RowRef } from './mapping-model.ts'
import { refId } from './mapping-model.ts'

// Where the cursor of the table is, what is selected and what is edited. Pure moves; the table keeps the state.

export interface Cursor {
  readonly row: number
  /** 0 = name; then the columns of keys, or the profile of a device. */
  readonly column: number
}

/** Refs of the rows from `a` to `b`. */
export function refsBetween(rows: MappingRows, a: number, b: number): RowRef[] {
  const refs: RowRef[] = []
  for (let row = Math.max(0, Math.min(a, b)); row <= Math.max(a, b); row += 1) {
    const ref = rows.ref(row)
    if (ref) refs.push(ref)
  }
  return refs
}

export function allKeyRefs(rows: MappingRows): RowRef[] {
  return refsBetween(rows, 0, rows.length - 1).filter(({ keyAt }) => keyAt >= 0)
}

export type Selection = ReadonlyMap<string, RowRef>

export const noSelection: Selection = new Map()

export function selectionOf(refs: readonly RowRef[]): Selection {
  return new Map(refs.map((ref) => [refId(ref), ref]))
}

export function toggled(selection: Selection, ref: RowRef): Selection {
  const next = new Map(selection)
  if (!next.delete(refId(ref))) next.set(refId(ref), ref)
  return next
}

/** What a command at this row is about: the selection when the row belongs to it, else the row alone. */
export function subjects(rows: MappingRows, selection: Selection, row: number): RowRef[] {
  const ref = rows.ref(row)
  if (!ref) return [...selection.values()]
  return selection.has(refId(ref)) ? [...selection.values()] : [ref]
}

/** The next row from `from` on, round the end, that `isIt`; -1 when there is none. */
export function nextRow(rows: MappingRows, from: number, step: 1 | -1, isIt: (row: number) => boolean): number {
  for (let n = 1; n <= rows.length; n += 1) {
    const row = (from + step * n + rows.length * 2) % rows.length
    if (isIt(row)) return row
  }
  return -1
}
