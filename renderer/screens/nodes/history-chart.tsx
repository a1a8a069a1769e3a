import { formatMoment } from '../../format.ts'
import { nodesText } from '../../i18n/en-nodes.ts'
import { type HistoryLine, type LineRun, thinned } from './history-line.ts'

const text = nodesText.history
const width = 640
const height = 150
const left = 64
const bottom = 20
const top = 8
const right = 8

/** The values of one node over time, with the least and the greatest written at the side. */
export function HistoryChart(props: {
  readonly line: HistoryLine
  readonly from: number
  readonly to: number
  readonly now: number
}) {
  const { line, from, to, now } = props
  // A flat line is drawn in the middle.
  const spread = line.max - line.min || Math.abs(line.max) * 0.1 || 1
  const low = line.max === line.min ? line.min - spread / 2 : line.min
  const x = (ts: number): number => left + ((ts - from) / Math.max(1, to - from)) * (width - left - right)
  const y = (value: number): number => height - bottom - ((value - low) / spread) * (height - bottom - top)
  const words = { min: shortNumber(line.min), max: shortNumber(line.max) }
  return (
    <svg
      className="history-chart"
      viewBox={`0 0 ${width} ${height}`}
      width="100%"
      role="img"
      aria-label={text.chart(words.min, words.max, formatMoment(from, now), formatMoment(to, now))}
    >
      {[line.max, ...(line.max === line.min ? [] : [(line.max + line.min) / 2, line.min])].map((value) => (
        <g key={value}>
          <line className="history-rule" x1={left} x2={width - right} y1={y(value)} y2={y(value)} />
          <text className="history-label" x={left - 6} y={y(value) + 4} textAnchor="end">
            {shortNumber(value)}
          </text>
        </g>
      ))}
      {[0, 0.5, 1].map((part) => (
        <text
          key={part}
          className="history-label"
          x={left + part * (width - left - right)}
          y={height - 5}
          textAnchor={part === 0 ? 'start' : part === 1 ? 'end' : 'middle'}
        >
          {formatMoment(from + part * (to - from), now)}
        </text>
      ))}
      {line.runs.map((run) => (
        <Run key={run[0]?.ts} run={thinned(run, from, to, width)} x={x} y={y} />
      ))}
    </svg>
  )
}

function Run(props: {
  readonly run: LineRun
  readonly x: (ts: number) => number
  readonly y: (value: number) => number
}) {
  const { run, x, y } = props
  const only = run.length === 1 ? run[0] : undefined
  if (only) return <circle className="history-point" cx={x(only.ts)} cy={y(only.value)} r={2} />
  const path = run
    .map(({ ts, value }, i) => `${i === 0 ? 'M' : 'L'}${x(ts).toFixed(1)} ${y(value).toFixed(1)}`)
    .join('')
  return <path className="sparkline-line" d={path} />
}

/** Six digits are what the side has room for. */
function shortNumber(value: number): string {
  return Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(6)))
}
