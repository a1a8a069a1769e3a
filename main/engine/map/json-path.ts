// The paths of the configuration: `$`, `.name`, `['a b']`, `["a b"]`, `[0]`. Compiled once; reading touches own members
// only, so `$.constructor` or `$.__proto__` find what the payload says and nothing else.

export type JsonPath = (root: unknown) => unknown

export type Compiled<T> =
  | { readonly ok: true; readonly value: T }
  /** `at`: position in the text, from 0. */
  | { readonly ok: false; readonly problem: string; readonly at: number }

/** Deeper payloads are refused before they are mapped, so deeper paths can never match. */
const stepLimit = 32

export function compileJsonPath(text: string): Compiled<JsonPath> {
  const steps = parseJsonPath(text)
  return steps.ok ? { ok: true, value: reader(steps.value) } : steps
}

/** The members and array positions a path walks through. */
function parseJsonPath(text: string): Compiled<readonly (string | number)[]> {
  if (text[0] !== '$') return { ok: false, problem: 'must begin with $', at: 0 }
  const steps: (string | number)[] = []
  let at = 1
  while (at < text.length) {
    if (steps.length === stepLimit) return { ok: false, problem: `goes deeper than ${stepLimit} levels`, at }
    const step = stepAt(text, at)
    if (!step.ok) return step
    steps.push(step.value)
    at = step.end
  }
  return { ok: true, value: steps }
}

type Step =
  | { readonly ok: true; readonly value: string | number; readonly end: number }
  | { readonly ok: false; readonly problem: string; readonly at: number }

const dotted = /\.([^.[\]'"\s]+)/y
const indexed = /\[(\d{1,9})\]/y
const quoted = /\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/y

function stepAt(text: string, at: number): Step {
  const name = match(dotted, text, at)
  if (name) return { ok: true, value: name[1] ?? '', end: at + name[0].length }
  const index = match(indexed, text, at)
  if (index) return { ok: true, value: Number(index[1]), end: at + index[0].length }
  const member = match(quoted, text, at)
  if (member) {
    const value = (member[1] ?? member[2] ?? '').replace(/\\(.)/g, '$1')
    return { ok: true, value, end: at + member[0].length }
  }
  if (text[at] === '.') return { ok: false, problem: 'a name must follow the dot', at }
  if (text[at] === '[') return { ok: false, problem: 'must be [0], [\'name\'] or ["name"]', at }
  return { ok: false, problem: 'expects .name or [ here', at }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function reader(steps: readonly (string | number)[]): JsonPath {
  if (steps.length === 0) return (root) => root
  const only = steps[0]
  if (steps.length === 1 && only !== undefined) return (root) => own(root, only)
  return (root) => {
    let value = root
    for (const step of steps) {
      value = own(value, step)
      if (value === undefined) return undefined
    }
    return value
  }
}

function own(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined
  return Object.hasOwn(value, step) ? (value as Record<string | number, unknown>)[step] : undefined
}
