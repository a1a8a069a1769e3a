import type { BrowsePathResult, NodeId, ReferenceDescription } from 'node-opcua-client'
import { makeNodeId, type NodeAddress, namespaceIndexOf, type PathSegment, parseAddress } from './node-address.ts'
import type { SessionAccess } from './session-access.ts'

// From configured addresses to NodeIds of this session. Done again on every new session, since a server may renumber its
// namespaces and rebuild its tree.

export type Resolution =
  | { readonly kind: 'found'; readonly nodeId: NodeId }
  | { readonly kind: 'missing'; readonly message: string; readonly hint: string }

const rootFolder = makeNodeId(0, 'i=84')!
/** Part 4, 7.6: all of the path was used up. */
const wholePath = 0xffff_ffff
/** The three folders every server has below Root; nobody writes their namespace. */
const standardFolders = new Set(['Objects', 'Types', 'Views'])

type Path = readonly PathSegment[]

export async function resolveNodes(
  access: SessionAccess,
  addresses: Iterable<string>,
): Promise<Map<string, Resolution>> {
  const resolutions = new Map<string, Resolution>()
  const qualified = new Map<string, string>()
  const open = new Map<string, Path>()
  for (const text of new Set(addresses)) {
    const address = parseAddress(text)
    if (address?.kind === 'path') {
      const path = qualifiedPath(address.segments, access.namespaces)
      if (path === undefined) open.set(text, address.segments)
      else qualified.set(text, path)
    } else resolutions.set(text, resolveNodeId(text, address, access.namespaces))
  }
  await translatePaths(access, qualified, resolutions)
  await walkPaths(access, open, resolutions)
  return resolutions
}

function resolveNodeId(text: string, address: NodeAddress | undefined, namespaces: readonly string[]): Resolution {
  if (address?.kind !== 'node')
    return missing(`${text} is neither a NodeId nor a browse path`, 'Correct the address of this node.')
  const index = namespaceIndexOf(address.namespace, namespaces)
  if (index === undefined) {
    return missing(
      `The server has no namespace ${address.namespace}, so ${text} is not there`,
      `It has: ${namespaces.slice(1).join(', ') || 'none of its own'}.`,
    )
  }
  const nodeId = makeNodeId(index, address.identifier)
  return nodeId
    ? { kind: 'found', nodeId }
    : missing(`${text} is not a valid NodeId`, 'Correct the identifier behind the = sign.')
}

function missing(message: string, hint: string): Resolution {
  return { kind: 'missing', message, hint }
}

/** Browse path in the library's text form when every segment says its namespace, else undefined. */
function qualifiedPath(path: Path, namespaces: readonly string[]): string | undefined {
  let text = ''
  for (const [depth, { name, namespace }] of path.entries()) {
    const standard = depth === 0 && namespace === undefined && standardFolders.has(name)
    const index = standard ? 0 : namespace === undefined ? undefined : namespaceIndexOf(namespace, namespaces)
    if (index === undefined) return undefined
    text += `/${index}:${name.replace(/[&/.<>:#!]/g, '&$&')}`
  }
  return text
}

async function translatePaths(
  access: SessionAccess,
  paths: ReadonlyMap<string, string>,
  out: Map<string, Resolution>,
): Promise<void> {
  if (paths.size === 0) return
  const results = await access.translate([...paths.values()])
  for (const [i, text] of [...paths.keys()].entries()) out.set(text, translationOf(text, results[i]))
}

function translationOf(text: string, result: BrowsePathResult | undefined): Resolution {
  const targets = (result?.targets ?? [])
    .filter((t) => t.remainingPathIndex === wholePath)
    .map((t) => t.targetId as NodeId)
  return only(text, targets)
}

function only(text: string, targets: readonly NodeId[]): Resolution {
  const distinct = new Map(targets.map((nodeId) => [nodeId.toString(), nodeId]))
  const [nodeId] = distinct.values()
  if (!nodeId)
    return missing(`The server has no node at ${text}`, 'Check the path, browse the server and pick the node again.')
  if (distinct.size > 1) {
    const some = [...distinct.keys()].slice(0, 5).join(', ')
    return missing(
      `${distinct.size} nodes are at ${text}, so it is not clear which one is meant`,
      `Use the NodeId of one of them: ${some}.`,
    )
  }
  return { kind: 'found', nodeId }
}

/**
 * Paths with names of any namespace are walked level by level; parents that several paths share are browsed once. A name
 * that exists in two namespaces is followed both ways, and ambiguous only if both lead to an end.
 */
async function walkPaths(
  access: SessionAccess,
  paths: ReadonlyMap<string, Path>,
  out: Map<string, Resolution>,
): Promise<void> {
  let walkers = [...paths].map(([text, path]) => ({ text, path, at: [rootFolder] as readonly NodeId[] }))
  for (let depth = 0; walkers.length > 0; depth++) {
    const parents = new Map<string, NodeId>()
    for (const { at } of walkers) for (const nodeId of at) parents.set(nodeId.toString(), nodeId)
    const children = await childrenByName(access, parents)
    const next: typeof walkers = []
    for (const { text, path, at } of walkers) {
      const found = step(at, path[depth]!, children, access.namespaces)
      const done = depth === path.length - 1 || found.length === 0
      if (done) out.set(text, only(text, found))
      else next.push({ text, path, at: found })
    }
    walkers = next
  }
}

type ChildrenByName = Map<string, Map<string, ReferenceDescription[]>>

async function childrenByName(access: SessionAccess, parents: ReadonlyMap<string, NodeId>): Promise<ChildrenByName> {
  const outcomes = await access.browse([...parents.values()])
  const children: ChildrenByName = new Map()
  for (const [i, parent] of [...parents.keys()].entries()) {
    const byName = new Map<string, ReferenceDescription[]>()
    for (const reference of outcomes[i]?.references ?? []) {
      const name = reference.browseName.name ?? ''
      const same = byName.get(name)
      if (same) same.push(reference)
      else byName.set(name, [reference])
    }
    children.set(parent, byName)
  }
  return children
}

function step(
  at: readonly NodeId[],
  { name, namespace }: PathSegment,
  children: ChildrenByName,
  namespaces: readonly string[],
): NodeId[] {
  const wanted = namespace === undefined ? undefined : (namespaceIndexOf(namespace, namespaces) ?? -1)
  const found = new Map<string, NodeId>()
  for (const parent of at) {
    for (const reference of children.get(parent.toString())?.get(name) ?? []) {
      if (wanted !== undefined && reference.browseName.namespaceIndex !== wanted) continue
      const nodeId = reference.nodeId as NodeId
      found.set(nodeId.toString(), nodeId)
    }
  }
  return [...found.values()]
}
