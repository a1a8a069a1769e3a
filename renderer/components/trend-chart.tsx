import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { localeTag } from '../i18n/locale.ts'

/** One line: times in ms, ascending, and values; null draws a gap. */
export interface TrendLine {
  readonly label: string
  /** Index into `trendColors`. */
  readonly color: number
  readonly ts: readonly number[]
  readonly values: readonly (number | null)[]
}

/** Distinguishable for the colour-blind (Okabe and Ito), light and dark; the dash tells them apart without colour. */
export const trendColors = [
  '--trend-1',
  '--trend-2',
  '--trend-3',
  '--trend-4',
  '--trend-5',
  '--trend-6',
  '--trend-7',
  '--trend-8',
]
const dashes: readonly number[][] = [[], [6, 3], [2, 2], [8, 3, 2, 3]]

/** A drawing only: the owner writes names and values beside it as text. Redraws what changed, never the whole component. */
export function TrendChart(props: {
  readonly lines: readonly TrendLine[]
  readonly from: number
  readonly to: number
  readonly label: string
  readonly height?: number
}) {
  const { lines, from, to, label, height = 180 } = props
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const range = useRef({ from, to })
  range.current = { from, to }
  const colorScheme = useComputedColorScheme('light')
  const names = lines.map((line) => `${line.color} ${line.label}`).join('\u0000')

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from CSS, which the theme changes.
  useEffect(() => {
    const element = box.current
    if (!element) return
    const made = new uPlot(options(element, names.split('\u0000'), height, range), [[]], element)
    plot.current = made
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    watch.observe(element)
    return () => {
      watch.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [names, height, colorScheme])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new plot (names, theme) has to get the data as well.
  useEffect(() => {
    plot.current?.setData(joined(lines))
  }, [lines, from, to, names, colorScheme])

  return <div ref={box} className="trend-chart" role="img" aria-label={label} />
}

function joined(lines: readonly TrendLine[]): uPlot.AlignedData {
  const tables = lines.map(
    ({ ts, values }) => [ts.map((ms) => ms / 1000), values as (number | null)[]] as unknown as uPlot.AlignedData,
  )
  if (tables.length === 0) return [[]]
  return tables.length === 1 && tables[0] ? tables[0] : uPlot.join(tables)
}

function options(
  element: HTMLElement,
  names: readonly string[],
  height: number,
  range: { readonly current: { readonly from: number; readonly to: number } },
): uPlot.Options {
  const style = getComputedStyle(element)
  const color = (name: string): string => style.getPropertyValue(name).trim() || style.color
  const axis: uPlot.Axis = {
    stroke: color('--text-3'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { stroke: color('--line'), width: 1 },
    font: `11px ${style.fontFamily}`,
  }
  const clock = new Intl.DateTimeFormat(localeTag(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const seconds = new Intl.DateTimeFormat(localeTag(), {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  return {
    width: Math.max(50, element.clientWidth),
    height,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 5 } },
    scales: { x: { range: () => [range.current.from / 1000, range.current.to / 1000] } },
    axes: [
      {
        ...axis,
        size: 26,
        values: (_, splits, __, ___, step) =>
          splits.map((at) => (step < 60 ? seconds : clock).format(new Date(at * 1000))),
      },
      { ...axis, size: 56, values: (_, splits) => splits.map((value) => shortNumber(value)) },
    ],
    series: [
      {},
      ...names
        .map((name) => ({ label: name.slice(2), at: Number(name[0]) }))
        .map(({ label, at }) => ({
          label,
          stroke: color(trendColors[at % trendColors.length] ?? '--accent'),
          dash: [...(dashes[Math.floor(at / 2) % dashes.length] ?? [])],
          width: 1.5,
          spanGaps: true,
          points: { show: false },
        })),
    ],
  }
}

/** Six digits are what the side has room for. */
export function shortNumber(value: number): string {
  return Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(6)))
}
