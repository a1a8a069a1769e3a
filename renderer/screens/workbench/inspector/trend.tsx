import { SegmentedControl } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { OpcuaTarget } from '../../../../shared/api/opcua-requests.ts'
import { Empty } from '../../../components/empty.tsx'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import type { SourceSession } from '../source-pane/source-session.ts'
import { useValue } from './live-value.tsx'
import { PastTrend } from './past-trend.tsx'
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
  const { target, valueKey, name } = props
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
      {range === 'live' || !target ? (
        <LiveTrend {...props} />
      ) : (
        <PastTrend key={valueKey} target={target} nodeId={valueKey} name={name} rangeMs={ranges[range]} />
      )}
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
