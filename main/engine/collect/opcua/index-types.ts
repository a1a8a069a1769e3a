import { AttributeIds, type DataValue, type NodeId, type ReferenceDescription } from 'node-opcua-client'
import { isRefusal } from './operation-limits.ts'
import { within } from './within.ts'

// Numbers for the type definitions met on a walk, and their names, each read once.

/** A number has two bytes in the table. */
const typesLimit = 65_535

export interface ReadingAccess {
  readonly session: { read(nodes: { nodeId: NodeId; attributeId: number }[]): Promise<DataValue[]> }
  readonly limits: { readonly nodesPerRead: number }
}

export class IndexTypes {
  /** Names by number; 0 is "no type". */
  readonly #names: string[]
  readonly #numbers = new Map<number | string, number>()
  #unnamed: { readonly type: number; readonly nodeId: NodeId }[] = []

  constructor(names: string[]) {
    this.#names = names
  }

  numberOf(nodeId: ReferenceDescription['typeDefinition']): number {
    if (nodeId.namespace === 0 && nodeId.value === 0) return 0
    const isNumeric = typeof nodeId.value === 'number'
    const key = isNumeric ? nodeId.namespace * 2 ** 32 + (nodeId.value as number) : nodeId.toString()
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    if (this.#names.length >= typesLimit) return 0
    const type = this.#names.push('') - 1
    this.#numbers.set(key, type)
    this.#unnamed.push({ type, nodeId: nodeId as NodeId })
    return type
  }

  /** Reads the names of the types met since the last call; a type that can not be read stays without. */
  async nameNew({ session, limits }: ReadingAccess, signal: AbortSignal, timeoutMs: number): Promise<void> {
    while (this.#unnamed.length > 0) {
      const part = this.#unnamed.splice(0, limits.nodesPerRead)
      const read = session.read(part.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.BrowseName })))
      const doing = 'reading the names of types'
      const values = await within(read, { signal, timeoutMs, doing }).catch((error: unknown) => {
        if (isRefusal(error)) return []
        // Another try on another session.
        this.#unnamed.push(...part)
        throw error
      })
      for (const [i, { type }] of part.entries()) {
        const name: unknown = values[i]?.value?.value
        if (typeof name === 'object' && name !== null && 'name' in name) this.#names[type] = String(name.name)
      }
    }
  }
}
