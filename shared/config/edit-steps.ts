import type { EditStep } from './edit.ts'

// Steps between two documents and back: pure, never changes what it is given, parts that no step touches stay the same objects.

type Path = (string | number)[]

/** The steps that make `after` of `before`. Members that are undefined count as absent. */
export function stepsBetween(before: unknown, after: unknown): EditStep[] {
  const steps: EditStep[] = []
  compare(before, after, [], steps)
  return steps
}

/** Throws when a path leads nowhere: the steps were meant for another document. */
export function applySteps<T>(document: T, steps: readonly EditStep[]): { readonly document: T } {
  let result: unknown = document
  for (const step of steps) result = applied(result, step, 0)
  return { document: result as T }
}

function compare(before: unknown, after: unknown, path: Path, steps: EditStep[]): void {
  if (before === after) return
  if (Array.isArray(before) && Array.isArray(after)) compareArrays(before, after, path, steps)
  else if (isObject(before) && isObject(after)) compareObjects(before, after, path, steps)
  else steps.push({ op: 'set', path, value: plain(after) })
}

function compareObjects(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  path: Path,
  steps: EditStep[],
): void {
  for (const key of Object.keys(before)) {
    if (before[key] !== undefined && after[key] === undefined) steps.push({ op: 'remove', path: [...path, key] })
  }
  for (const key of Object.keys(after)) {
    if (after[key] === undefined) continue
    if (before[key] === undefined) steps.push({ op: 'set', path: [...path, key], value: plain(after[key]) })
    else compare(before[key], after[key], [...path, key], steps)
  }
}

/** Equal ends are left alone; what differs between them is replaced pairwise, then removed or inserted. */
function compareArrays(before: readonly unknown[], after: readonly unknown[], path: Path, steps: EditStep[]): void {
  let start = 0
  while (start < before.length && start < after.length && same(before[start], after[start])) start += 1
  let end = 0
  const room = Math.min(before.length, after.length) - start
  while (end < room && same(before[before.length - 1 - end], after[after.length - 1 - end])) end += 1
  const old = before.length - start - end
  const fresh = after.length - start - end
  const both = old === fresh ? old : 0
  for (let i = 0; i < both; i += 1) compare(before[start + i], after[start + i], [...path, start + i], steps)
  if (both > 0 || old === fresh) return
  for (let i = 0; i < old; i += 1) steps.push({ op: 'remove', path: [...path, start] })
  for (let i = 0; i < fresh; i += 1)
    steps.push({ op: 'insert', path: [...path, start + i], value: plain(after[start + i]) })
}

function applied(node: unknown, step: EditStep, depth: number): unknown {
  const at = step.path[depth]
  if (at === undefined) {
    if (step.op !== 'set') throw new RangeError('Only a member can be removed or inserted.')
    return step.value
  }
  const last = depth === step.path.length - 1
  if (Array.isArray(node)) {
    if (typeof at !== 'number' || at > node.length || (at === node.length && step.op !== 'insert'))
      throw new RangeError(`No element ${at} at ${step.path.join('.')}`)
    const copy = [...node]
    if (last && step.op === 'insert') copy.splice(at, 0, step.value)
    else if (last && step.op === 'remove') copy.splice(at, 1)
    else copy[at] = last ? (step as { value: unknown }).value : applied(node[at], step, depth + 1)
    return copy
  }
  if (!isObject(node) || typeof at !== 'string') throw new RangeError(`Nothing at ${step.path.join('.')}`)
  if (last && step.op === 'remove') {
    const { [at]: _gone, ...rest } = node
    return rest
  }
  return { ...node, [at]: last ? (step as { value: unknown }).value : applied(node[at], step, depth + 1) }
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((entry, i) => same(entry, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  for (const key of keys) if (!same(a[key], b[key])) return false
  return true
}

type Json = Extract<EditStep, { op: 'set' }>['value']

function plain(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
