import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react'
import type { SourceSession } from '../source-pane/source-session.ts'
import type { LiveValue } from '../values/value-store.ts'

/** The value of a key, drawn anew about once a second; read as long as it is mounted. */
export function useValue(session: SourceSession, key: string): LiveValue {
  const { values, feed } = session
  useEffect(() => feed.view(() => [key]), [feed, key])
  useSyncExternalStore(values.subscribe, values.version)
  return values.get(key)
}

/** The text of a value; it belongs to the painter of the value store, not to React. */
export function ValueText(props: {
  readonly session: SourceSession
  readonly valueKey: string
  readonly className?: string
}) {
  const { session, valueKey } = props
  const ref = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    const element = ref.current
    return element ? session.values.show(element, valueKey) : undefined
  }, [session, valueKey])
  return <span ref={ref} className={`live-cell ${props.className ?? ''}`} />
}
