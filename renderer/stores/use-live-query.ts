import { useMemo, useRef, useSyncExternalStore } from 'react'
import type { RequestChannel } from '../../shared/api/channels.ts'
import type { RequestInput, RequestOutput } from '../../shared/api/contract.ts'
import { request } from '../api/client.ts'
import { LiveQuery, type LiveQuerySnapshot } from '../api/live-query.ts'
import { attention } from './attention.ts'

export interface Live<T> extends LiveQuerySnapshot<T> {
  readonly refresh: () => void
}

/** Asks `channel` again every `everyMs` while mounted, visible and online. `input` is compared by value. */
export function useLiveQuery<C extends RequestChannel>(
  channel: C,
  input: RequestInput<C>,
  everyMs: number,
): Live<RequestOutput<C>> {
  const key = JSON.stringify(input)
  const query = useMemo(
    () =>
      new LiveQuery<RequestOutput<C>>(() => request(channel, JSON.parse(key) as RequestInput<C>), everyMs, attention),
    [channel, key, everyMs],
  )
  const snapshot = useSyncExternalStore(query.subscribe, query.snapshot)
  // A changed question keeps the former answer on screen until its own arrives.
  const former = useRef<LiveQuerySnapshot<RequestOutput<C>>>(snapshot)
  if (snapshot.at > 0) former.current = snapshot
  const shown = snapshot.at > 0 || snapshot.error ? snapshot : { ...former.current, error: undefined }
  return { ...shown, refresh: () => query.refresh() }
}
