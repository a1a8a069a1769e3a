import { useEffect, useMemo, useRef, useState } from 'react'
import type { HistoryLine, SeriesItem } from '../../../shared/api/watch-requests.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import type { TrendLine } from '../../components/trend-chart.tsx'
import { attention } from '../../stores/attention.ts'

/** More points than pixels draw the same picture. */
const points = 600
/** What was added live is asked for again this often, merged: a card open for a week stays small. */
const reloadMs = 120_000
/** In between at most these many live points are added per line. */
const liveLimit = 1000

export interface LiveValue {
  readonly text: string
  readonly number?: number | undefined
  readonly ts: number
}

export interface Lines {
  readonly lines: readonly TrendLine[]
  /** Of keys whose values are texts: their changes, oldest first. */
  readonly states: readonly {
    readonly label: string
    readonly ts: readonly number[]
    readonly texts: readonly string[]
  }[]
  readonly loaded: boolean
  readonly error: ErrorReport | undefined
}

/** History of the items over the window, continued with `values` as they come. */
export function useLines(
  items: readonly SeriesItem[],
  windowMs: number,
  values: readonly (LiveValue | undefined)[],
): Lines {
  const key = JSON.stringify(items)
  const [history, setHistory] = useState<readonly HistoryLine[] | undefined>()
  const [error, setError] = useState<ErrorReport | undefined>()
  const live = useRef<{ ts: number[]; values: number[] }[]>([])

  useEffect(() => {
    let gone = false
    const asked = JSON.parse(key) as SeriesItem[]
    const load = async (): Promise<void> => {
      if (!attention.awake()) return
      const toMs = Date.now()
      const result = await request('history.lines', { items: asked, fromMs: toMs - windowMs, toMs, points })
      if (gone) return
      if (!result.ok) return setError(result.error)
      live.current = asked.map(() => ({ ts: [], values: [] }))
      setError(undefined)
      setHistory(result.value.lines)
    }
    void load()
    const timer = setInterval(() => void load(), reloadMs)
    const undo = attention.onChange(() => void load())
    return () => {
      gone = true
      clearInterval(timer)
      undo()
    }
  }, [key, windowMs])

  return useMemo(() => {
    const lines: TrendLine[] = []
    const states: { label: string; ts: readonly number[]; texts: readonly string[] }[] = []
    history?.forEach((line, at) => {
      const label = `${line.device} ${line.key}`
      const value = values[at]
      if (line.kind === 'text') {
        const isNew = value !== undefined && value.text !== line.texts.at(-1)
        states.push({
          label,
          ts: isNew ? [...line.ts, value.ts] : line.ts,
          texts: isNew ? [...line.texts, value.text] : line.texts,
        })
        return
      }
      const added = live.current[at]
      const newest = added?.ts.at(-1) ?? line.ts.at(-1) ?? 0
      if (added && value?.number !== undefined && value.ts > newest && added.ts.length < liveLimit) {
        added.ts.push(value.ts)
        added.values.push(value.number)
      }
      lines.push({ label, color: at, ...continued(line, added) })
    })
    return { lines, states, loaded: history !== undefined, error }
  }, [history, values, error])
}

/** A merged point is drawn as its least and its greatest value at the same time: that is the line somebody would have seen. */
function withExtremes(line: HistoryLine): { ts: number[]; values: number[] } {
  const ts: number[] = []
  const values: number[] = []
  line.ts.forEach((at, i) => {
    const min = line.min[i] ?? 0
    const max = line.max[i] ?? 0
    const last = line.last[i] ?? 0
    if (min !== last && max !== last) {
      ts.push(at - 2, at - 1)
      values.push(min, max)
    } else if (min !== last || max !== last) {
      ts.push(at - 1)
      values.push(min === last ? max : min)
    }
    ts.push(at)
    values.push(last)
  })
  return { ts, values }
}

function continued(
  line: HistoryLine,
  added: { ts: number[]; values: number[] } | undefined,
): { ts: number[]; values: number[] } {
  const drawn = withExtremes(line)
  return added ? { ts: [...drawn.ts, ...added.ts], values: [...drawn.values, ...added.values] } : drawn
}
