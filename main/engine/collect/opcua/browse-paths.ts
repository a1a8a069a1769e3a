import { AttributeIds, type NodeId } from 'node-opcua-client'
import { makeNodeId } from './node-address.ts'
import { hierarchicalReference, referencesOf } from './node-references.ts'
import type { SessionAccess } from './session-access.ts'

/** Paths looked at. */
const pathsLimit = 16
const depthLimit = 32
const rootFolder = makeNodeId(0, 'i=84')!.toString()

interface NodePath {
  /** `/Objects/Line1/Speed` */
  readonly plain: string
  /** `/Objects/2:Line1/2:Speed` */
  readonly qualified: string
}

export interface NodePaths {
  readonly paths: readonly NodePath[]
  /** There are or may be more than are given. */
  readonly isCut: boolean
}

interface Climb extends NodePath {
  readonly at: NodeId
  readonly seen: ReadonlySet<string>
}

/** Browse paths from Root down to the node, found by climbing: every parent, the shortest first, cycles left out. */
export async function browsePaths(access: SessionAccess, nodeId: NodeId): Promise<NodePaths> {
  const values = await access.read([nodeId], AttributeIds.BrowseName)
  const name: unknown = values[0]?.value?.value
  if (!isQualifiedName(name)) return { paths: [], isCut: false }
  const paths: NodePath[] = []
  let isCut = false
  let climbs: Climb[] = [
    { at: nodeId, ...prefixed(name, { plain: '', qualified: '' }), seen: new Set([nodeId.toString()]) },
  ]
  for (let depth = 0; climbs.length > 0; depth++) {
    if (depth >= depthLimit) return { paths, isCut: true }
    const next: Climb[] = []
    for (const climb of climbs) {
      const { references, truncated } = await referencesOf(
        access,
        climb.at,
        'inverse',
        hierarchicalReference,
        pathsLimit,
      )
      isCut ||= truncated
      // One parent by two kinds of reference is one way up.
      const parents = new Map(references.map((parent) => [parent.nodeId.toString(), parent]))
      for (const [id, parent] of parents) {
        if (climb.seen.has(id)) continue
        if (id === rootFolder) paths.push({ plain: climb.plain, qualified: climb.qualified })
        else
          next.push({
            at: parent.nodeId as NodeId,
            ...prefixed(parent.browseName, climb),
            seen: new Set(climb.seen).add(id),
          })
      }
    }
    const room = Math.max(0, pathsLimit - paths.length)
    isCut ||= next.length > room
    climbs = next.slice(0, room)
  }
  return { paths, isCut }
}

interface Name {
  readonly namespaceIndex: number
  readonly name: string | null
}

function isQualifiedName(value: unknown): value is Name {
  return typeof value === 'object' && value !== null && 'namespaceIndex' in value && 'name' in value
}

function prefixed({ namespaceIndex, name }: Name, below: NodePath): NodePath {
  const text = (name ?? '').replace(/[/&]/g, '&$&')
  const index = namespaceIndex > 0 ? `${namespaceIndex}:` : ''
  return { plain: `/${text}${below.plain}`, qualified: `/${index}${text}${below.qualified}` }
}
