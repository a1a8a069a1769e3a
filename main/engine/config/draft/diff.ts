import type { ConfigChange } from '../../../../shared/api/draft-requests.ts'
import type { ConnectorConfig, GatewayConfig } from '../../../../shared/config/gateway.ts'
import { changedPlaces, changedRange, identities, isFields, isSame } from '../../../../shared/config/identity.ts'

// What differs between two configurations, in the words of the plant: sources, devices, keys. Always computed from the two
// documents, never remembered, so that undo, merge and apply can not disagree on what is changed.

type Path = readonly (string | number)[]

/** A change as found, without its texts. `before` and `after` are the whole element or section. */
export interface FoundChange extends Pick<ConfigChange, 'kind' | 'subject' | 'where' | 'id' | 'connectorId' | 'keys'> {
  readonly before: unknown
  readonly after: unknown
  /** Of the element in the document after, or of the list it was removed from. */
  readonly path: Path
  /** Removed from a list: what stood before it there, by index in the list before. */
  readonly oldIndex: number
  /** Lists inside that have changes of their own. */
  readonly parts: readonly string[]
}

const sections = ['thingsboard', 'storage'] as const

export function findChanges(before: GatewayConfig, after: GatewayConfig): FoundChange[] {
  const found: FoundChange[] = []
  if (before === after) return found
  if (before.name !== after.name) found.push(section('gateway', before.name, after.name, 'name'))
  for (const name of sections) {
    if (!isSame(before[name], after[name])) found.push(section(name, before[name], after[name], name))
  }
  const [old, now] = [{ connectors: before.connectors }, { connectors: after.connectors }]
  const order = { parts: [kinds.connectors] }
  if (isReordered(order, old, now)) {
    found.push({ ...section('gateway', old, now, 'connectors'), path: [], parts: ['connectors'] })
  }
  const site: Site = { path: [], id: '', where: [], connectorId: undefined }
  compareLists(kinds.connectors, before.connectors, after.connectors, site, found)
  return found
}

function section(
  subject: 'gateway' | 'thingsboard' | 'storage',
  before: unknown,
  after: unknown,
  member: string,
): FoundChange {
  return {
    kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    subject,
    where: [sectionWords[subject]],
    id: member,
    connectorId: undefined,
    keys: 0,
    before,
    after,
    path: [member],
    oldIndex: 0,
    parts: [],
  }
}

const sectionWords = { gateway: 'Gateway', thingsboard: 'ThingsBoard', storage: 'Storage' } as const

type Fields = Readonly<Record<string, unknown>>

interface Kind {
  readonly list: string
  readonly subject: ConfigChange['subject']
  /** For the eye. */
  readonly title: (element: Fields) => string
  /** Tells what is the same thing under another name, when that is certain. */
  readonly second?: (element: Fields) => string | undefined
  readonly parts: readonly Kind[]
}

const words = (name: string) => (element: Fields) => String(element[name] ?? '')
const addressOf = (key: Fields): string | undefined =>
  typeof key['node'] === 'string' ? key['node'] : typeof key['value'] === 'string' ? key['value'] : undefined

const keyKind: Kind = { list: 'keys', subject: 'key', title: words('key'), second: addressOf, parts: [] }
const kinds = {
  connectors: {
    list: 'connectors',
    subject: 'source',
    title: (source: Fields) => String(source['name'] || source['id'] || ''),
    parts: [
      { list: 'devices', subject: 'device', title: words('name'), parts: [keyKind] },
      { list: 'topics', subject: 'topic', title: words('filter'), parts: [keyKind] },
      { list: 'rules', subject: 'rule', title: words('name'), parts: [] },
      { list: 'events', subject: 'event', title: words('eventType'), parts: [] },
    ],
  },
} as const satisfies Record<string, Kind>

interface Site {
  /** In the document after. */
  readonly path: Path
  readonly id: string
  readonly where: readonly string[]
  readonly connectorId: string | undefined
}

function compareLists(
  kind: Kind,
  before: readonly unknown[],
  after: readonly unknown[],
  site: Site,
  found: FoundChange[],
): void {
  const listPath = [...site.path, kind.list]
  const at = (element: unknown, identity: string, path: Path): Site => ({
    path,
    id: `${site.id}${site.id ? '.' : ''}${kind.list}[${identity}]`,
    where: [...site.where, kind.title(element as Fields)],
    connectorId: kind.list === 'connectors' ? String((element as Fields)['id']) : site.connectorId,
  })
  const aligned = changedPlaces(kind.list, before, after)
  if (aligned) {
    const ids =
      identities(
        kind.list,
        aligned.map((place) => after[place]),
      ) ?? []
    aligned.forEach((place, i) => {
      const element = after[place]
      compareElements(kind, before[place], element, at(element, ids[i] ?? '', [...listPath, place]), found)
    })
    return
  }
  const { start, oldEnd, newEnd } = changedRange(before, after)
  const [oldOnes, newOnes] = [before.slice(start, oldEnd), after.slice(start, newEnd)]
  const [oldIds, newIds] = [identities(kind.list, oldOnes), identities(kind.list, newOnes)]
  if (!oldIds || !newIds) return
  const pairs = pairUp(kind, oldOnes, newOnes, oldIds, newIds)
  newOnes.forEach((element, i) => {
    const place = at(element, newIds[i] ?? '', [...listPath, start + i])
    const old = pairs.get(i)
    if (old === undefined) found.push(whole('added', kind, place, undefined, element, 0))
    else compareElements(kind, oldOnes[old], element, place, found)
  })
  const kept = new Set(pairs.values())
  oldOnes.forEach((element, i) => {
    if (kept.has(i)) return
    found.push(whole('removed', kind, at(element, oldIds[i] ?? '', listPath), element, undefined, start + i))
  })
}

