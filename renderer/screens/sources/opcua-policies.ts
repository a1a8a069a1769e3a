import type { OpcuaDraft } from '../../stores/source-drafts.ts'

type Policy = NonNullable<OpcuaDraft['securityPolicy']>

/** In force, strongest first (OPC UA Part 7). */
export const securityPolicies = [
  'Aes256_Sha256_RsaPss',
  'Aes128_Sha256_RsaOaep',
  'Basic256Sha256',
  'None',
] as const satisfies readonly Policy[]

/** Withdrawn by the OPC Foundation in 2017: they rest on SHA-1. */
export const deprecatedPolicies = ['Basic256', 'Basic128Rsa15'] as const satisfies readonly Policy[]

export function isDeprecated(policy: string): boolean {
  return deprecatedPolicies.some((name) => name === policy)
}

/** The permission counts until the end of its day, UTC. */
export function mayUseDeprecated(draft: Pick<OpcuaDraft, 'allowDeprecatedUntil'>, now: number): boolean {
  const until = draft.allowDeprecatedUntil
  return until !== undefined && now <= Date.parse(`${until}T23:59:59.999Z`)
}
