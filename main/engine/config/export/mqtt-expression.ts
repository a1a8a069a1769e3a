import { jsonPath } from '../import/mqtt-expressions.ts'

// Our paths and templates as the expressions of the ThingsBoard gateway's MQTT connector: `$.a.b` is `${a.b}`, and a topic level
// is a regular expression with one group.

export type PathExpression = { readonly text: string } | { readonly problem: string }
export type TextExpression =
  | { readonly source: 'constant' | 'message' | 'topic'; readonly text: string }
  | { readonly problem: string }

/** `$.data.temp` as `data.temp`; a name with spaces only at the top. */
export function pathExpression(path: string): PathExpression {
  const steps = stepsOf(path)
  const problem = `It has no expression for ${path}.`
  if (!steps || typeof steps[0] !== 'string') return { problem }
  const isPlain = steps.every((step) => typeof step === 'number' || /^[A-Za-z_][\w-]*$/.test(step))
  const isTopName = steps.length === 1 && /^[\w:-]+( [\w:-]+)*$/.test(steps[0])
  if (!isPlain && !isTopName) return { problem }
  const text = steps.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('')
  const back = jsonPath(text)
  const isSame = 'text' in back && JSON.stringify(stepsOf(back.text)) === JSON.stringify(steps)
  return isSame ? { text } : { problem }
}

/** A device name or key. Text may stand around parts of the message, not around a topic level. */
export function textExpression(template: string, filter: string): TextExpression {
  if (template !== template.trim()) return { problem: 'Spaces at the ends of a name can not be written there.' }
  const parts = partsOf(template)
  if (!parts) return { problem: `It has no expression for ${template}.` }
  const placeholders = parts.filter((part) => 'inner' in part)
  const [first] = placeholders
  if (!first) return { source: 'constant', text: template }
  const level = /^topic\[(\d+)\]$/.exec(first.inner)?.[1]
  if (level !== undefined) {
    if (parts.length > 1) return { problem: 'It takes one level of the topic and nothing beside it.' }
    return levelExpression(Number(level), filter)
  }
  let text = ''
  for (const part of parts) {
    const path = 'inner' in part ? pathExpression(part.inner) : undefined
    if (path && 'problem' in path) return path
    text += path ? `\${${path.text}}` : 'literal' in part ? part.literal : ''
  }
  return { source: 'message', text }
}

/** The whole topic with a group where the level is: Python searches, and takes the last group. */
function levelExpression(level: number, filter: string): TextExpression {
  const all = filter.split('/')
  const levels = all.slice(all[0] === '$share' ? 2 : 0)
  if (level >= levels.length) return { problem: `Topics of ${filter} need not have a level ${level}.` }
  const names = levels.map((name, i) => {
    const any = name === '+' || name === '#'
    const pattern = any ? '[^/]+' : name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return i === level ? `(${pattern})` : pattern
  })
  const isOpen = levels.at(-1) === '#'
  return { source: 'topic', text: `^${names.join('/')}${isOpen ? '(?:/.*)?' : ''}$` }
}

type TemplatePart = { readonly literal: string } | { readonly inner: string }

/** Undefined when there is a placeholder that is not closed, or one with braces in it. */
function partsOf(template: string): TemplatePart[] | undefined {
  const pieces = template.split(/\$\{([^{}]*)\}/)
  const parts = pieces.map((piece, i): TemplatePart => (i % 2 === 0 ? { literal: piece } : { inner: piece }))
  if (parts.some((part) => 'literal' in part && part.literal.includes('${'))) return undefined
  return parts.filter((part) => 'inner' in part || part.literal !== '')
}

const step = /\.([^.[\]'"\s]+)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y

/** Members and positions a path walks through; undefined when it is none. */
function stepsOf(path: string): (string | number)[] | undefined {
  if (path[0] !== '$') return undefined
  const steps: (string | number)[] = []
  step.lastIndex = 1
  while (step.lastIndex < path.length) {
    const found = step.exec(path)
    if (!found) return undefined
    const [, dotted, index, single, double] = found
    steps.push(index === undefined ? (dotted ?? (single ?? double ?? '').replace(/\\(.)/g, '$1')) : Number(index))
  }
  return steps
}
