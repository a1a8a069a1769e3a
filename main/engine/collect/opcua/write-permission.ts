import { AttributeIds, type NodeId } from 'node-opcua-client'
import { globOf } from './index-query.ts'
import { formatNodeId, makeNodeId } from './node-address.ts'
import { hierarchicalReference, referencesOf } from './node-references.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { SessionAccess } from './session-access.ts'

// Whether the configuration lets us write a node or call a method. Nothing is allowed that is not named: by its NodeId, its
// browse path, or a pattern of one of them.

/** Paths looked at; a node below more parents than this is allowed by its NodeId only. */
const pathsLimit = 16
const depthLimit = 32
const rootFolder = makeNodeId(0, 'i=84')!.toString()

export async function isAllowed(access: SessionAccess, nodeId: NodeId, patterns: readonly string[]): Promise<boolean> {
  const exact = patterns.filter((pattern) => !/[*?]/.test(pattern))
  const resolutions = await resolveNodes(access, exact)
  for (const resolution of resolutions.values()) {
    if (resolution.kind === 'found' && resolution.nodeId.toString() === nodeId.toString()) return true
  }
  const globs = patterns.filter((pattern) => /[*?]/.test(pattern))
  const texts = [formatNodeId(nodeId, access.namespaces), nodeId.toString()]
  const isMatch = (pattern: string): boolean => texts.some((text) => globOf(pattern, true)(text))
  if (globs.some((pattern) => !pattern.startsWith('/') && isMatch(pattern))) return true
  const paths = globs.filter((pattern) => pattern.startsWith('/'))
  if (paths.length === 0) return false
  texts.splice(
    0,
    texts.length,
    ...(await pathsOf(access, nodeId)).flatMap(({ plain, qualified }) => [plain, qualified]),
  )
  return paths.some(isMatch)
}

export interface NodePath {
  /** `/Objects/Line1/Speed` */
  readonly plain: string
  /** `/Objects/2:Line1/2:Speed` */
  readonly qualified: string
}

interface Climb extends NodePath {
  readonly at: NodeId
  readonly seen: ReadonlySet<string>
}

/** Browse paths from Root down to the node, found by climbing: every parent, cycles left out, at most `pathsLimit`. */
export async function pathsOf(access: SessionAccess, nodeId: NodeId): Promise<NodePath[]> {
  const values = await access.read([nodeId], AttributeIds.BrowseName)
  const name: unknown = values[0]?.value?.value
  if (!isQualifiedName(name)) return []
  const found: NodePath[] = []
  let climbs: Climb[] = [
    { at: nodeId, ...prefixed(name, { plain: '', qualified: '' }), seen: new Set([nodeId.toString()]) },
  ]
  for (let depth = 0; climbs.length > 0 && depth < depthLimit; depth++) {
    const next: Climb[] = []
    for (const climb of climbs) {
      const { references } = await referencesOf(access, climb.at, 'inverse', hierarchicalReference, pathsLimit)
      for (const parent of references) {
        const id = parent.nodeId.toString()
        if (climb.seen.has(id)) continue
        if (id === rootFolder) found.push({ plain: climb.plain, qualified: climb.qualified })
        else
          next.push({
            at: parent.nodeId as NodeId,
            ...prefixed(parent.browseName, climb),
            seen: new Set(climb.seen).add(id),
          })
      }
    }
    climbs = next.slice(0, pathsLimit - found.length)
  }
  return found
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
