import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { ConnectorConfig } from '../../../../shared/config/gateway.ts'
import { request } from '../../../api/client.ts'
import { useConfig } from '../../../stores/config-store.ts'
import { useDraft } from '../../../stores/draft-store.ts'
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
const noNodes: readonly string[] = []
/** Tags of rules that are asked for: beyond them a mark is missing, nothing else. */
const ruledLimit = 20_000
const pageRows = 2000

/** What the rows of a source are marked with; another object whenever a mark can have changed. */
export function useMarks(session: SourceSession): Marks {
  const running = useConfig((c) => c.config)?.connectors.find(({ id }) => id === session.id)
  const draft = useDraft((d) => d.config)?.connectors.find(({ id }) => id === session.id)
  const namespaces = useNamespaces(session, running)
  const ruled = useRuledNodes(session, running)
  const favourite = useSyncExternalStore(favourites.subscribe, () => favourites.of(session.id))
  return useMemo(() => {
    const now = mappedNodes(running, namespaces, ruled)
    const then = draft ? mappedNodes(draft, namespaces, ruled) : now
    const { tree } = session
    return {
      of: (row) => (isMapped(now, tree.model, row) ? 'mapped' : isMapped(then, tree.model, row) ? 'draft' : ''),
      isFavourite: (row) => favourite.has(tree.model.key(row)),
      mapped: then,
    }
  }, [session, running, draft, namespaces, ruled, favourite])
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

/** What the rules of the source collect at present; read once per configuration. */
function useRuledNodes(session: SourceSession, connector: ConnectorConfig | undefined): readonly string[] {
  const rules = connector?.type === 'opcua' ? connector.rules : undefined
  const [nodes, setNodes] = useState(noNodes)
  useEffect(() => {
    let isGone = false
    if (!rules || rules.length === 0) setNodes(noNodes)
    else void tagNodes(session.id).then((found) => isGone || setNodes(found))
    return () => {
      isGone = true
    }
  }, [session, rules])
  return nodes
}

async function tagNodes(connectorId: string): Promise<string[]> {
  const nodes: string[] = []
  for (let offset = 0; offset < ruledLimit; offset += pageRows) {
    const result = await request('connector.tags', { connectorId, offset, limit: pageRows, filter: '' })
    if (!result.ok) break
    for (const { nodeId } of result.value.rows) if (nodeId !== '') nodes.push(nodeId)
    if (offset + pageRows >= result.value.total) break
  }
  return nodes
}

function stringsIn(text: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed.map(String) : noNamespaces
  } catch {
    return noNamespaces
  }
}
