import { useEffect, useState } from 'react'
import type { RequestInput, RequestOutput } from '../../../../shared/api/contract.ts'
import type { OpcuaTarget, TextValue } from '../../../../shared/api/opcua-requests.ts'
import type { ErrorReport } from '../../../../shared/errors.ts'
import { request } from '../../../api/client.ts'
import { type Column, DataGrid } from '../../../components/data-grid.tsx'
import { Empty } from '../../../components/empty.tsx'
import { ErrorNote } from '../../../components/note.tsx'
import { formatCount, formatMoment } from '../../../format.ts'
import { ChoiceField } from '../../../forms/fields.tsx'
import { nodesText } from '../../../i18n/en-nodes.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { useNow } from '../../../stores/use-now.ts'
import { qualityTone } from '../../nodes/node-attributes.tsx'
import { numberOf, qualityOf } from '../values/value-store.ts'
import { TrendChart } from './trend-chart.tsx'

const text = workbenchText.trend
const words = nodesText.history
/** As many as a table can be read through and one answer carries at once. */
const pointsLimit = 10_000
/** Values of a summary: two per column of the chart are more than an eye tells apart. */
const summaryPoints = 300

type Aggregate = NonNullable<RequestInput<'opcua.history'>['aggregate']>
const aggregates = ['average', 'minimum', 'maximum', 'range', 'count'] as const satisfies readonly Aggregate[]

interface Past {
  readonly from: number
  readonly to: number
  readonly result: RequestOutput<'opcua.history'>
}

interface Props {
  readonly target: OpcuaTarget
  readonly nodeId: string
  readonly name: string
  readonly rangeMs: number
}

/** What the server has kept of a node, as recorded or in one number per interval: a line and its values. */
export function PastTrend(props: Props) {
  const [aggregate, setAggregate] = useState<Aggregate | 'raw'>('raw')
  const { past, error } = usePast(props, aggregate)
  return (
    <>
      <ChoiceField
        label={words.aggregate}
        value={aggregate}
        choices={[['raw', words.raw], ...aggregates.map((name) => [name, words.aggregates[name]] as const)]}
        onChange={setAggregate}
      />
      {error ? (
        <ErrorNote error={error} />
      ) : past ? (
        <PastValues past={past} name={props.name} />
      ) : (
        <p className="muted">{text.reading}</p>
      )}
    </>
  )
}

function usePast(
  { target, nodeId, rangeMs }: Props,
  aggregate: Aggregate | 'raw',
): { readonly past: Past | undefined; readonly error: ErrorReport | undefined } {
  const [past, setPast] = useState<Past>()
  const [error, setError] = useState<ErrorReport>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the target is new with each render, its content is not.
  useEffect(() => {
    let isGone = false
    const to = Date.now()
    const from = to - rangeMs
    setPast(undefined)
    setError(undefined)
    const summary =
      aggregate === 'raw' ? {} : { aggregate, intervalMs: Math.max(1000, Math.round(rangeMs / summaryPoints)) }
    const question = { target, nodeId, fromMs: from, toMs: to, limit: pointsLimit, ...summary }
    void request('opcua.history', question).then((result) => {
      if (isGone) return
      if (result.ok) setPast({ from, to, result: result.value })
      else setError(result.error)
    })
    return () => {
      isGone = true
    }
  }, [nodeId, rangeMs, aggregate])
  return { past, error }
}

function PastValues({ past, name }: { readonly past: Past; readonly name: string }) {
  const now = useNow()
  const { result, from, to } = past
  // Servers answer in the order they recorded, which is not the order of time when values came late.
  const points = [...result.points].sort((a, b) => a.ts - b.ts)
  if (points.length === 0) return <Empty title={text.empty} />
  const values = points.map(pointNumber)
  const numbers = values.filter((value) => value !== null)
  const bad = points.filter(({ quality }) => qualityTone(quality) === 'bad').length
  return (
    <>
      {numbers.length === 0 ? (
        <p className="muted">{text.noNumbers}</p>
      ) : (
        <TrendChart
          name={name}
          times={points.map(({ ts }) => ts)}
          values={values}
          range={[from, to]}
          label={text.chart(name, String(least(numbers)), String(greatest(numbers)))}
        />
      )}
      <p className="muted">
        {[
          text.points(formatCount(points.length)),
          ...(result.truncated ? [text.truncated(formatCount(points.length))] : []),
          ...(bad > 0 ? [words.bad(formatCount(bad))] : []),
        ].join(', ')}
      </p>
      <div className="panel history-table">
        <DataGrid
          label={words.table}
          columns={columnsAt(now)}
          total={points.length}
          rowAt={(index) => points[points.length - 1 - index]}
        />
      </div>
    </>
  )
}

/** Newest on top. */
function columnsAt(now: number): readonly Column<TextValue>[] {
  return [
    { id: 'time', title: words.columns.time, width: 'minmax(104px, 1fr)', cell: (p) => formatMoment(p.ts, now) },
    {
      id: 'value',
      title: words.columns.value,
      width: 'minmax(80px, 1fr)',
      numeric: true,
      cell: (p) => <span className="mono">{p.value}</span>,
    },
    {
      id: 'quality',
      title: words.columns.quality,
      width: 'minmax(70px, 1fr)',
      cell: (p) => <span className={qualityTone(p.quality) === 'ok' ? 'muted' : 'tone-bad'}>{p.quality}</span>,
    },
  ]
}

function pointNumber({ value, type, quality }: TextValue): number | null {
  return numberOf({ text: value, type, status: quality, quality: qualityOf(quality), ts: 0 })
}

const least = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.min(a, b))
const greatest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b))
