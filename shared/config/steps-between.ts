import type { EditStep } from './edit.ts'
import { changedPlaces, changedRange, identities, isFields, isSame } from './identity.ts'

// The edit that leads from one document to another, as few and as small steps as identity allows: a device put before all
// others is one insertion, not a change of each.

/** More insertions and removals in one list are one replacement of it: each step moves all elements behind it. */
const listStepLimit = 1000
/** More than a request may carry is one replacement of the whole. */
const stepLimit = 50_000
/** Deeper parts are replaced whole; paths are bounded, and a configuration is about ten levels deep. */
const depthLimit = 24

type Path = (string | number)[]
type JsonValue = Extract<EditStep, { op: 'set' }>['value']

/** `applySteps(before, stepsBetween(before, after)).document` equals `after`. Fast where the two share their parts. */
export function stepsBetween(before: unknown, after: unknown): EditStep[] {
  const steps: EditStep[] = []
  compare(before, after, [], steps)
  return steps.length > stepLimit ? [set([], after)] : steps
}

function compare(before: unknown, after: unknown, path: Path, steps: EditStep[]): void {
  if (Object.is(before, after)) return
  if (path.length < depthLimit) {
    if (Array.isArray(before) && Array.isArray(after)) {
      compareLists(before, after, path, steps)
      return
    }
    if (isFields(before) && isFields(after) && !hasProto(after)) {
      compareMembers(before, after, path, steps)
      return
    }
  }
  if (!isSame(before, after)) steps.push(set(path, after))
}

type Fields = Readonly<Record<string, unknown>>

function compareMembers(before: Fields, after: Fields, path: Path, steps: EditStep[]): void {
  for (const [name, value] of Object.entries(before)) {
    if (value !== undefined && (!Object.hasOwn(after, name) || after[name] === undefined)) {
      steps.push({ op: 'remove', path: [...path, name] })
    }
  }
  for (const [name, value] of Object.entries(after)) {
    if (value === undefined) continue
    const known = Object.hasOwn(before, name) ? before[name] : undefined
    if (known === undefined) steps.push(set([...path, name], value))
    else compare(known, value, [...path, name], steps)
  }
}

function compareLists(before: readonly unknown[], after: readonly unknown[], path: Path, steps: EditStep[]): void {
  const name = path.at(-1)
  const listName = typeof name === 'string' ? name : ''
  const aligned = changedPlaces(listName, before, after)
  if (aligned) {
    for (const place of aligned) compare(before[place], after[place], [...path, place], steps)
    return
  }
  const { start, oldEnd, newEnd } = changedRange(before, after)
  const oldOnes = before.slice(start, oldEnd)
  const newOnes = after.slice(start, newEnd)
  const oldIds = identities(listName, oldOnes)
  const newIds = identities(listName, newOnes)
  const own: EditStep[] = []
  if (oldIds && newIds) {
    const changes = compareByIdentity({ oldOnes, newOnes, oldIds, newIds, start, path }, own)
    const isAppended = newEnd === after.length && changes.insertedInside === 0 && changes.removed === 0
    if (changes.removed + changes.inserted > listStepLimit && !isAppended) {
      steps.push(set(path, after))
      return
    }
  } else if (before.length === after.length) {
    newOnes.forEach((element, i) => {
      compare(oldOnes[i], element, [...path, start + i], own)
    })
  } else if (!isSame(before, after)) own.push(set(path, after))
  for (const step of own) steps.push(step)
}

interface ListPair {
  readonly oldOnes: readonly unknown[]
  readonly newOnes: readonly unknown[]
  readonly oldIds: readonly string[]
  readonly newIds: readonly string[]
  /** Index of the first of them in the whole list. */
  readonly start: number
  readonly path: Path
}

function compareByIdentity(
  { oldOnes, newOnes, oldIds, newIds, start, path }: ListPair,
  steps: EditStep[],
): { removed: number; inserted: number; insertedInside: number } {
  const places = new Map(oldIds.map((id, i) => [id, i]))
  const staying = longestRising(newIds.map((id) => places.get(id) ?? -1))
  const stays = new Set(staying.filter((place) => place >= 0))
  let removed = 0
  for (let i = oldOnes.length - 1; i >= 0; i--) {
    if (stays.has(i)) continue
    removed++
    steps.push({ op: 'remove', path: [...path, start + i] })
  }
  let [inserted, insertedInside, waiting] = [0, 0, 0]
  newOnes.forEach((element, i) => {
    const place = staying[i] ?? -1
    if (place >= 0) {
      insertedInside += waiting
      waiting = 0
      compare(oldOnes[place], element, [...path, start + i], steps)
    } else {
      inserted++
      waiting++
      steps.push({ op: 'insert', path: [...path, start + i], value: element as JsonValue })
    }
  })
  return { removed, inserted, insertedInside }
}

/** The places with all but the longest rising ones (and -1) made -1: those that need not be moved. */
function longestRising(places: readonly number[]): number[] {
  /** Per length the index of its smallest end. */
  const ends: number[] = []
  const previous = new Array<number>(places.length).fill(-1)
  places.forEach((place, i) => {
    if (place < 0) return
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (places[ends[middle]!]! < place) low = middle + 1
      else high = middle
    }
    previous[i] = low > 0 ? ends[low - 1]! : -1
    ends[low] = i
  })
  const result = new Array<number>(places.length).fill(-1)
  for (let i = ends.at(-1) ?? -1; i >= 0; i = previous[i]!) result[i] = places[i]!
  return result
}

const set = (path: Path, value: unknown): EditStep => ({ op: 'set', path, value: value as JsonValue })

const hasProto = (value: object): boolean => Object.hasOwn(value, '__proto__')