/** Index among the new ones to index among the old ones. */
function pairUp(
  kind: Kind,
  oldOnes: readonly unknown[],
  newOnes: readonly unknown[],
  oldIds: readonly string[],
  newIds: readonly string[],
): Map<number, number> {
  const places = new Map(oldIds.map((id, i) => [id, i]))
  const pairs = new Map<number, number>()
  newIds.forEach((id, i) => {
    const place = places.get(id)
    if (place !== undefined) pairs.set(i, place)
  })
  const { second } = kind
  if (!second || pairs.size === newOnes.length || pairs.size === oldOnes.length) return pairs
  const taken = new Set(pairs.values())
  const oldLeft = single(oldOnes, (i) => !taken.has(i), second)
  for (const [name, i] of single(newOnes, (n) => !pairs.has(n), second)) {
    const place = oldLeft.get(name)
    if (place !== undefined) pairs.set(i, place)
  }
  return pairs
}

/** Second name to index, of those left whose second name is unique among them. */
function single(
  elements: readonly unknown[],
  isLeft: (index: number) => boolean,
  second: (element: Fields) => string | undefined,
): Map<string, number> {
  const result = new Map<string, number>()
  const twice = new Set<string>()
  elements.forEach((element, i) => {
    const name = isLeft(i) && isFields(element) ? second(element) : undefined
    if (name === undefined) return
    if (result.has(name)) twice.add(name)
    result.set(name, i)
  })
  for (const name of twice) result.delete(name)
  return result
}

function compareElements(kind: Kind, before: unknown, after: unknown, site: Site, found: FoundChange[]): void {
  if (Object.is(before, after) || !isFields(before) || !isFields(after)) return
  const parts = kind.parts.map(({ list }) => list)
  if (!isSame(without(before, parts), without(after, parts)) || isReordered(kind, before, after)) {
    found.push({ ...whole('changed', kind, site, before, after, 0), parts })
  }
  for (const part of kind.parts) {
    compareLists(part, listOf(before, part.list), listOf(after, part.list), site, found)
  }
}

function whole(
  kind: ConfigChange['kind'],
  { subject }: Kind,
  { path, id, where, connectorId }: Site,
  before: unknown,
  after: unknown,
  oldIndex: number,
): FoundChange {
  const keys = kind === 'changed' ? 0 : keysIn(after ?? before)
  return { kind, subject, where: [...where], id, connectorId, keys, before, after, path, oldIndex, parts: [] }
}

/** The lists hold the same, in another order: that alone is a change too, or it could never be applied. */
export function isReordered(kind: { readonly parts: readonly { list: string }[] }, before: Fields, after: Fields) {
  return kind.parts.some(({ list }) => {
    const [old, now] = [listOf(before, list), listOf(after, list)]
    if (Object.is(old, now) || changedPlaces(list, old, now)) return false
    const { start, oldEnd, newEnd } = changedRange(old, now)
    const [oldIds, newIds] = [identities(list, old.slice(start, oldEnd)), identities(list, now.slice(start, newEnd))]
    const places = new Map(oldIds?.map((id, i) => [id, i]))
    let last = -1
    return (newIds ?? []).some((id) => {
      const place = places.get(id)
      if (place === undefined) return false
      const isBack = place < last
      last = place
      return isBack
    })
  })
}

export function without(element: Fields, names: readonly string[]): Fields {
  if (names.length === 0) return element
  return Object.fromEntries(Object.entries(element).filter(([name]) => !names.includes(name)))
}

function listOf(element: Fields, name: string): readonly unknown[] {
  const list = element[name]
  return Array.isArray(list) ? list : []
}

function keysIn(element: unknown): number {
  if (!isFields(element)) return 0
  if (Array.isArray(element['devices']) || Array.isArray(element['topics'])) {
    return [...listOf(element, 'devices'), ...listOf(element, 'topics')].reduce<number>((n, e) => n + keysIn(e), 0)
  }
  return listOf(element, 'keys').length
}

/** What a version is worth in numbers. */
export function sizeOf(config: GatewayConfig): { sources: number; devices: number; keys: number } {
  const devicesOf = (c: ConnectorConfig): number => (c.type === 'opcua' ? c.devices.length : 0)
  return {
    sources: config.connectors.length,
    devices: config.connectors.reduce((n, c) => n + devicesOf(c), 0),
    keys: config.connectors.reduce((n, c) => n + keysIn(c), 0),
  }
}

export function tally(changes: readonly FoundChange[]): { added: number; changed: number; removed: number } {
  const count = (kind: ConfigChange['kind']): number => changes.reduce((n, c) => n + (c.kind === kind ? 1 : 0), 0)
  return { added: count('added'), changed: count('changed'), removed: count('removed') }
}
