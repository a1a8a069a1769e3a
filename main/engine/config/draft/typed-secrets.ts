import type { ConfigProblem, GatewayConfig } from '../../../../shared/config/gateway.ts'
import { maskedSecret, parseSecretReference } from '../../../../shared/config/secret.ts'
import { listSecrets, mapConnectorSecrets, mapThingsboardSecrets, type SecretField } from '../secret-fields.ts'
import { freeName } from '../secret-names.ts'
import type { Vault } from '../vault.ts'

// Clear text leaves a configuration before it is kept anywhere: draft, log and versions hold references only. A typed secret
// gets a record of its own, so that what runs, older versions and undo keep theirs.

export interface WithoutSecrets {
  readonly config: GatewayConfig
  /** To be in the vault before `config` is kept. */
  readonly records: ReadonlyMap<string, string>
  readonly problems: readonly ConfigProblem[]
}

/** `known`: where a masked field finds its value. Untouched parts stay the same objects. */
export function referSecrets(config: GatewayConfig, known: GatewayConfig | undefined, vault: Vault): WithoutSecrets {
  const stored = new Map(known ? listSecrets(known).map((field) => [field.record, field.value]) : [])
  const records = new Map<string, string>()
  const problems: ConfigProblem[] = []
  const refer = (field: SecretField): string => {
    const value = field.value === maskedSecret ? stored.get(field.record) : field.value
    if (value === undefined) {
      problems.push({ path: field.path, message: 'is hidden and no stored value belongs to it; enter it again' })
      return field.value
    }
    if (value === '' || value === maskedSecret || parseSecretReference(value)) return value
    const name = freeName(field.record, value, (n) => records.get(n) ?? vault.get(n))
    records.set(name, value)
    return `\${secret:${name}}`
  }
  return { config: replaced(config, refer), records, problems }
}

/** Clear text hidden; for a vault that is locked and must not be replaced without need. */
export function hideSecrets(config: GatewayConfig): GatewayConfig {
  return replaced(config, ({ value }) => (value === '' || parseSecretReference(value) ? value : maskedSecret))
}

function replaced(config: GatewayConfig, replace: (field: SecretField) => string): GatewayConfig {
  let changes = 0
  const noting = (field: SecretField): string => {
    const value = replace(field)
    if (value !== field.value) changes++
    return value
  }
  const unlessEqual = <T>(part: T, map: (part: T) => T): T => {
    const before = changes
    const mapped = map(part)
    return changes === before ? part : mapped
  }
  const { thingsboard } = config
  const own = thingsboard && unlessEqual(thingsboard, (part) => mapThingsboardSecrets(part, noting))
  const connectors = config.connectors.map((connector, i) =>
    unlessEqual(connector, (part) => mapConnectorSecrets(part, noting, `connectors[${i}].`)),
  )
  return changes === 0 ? config : { ...config, ...(own && { thingsboard: own }), connectors }
}
