import { workbenchText } from '../../../i18n/en-workbench.ts'

const width = 90
const height = 18
/** A young line is drawn over this many points, so that it can be seen. */
const leastSlots = 20

/** The last values as a line between their least and greatest; a gap where there was no number. */
export function TrailLine({ values }: { readonly values: readonly (number | null)[] }) {
  const numbers = values.filter((value) => value !== null)
  if (numbers.length < 2) return null
  const min = Math.min(...numbers)
  const max = Math.max(...numbers)
  const slots = Math.max(leastSlots, values.length)
  const x = (i: number): number => width - 1 - ((values.length - 1 - i) / (slots - 1)) * (width - 2)
  const y = (value: number): number =>
    max === min ? height / 2 : height - 2 - ((value - min) / (max - min)) * (height - 4)
  let isDrawing = false
  const path = values
    .map((value, i) => {
      if (value === null) {
        isDrawing = false
        return ''
      }
      const step = `${isDrawing ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`
      isDrawing = true
      return step
    })
    .join('')
  return (
    <svg
      className="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={workbenchText.watch.sparkline(String(min), String(max))}
    >
      <path className="sparkline-line" d={path} />
    </svg>
  )
}
