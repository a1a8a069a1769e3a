import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ConfigProblem } from '../../../shared/config/gateway.ts'
import { parseSecretReference, type SecretReference } from '../../../shared/config/secret.ts'
import { causeText } from '../kit/gateway-error.ts'
import type { SecretField } from './secret-fields.ts'
import type { Vault } from './vault.ts'

/** A password file is a line; more is a mistake (somebody named a log or a device). */
const secretFileLimit = 65_536

export interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly vault: Vault
  /** Relative `${file:…}` paths start here. */
  readonly folder: string
}

type SecretOutcome =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'missing'; readonly message: string }

/** The values of all fields by path. A missing one is empty and reported with its cure: it must never be sent as text. */
export async function resolveSecrets(
  fields: readonly SecretField[],
  sources: SecretSources,
): Promise<{ values: Map<string, string>; problems: ConfigProblem[] }> {
  const values = new Map<string, string>()
  const problems: ConfigProblem[] = []
  for (const field of fields) {
    const outcome = await resolveSecret(field.value, sources)
    values.set(field.path, outcome.kind === 'value' ? outcome.value : '')
    if (outcome.kind === 'missing') problems.push({ path: field.path, message: outcome.message })
  }
  return { values, problems }
}

async function resolveSecret(value: string, sources: SecretSources): Promise<SecretOutcome> {
  const reference = parseSecretReference(value)
  if (!reference) return { kind: 'value', value }
  switch (reference.provider) {
    case 'env':
      return fromEnvironment(reference, sources.environment)
    case 'file':
      return fromFile(resolve(sources.folder, reference.name))
    case 'secret':
      return fromVault(reference, sources.vault)
  }
}

function fromEnvironment({ name }: SecretReference, environment: SecretSources['environment']): SecretOutcome {
  const value = environment[name] ?? process.env[name]
  if (value !== undefined) return { kind: 'value', value }
  return missing(
    `the environment variable ${name} is not set; set it for the gateway's process or enter the secret here`,
  )
}

async function fromFile(path: string): Promise<SecretOutcome> {
  try {
    const file = await open(path, 'r')
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(secretFileLimit + 1), 0, secretFileLimit + 1, 0)
      if (bytesRead > secretFileLimit) return missing(`the file ${path} is too large for a secret; name another file`)
      return { kind: 'value', value: buffer.toString('utf8', 0, bytesRead).replace(/\r?\n$/, '') }
    } finally {
      await file.close()
    }
  } catch (error) {
    return missing(`the file ${path} can not be read (${causeText(error)}); create it or correct the path`)
  }
}

function fromVault({ name }: SecretReference, vault: Vault): SecretOutcome {
  if (vault.state.kind === 'locked') return missing(`${vault.state.detail}; enter this secret again`)
  const value = vault.get(name)
  if (value !== undefined) return { kind: 'value', value }
  return missing(`the vault holds nothing named ${name} (the file came from another PC?); enter this secret again`)
}

const missing = (message: string): SecretOutcome => ({ kind: 'missing', message })
