import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { ConnectorConfig, GatewayConfig } from '../../../../shared/config/gateway.ts'
import { on, request } from '../../../api/client.ts'
import { useConfig } from '../../../stores/config-store.ts'
import { favourites } from './favourites.ts'
import { isMapped, type MappedNodes, mappedNodes } from './mapped-nodes.ts'
import type { SourceSession } from './source-session.ts'

export interface Marks {
  readonly of: (row: number) => '' | 'mapped' | 'draft'
  readonly isFavourite: (row: number) => boolean
  /** Of the draft, which is what mapping adds to. */
  readonly mapped: MappedNodes
}

const noNamespaces: readonly string[] = []

/** What the rows of a source are marked with; another object whenever a mark can have changed. */
export function useMarks(session: SourceSession): Marks {
  const running = useConfig((c) => c.config)?.connectors.find(({ id }) => id === session.id)
  const draft = useDraft()?.connectors.find(({ id }) => id === session.id)
  const namespaces = useNamespaces(session, running)
  const favourite = useSyncExternalStore(favourites.subscribe, () => favourites.of(session.id))
  return useMemo(() => {
    const now = mappedNodes(running, namespaces)
    const then = draft ? mappedNodes(draft, namespaces) : now
    const { tree } = session
    return {
      of: (row) => (isMapped(now, tree.model, row) ? 'mapped' : isMapped(then, tree.model, row) ? 'draft' : ''),
      isFavourite: (row) => favourite.has(tree.model.key(row)),
      mapped: then,
    }
  }, [session, running, draft, namespaces, favourite])
}

/** The configuration as it will be; undefined while it can not be had. */
function useDraft(): GatewayConfig | undefined {
  const [draft, setDraft] = useState<GatewayConfig>()
  useEffect(() => {
    const read = (): void =>
      void request('draft.get', null).then((result) => setDraft(result.ok ? result.value.config : undefined))
    read()
    return on('draft.changed', read)
  }, [])
  return draft
}

/** NamespaceArray, Part 5, 6.3.1; needed only for keys that name a namespace by its number. */
function useNamespaces(session: SourceSession, connector: ConnectorConfig | undefined): readonly string[] {
  const isNeeded =
    connector?.type === 'opcua' && connector.devices.some(({ keys }) => keys.some(({ node }) => /^ns=\d/.test(node)))
  const [namespaces, setNamespaces] = useState(noNamespaces)
  useEffect(() => {
    if (!isNeeded) return
    void request('opcua.read', { target: { connectorId: session.id }, nodeIds: ['i=2255'] }).then((result) => {
      if (result.ok) setNamespaces(stringsIn(result.value.values[0]?.value ?? ''))
    })
  }, [isNeeded, session])
  return namespaces
}

function stringsIn(text: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed.map(String) : noNamespaces
  } catch {
    return noNamespaces
  }
}
