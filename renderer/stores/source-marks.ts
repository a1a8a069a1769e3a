import type { ConfigChange } from '../../shared/api/draft-requests.ts'
import type { ConnectorConfig, GatewayConfig } from '../../shared/config/gateway.ts'
import { isSame } from '../../shared/config/identity.ts'
import { maskedSecret } from '../../shared/config/secret.ts'

export type SourceMarks = ReadonlyMap<string, ConfigChange['kind']>

/** How the sources of the draft differ from those that run: a comparison, never a flag. Equal parts are the same objects. */
export function sourceMarks(running: GatewayConfig | undefined, draft: GatewayConfig | undefined): SourceMarks {
  const marks = new Map<string, ConfigChange['kind']>()
  if (!running || !draft) return marks
  const before = new Map(running.connectors.map((connector) => [connector.id, connector]))
  for (const connector of draft.connectors) {
    const known = before.get(connector.id)
    if (!known) marks.set(connector.id, 'added')
    else if (!isSame(known, withHidden(connector, known))) marks.set(connector.id, 'changed')
    before.delete(connector.id)
  }
  for (const id of before.keys()) marks.set(id, 'removed')
  return marks
}

/**
 * A secret in clear text in the file is hidden in what runs and a reference in the draft: the same secret, two spellings.
 */
function withHidden(connector: ConnectorConfig, running: ConnectorConfig): ConnectorConfig {
  if (connector.type === 'mqtt') {
    return running.type === 'mqtt' && running.password === maskedSecret && connector.password !== undefined
      ? { ...connector, password: maskedSecret }
      : connector
  }
  const { identity } = connector
  return running.type === 'opcua' &&
    running.identity.type === 'password' &&
    running.identity.password === maskedSecret &&
    identity.type === 'password'
    ? { ...connector, identity: { ...identity, password: maskedSecret } }
    : connector
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
