import { NodeId, type ReferenceDescription } from 'node-opcua-client'
import { GatewayError } from '../../kit/gateway-error.ts'
import type { IdentifierKind, IndexTable } from './index-table.ts'

// NodeIds of a session and rows of a table: the namespaces of the table have numbers of their own, so that it outlives a
// server that renumbers.

type ForeignId = ReferenceDescription['nodeId']

export class IndexNumbering {
  readonly #table: IndexTable
  #namespaces: readonly string[] | undefined
  /** Own number by index of the server, and back. */
  #toOwn: number[] = []
  #toServer: number[] = []

  constructor(table: IndexTable) {
    this.#table = table
  }

  /** The namespaces of the server in the numbering of the table; another order means another server under this address. */
  meet(namespaces: readonly string[]): void {
    if (this.#namespaces === namespaces) return
    if (this.#namespaces && namespaces.join('\n') !== this.#namespaces.join('\n')) {
      throw new GatewayError('OPCUA_SESSION_LOST', 'The server was rebuilt while it was indexed', {
        hint: 'Start the index again.',
      })
    }
    this.#namespaces = namespaces
    this.#toOwn = namespaces.map((uri, index) => (index === 0 ? 0 : this.#table.namespace(uri)))
    this.#toServer = []
    for (const [server, own] of this.#toOwn.entries()) this.#toServer[own] ??= server
  }

  /** As the server takes it. */
  nodeIdOf(row: number): NodeId {
    const { namespace, kind, identifier } = this.#table.identifier(row)
    const value = kind === 'b' ? Buffer.from(identifier as string, 'base64') : identifier
    return new NodeId(typeOfKind[kind], value, this.#toServer[namespace] ?? 0)
  }

  /** Own number of a namespace index; servers use indexes that are not in their own namespace array. */
  own(index: number): number {
    const known = this.#toOwn[index]
    if (known !== undefined) return known
    const own = this.#table.namespace(`urn:unknown-namespace:${index}`)
    this.#toOwn[index] = own
    this.#toServer[own] = index
    return own
  }

  /** As the table keeps it. */
  identify(nodeId: ForeignId): { namespace: number; kind: IdentifierKind; identifier: number | string } {
    const { value } = nodeId
    return {
      namespace: this.own(nodeId.namespace),
      kind: kindByType[nodeId.identifierType] ?? 's',
      identifier: Buffer.isBuffer(value) ? value.toString('base64') : (value as number | string),
    }
  }
}

/** NodeIdType as the library numbers it (Part 6, 5.2.2.9). */
const typeOfKind = { i: 1, s: 2, g: 3, b: 4 } as const
const kindByType: Readonly<Record<number, IdentifierKind>> = { 1: 'i', 2: 's', 3: 'g', 4: 'b' }
