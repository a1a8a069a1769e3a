// What makes an element of a configuration list the same element before and after an edit: never its place, which every
// insertion moves. Used for small edit steps, for the review and for merging.

type Fields = Readonly<Record<string, unknown>>

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Attributes and telemetry of one name are two keys. */
const ofKey = (key: Fields): string =>
  key['kind'] === 'attribute' ? `${text(key['key'])}, attribute` : text(key['key'])

const identityOf: Readonly<Record<string, (element: Fields) => string>> = {
  connectors: (source) => text(source['id']),
  devices: (device) => text(device['name']),
  keys: ofKey,
  topics: (topic) => `${text(topic['filter'])} → ${text(topic['device'])}`,
  rules: (rule) => text(rule['name']),
  events: (event) => `${text(event['notifier']) || 'i=2253'} ${text(event['eventType']) || 'i=2041'}`,
}

/**
 * One identity per element, unique in the list (`#2` for the second of its kind); undefined when the list has none: its name
 * is not one of those, or something in it is not an object.
 */
export function identities(listName: string, list: readonly unknown[]): string[] | undefined {
  const identify = Object.hasOwn(identityOf, listName) ? identityOf[listName] : undefined
  if (!identify) return undefined
  const result: string[] = []
  const seen = new Map<string, number>()
  for (const element of list) {
    if (!isFields(element)) return undefined
    const identity = identify(element)
    const count = (seen.get(identity) ?? 0) + 1
    seen.set(identity, count)
    result.push(count === 1 ? identity : `${identity}#${count}`)
  }
  return result
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The places where two lists of the same elements in the same order differ: the usual edit, told without looking at 100,000
 * names. Undefined: something came, went, moved or was renamed.
 */
export function changedPlaces(
  listName: string,
  before: readonly unknown[],
  after: readonly unknown[],
): number[] | undefined {
  if (before.length !== after.length) return undefined
  const places = before.flatMap((element, i) => (Object.is(element, after[i]) ? [] : [i]))
  const old = places.map((place) => before[place])
  const now = places.map((place) => after[place])
  const oldIds = identities(listName, old)
  const newIds = identities(listName, now)
  return oldIds && newIds?.every((id, i) => id === oldIds[i]) ? places : undefined
}

/** Equal as JSON; the same object costs nothing, so documents that share their parts compare fast. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((element, i) => isSame(element, b[i]))
  }
  if (Array.isArray(b)) return false
  return hasAll(a, b) && hasAll(b, a, false)
}

/** Members that are undefined are not there: JSON has no such thing. */
function hasAll(a: object, b: object, compare = true): boolean {
  for (const [name, value] of Object.entries(a)) {
    if (value === undefined) continue
    const other = Object.hasOwn(b, name) ? (b as Fields)[name] : undefined
    if (other === undefined || (compare && !isSame(value, other))) return false
  }
  return true
}

/** `to`, with every part that equals one of `from` replaced by that one: later comparisons of the two are fast. */
export function shareParts<T>(from: unknown, to: T, listName = ''): T {
  if (Object.is(from, to)) return to
  if (Array.isArray(from) && Array.isArray(to)) return shareList(from, to, listName) as T
  if (!isFields(from) || !isFields(to)) return to
  const shared: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(to)) {
    shared[name] = Object.hasOwn(from, name) ? shareParts(from[name], value, name) : value
  }
  const names = Object.keys(to)
  const isEqual = names.length === Object.keys(from).length && names.every((name) => shared[name] === from[name])
  return (isEqual ? from : shared) as T
}

function shareList(from: readonly unknown[], to: readonly unknown[], listName: string): readonly unknown[] {
  const aligned = changedPlaces(listName, from, to)
  if (aligned) {
    const shared = aligned.map((place) => shareParts(from[place], to[place]))
    if (aligned.every((place, i) => Object.is(shared[i], from[place]))) return from
    const result = to.slice()
    aligned.forEach((place, i) => {
      result[place] = shared[i]
    })
    return result
  }
  const { start, oldEnd, newEnd } = changedRange(from, to)
  const [oldOnes, newOnes] = [from.slice(start, oldEnd), to.slice(start, newEnd)]
  const known = identities(listName, oldOnes)
  const own = known && identities(listName, newOnes)
  const places = own && new Map(known.map((identity, i) => [identity, i]))
  const middle = newOnes.map((element, i) => {
    const place = places ? places.get(own[i] ?? '') : i
    return place === undefined || place >= oldOnes.length ? element : shareParts(oldOnes[place], element)
  })
  const isEqual = middle.length === oldOnes.length && middle.every((element, i) => Object.is(element, oldOnes[i]))
  return isEqual ? from : [...to.slice(0, start), ...middle, ...to.slice(newEnd)]
}

/** What differs, cut by the parts both lists share at their beginning and end. */
export function changedRange(
  before: readonly unknown[],
  after: readonly unknown[],
): { start: number; oldEnd: number; newEnd: number } {
  let start = 0
  let [oldEnd, newEnd] = [before.length, after.length]
  while (start < oldEnd && start < newEnd && Object.is(before[start], after[start])) start++
  while (oldEnd > start && newEnd > start && Object.is(before[oldEnd - 1], after[newEnd - 1])) {
    oldEnd--
    newEnd--
  }
  return { start, oldEnd, newEnd }
}
