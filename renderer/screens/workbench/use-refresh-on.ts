import { useEffect, useRef } from 'react'

/** Asks again when `mark` has changed: an answer that depends on the draft is old after an edit. */
export function useRefreshOn(mark: unknown, refresh: () => void): void {
  const before = useRef(mark)
  useEffect(() => {
    if (before.current === mark) return
    before.current = mark
    refresh()
  })
}
