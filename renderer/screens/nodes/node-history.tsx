import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import type { RequestInput, RequestOutput } from '../../../shared/api/contract.ts'
import type { OpcuaTarget, TextValue } from '../../../shared/api/opcua-requests.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { type Column, DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { formatCount, formatMoment } from '../../format.ts'
import { ChoiceField } from '../../forms/fields.tsx'
import { nodesText } from '../../i18n/en-nodes.ts'
import { useNow } from '../../stores/use-now.ts'
import { HistoryChart } from './history-chart.tsx'
import { lineOf } from './history-line.ts'
import { qualityTone } from './node-attributes.tsx'

const text = nodesText.history
const hourMs = 3_600_000
const ranges = { hour: hourMs, shift: 8 * hourMs, day: 24 * hourMs, week: 168 * hourMs } as const
/** As many as a table can be read through and one answer carries at once. */
const pointsLimit = 10_000
/** Values of a summary: two per column of the chart are more than an eye tells apart. */
const summaryPoints = 300

type Aggregate = NonNullable<RequestInput<'opcua.history'>['aggregate']>
type Range = keyof typeof ranges

interface Answer {
  readonly from: number
  readonly to: number
  readonly result: RequestOutput<'opcua.history'>
}

const aggregates = ['average', 'minimum', 'maximum', 'range', 'count'] as const satisfies readonly Aggregate[]

/** The server's own history of a node, read when somebody asks. */
export function NodeHistory({ target, nodeId }: { readonly target: OpcuaTarget; readonly nodeId: string }) {
  const [range, setRange] = useState<Range>('hour')
  const [aggregate, setAggregate] = useState<Aggregate | 'raw'>('raw')
  const [answer, setAnswer] = useState<Answer>()
  const [error, setError] = useState<ErrorReport>()
  const [reading, setReading] = useState(false)
  const turn = useRef(0)
  const read = async (): Promise<void> => {
    const mine = ++turn.current
    setReading(true)
    const to = Date.now()
    const from = to - ranges[range]
    const summary =
      aggregate === 'raw' ? {} : { aggregate, intervalMs: Math.max(1000, Math.round(ranges[range] / summaryPoints)) }
    const question = { target, nodeId, fromMs: from, toMs: to, limit: pointsLimit, ...summary }
    const result = await request('opcua.history', question)
    if (mine !== turn.current) return
    setReading(false)
    setError(result.ok ? undefined : result.error)
    if (result.ok) setAnswer({ from, to, result: inOrder(result.value) })
  }
  return (
    <div className="node-history">
      <div className="history-tools">
        <ChoiceField
          label={text.range}
          value={range}
          choices={(Object.keys(ranges) as Range[]).map((name) => [name, text.ranges[name]])}
          onChange={setRange}
        />
        <ChoiceField
          label={text.aggregate}
          value={aggregate}
          choices={[['raw', text.raw], ...aggregates.map((name) => [name, text.aggregates[name]] as const)]}
          onChange={setAggregate}
        />
        <Button loading={reading} onClick={() => void read()}>
          {text.read}
        </Button>
      </div>
      {error ? <ErrorNote error={error} /> : null}
      {answer && !error ? <HistoryAnswer answer={answer} /> : null}
      {!answer && !error ? <p className="muted">{text.idle}</p> : null}
    </div>
  )
}

function HistoryAnswer({ answer }: { readonly answer: Answer }) {
  const now = useNow()
  const { points, truncated } = answer.result
  if (points.length === 0) return <Empty title={text.empty}>{text.emptyBody}</Empty>
  const line = lineOf(points)
  const bad = line && line.bad > 0 ? ` · ${text.bad(formatCount(line.bad))}` : ''
  return (
    <>
      {truncated ? <Note tone="warn">{text.truncated(formatCount(points.length))}</Note> : null}
      {line ? (
        <HistoryChart line={line} from={answer.from} to={answer.to} now={now} />
      ) : (
        <p className="muted">{text.noChart}</p>
      )}
      <p className="muted">{`${text.count(formatCount(points.length))}${bad}`}</p>
      <div className="panel history-table">
        <DataGrid
          label={nodesText.details.tabs.history}
          columns={columnsAt(now)}
          total={points.length}
          rowAt={(index) => points[points.length - 1 - index]}
        />
      </div>
    </>
  )
}

/** Servers answer in the order they recorded, which is not the order of time when values came late. */
function inOrder(result: Answer['result']): Answer['result'] {
  return { ...result, points: [...result.points].sort((a, b) => a.ts - b.ts) }
}

/** Newest on top. */
function columnsAt(now: number): readonly Column<TextValue>[] {
  return [
    { id: 'time', title: text.columns.time, width: '170px', cell: (p) => formatMoment(p.ts, now) },
    {
      id: 'value',
      title: text.columns.value,
      width: 'minmax(120px, 1fr)',
      numeric: true,
      cell: (p) => <span className="mono">{p.value}</span>,
    },
    {
      id: 'quality',
      title: text.columns.quality,
      width: '160px',
      cell: (p) => <span className={qualityTone(p.quality) === 'ok' ? 'muted' : 'tone-bad'}>{p.quality}</span>,
    },
  ]
}
