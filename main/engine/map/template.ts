import { type Compiled, compileJsonPath, type JsonPath } from './json-path.ts'

/** Text from topic levels and payload; undefined when one of its parts is missing or is no scalar. */
type Template = (levels: readonly string[], payload: unknown) => string | undefined

export interface CompiledTemplate {
  readonly render: Template
  /** The text itself when it has no placeholder. */
  readonly constant: string | undefined
}

type Part = { readonly literal: string } | { readonly level: number } | { readonly path: JsonPath }

/** `${topic[n]}` is a topic level (from 0), `${$.path}` a scalar of the payload; everything else stands for itself. */
export function compileTemplate(text: string): Compiled<CompiledTemplate> {
  const parts: Part[] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('${', at)
    if (open < 0) break
    if (open > at) parts.push({ literal: text.slice(at, open) })
    const close = closing(text, open + 2)
    if (close < 0) return { ok: false, problem: 'this ${ has no closing }', at: open }
    const part = placeholder(text.slice(open + 2, close), open + 2)
    if (!part.ok) return part
    parts.push(part.value)
    at = close + 1
  }
  if (at < text.length) parts.push({ literal: text.slice(at) })
  const isConstant = parts.every((part) => 'literal' in part)
  return { ok: true, value: { render: renderer(parts), constant: isConstant ? text : undefined } }
}

/** The } that ends the placeholder; one inside quotes belongs to a member name. */
function closing(text: string, from: number): number {
  let quote = ''
  for (let i = from; i < text.length; i++) {
    const c = text[i] ?? ''
    if (quote) {
      if (c === '\\') i++
      else if (c === quote) quote = ''
    } else if (c === "'" || c === '"') quote = c
    else if (c === '}') return i
  }
  return -1
}

const topicLevel = /^topic\[(\d{1,4})\]$/

function placeholder(text: string, at: number): Compiled<Part> {
  const level = topicLevel.exec(text)
  if (level) return { ok: true, value: { level: Number(level[1]) } }
  if (!text.startsWith('$')) {
    return { ok: false, problem: `\${${text}} is not known; use \${topic[0]} or \${$.name}`, at }
  }
  const path = compileJsonPath(text)
  if (!path.ok) return { ok: false, problem: path.problem, at: at + path.at }
  return { ok: true, value: { path: path.value } }
}

function renderer(parts: readonly Part[]): Template {
  const [first] = parts
  if (parts.length === 1 && first) return (levels, payload) => textOf(first, levels, payload)
  return (levels, payload) => {
    let text = ''
    for (const part of parts) {
      const piece = textOf(part, levels, payload)
      if (piece === undefined) return undefined
      text += piece
    }
    return text
  }
}

function textOf(part: Part, levels: readonly string[], payload: unknown): string | undefined {
  if ('literal' in part) return part.literal
  if ('level' in part) return levels[part.level]
  const value = part.path(payload)
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value)
    default:
      return value instanceof Number ? String(value) : undefined
  }
}
