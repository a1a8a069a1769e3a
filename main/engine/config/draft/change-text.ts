import type { Comparison, ConfigChange } from '../../../../shared/api/draft-requests.ts'
import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { isFields, isSame } from '../../../../shared/config/identity.ts'
import { parseSecretReference } from '../../../../shared/config/secret.ts'
import { maskSecrets } from '../mask.ts'
import { type FoundChange, findChanges, isReordered, without } from './diff.ts'

// Changes as the review shows them.

/** Rows of one answer; the total is told beside them. */
const changeLimit = 2000
/** A text longer than this is cut: the JSON beside it has all of it. */
const textLimit = 300
/** Formatted JSON beyond this is of no use to an eye, and a page of 100,000 keys would be 40 MB. */
const jsonLimit = 2_000_000

export function compareConfigs(before: GatewayConfig, after: GatewayConfig): Comparison {
  const found = findChanges(before, after)
  return {
    changes: found.slice(0, changeLimit).map(withText),
    total: found.length,
    before: jsonText(before, after),
    after: jsonText(after, before),
  }
}

export function withText(change: FoundChange): ConfigChange {
  const { kind, subject, where, id, connectorId, keys } = change
  const fields = kind === 'changed' ? changedFields(change) : []
  return { kind, subject, where, id, ...(connectorId !== undefined && { connectorId }), keys, fields }
}

function changedFields({ subject, before, after, parts }: FoundChange): ConfigChange['fields'] {
  if (subject === 'gateway') return [{ name: 'name', before: valueText(before), after: valueText(after) }]
  const fields: ConfigChange['fields'] = []
  if (isFields(before) && isFields(after)) {
    const kind = { parts: parts.map((list) => ({ list })) }
    collect(without(before, parts), without(after, parts), '', fields)
    if (isReordered(kind, before, after)) fields.push({ name: 'order', before: 'as it was', after: 'another order' })
  }
  return fields
}

function collect(before: object, after: object, prefix: string, fields: ConfigChange['fields']): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [(before as Fields)[name], (after as Fields)[name]]
    if (isSame(old, now)) continue
    if (isFields(old) && isFields(now)) collect(old, now, `${prefix}${name}.`, fields)
    else fields.push({ name: `${prefix}${name}`, before: valueText(old, name), after: valueText(now, name) })
  }
}

type Fields = Readonly<Record<string, unknown>>

/** `—` = not set. Secrets are references here; what the vault holds is nobody's business. */
export function valueText(value: unknown, name = ''): string {
  if (value === undefined) return '—'
  if (typeof value === 'string') {
    const reference = name === 'password' || name === 'token' ? parseSecretReference(value) : undefined
    return reference?.provider === 'secret' ? `in the vault (${reference.name})` : cut(value)
  }
  return cut(JSON.stringify(value))
}

const cut = (text: string): string => (text.length > textLimit ? `${text.slice(0, textLimit)}…` : text)

/** All of it, or where that is too much only the sources that differ, or a word about it. */
function jsonText(config: GatewayConfig, other: GatewayConfig): string {
  const known = new Map(other.connectors.map((connector) => [connector.id, connector]))
  const isEqual = (c: GatewayConfig['connectors'][number]): boolean => isSame(c, known.get(c.id))
  const masked = maskSecrets(config)
  const text = JSON.stringify(masked, undefined, 2)
  if (text.length <= jsonLimit) return text
  const connectors = masked.connectors.filter((_, i) => !isEqual(config.connectors[i]!))
  const part = JSON.stringify({ ...masked, connectors }, undefined, 2)
  return part.length <= jsonLimit ? part : `${part.slice(0, jsonLimit)}\n… cut after ${jsonLimit} characters`
}
