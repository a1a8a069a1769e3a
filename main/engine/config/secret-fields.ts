import type { ConnectorConfig, GatewayConfig } from '../../../shared/config/gateway.ts'
import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'

// The one list of the places where a configuration holds a secret. Whoever masks, resolves or stores secrets goes through
// here, so that a new secret field can not be forgotten in one of them.

export interface SecretField {
  /** As in `connectors[0].identity.password`. */
  readonly path: string
  /** Name of its record in the vault; stays the same when connectors change their order. */
  readonly record: string
  readonly value: string
}

/** A copy of the configuration with every secret replaced by what `replace` returns. */
export function mapSecrets(config: GatewayConfig, replace: (field: SecretField) => string): GatewayConfig {
  return {
    ...config,
    ...(config.thingsboard && { thingsboard: mapThingsboardSecrets(config.thingsboard, replace) }),
    connectors: config.connectors.map((connector, i) => mapConnectorSecrets(connector, replace, `connectors[${i}].`)),
  }
}

export function listSecrets(config: GatewayConfig): SecretField[] {
  const fields: SecretField[] = []
  mapSecrets(config, (field) => {
    fields.push(field)
    return field.value
  })
  return fields
}

export function mapThingsboardSecrets(
  thingsboard: ThingsboardConfig,
  replace: (field: SecretField) => string,
): ThingsboardConfig {
  const { credentials } = thingsboard
  const path = 'thingsboard.credentials.'
  if (credentials.type === 'token') {
    const token = replace({ path: `${path}token`, record: 'thingsboard.token', value: credentials.token })
    return { ...thingsboard, credentials: { ...credentials, token } }
  }
  if (credentials.type === 'password' && credentials.password !== undefined) {
    const password = replace({ path: `${path}password`, record: 'thingsboard.password', value: credentials.password })
    return { ...thingsboard, credentials: { ...credentials, password } }
  }
  return thingsboard
}

export function mapConnectorSecrets(
  connector: ConnectorConfig,
  replace: (field: SecretField) => string,
  path = '',
): ConnectorConfig {
  const record = `${connector.id}.password`
  if (connector.type === 'mqtt') {
    if (connector.password === undefined) return connector
    return { ...connector, password: replace({ path: `${path}password`, record, value: connector.password }) }
  }
  const { identity } = connector
  if (identity.type !== 'password') return connector
  const password = replace({ path: `${path}identity.password`, record, value: identity.password })
  return { ...connector, identity: { ...identity, password } }
}
