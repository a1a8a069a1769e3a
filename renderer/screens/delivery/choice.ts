import { pageLimit } from '../../../shared/api/page.ts'

/** Rows somebody selected: some by id, or all that match the filter, however many they are. */
export interface Choice {
  readonly all: boolean
  readonly ids: ReadonlySet<number>
}

export const nothingChosen: Choice = { all: false, ids: new Set() }
export const everythingChosen: Choice = { all: true, ids: new Set() }

export function isChosen(choice: Choice, id: number): boolean {
  return choice.all || choice.ids.has(id)
}

/** From "all" the first toggle goes back to single rows: all but one can not be asked for. */
export function toggled(choice: Choice, id: number): Choice {
  const ids = new Set(choice.ids)
  if (!ids.delete(id)) ids.add(id)
  return { all: false, ids }
}

export function withRows(choice: Choice, ids: readonly number[]): Choice {
  return { all: false, ids: new Set([...choice.ids, ...ids]) }
}

/** What the buttons act on: the selection, or without one all that match. */
export function chosenCount({ all, ids }: Choice, total: number): number {
  return all || ids.size === 0 ? total : ids.size
}

type Ask = { readonly all: true; readonly filter: string } | { readonly ids: number[] }

/** As requests of at most a page of ids each. */
export function asksOf({ all, ids }: Choice, filter: string): Ask[] {
  if (all || ids.size === 0) return [{ all: true, filter }]
  const list = [...ids]
  const asks: Ask[] = []
  for (let start = 0; start < list.length; start += pageLimit) asks.push({ ids: list.slice(start, start + pageLimit) })
  return asks
}
