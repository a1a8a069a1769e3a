import type { ConfigProblem, GatewayConfig } from '../../../shared/config/gateway.ts'
import { maskedSecret, parseSecretReference } from '../../../shared/config/secret.ts'
import { listSecrets, mapSecrets, type SecretField } from './secret-fields.ts'
import { freeName } from './secret-names.ts'
import type { Vault } from './vault.ts'

/** The configuration as the API shows it: references as they are, clear text hidden. */
export function maskSecrets(config: GatewayConfig): GatewayConfig {
  return mapSecrets(config, (field) => maskSecret(field.value))
}

function maskSecret(value: string): string {
  return value === '' || parseSecretReference(value) ? value : maskedSecret
}

/** Finds the stored value behind a masked field, by the record's name: connectors may have changed their order. */
export function unmaskWith(stored: GatewayConfig | undefined): (field: SecretField) => string | undefined {
  const known = new Map(stored ? listSecrets(stored).map((field) => [field.record, field.value]) : [])
  return ({ value, record }) => (value === maskedSecret ? known.get(record) : value)
}

export interface SeparatedSecrets {
  /** Holds references only. */
  readonly config: GatewayConfig
  /** What has to be in the vault before `config` is saved. */
  readonly records: ReadonlyMap<string, string>
  readonly problems: readonly ConfigProblem[]
}

/**
 * Prepares a configuration that came from the UI for saving: masked secrets keep their stored value, clear text leaves the
 * file and becomes `${secret:…}`.
 */
export function separateSecrets(
  edited: GatewayConfig,
  stored: GatewayConfig | undefined,
  vault: Pick<Vault, 'get'>,
): SeparatedSecrets {
  const unmask = unmaskWith(stored)
  const records = new Map<string, string>()
  const problems: ConfigProblem[] = []
  const config = mapSecrets(edited, (field) => {
    const value = unmask(field)
    if (value === undefined) {
      problems.push({ path: field.path, message: 'is hidden and no stored value belongs to it; enter it again' })
      return field.value
    }
    if (value === '' || parseSecretReference(value)) return value
    const name = freeName(field.record, value, (n) => records.get(n) ?? vault.get(n))
    records.set(name, value)
    return `\${secret:${name}}`
  })
  return { config, records, problems }
}
