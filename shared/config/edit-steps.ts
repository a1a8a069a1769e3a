import type { EditStep } from './edit.ts'
import { isFields } from './identity.ts'

// Carries out edit steps on a document that nobody may change: what the steps do not touch is shared with the document
// before, so one edit of a configuration with 100,000 keys copies a few objects and one list.

export interface Applied<T> {
  readonly document: T
  /** Steps that lead back, in order. */
  readonly inverse: EditStep[]
}

/** A step that does not fit the document it meets; the message is for the operator. */
export class EditStepError extends Error {
  override readonly name = 'EditStepError'
}

type Place = string | number
type Container = Record<string, unknown> | unknown[]
type JsonValue = Extract<EditStep, { op: 'set' }>['value']

/** Throws EditStepError when a path leads nowhere; nothing was changed then. */
export function applySteps<T>(document: T, steps: readonly EditStep[]): Applied<T> {
  /** Copies of this call: they may be changed in place. */
  const own = new Set<unknown>()
  const inverse: EditStep[] = []
  let root: unknown = document
  for (const step of steps) {
    const place = step.path.at(-1)
    if (place === undefined) {
      if (step.op !== 'set') throw new EditStepError('The whole document can be replaced only')
      inverse.push({ op: 'set', path: [], value: root as JsonValue })
      root = step.value
      continue
    }
    root = ownCopy(root, own, step)
    inverse.push(change(walk(root as Container, step, own), place, step))
  }
  return { document: root as T, inverse: inverse.reverse() }
}

/** The container of the last place of the path, copied along the way. */
function walk(root: Container, step: EditStep, own: Set<unknown>): Container {
  let at = root
  for (const place of step.path.slice(0, -1)) {
    const below = ownCopy(memberOf(at, place, step), own, step)
    if (Array.isArray(at)) at[place as number] = below
    else at[place as string] = below
    at = below
  }
  return at
}

function ownCopy(value: unknown, own: Set<unknown>, step: EditStep): Container {
  if (own.has(value)) return value as Container
  if (!Array.isArray(value) && !isFields(value)) throw new EditStepError(`${nameOf(step)} leads to nothing`)
  const copy = Array.isArray(value) ? value.slice() : { ...value }
  own.add(copy)
  return copy
}

function memberOf(container: Container, place: Place, step: EditStep): unknown {
  if (Array.isArray(container)) return container[indexIn(container, place, step, container.length - 1)]
  return Object.hasOwn(container, memberName(place, step)) ? container[memberName(place, step)] : undefined
}

/** Returns the step that takes it back. */
function change(container: Container, place: Place, step: EditStep): EditStep {
  const { path } = step
  if (Array.isArray(container)) {
    if (step.op === 'insert') {
      container.splice(indexIn(container, place, step, container.length), 0, step.value)
      return { op: 'remove', path }
    }
    const index = indexIn(container, place, step, container.length - 1)
    const value = container[index] as JsonValue
    if (step.op === 'remove') container.splice(index, 1)
    else container[index] = step.value
    return { op: step.op === 'remove' ? 'insert' : 'set', path, value }
  }
  const name = memberName(place, step)
  if (step.op === 'insert') throw new EditStepError(`${nameOf(step)} is not in a list`)
  const before = Object.hasOwn(container, name) ? container[name] : undefined
  if (step.op === 'set') container[name] = step.value
  else if (before === undefined) throw new EditStepError(`${nameOf(step)} is not there`)
  else delete container[name]
  return before === undefined ? { op: 'remove', path } : { op: 'set', path, value: before as JsonValue }
}

function indexIn(list: readonly unknown[], place: Place, step: EditStep, last: number): number {
  if (typeof place === 'number' && place <= last) return place
  throw new EditStepError(`${nameOf(step)} is not in the list of ${list.length}`)
}

function memberName(place: Place, step: EditStep): string {
  // Assigning to __proto__ would change what the object is instead of a member.
  if (typeof place === 'string' && place !== '__proto__') return place
  throw new EditStepError(`${nameOf(step)} is not a member of an object`)
}

const nameOf = ({ path }: EditStep): string => `The place ${path.join(' › ').slice(0, 200)}`
