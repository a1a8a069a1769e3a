import { type RefObject, useCallback, useRef, useState, useSyncExternalStore } from 'react'

/** Rows kept above and below the visible ones, so that a fast scroll shows no gaps. */
const overscan = 8

export interface RowWindow {
  readonly ref: RefObject<HTMLDivElement | null>
  readonly first: number
  /** Exclusive. */
  readonly end: number
  readonly onScroll: () => void
  readonly reveal: (index: number) => void
}

/** Fixed-height windowing: arithmetic instead of measuring. `inset` = height of what sticks at the top (table head). */
export function useRowWindow(total: number, rowHeight: number, inset = 0): RowWindow {
  const ref = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const height = useElementHeight(ref)

  const onScroll = useCallback(() => {
    const scrollTop = ref.current?.scrollTop ?? 0
    setTop(Math.floor(scrollTop / rowHeight))
  }, [rowHeight])

  const reveal = useCallback(
    (index: number) => {
      const box = ref.current
      if (!box) return
      const rowTop = index * rowHeight
      if (rowTop < box.scrollTop) box.scrollTop = rowTop
      else if (rowTop + rowHeight > box.scrollTop + box.clientHeight - inset)
        box.scrollTop = rowTop + rowHeight - box.clientHeight + inset
    },
    [rowHeight, inset],
  )

  const visible = Math.ceil(height / rowHeight)
  const first = Math.max(0, Math.min(top, Math.max(0, total - visible)) - overscan)
  return { ref, first, end: Math.min(total, top + visible + overscan), onScroll, reveal }
}

/** Measured when it changes, never while rows are drawn: reading it then would lay out the page in the middle of a scroll. */
function useElementHeight(ref: RefObject<HTMLElement | null>): number {
  const height = useRef(0)
  const subscribe = useCallback(
    (listener: () => void) => {
      const element = ref.current
      if (!element) return () => undefined
      const measure = (): void => {
        height.current = element.clientHeight
        listener()
      }
      measure()
      const observer = new ResizeObserver(measure)
      observer.observe(element)
      return () => observer.disconnect()
    },
    [ref],
  )
  return useSyncExternalStore(subscribe, () => height.current)
}
