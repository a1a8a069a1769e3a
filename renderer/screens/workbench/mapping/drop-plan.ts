import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { mappingText } from '../../../i18n/en-mapping.ts'
import type { SourceItem } from '../selection.ts'
import type { Found } from './find-variables.ts'
import { type Group, nameOf } from './mapping-model.ts'
import { type Plan, plansFor } from './plans.ts'

// What a drop would do here, said while something is dragged, and then done. Pure.

const text = mappingText.drop

export type DropPlan =
  | { readonly kind: 'add'; readonly says: string; readonly plan: Plan; readonly name: string }
  | {
      readonly kind: 'match'
      readonly says: string
      readonly nodes: ReadonlyMap<string, string>
      readonly name: string
    }
  /** Needs an answer first. */
  | { readonly kind: 'ask'; readonly says: string }
  | { readonly kind: 'no'; readonly says: string }

/** `found` undefined: still looking. `group` is the row under the pointer, if any. */
export function dropPlan(
  config: Pick<GatewayConfig, 'connectors'>,
  items: readonly SourceItem[],
  found: readonly Found[] | undefined,
  group: Group | undefined,
): DropPlan {
  const [first] = items
  if (!first) return { kind: 'no', says: text.nothing }
  if (first.kind === 'topic') return { kind: 'ask', says: text.topic(first.topic) }
  if (!found) return { kind: 'ask', says: text.looking }
  const variables = found.flatMap((one) => one.variables)
  if (variables.length === 0) return { kind: 'no', says: text.nothing }
  if (group?.kind === 'device') {
    if (group.connectorId !== first.connectorId) return { kind: 'no', says: text.otherSource(group.device.name) }
    return onDevice(config, first.connectorId, found, group)
  }
  const isFolder = found.some((one) => one.variables[0] !== one.item)
  const name = isFolder ? first.name : ''
  if (isFolder) return { kind: 'ask', says: text.folder(name, variables.length) }
  const { one } = plansFor(config, first.connectorId, found, undefined)
  const device = one.devices[0]?.name ?? ''
  if (one.keys === 0) return { kind: 'no', says: mappingText.map.nodesAlready }
  const exists = config.connectors.some((c) => c.type === 'opcua' && c.devices.some((d) => d.name === device))
  const says = exists ? text.add(device, one.keys) : text.device(device, one.keys)
  return { kind: 'add', says, plan: one, name: device }
}

function onDevice(
  config: Pick<GatewayConfig, 'connectors'>,
  connectorId: string,
  found: readonly Found[],
  group: Extract<Group, { kind: 'device' }>,
): DropPlan {
  const name = nameOf(group)
  const variables = found.flatMap((one) => one.variables)
  const own = new Map(group.device.keys.map((key) => [key.key, key.node]))
  const nodes = new Map<string, string>()
  for (const variable of variables) {
    const node = own.get(variable.name)
    if (node !== undefined && node !== variable.nodeId) nodes.set(variable.name, variable.nodeId)
  }
  // Most of the names are there with other nodes: the same machine again, not more keys of it.
  if (nodes.size * 2 >= variables.length)
    return { kind: 'match', says: text.match(name, nodes.size, variables.length), nodes, name }
  const { one } = plansFor(config, connectorId, found, name)
  if (one.keys === 0) return { kind: 'no', says: mappingText.map.nodesAlready }
  return { kind: 'add', says: text.add(name, one.keys), plan: one, name }
}
