import { useMemo } from 'react'
import type { ConfigChange } from '../../shared/api/draft-requests.ts'
import type { ConnectorConfig, GatewayConfig } from '../../shared/config/gateway.ts'
import { useConfig } from './config-store.ts'
import { useDraft } from './draft-store.ts'
import { same } from './keep-same.ts'

export type SourceMarks = ReadonlyMap<string, ConfigChange['kind']>

/** How the sources of the draft differ from those that run: a comparison, never a flag. Equal parts are the same objects. */
export function sourceMarks(running: GatewayConfig | undefined, draft: GatewayConfig | undefined): SourceMarks {
  const marks = new Map<string, ConfigChange['kind']>()
  if (!running || !draft) return marks
  const before = new Map(running.connectors.map((connector) => [connector.id, connector]))
  for (const connector of draft.connectors) {
    const known = before.get(connector.id)
    if (!known) marks.set(connector.id, 'added')
    else if (!same(known, connector)) marks.set(connector.id, 'changed')
    before.delete(connector.id)
  }
  for (const id of before.keys()) marks.set(id, 'removed')
  return marks
}

export function useSourceMarks(): SourceMarks {
  const running = useConfig((c) => c.config)
  const draft = useDraft((d) => d.config)
  return useMemo(() => sourceMarks(running, draft), [running, draft])
}

/** Sources of the draft, and where they stood those that still run and are removed in it. */
export function sourcesWithRemoved(
  running: GatewayConfig | undefined,
  draft: GatewayConfig,
): readonly ConnectorConfig[] {
  const kept = new Set(draft.connectors.map(({ id }) => id))
  const list = [...draft.connectors]
  running?.connectors.forEach((connector, at) => {
    if (!kept.has(connector.id)) list.splice(at, 0, connector)
  })
  return list
}
