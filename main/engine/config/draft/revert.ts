import type { EditStep } from '../../../../shared/config/edit.ts'
import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { identities, isFields, isSame } from '../../../../shared/config/identity.ts'
import { stepsBetween } from '../../../../shared/config/steps-between.ts'
import type { FoundChange } from './diff.ts'

type JsonValue = Extract<EditStep, { op: 'set' }>['value']

/** Takes back one change of `after` against `before`, everything else stays. */
export function revertSteps(change: FoundChange, before: GatewayConfig, after: GatewayConfig): EditStep[] {
  const path = [...change.path]
  switch (change.kind) {
    case 'added':
      return [{ op: 'remove', path }]
    case 'removed':
      if (change.subject === 'thingsboard' || change.subject === 'storage' || change.subject === 'gateway') {
        return [{ op: 'set', path, value: change.before as JsonValue }]
      }
      return [{ op: 'insert', path: [...path, placeFor(change, before, after)], value: change.before as JsonValue }]
    case 'changed':
      return ownFields(change)
  }
}

/** The lists inside have changes of their own, which stay. */
function ownFields({ before, after, parts, path }: FoundChange): EditStep[] {
  if (!isFields(before) || !isFields(after)) return [{ op: 'set', path: [...path], value: before as JsonValue }]
  const wanted: Record<string, unknown> = { ...after }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (parts.includes(name)) wanted[name] = inOrderOf(name, before[name], after[name])
    else if (Object.hasOwn(before, name)) wanted[name] = before[name]
    else delete wanted[name]
  }
  return stepsBetween(after, wanted).map((step) => ({ ...step, path: [...path, ...step.path] }))
}

/** The elements of `after`; those that `before` has too in its order. */
function inOrderOf(listName: string, before: unknown, after: unknown): unknown {
  if (!Array.isArray(before) || !Array.isArray(after) || isSame(before, after)) return after
  const [oldIds, newIds] = [identities(listName, before), identities(listName, after)]
  if (!oldIds || !newIds) return after
  const places = new Map(oldIds.map((id, i) => [id, i]))
  const common = newIds.flatMap((id, i) => (places.has(id) ? [i] : []))
  const sorted = common.toSorted((a, b) => places.get(newIds[a]!)! - places.get(newIds[b]!)!)
  const result = after.slice()
  common.forEach((place, n) => {
    result[place] = after[sorted[n]!]
  })
  return result
}

/** Behind the nearest one that stood before it and is still there. */
function placeFor({ path, oldIndex }: FoundChange, before: GatewayConfig, after: GatewayConfig): number {
  const listName = String(path.at(-1))
  const now = listAt(after, path)
  const old = listIn(before, after, path)
  const newIds = identities(listName, now) ?? []
  const oldIds = identities(listName, old) ?? []
  const places = new Map(newIds.map((id, i) => [id, i]))
  for (let i = oldIndex - 1; i >= 0; i--) {
    const place = places.get(oldIds[i] ?? '')
    if (place !== undefined) return place + 1
  }
  return 0
}

function listAt(document: unknown, path: readonly (string | number)[]): readonly unknown[] {
  let at = document
  for (const place of path) at = (at as Record<string | number, unknown>)[place]
  return Array.isArray(at) ? at : []
}

/** The same list in the document before: its way leads over the same elements, which may stand elsewhere there. */
function listIn(before: GatewayConfig, after: GatewayConfig, path: readonly (string | number)[]): readonly unknown[] {
  let [old, now]: [unknown, unknown] = [before, after]
  let listName = ''
  for (const place of path) {
    if (typeof place === 'number' && Array.isArray(old) && Array.isArray(now)) {
      const identity = identities(listName, now)?.[place]
      old = old[identities(listName, old)?.indexOf(identity ?? '') ?? -1]
    } else {
      listName = String(place)
      old = isFields(old) ? old[listName] : undefined
    }
    now = (now as Record<string | number, unknown>)[place]
  }
  return Array.isArray(old) ? old : []
}
