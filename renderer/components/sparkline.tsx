/** A small line over time, newest at the right, zero at the bottom. Says its range in words for those who do not see it. */
export function Sparkline({
  values,
  slots,
  label,
  width = 150,
  height = 28,
}: {
  readonly values: readonly number[]
  /** Values a full line holds; a younger one starts further right. */
  readonly slots: number
  readonly label: string
  readonly width?: number
  readonly height?: number
}) {
  const max = Math.max(1e-9, ...values)
  const x = (i: number): number => width - ((values.length - 1 - i) / (slots - 1)) * width
  const y = (value: number): number => height - 1.5 - (value / max) * (height - 4)
  const line = values.map((value, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join('')
  const area = values.length > 1 ? `${line}L${width} ${height}L${x(0).toFixed(1)} ${height}Z` : ''
  return (
    <svg
      className="sparkline"
      width="100%"
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path className="sparkline-area" d={area} />
      <path className="sparkline-line" d={line} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
