import { BrowseDirection, NodeClass, type NodeId, type ReferenceDescription } from 'node-opcua-client'
import type { OpcuaKeyConfig } from '../../../../shared/config/opcua.ts'
import { type Said, said } from '../../../../shared/said/said.ts'
import { cleanName } from '../../map/names.ts'
import { formatNodeId } from './node-address.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { CompiledRule, CompiledRuleKey, Path, RuleTemplate } from './select-pattern.ts'
import { type SeenNode, SelectWalk } from './select-walk.ts'
import type { SessionAccess } from './session-access.ts'

// From selection rules to devices and keys, by browsing what the rules can match and nothing else.

/** One variable a rule found. */
export interface RuleMatch {
  readonly rule: string
  readonly device: string
  readonly profile: string
  readonly key: OpcuaKeyConfig
  /** `/Objects/Line1/M01/Speed`. */
  readonly path: string
}

export interface RuleReport {
  readonly rule: string
  readonly devices: number
  readonly keys: number
  /** Two nodes for one key, names ThingsBoard refuses, templates that ask for more levels than there are. */
  readonly problems: readonly Said[]
  /** Paths that would have matched but for one name. */
  readonly nearMisses: readonly string[]
}

export interface Expansion {
  readonly matches: readonly RuleMatch[]
  readonly reports: readonly RuleReport[]
  /** True: the server has more than we look at; what is beyond is not selected. */
  readonly truncated: boolean
}

/** Listed per rule; the counts say how many there are. */
const listLimit = 50

/** `taken` are keys that are configured one by one: they win. */
export async function expandRules(
  access: SessionAccess,
  rules: readonly CompiledRule[],
  taken: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Expansion> {
  const walk = new SelectWalk(access, signal)
  const types = new TypeTree(access)
  const claimed = new Map<string, string>([...taken].map((name) => [name, 'a key that is configured by itself']))
  const matches: RuleMatch[] = []
  const reports: RuleReport[] = []
  for (const rule of rules) {
    const book = new RuleBook(rule, access.namespaces, claimed, matches)
    for (const node of await select(rule, access, walk, types, book)) await keysOf(rule, node, walk, book)
    reports.push(book.report())
  }
  return { matches, reports, truncated: walk.truncated }
}

/** The name under which a key is claimed. */
export function claimOf(device: string, kind: string, key: string): string {
  return `${kind}\u0000${device}\u0000${key}`
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

/** What one rule found so far, with what collides and what nearly matches. */
export class RuleBook {
  readonly #rule: CompiledRule
  readonly #namespaces: readonly string[]
  readonly #claimed: Map<string, string>
  readonly #matches: RuleMatch[]
  readonly #limit: number
  readonly #devices = new Set<string>()
  readonly #problems: Said[] = []
  readonly #near: string[] = []
  #keys = 0

  /** Beyond `limit` matches are counted, and checked, but not made. */
  constructor(
    rule: CompiledRule,
    namespaces: readonly string[],
    claimed: Map<string, string>,
    matches: RuleMatch[],
    limit = Number.POSITIVE_INFINITY,
  ) {
    this.#limit = limit
    this.#rule = rule
    this.#namespaces = namespaces
    this.#claimed = claimed
    this.#matches = matches
  }

  add(selected: SeenNode, variable: SeenNode, key: CompiledRuleKey): void {
    const path = pathText(variable.path)
    const device = this.#name('device', this.#rule.device(templateValues(selected, [])), path)
    const relative = variable.path.slice(selected.path.length)
    const name = this.#name('key', key.key(templateValues(variable, relative)), path)
    if (device === undefined || name === undefined) return
    const claim = claimOf(device, key.config.kind, name)
    const other = this.#claimed.get(claim)
    if (other === path) return
    if (other !== undefined) {
      this.problem(said('rule.collision', { path, key: name, device, other }))
      return
    }
    this.#claimed.set(claim, path)
    this.#devices.add(device)
    this.#keys++
    if (this.#matches.length >= this.#limit) return
    const { path: _, ...fields } = key.config
    this.#matches.push({
      rule: this.#rule.config.name,
      device,
      profile: this.#rule.config.profile,
      key: { ...fields, key: name, node: formatNodeId(variable.nodeId, this.#namespaces) },
      path,
    })
  }

  #name(what: 'device' | 'key', raw: string | undefined, path: string): string | undefined {
    if (raw === undefined) {
      this.problem(said('rule.tooShort', { path, what }))
      return undefined
    }
    const cleaned = cleanName(raw)
    if (!cleaned.ok) this.problem(said('rule.badName', { path, what, problem: cleaned.said }))
    return cleaned.ok ? cleaned.name : undefined
  }

  problem(sentence: Said): void {
    if (this.#problems.length < listLimit) this.#problems.push(sentence)
  }

  nearMiss(path: Path): void {
    if (this.#near.length < listLimit) this.#near.push(pathText(path))
  }

  report(): RuleReport {
    return {
      rule: this.#rule.config.name,
      devices: this.#devices.size,
      keys: this.#keys,
      problems: this.#problems,
      nearMisses: this.#near,
    }
  }
}

/** NodeId and display name of a node from the index are made only for those who ask for them. */
function templateValues(node: SeenNode, relative: Path): Parameters<RuleTemplate>[0] {
  const { path, browseName } = node
  return {
    path,
    browseName,
    get displayName() {
      return node.displayName
    },
    relative,
  }
}

function pathText(path: Path): string {
  return `/${path.join('/')}`
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
