import type { NodeId } from 'node-opcua-client'
import { GatewayError } from '../../kit/gateway-error.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { SessionAccess } from './session-access.ts'

/** The node somebody named in any notation of the configuration; rejects with OPCUA_NODE_UNKNOWN. */
export async function oneNode(access: SessionAccess, text: string): Promise<NodeId> {
  const resolution = (await resolveNodes(access, [text])).get(text)
  if (resolution?.kind === 'found') return resolution.nodeId
  throw new GatewayError('OPCUA_NODE_UNKNOWN', resolution?.message ?? `The server has no node ${text}`, {
    retry: 'after-config-change',
    hint: resolution?.hint ?? 'Browse the server and pick the node again.',
  })
}
