import { useSyncExternalStore } from 'react'

/** Compact rows, where no density is chosen. */
const defaultHeight = 24

/** Height of a row as the density of the page says it (`--row-height`). */
export function useRowHeight(): number {
  return useSyncExternalStore(subscribe, rowHeight)
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributes: true })
  return () => observer.disconnect()
}

function rowHeight(): number {
  const text = getComputedStyle(document.documentElement).getPropertyValue('--row-height')
  const height = Number.parseFloat(text)
  return Number.isFinite(height) && height > 0 ? height : defaultHeight
}
