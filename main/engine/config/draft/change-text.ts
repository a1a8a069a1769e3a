import type { Comparison, ConfigChange } from '../../../../shared/api/draft-requests.ts'
import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { identities, isFields, isSame } from '../../../../shared/config/identity.ts'
import { parseSecretReference } from '../../../../shared/config/secret.ts'
import { maskSecrets } from '../mask.ts'
import { type FoundChange, findChanges, isReordered, sizeOf, without } from './diff.ts'

// Changes as the review shows them.

/** Rows of one answer; the total is told beside them. */
const changeLimit = 2000
/** A text longer than this is cut: the JSON beside it has all of it. */
const textLimit = 300
/** Formatted JSON beyond this is of no use to an eye, and a page of 100,000 keys would be 40 MB. */
const jsonLimit = 2_000_000
/** Configurations with more keys show only what differs in them. */
const wholeJsonKeys = 2000

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

function changedFields({ id, before, after, parts }: FoundChange): ConfigChange['fields'] {
  if (!isFields(before) || !isFields(after)) return [{ name: id, before: valueText(before), after: valueText(after) }]
  const fields: ConfigChange['fields'] = []
  collect(without(before, parts), without(after, parts), '', fields)
  const kind = { parts: parts.map((list) => ({ list })) }
  if (isReordered(kind, before, after)) fields.push({ name: 'order', before: 'as it was', after: 'another order' })
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

/** All of it, or where that is too much only the elements that differ. */
function jsonText(config: GatewayConfig, other: GatewayConfig): string {
  const masked = maskSecrets(config)
  const shown = sizeOf(config).keys > wholeJsonKeys ? differing('', masked, maskSecrets(other)) : masked
  const text = JSON.stringify(shown, undefined, 2)
  return text.length <= jsonLimit ? text : `${text.slice(0, jsonLimit)}\n… cut after ${jsonLimit} characters`
}

function differing(name: string, value: unknown, other: unknown): unknown {
  if (Array.isArray(value)) {
    const ids = identities(name, value)
    const list = Array.isArray(other) ? other : []
    const places = new Map(identities(name, list)?.map((id, i) => [id, i]))
    if (!ids) return value
    return value.flatMap((element, i) => {
      const twin = list[places.get(ids[i] ?? '') ?? -1]
      return isSame(element, twin) ? [] : [differing('', element, twin)]
    })
  }
  if (!isFields(value)) return value
  const twin = isFields(other) ? other : {}
  return Object.fromEntries(
    Object.entries(value).map(([member, part]) => [member, differing(member, part, twin[member])]),
  )
}
