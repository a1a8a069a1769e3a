import { NodeClass, type NodeId, type ReferenceDescription } from 'node-opcua-client'
import { makeNodeId } from './node-address.ts'
import type { Path } from './select-pattern.ts'
import type { SessionAccess } from './session-access.ts'

// A guided walk through the address space: complete where the visitor wants to go, one request in flight, no node browsed
// twice, cycles and floods bounded.

/** A node on one of its paths. */
export interface SeenNode {
  readonly nodeId: NodeId
  readonly path: Path
  readonly browseName: string
  readonly displayName: string
  readonly isVariable: boolean
  readonly isProperty: boolean
  readonly typeDefinition?: NodeId
  readonly typeName?: string
}

/** Visits in one expansion; a rule that needs more is a rule for the whole server. */
const visitsLimit = 1_000_000
/** A node may be reached on several ways; all of a mesh would be too many. */
const pathsPerNode = 8
const depthLimit = 64
/** Nodes browsed between two looks at the signal. */
const nodesPerRound = 500
/** PropertyType, ns 0. */
const propertyType = 'i=68'

interface Child extends Omit<SeenNode, 'path'> {
  readonly id: string
}

export class SelectWalk {
  readonly root: SeenNode = {
    nodeId: makeNodeId(0, 'i=84')!,
    path: [],
    browseName: 'Root',
    displayName: 'Root',
    isVariable: false,
    isProperty: false,
  }
  readonly #access: SessionAccess
  readonly #signal: AbortSignal
  readonly #children = new Map<string, readonly Child[]>()
  #visits = 0
  #truncated = false

  constructor(access: SessionAccess, signal: AbortSignal) {
    this.#access = access
    this.#signal = signal
  }

  get truncated(): boolean {
    return this.#truncated
  }

  /** Visits every node below `starts`; `visit` says whether to go on below the node. */
  async below(starts: readonly SeenNode[], visit: (node: SeenNode) => boolean): Promise<void> {
    const times = new Map<string, number>()
    let level: readonly SeenNode[] = starts
    for (let depth = 0; level.length > 0 && depth < depthLimit; depth++) {
      await this.#browse(level)
      const next: SeenNode[] = []
      for (const parent of level) {
        for (const child of this.#children.get(parent.nodeId.toString()) ?? []) {
          const count = (times.get(child.id) ?? 0) + 1
          if (count > pathsPerNode || ++this.#visits > visitsLimit) {
            this.#truncated ||= this.#visits > visitsLimit
            continue
          }
          times.set(child.id, count)
          const { id: _, ...rest } = child
          const node: SeenNode = { ...rest, path: [...parent.path, child.browseName] }
          if (visit(node)) next.push(node)
        }
      }
      level = next
    }
  }

  async #browse(nodes: readonly SeenNode[]): Promise<void> {
    const open = new Map<string, NodeId>()
    for (const { nodeId } of nodes) {
      const id = nodeId.toString()
      if (!this.#children.has(id)) open.set(id, nodeId)
    }
    const ids = [...open]
    for (let at = 0; at < ids.length; at += nodesPerRound) {
      this.#signal.throwIfAborted()
      const part = ids.slice(at, at + nodesPerRound)
      const outcomes = await this.#access.browse(part.map(([, nodeId]) => nodeId))
      for (const [i, [id]] of part.entries()) {
        const outcome = outcomes[i]
        this.#truncated ||= outcome?.truncated ?? false
        this.#children.set(id, (outcome?.references ?? []).map(childOf))
      }
    }
  }
}

function childOf(reference: ReferenceDescription): Child {
  const nodeId = reference.nodeId as NodeId
  const typeDefinition = reference.typeDefinition as NodeId
  const browseName = reference.browseName.name ?? ''
  const hasType = !typeDefinition.isEmpty()
  return {
    id: nodeId.toString(),
    nodeId,
    browseName,
    displayName: reference.displayName.text || browseName,
    isVariable: reference.nodeClass === NodeClass.Variable,
    isProperty:
      hasType && typeDefinition.namespace === 0 && typeDefinition.toString().replace('ns=0;', '') === propertyType,
    ...(hasType ? { typeDefinition } : {}),
  }
}
