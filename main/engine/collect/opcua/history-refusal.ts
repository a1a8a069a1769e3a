import type { NodeId } from 'node-opcua-client'
import { GatewayError } from '../../kit/gateway-error.ts'

/** Why a server does not give the history of one node, for the operator. */
export function historyRefusal(address: string, nodeId: NodeId, status: string): GatewayError {
  return new GatewayError(
    'OPCUA_NODE_REFUSED',
    `${address} does not give the history of ${nodeId.toString()}: ${reasons[status] ?? status}`,
    {
      retry: 'after-config-change',
      hint: hints[status] ?? 'Check at the server that this node is recorded and that the user may read its history.',
      detail: { statusCode: status },
    },
  )
}

/** Codes that are about the node, also where the server answers the whole request with them. */
export function isHistoryRefusal(status: string): boolean {
  return Object.hasOwn(reasons, status)
}

const reasons: Readonly<Record<string, string>> = {
  BadHistoryOperationUnsupported: 'it keeps none for this node',
  BadHistoryOperationInvalid: 'it does not understand what was asked for',
  BadServiceUnsupported: 'it keeps no history at all',
  BadNotReadable: 'it can not be read',
  BadUserAccessDenied: 'the user may not read it',
  BadNodeIdUnknown: 'it has no such node',
  BadNodeIdInvalid: 'this is not the address of a node',
  BadAggregateNotSupported: 'it can not compute this aggregate',
  BadAggregateListMismatch: 'it can not compute this aggregate',
  BadAggregateInvalidInputs: 'the aggregate does not suit the type of the values',
  BadInvalidTimestampArgument: 'it does not accept these times',
}

const hints: Readonly<Record<string, string>> = {
  BadAggregateNotSupported: 'Choose another aggregate, or read the raw values.',
  BadAggregateListMismatch: 'Choose another aggregate, or read the raw values.',
  BadAggregateInvalidInputs: 'Choose another aggregate, or read the raw values.',
}
