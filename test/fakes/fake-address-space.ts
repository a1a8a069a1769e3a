import type { BrowseDescriptionOptions, BrowseResult, DataValue, NodeId, ReferenceDescription } from 'node-opcua-client'
import type { WalkAccess } from '../../main/engine/collect/opcua/index-walk.ts'

// A server of any size behind the few services a walk uses: nodes are made up when they are asked for, so a million of them
// cost the test nothing. Node n has the children n × width + 1 … n × width + width, as a heap; the root's objects are node 0.

export interface FakeSpaceOptions {
  readonly nodes: number
  /** Children of each node. */
  readonly width: number
  /** Every so many-th node also points back to its grandparent: a cycle. */
  readonly cycleEvery?: number
  /** Continuation points the server keeps for a session. */
  readonly points?: number
  readonly nodesPerBrowse?: number
  readonly delayMs?: number
  /** Thrown or resolved before a call is answered; to refuse, count, wait. */
  readonly before?: (nodes: number) => Promise<void> | void
}

interface Cursor {
  readonly node: number
  readonly at: number
}

export class FakeAddressSpace implements WalkAccess {
  readonly namespaces = ['http://opcfoundation.org/UA/', 'urn:fake']
  readonly limits: WalkAccess['limits']
  readonly session: WalkAccess['session']
  calls = 0
  /** Requests that were under way at the same time, at most. */
  mostAtOnce = 0
  largestBatch = 0
  largestAnswer = 0
  openPoints = 0
  readonly #options: FakeSpaceOptions
  readonly #cursors = new Map<string, Cursor>()
  #under = 0
  #next = 0

  constructor(options: FakeSpaceOptions) {
    this.#options = options
    this.limits = { nodesPerWalk: options.nodesPerBrowse ?? 1000, nodesPerRead: 1000 }
    this.session = {
      requestedMaxReferencesPerNode: 0,
      browse: (nodes) => this.#browse(nodes, this.session.requestedMaxReferencesPerNode),
      browseNext: (points, release) => this.#browseNext(points, release),
      read: async (nodes) => nodes.map(() => ({ value: { value: { name: 'FakeType' } } }) as unknown as DataValue),
    }
  }

  async #browse(nodes: BrowseDescriptionOptions[], most: number): Promise<BrowseResult[]> {
    return this.#call(nodes.length, () => {
      let references = 0
      const results = nodes.map(({ nodeId }) => {
        const result = this.#answer({ node: numberOf(nodeId as NodeId), at: 0 }, most)
        references += result.references?.length ?? 0
        return result
      })
      this.largestAnswer = Math.max(this.largestAnswer, references)
      return results
    })
  }

  async #browseNext(points: Buffer[], release: boolean): Promise<BrowseResult[]> {
    return this.#call(0, () =>
      points.map((point) => {
        const key = point.toString()
        const cursor = this.#cursors.get(key)
        this.#cursors.delete(key)
        this.openPoints = this.#cursors.size
        if (!cursor) return result('BadContinuationPointInvalid')
        return release ? result('Good') : this.#answer(cursor, this.session.requestedMaxReferencesPerNode)
      }),
    )
  }

  async #call<T>(nodes: number, answer: () => T): Promise<T> {
    this.calls++
    this.#under++
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#under)
    this.largestBatch = Math.max(this.largestBatch, nodes)
    try {
      await this.#options.before?.(nodes)
      const { delayMs = 0 } = this.#options
      if (delayMs > 0) await new Promise((done) => setTimeout(done, delayMs))
      return answer()
    } finally {
      this.#under--
    }
  }

  #answer({ node, at }: Cursor, most: number): BrowseResult {
    const all = this.#children(node)
    const part = all.slice(at, at + most).map((n) => this.#reference(n))
    if (at + most >= all.length) return result('Good', part)
    if (this.#cursors.size >= (this.#options.points ?? 1000)) return result('BadNoContinuationPoints')
    const key = `p${this.#next++}`
    this.#cursors.set(key, { node, at: at + most })
    this.openPoints = this.#cursors.size
    return result('Good', part, Buffer.from(key))
  }

  #children(node: number): number[] {
    if (node === rootNode) return [0]
    const { nodes, width, cycleEvery } = this.#options
    const children: number[] = []
    for (let i = 1; i <= width && node * width + i < nodes; i++) children.push(node * width + i)
    if (cycleEvery && node > 0 && node % cycleEvery === 0)
      children.push(Math.floor((Math.floor((node - 1) / width) - 1) / width))
    return children.filter((n) => n >= 0)
  }

  #reference(node: number): ReferenceDescription {
    const nodeId = node === 0 ? id(0, 85) : id(1, node)
    return {
      nodeId,
      browseName: { namespaceIndex: 1, name: `Node ${node}` },
      displayName: { text: `Node ${node}` },
      nodeClass: 1,
      typeDefinition: id(0, 58),
    } as unknown as ReferenceDescription
  }
}

const rootNode = -1

function numberOf(nodeId: NodeId): number {
  if (nodeId.namespace === 1) return nodeId.value as number
  return nodeId.value === 85 ? 0 : rootNode
}

const id = (namespace: number, value: number) => ({
  identifierType: 1,
  namespace,
  value,
  serverIndex: 0,
  toString: () => `ns=${namespace};i=${value}`,
})

function result(status: string, references: ReferenceDescription[] = [], continuationPoint?: Buffer): BrowseResult {
  const statusCode = { name: status, isNotGood: () => status !== 'Good' }
  return { statusCode, references, continuationPoint } as unknown as BrowseResult
}
