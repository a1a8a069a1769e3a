import { BrowseDirection, NodeClass, type NodeId, type ReferenceDescription } from 'node-opcua-client'
import { said } from '../../../../shared/said/said.ts'
import { resolveNodes } from './resolve-nodes.ts'
import { RuleBook, type RuleMatch, type RuleReport } from './select-book.ts'
import { Claims, type TakenKeys } from './select-claims.ts'
import type { CompiledRule } from './select-pattern.ts'
import { type SeenNode, SelectWalk } from './select-walk.ts'
import type { SessionAccess } from './session-access.ts'

// From selection rules to devices and keys, by browsing what the rules can match and nothing else.

export interface Expansion {
  readonly matches: readonly RuleMatch[]
  readonly reports: readonly RuleReport[]
  /** True: the server has more than we look at; what is beyond is not selected. */
  readonly truncated: boolean
}

/** `taken` are keys that are configured one by one. */
export async function expandRules(
  access: SessionAccess,
  rules: readonly CompiledRule[],
  taken: TakenKeys,
  signal: AbortSignal,
): Promise<Expansion> {
  const walk = new SelectWalk(access, signal)
  const types = new TypeTree(access)
  const claims = new Claims(taken)
  const matches: RuleMatch[] = []
  const reports: RuleReport[] = []
  for (const rule of rules) {
    const book = new RuleBook({ rule, namespaces: access.namespaces, claims, matches })
    for (const node of await select(rule, access, walk, types, book)) await keysOf(rule, node, walk, book)
    reports.push(book.report())
  }
  return { matches, reports, truncated: walk.truncated }
}

async function select(
  { selection }: CompiledRule,
  access: SessionAccess,
  walk: SelectWalk,
  types: TypeTree,
  book: RuleBook,
): Promise<SeenNode[]> {
  const selected: SeenNode[] = []
  if (selection.kind === 'path') {
    const { pattern } = selection
    await walk.below([walk.root], (node) => {
      if (pattern.matches(node.path)) selected.push(node)
      else if (pattern.nearlyMatches(node.path)) book.nearMiss(node.path)
      return pattern.mayMatchBelow(node.path)
    })
    return selected
  }
  const below = await startOf(access, selection.below)
  if (!below) {
    book.problem(said('rule.noPlace', { node: selection.below }))
    return []
  }
  const candidates: SeenNode[] = []
  await walk.below([below], (node) => {
    if (node.typeDefinition) candidates.push(node)
    return true
  })
  const wanted = await types.kindOf(candidates, selection.type)
  return candidates.filter((node) => wanted.has(node.typeDefinition!.toString()))
}

async function startOf(access: SessionAccess, address: string): Promise<SeenNode | undefined> {
  const resolution = (await resolveNodes(access, [address])).get(address)
  if (resolution?.kind !== 'found') return undefined
  const path = address.startsWith('/')
    ? address
        .slice(1)
        .split('/')
        .map((s) => s.replace(/^(\d+:|\{[^}]*\})/, ''))
    : [address]
  const name = path.at(-1) ?? address
  return { nodeId: resolution.nodeId, path, browseName: name, displayName: name, isVariable: false, isProperty: false }
}

async function keysOf(rule: CompiledRule, node: SeenNode, walk: SelectWalk, book: RuleBook): Promise<void> {
  for (const key of rule.keys) if (!key.pattern && node.isVariable) book.add(node, node, key)
  const patterned = rule.keys.filter((key) => key.pattern)
  if (patterned.length === 0) return
  const depth = node.path.length
  await walk.below([node], (child) => {
    const relative = child.path.slice(depth)
    const key = patterned.find(
      (k) => child.isVariable && k.pattern!.matches(relative) && (k.wantsProperties || !child.isProperty),
    )
    if (key) book.add(node, child, key)
    return patterned.some((k) => k.pattern!.mayMatchBelow(relative))
  })
}

/** HasSubtype and the depth of the deepest type tree anybody builds. */
const hasSubtype = 'i=45'
const typeDepth = 30

/** Which types are a given type or derived from it. */
class TypeTree {
  readonly #access: SessionAccess
  readonly #parents = new Map<string, ReferenceDescription | undefined>()

  constructor(access: SessionAccess) {
    this.#access = access
  }

  /** Ids of the candidates' type definitions that are `type` (browse name or NodeId) or one of its subtypes. */
  async kindOf(candidates: readonly SeenNode[], type: string): Promise<Set<string>> {
    const names = new Map<string, string>()
    const ids = new Map<string, NodeId>()
    for (const { typeDefinition, typeName } of candidates) {
      if (!typeDefinition) continue
      ids.set(typeDefinition.toString(), typeDefinition)
      if (typeName) names.set(typeDefinition.toString(), typeName)
    }
    const resolution = type.includes('=') ? (await resolveNodes(this.#access, [type])).get(type) : undefined
    const wantedId = resolution?.kind === 'found' ? resolution.nodeId.toString() : undefined
    await this.#readNames(ids, names)
    const isWanted = (id: string, name: string | undefined) =>
      wantedId === undefined ? name === type : id === wantedId
    const wanted = new Set<string>()
    for (const [id, nodeId] of ids) {
      let [atId, at, name] = [id, nodeId, names.get(id)]
      for (let level = 0; level < typeDepth; level++) {
        if (isWanted(atId, name)) {
          wanted.add(id)
          break
        }
        const parent = await this.#parentOf(at)
        if (!parent) break
        at = parent.nodeId as NodeId
        atId = at.toString()
        name = parent.browseName.name ?? ''
      }
    }
    return wanted
  }

  async #readNames(ids: ReadonlyMap<string, NodeId>, names: Map<string, string>): Promise<void> {
    const values = await this.#access.read([...ids.values()], browseNameAttribute)
    for (const [i, id] of [...ids.keys()].entries()) {
      const name: unknown = values[i]?.value?.value?.name
      if (typeof name === 'string') names.set(id, name)
    }
  }

  async #parentOf(nodeId: NodeId): Promise<ReferenceDescription | undefined> {
    const id = nodeId.toString()
    if (this.#parents.has(id)) return this.#parents.get(id)
    const result = await this.#access.session.browse({
      nodeId,
      browseDirection: BrowseDirection.Inverse,
      referenceTypeId: hasSubtype,
      includeSubtypes: false,
      nodeClassMask: NodeClass.ObjectType | NodeClass.VariableType,
      resultMask: 0x3f,
    })
    const [parent] = result.references ?? []
    this.#parents.set(id, parent)
    return parent
  }
}

/** AttributeIds.BrowseName. */
const browseNameAttribute = 3
