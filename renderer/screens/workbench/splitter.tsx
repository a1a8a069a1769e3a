import type { KeyboardEvent, PointerEvent } from 'react'
import { bounds, firstLayout, type Layout, resize, useLayout } from './layout.ts'

const stepPx = 16

interface Props {
  readonly pane: keyof Layout
  readonly label: string
  /** `x`: a vertical bar that moves sideways. */
  readonly axis: 'x' | 'y'
  /** 1 when the pane grows to the right or down, -1 when the other way. */
  readonly direction: 1 | -1
}

/** A bar between two panes (APG, window splitter): drag, arrow keys, double click for the first size. */
export function Splitter({ pane, label, axis, direction }: Props) {
  const size = useLayout((layout) => layout[pane])
  const [least, most] = bounds[pane]
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return
    const bar = event.currentTarget
    const from = axis === 'x' ? event.clientX : event.clientY
    bar.setPointerCapture(event.pointerId)
    const move = (moved: globalThis.PointerEvent): void => {
      resize(pane, size + direction * ((axis === 'x' ? moved.clientX : moved.clientY) - from))
    }
    bar.addEventListener('pointermove', move)
    bar.addEventListener('lostpointercapture', () => bar.removeEventListener('pointermove', move), { once: true })
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const [less, more] = axis === 'x' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
    if (event.key === less) resize(pane, size - direction * stepPx)
    else if (event.key === more) resize(pane, size + direction * stepPx)
    else if (event.key === 'Home') resize(pane, least)
    else if (event.key === 'End') resize(pane, most)
    else return
    event.preventDefault()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule can not be moved; this separator is a control (APG, window splitter).
    <div
      className={`splitter splitter-${axis}`}
      role="separator"
      aria-label={label}
      aria-orientation={axis === 'x' ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      title={label}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onDoubleClick={() => resize(pane, firstLayout[pane])}
    />
  )
}
