import { useSyncExternalStore } from 'react'

/** Where the page says nothing, as in a test of one component. */
const defaultHeight = 24

let height = 0

/** Height of a row as the density of the page says it (`--row`); read when that can have changed. */
export function useRowHeight(): number {
  return useSyncExternalStore(subscribe, rowHeight)
}

function subscribe(listener: () => void): () => void {
  const measure = (): void => {
    height = 0
    listener()
  }
  const observer = new MutationObserver(measure)
  observer.observe(document.documentElement, { attributes: true })
  return () => observer.disconnect()
}

function rowHeight(): number {
  if (height > 0) return height
  const text = getComputedStyle(document.documentElement).getPropertyValue('--row')
  const read = Number.parseFloat(text)
  height = Number.isFinite(read) && read > 0 ? read : defaultHeight
  return height
}
