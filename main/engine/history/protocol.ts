import type { SeriesKind } from '../../../shared/datapoint.ts'

// Messages between the engine's thread and the history's.

export interface HistorySeries {
  /** Given by the sampler, valid for the life of the engine. */
  readonly id: number
  readonly device: string
  readonly key: string
  readonly kind: SeriesKind
}

/** Columns of equal length; `values` are numbers, or texts that are not numbers. */
export interface HistoryRows {
  readonly ids: readonly number[]
  /** ms since the epoch. */
  readonly ts: readonly number[]
  readonly values: readonly (number | string)[]
}

export interface HistoryQuestion {
  readonly items: readonly { readonly device: string; readonly key: string }[]
  readonly fromMs: number
  readonly toMs: number
  /** Points per series at most. */
  readonly points: number
}

/** Columns of equal length. Where values were merged, `min` and `max` are of all of them, `last` and `ts` of the newest. */
export interface HistoryLine {
  readonly device: string
  readonly key: string
  readonly kind: 'number' | 'text' | 'none'
  readonly ts: readonly number[]
  readonly min: readonly number[]
  readonly max: readonly number[]
  readonly last: readonly number[]
  /** Instead of the three above when the values are texts. */
  readonly texts: readonly string[]
}

export type ToHistory =
  | { readonly kind: 'open'; readonly path: string; readonly hours: number; readonly maxBytes: number }
  | {
      readonly kind: 'append'
      /** Now, in ms since the epoch. */
      readonly at: number
      readonly series: readonly HistorySeries[]
      readonly rows: HistoryRows
    }
  | { readonly kind: 'read'; readonly id: number; readonly question: HistoryQuestion }
  | { readonly kind: 'close' }

export type FromHistory =
  | { readonly kind: 'lines'; readonly id: number; readonly lines: readonly HistoryLine[] }
  | { readonly kind: 'closed' }
