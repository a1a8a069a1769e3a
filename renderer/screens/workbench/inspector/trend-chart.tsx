import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

interface Props {
  /** ms since the epoch, ascending. */
  readonly times: readonly number[]
  /** null = a gap: bad, or no number. */
  readonly values: readonly (number | null)[]
  /** What the time axis shows; undefined = from the first to the last point. */
  readonly range: readonly [from: number, to: number] | undefined
  readonly name: string
  readonly label: string
}

const height = 220

/** A line over time. Drawn on a canvas, so its range is also said in words. */
export function TrendChart(props: Props) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const scheme = useComputedColorScheme('light')
  const latest = useRef(props)
  latest.current = props

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours of a canvas are those of the theme it was made in.
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const made = new uPlot(optionsFor(element, latest.current.name), dataOf(latest.current), element)
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [scheme])

  const { times, range } = props
  useEffect(() => {
    const made = plot.current
    if (!made) return
    made.setData(dataOf(latest.current))
    const [first, last] = range ?? [times[0] ?? 0, times.at(-1) ?? 1]
    made.setScale('x', { min: first / 1000, max: Math.max(last / 1000, first / 1000 + 1) })
  })

  return <div ref={box} className="trend-chart" role="img" aria-label={props.label} style={{ height }} />
}

function dataOf({ times, values }: Props): uPlot.AlignedData {
  return [times.map((time) => time / 1000), [...values]]
}

function optionsFor(element: HTMLElement, name: string): uPlot.Options {
  const style = getComputedStyle(element)
  const colour = (variable: string): string => style.getPropertyValue(variable).trim()
  const axis = {
    stroke: colour('--text-3'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1, size: 4 },
    font: '11px sans-serif',
  }
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    padding: [8, 26, 0, 0],
    axes: [
      { ...axis, size: 28, values: timeLabels },
      { ...axis, size: 52 },
    ],
    series: [{}, { label: name, stroke: colour('--accent'), width: 1.5, points: { show: false }, spanGaps: false }],
  }
}

/** 24-hour clock, whatever the country of the PC; the day where the range is longer than one. */
const timeLabels: uPlot.Axis.Values = (plot, splits) => {
  const { min = 0, max = 0 } = plot.scales['x'] ?? {}
  const isLong = (max ?? 0) - (min ?? 0) > 86_400
  const isShort = (max ?? 0) - (min ?? 0) < 600
  return splits.map((seconds) => {
    const date = new Date(seconds * 1000)
    const two = (n: number): string => String(n).padStart(2, '0')
    const clock = `${two(date.getHours())}:${two(date.getMinutes())}${isShort ? `:${two(date.getSeconds())}` : ''}`
    return isLong ? `${two(date.getDate())}.${two(date.getMonth() + 1)}. ${clock}` : clock
  })
}
