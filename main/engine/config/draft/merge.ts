import type { MergeConflict } from '../../../../shared/api/draft-requests.ts'
import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { identities, isFields, isSame } from '../../../../shared/config/identity.ts'
import { valueText } from './change-text.ts'

// Three-way merge by identity: what only one side changed is taken from it, what both changed alike is taken once, what both
// changed differently is a conflict and stays ours unless theirs is chosen for it. Pure.

export interface Merged {
  readonly document: GatewayConfig
  readonly conflicts: readonly MergeConflict[]
}

/** Objects whose members make sense together only: a mix of two sign-ins signs in nowhere. */
const indivisible = new Set(['credentials', 'identity', 'select', 'deadband', 'report', 'timestamp', 'value'])

/** An absent element or member. */
const absent = Symbol('absent')

interface Site {
  readonly id: string
  readonly where: readonly string[]
  readonly name: string
}

interface Merge {
  readonly choosesTheirs: (id: string) => boolean
  readonly conflicts: MergeConflict[]
}

export function mergeConfigs(
  base: GatewayConfig,
  ours: GatewayConfig,
  theirs: GatewayConfig,
  choice: ReadonlySet<string> = new Set(),
): Merged {
  const merge: Merge = { choosesTheirs: (id) => choice.has(id), conflicts: [] }
  const document = mergeValues(base, ours, theirs, { id: '', where: [], name: '' }, merge)
  return { document: document as GatewayConfig, conflicts: merge.conflicts }
}

function mergeValues(base: unknown, ours: unknown, theirs: unknown, site: Site, merge: Merge): unknown {
  if (isEqual(ours, theirs) || isEqual(base, theirs)) return ours
  if (isEqual(base, ours)) return theirs
  if (isFields(ours) && isFields(theirs) && !indivisible.has(site.name)) {
    const from = isFields(base) ? base : undefined
    // Both sides put something new under the same name, or one took away what the other changed.
    if (from) return mergeMembers(from, ours, theirs, site, merge)
  }
  if (Array.isArray(ours) && Array.isArray(theirs) && Array.isArray(base)) {
    const merged = mergeLists(base, ours, theirs, site, merge)
    if (merged) return merged
  }
  merge.conflicts.push({
    id: site.id,
    where: [...site.where],
    base: sideText(base),
    ours: sideText(ours),
    theirs: sideText(theirs),
  })
  return merge.choosesTheirs(site.id) ? theirs : ours
}

type Fields = Readonly<Record<string, unknown>>

function mergeMembers(base: Fields, ours: Fields, theirs: Fields, site: Site, merge: Merge): Fields {
  const result: Record<string, unknown> = {}
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const below = { id: site.id ? `${site.id}.${name}` : name, where: [...site.where, name], name }
    const value = mergeValues(memberOf(base, name), memberOf(ours, name), memberOf(theirs, name), below, merge)
    if (value !== absent) result[name] = value
  }
  return result
}

function memberOf(fields: Fields, name: string): unknown {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined
  return value === undefined ? absent : value
}

/** In our order; what only they have follows the element it follows there. */
function mergeLists(
  base: readonly unknown[],
  ours: readonly unknown[],
  theirs: readonly unknown[],
  site: Site,
  merge: Merge,
): unknown[] | undefined {
  const [baseBy, oursBy, theirsBy] = [base, ours, theirs].map((list) => byIdentity(site.name, list))
  if (!baseBy || !oursBy || !theirsBy) return undefined
  const one = (id: string): unknown => {
    const element = oursBy.get(id) ?? theirsBy.get(id)
    const title = isFields(element) ? String(element['name'] ?? element['key'] ?? element['filter'] ?? id) : id
    const where = [...site.where.slice(0, -1), title]
    const below = { id: `${site.id}[${id}]`, where, name: '' }
    return mergeValues(baseBy.get(id) ?? absent, oursBy.get(id) ?? absent, theirsBy.get(id) ?? absent, below, merge)
  }
  const followers = new Map<string, string[]>()
  let last = ''
  for (const id of theirsBy.keys()) {
    const behind = followers.get(last)
    if (oursBy.has(id)) last = id
    else if (behind) behind.push(id)
    else followers.set(last, [id])
  }
  const result: unknown[] = []
  const put = (id: string): void => {
    const value = one(id)
    if (value !== absent) result.push(value)
  }
  for (const id of ['', ...orderOf(baseBy, oursBy, theirsBy)]) {
    if (id !== '') put(id)
    for (const follower of followers.get(id) ?? []) put(follower)
  }
  return result
}

type ById = ReadonlyMap<string, unknown>

/** Ours; theirs where only they moved something. */
function orderOf(base: ById, ours: ById, theirs: ById): string[] {
  const common = [...ours.keys()].filter((id) => base.has(id) && theirs.has(id))
  const set = new Set(common)
  const inBase = [...base.keys()].filter((id) => set.has(id))
  if (!isSame(common, inBase)) return [...ours.keys()]
  const inTheirs = [...theirs.keys()].filter((id) => set.has(id))
  let next = 0
  return [...ours.keys()].map((id) => (set.has(id) ? (inTheirs[next++] ?? id) : id))
}

function byIdentity(listName: string, list: readonly unknown[]): ById | undefined {
  const ids = identities(listName, list)
  return ids && new Map(ids.map((id, i) => [id, list[i]]))
}

const isEqual = (a: unknown, b: unknown): boolean => a === b || (a !== absent && b !== absent && isSame(a, b))

function sideText(value: unknown): string {
  if (value === absent) return 'not there'
  return valueText(value)
}
