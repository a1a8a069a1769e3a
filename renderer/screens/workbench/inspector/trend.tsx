import { SegmentedControl } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { RequestOutput } from '../../../../shared/api/contract.ts'
import type { OpcuaTarget, TextValue } from '../../../../shared/api/opcua-requests.ts'
import type { ErrorReport } from '../../../../shared/errors.ts'
import { request } from '../../../api/client.ts'
import { Empty } from '../../../components/empty.tsx'
import { ErrorNote } from '../../../components/note.tsx'
import { formatCount } from '../../../format.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import type { SourceSession } from '../source-pane/source-session.ts'
import { numberOf, qualityOf } from '../values/value-store.ts'
import { useValue } from './live-value.tsx'
import { TrendChart } from './trend-chart.tsx'

const text = workbenchText.trend
const minute = 60_000
const ranges = {
  live: 0,
  '10m': 10 * minute,
  '1h': 60 * minute,
  '8h': 480 * minute,
  '24h': 1440 * minute,
  '7d': 10_080 * minute,
}
type Range = keyof typeof ranges
const names = Object.keys(ranges) as Range[]
/** More points than this in the width of a pane are thinned by the eye anyway. */
const pointsLimit = 10_000

interface Props {
  readonly session: SourceSession
  readonly valueKey: string
  readonly name: string
  /** undefined: a source without history. */
  readonly target: OpcuaTarget | undefined
}

/** The value over time: what this window has seen, or what the server has kept. */
export function Trend(props: Props) {
  const [range, setRange] = useState<Range>('live')
  const { target } = props
  return (
    <div className="trend">
      {target ? (
        <SegmentedControl
          aria-label={text.range}
          value={range}
          data={names.map((name) => ({ value: name, label: text.ranges[name] }))}
          onChange={(value) => setRange(value as Range)}
        />
      ) : (
        <p className="muted">{text.noHistory}</p>
      )}
      {range === 'live' || !target ? <LiveTrend {...props} /> : <PastTrend {...props} target={target} range={range} />}
    </div>
  )
}

function LiveTrend({ session, valueKey, name }: Props) {
  useValue(session, valueKey)
  useEffect(() => session.values.follow(valueKey), [session, valueKey])
  const trail = session.values.trail(valueKey)
  const numbers = trail?.values.filter((value) => value !== null) ?? []
  if (!trail || trail.times.length < 2) return <p className="muted">{text.waiting}</p>
  if (numbers.length === 0) return <Empty title={text.noNumbers} />
  return (
    <>
      <TrendChart
        name={name}
        times={trail.times}
        values={trail.values}
        range={undefined}
        label={text.chart(name, String(Math.min(...numbers)), String(Math.max(...numbers)))}
      />
      <p className="muted">{text.live}</p>
    </>
  )
}

interface Past {
  readonly from: number
  readonly to: number
  readonly result: RequestOutput<'opcua.history'>
}

function PastTrend(props: Props & { readonly target: OpcuaTarget; readonly range: Range }) {
  const { target, valueKey, range, name } = props
  const [past, setPast] = useState<Past>()
  const [error, setError] = useState<ErrorReport>()
  const turn = useRef(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the target is new with each render, its content is not.
  useEffect(() => {
    const mine = ++turn.current
    const to = Date.now()
    const from = to - ranges[range]
    setPast(undefined)
    setError(undefined)
    void request('opcua.history', { target, nodeId: valueKey, fromMs: from, toMs: to, limit: pointsLimit }).then(
      (result) => {
        if (mine !== turn.current) return
        if (result.ok) setPast({ from, to, result: result.value })
        else setError(result.error)
      },
    )
  }, [valueKey, range])
  if (error) return <ErrorNote error={error} />
  if (!past) return <p className="muted">{text.reading}</p>
  const points = [...past.result.points].sort((a, b) => a.ts - b.ts)
  if (points.length === 0) return <Empty title={text.empty} />
  const values = points.map(pointNumber)
  const numbers = values.filter((value) => value !== null)
  if (numbers.length === 0) return <Empty title={text.noNumbers} />
  const [min, max] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))]
  return (
    <>
      <TrendChart
        name={name}
        times={points.map(({ ts }) => ts)}
        values={values}
        range={[past.from, past.to]}
        label={text.chart(name, String(min), String(max))}
      />
      <p className="muted">
        {[
          text.points(formatCount(points.length)),
          ...(past.result.truncated ? [text.truncated(formatCount(points.length))] : []),
        ].join(', ')}
      </p>
    </>
  )
}

function pointNumber({ value, type, quality }: TextValue): number | null {
  return numberOf({ text: value, type, status: quality, quality: qualityOf(quality), ts: 0 })
}
