import { useEffect, useState } from 'react'
import type { IndexStatus, OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'

/** While somebody looks: often enough that progress moves. */
const everyMs = 1000

export interface NodeIndex {
  readonly status: IndexStatus | undefined
  readonly error: ErrorReport | undefined
  readonly refresh: () => void
  readonly cancel: () => void
}

/** The index of a server: begun (or taken from before) when somebody looks, kept by the engine when nobody does. */
export function useNodeIndex(target: OpcuaTarget): NodeIndex {
  const query = useLiveQuery('opcua.index', { target, action: 'status' }, everyMs)
  const [refused, setRefused] = useState<ErrorReport>()
  const reload = query.refresh
  const act = (action: 'start' | 'refresh' | 'cancel'): void => {
    void request('opcua.index', { target, action }).then((result) => {
      setRefused(result.ok ? undefined : result.error)
      reload()
    })
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: begun once per server; `act` is new with each render.
  useEffect(() => act('start'), [target])
  return {
    status: query.value,
    error: refused ?? query.error,
    refresh: () => act('refresh'),
    cancel: () => act('cancel'),
  }
}
