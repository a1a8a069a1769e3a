import { request } from '../../../api/client.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import type { NodeItem } from '../selection.ts'
import type { SourceSession } from './source-session.ts'

/** Where a node is: a row of the tree, on the server though no branch leads there, or nowhere. */
export type FoundNode =
  | { readonly at: 'tree'; readonly row: number }
  | { readonly at: 'server'; readonly item: NodeItem }
  | { readonly at: 'nowhere'; readonly problem: string }

/** Finds a NodeId or browse path: what the tree does not know yet, the server is asked for. */
export async function findNode({ tree, id, target }: SourceSession, address: string): Promise<FoundNode> {
  const nowhere: FoundNode = { at: 'nowhere', problem: workbenchText.tools.notFound(address) }
  const known = tree.model.rowOf(address)
  if (known >= 0) return { at: 'tree', row: known }
  if (!target) return nowhere
  const result = await request('opcua.node', { target, nodeId: address })
  if (!result.ok) return result.error.message ? { at: 'nowhere', problem: result.error.message } : nowhere
  const { nodeId, path, attributes } = result.value
  const row = tree.model.rowOf(nodeId)
  if (row >= 0) return { at: 'tree', row }
  const revealed = path === '' ? -1 : await tree.reveal(path)
  if (revealed >= 0) return { at: 'tree', row: revealed }
  const name = attributes.find((attribute) => attribute.name === 'DisplayName')?.value || nodeId
  return { at: 'server', item: { kind: 'node', connectorId: id, nodeId, name, path, nodeClass: 0, typeName: '' } }
}
