import type { OPCUAClient } from 'node-opcua-client'
import { statusNameOf } from './errors.ts'
import type { Kept } from './kept.ts'
import type { SessionAccess } from './session-access.ts'

/** Which run of which server a session is on: subscription ids mean nothing beyond it. */
export function runOf(client: OPCUAClient, access: SessionAccess): string {
  return `${client.endpointUrl} ${access.startedAt}`
}

/** False when the server was rebuilt or restarted, or a batch of items was cut off and may exist twice. */
export function isCurrent({ namespaces, serverRun, nodes }: Kept, access: SessionAccess, run: string): boolean {
  if (serverRun !== run || nodes.isUncertain || namespaces.length !== access.namespaces.length) return false
  return namespaces.every((uri, index) => uri === access.namespaces[index])
}

/** The server has no subscriptions, or none left for us. */
export function cannotSubscribe(error: unknown): boolean {
  return refusedSubscriptions.has(statusNameOf(error) ?? '')
}

/** ... but may have some when other clients have let go of theirs. */
export function isFull(error: unknown): boolean {
  return statusNameOf(error) === 'BadTooManySubscriptions'
}

const refusedSubscriptions: ReadonlySet<string> = new Set([
  'BadServiceUnsupported',
  'BadNotSupported',
  'BadNotImplemented',
  'BadTooManySubscriptions',
])
