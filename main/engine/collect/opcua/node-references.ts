import { BrowseDirection, type NodeId, type ReferenceDescription } from 'node-opcua-client'
import { GatewayError } from '../../kit/gateway-error.ts'
import type { SessionAccess } from './session-access.ts'

// References of one node in either direction, of any type.

export type Direction = 'forward' | 'inverse'

export interface References {
  readonly references: readonly ReferenceDescription[]
  readonly truncated: boolean
}

/** All references, ns 0. */
export const anyReference = 'i=31'
export const hierarchicalReference = 'i=33'
export const subtypeReference = 'i=45'
const everyField = 0x3f
const perAnswer = 1000

/** At most `limit`; what is left at the server is given back. */
export async function referencesOf(
  { session }: SessionAccess,
  nodeId: NodeId,
  direction: Direction,
  referenceTypeId: string,
  limit: number,
): Promise<References> {
  session.requestedMaxReferencesPerNode = Math.min(perAnswer, limit)
  const browseDirection = direction === 'forward' ? BrowseDirection.Forward : BrowseDirection.Inverse
  const [first] = await session.browse([
    { nodeId, browseDirection, referenceTypeId, includeSubtypes: true, nodeClassMask: 0, resultMask: everyField },
  ])
  if (!first || first.statusCode.isNotGood()) {
    throw new GatewayError('OPCUA_NODE_UNKNOWN', `The server does not show the references of ${nodeId.toString()}`, {
      hint: 'Check the rights of the user, or load the tree again.',
      detail: { statusCode: first?.statusCode.name ?? '' },
    })
  }
  const references = [...(first.references ?? [])]
  let point = first.continuationPoint
  while (point?.length) {
    const isEnough = references.length >= limit
    const [next] = await session.browseNext([point], isEnough)
    if (isEnough || !next || next.statusCode.isNotGood())
      return { references: references.slice(0, limit), truncated: true }
    references.push(...(next.references ?? []))
    point = next.continuationPoint
  }
  return { references: references.slice(0, limit), truncated: references.length > limit }
}
