import type { OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import { type OpcuaConnectorConfig, opcuaConnectorSchema } from '../../../shared/config/opcua.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'

/**
 * Whom to ask: a source whose connection is as saved is asked with its stored secrets, any other one with what is in the
 * form. Undefined while the form is not complete.
 */
export function opcuaTarget(draft: OpcuaDraft, saved: ConnectorConfig | undefined): OpcuaTarget | undefined {
  const parsed = opcuaConnectorSchema.safeParse({ ...draft, devices: [], rules: [], events: [] })
  if (saved?.type === 'opcua' && (!parsed.success || connectionOf(parsed.data) === connectionOf(saved)))
    return { connectorId: saved.id }
  return parsed.success ? { connector: parsed.data } : undefined
}

/** What makes it another server or another sign-in; keys, rules and rights do not. */
function connectionOf(connector: OpcuaConnectorConfig): string {
  const { endpointUrl, securityMode, securityPolicy, allowDeprecatedUntil, identity, allowUnencryptedPassword } =
    connector
  return JSON.stringify([
    endpointUrl,
    securityMode,
    securityPolicy,
    allowDeprecatedUntil,
    identity,
    allowUnencryptedPassword,
  ])
}
