import { AttributeIds, NodeClass, type NodeId, type ReferenceDescription } from 'node-opcua-client'
import type { NodeRow } from '../../../../shared/api/opcua-requests.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import { formatNodeId, makeNodeId } from './node-address.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { SessionAccess } from './session-access.ts'

// The children of a node as rows of the tree in the UI.

const objectsFolder = makeNodeId(0, 'i=85')!

async function nodeAt(access: SessionAccess, address: string): Promise<NodeId> {
  if (address === '') return objectsFolder
  const resolution = (await resolveNodes(access, [address])).get(address)
  if (resolution?.kind === 'found') return resolution.nodeId
  throw new GatewayError('CONFIG_INVALID', resolution?.message ?? `The server has no node ${address}`, {
    hint: resolution?.hint ?? 'Load the tree again.',
  })
}

export async function childRows(
  access: SessionAccess,
  address: string,
  limit: number,
): Promise<{ nodes: NodeRow[]; truncated: boolean }> {
  const parent = await nodeAt(access, address)
  const [outcome] = await access.browse([parent], limit)
  if (!outcome || (outcome.problem !== undefined && outcome.references.length === 0)) {
    throw new GatewayError('CONFIG_INVALID', `The server does not show the children of ${address || 'Objects'}`, {
      hint: 'Check the rights of the user, or load the tree again.',
      detail: { statusCode: outcome?.problem ?? '' },
    })
  }
  const references = distinct(outcome.references)
  const ids = references.map((r) => r.nodeId as NodeId)
  const haveChildren = await access.haveChildren(ids)
  const typeNames = await namesOf(access, references)
  const nodes = references.map((reference, i): NodeRow => {
    const { displayName, browseName, nodeClass, typeDefinition } = reference
    return {
      nodeId: formatNodeId(ids[i]!, access.namespaces),
      displayName: displayName.text ?? browseName.name ?? '',
      browseName:
        browseName.namespaceIndex > 0 ? `${browseName.namespaceIndex}:${browseName.name}` : (browseName.name ?? ''),
      nodeClass: (NodeClass[nodeClass] as NodeRow['nodeClass'] | undefined) ?? 'Object',
      typeName: typeNames.get(typeDefinition.toString()) ?? '',
      hasChildren: haveChildren[i] ?? false,
    }
  })
  return { nodes, truncated: outcome.truncated }
}

/** A node can hang below its parent by more than one reference; nodes of other servers can not be browsed here. */
function distinct(references: readonly ReferenceDescription[]): ReferenceDescription[] {
  const byId = new Map<string, ReferenceDescription>()
  for (const reference of references) {
    if (reference.nodeId.serverIndex === 0) byId.set(reference.nodeId.toString(), reference)
  }
  return [...byId.values()]
}

/** Names of the types, each read once. */
async function namesOf(
  access: SessionAccess,
  references: readonly ReferenceDescription[],
): Promise<Map<string, string>> {
  const types = new Map<string, NodeId>()
  for (const { typeDefinition } of references) {
    if (!typeDefinition.isEmpty()) types.set(typeDefinition.toString(), typeDefinition as NodeId)
  }
  const values = await access.read([...types.values()], AttributeIds.BrowseName)
  const names = new Map<string, string>()
  for (const [i, id] of [...types.keys()].entries()) {
    const name: unknown = values[i]?.value?.value
    if (typeof name === 'object' && name !== null && 'name' in name) names.set(id, String(name.name))
  }
  return names
}
