import { RE2JS } from 're2js'
import { said } from '../../../../shared/said/said.ts'
import { compileJsonPath } from '../../map/json-path.ts'
import type { Note } from './import-report.ts'

// Expressions of the ThingsBoard gateway's MQTT connector as ours: `${temp}` is `$.temp`, and a regular expression over the
// topic is the level it picks.

export type Translated = { readonly text: string } | { readonly problem: Note }

/** `${a.b}` or a bare path, alone: `$.a.b`. */
export function valuePath(text: string): Translated {
  const trimmed = text.trim()
  if (trimmed === '*' || trimmed === '${*}') return { text: '*' }
  const inner = /^\$\{([^{}]*)\}$/.exec(trimmed)?.[1]
  if (inner === undefined) {
    return trimmed.includes('${')
      ? { problem: 'Text around a value, or several values in one, is not supported.' }
      : {
          problem:
            'A constant is not a value of the message; set it as a server attribute of the device in ThingsBoard.',
        }
  }
  return jsonPath(inner)
}

/** Text with any number of `${…}`, as a template: `Device ${$.id}`. */
export function messageTemplate(text: string): Translated {
  let problem: Note | undefined
  const template = text.trim().replace(/\$\{([^{}]*)\}/g, (_, inner: string) => {
    const path = jsonPath(inner)
    if ('problem' in path) problem ??= path.problem
    return 'text' in path ? `\${${path.text}}` : ''
  })
  return problem === undefined ? { text: template } : { problem }
}

/** `temp`, `data.temp`, `data[0]['my key']`, `$.data.temp`. */
export function jsonPath(text: string): Translated {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed === '$') return { text: '$' }
  const path = trimmed.startsWith('$') ? trimmed : trimmed.startsWith('[') ? `$${trimmed}` : `$.${trimmed}`
  if (compileJsonPath(path).ok) return { text: path }
  // A member whose name has spaces, colons or the like.
  const quoted = `$['${trimmed.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}']`
  const isPlainName = !/^\$|[[\]*?@]|\.\./.test(trimmed)
  if (isPlainName && compileJsonPath(quoted).ok) return { text: quoted }
  return { problem: said('import.pathUnsupported', { path: trimmed }) }
}

/** Topics themselves are no longer. Longer patterns are made to take time. */
const expressionLimit = 1024

/** A level that no topic has, so that what a pattern picks can be told. */
const marker = (level: number): string => `lvl${level}x`

/**
 * The level (or levels) a regular expression picks from topics of this filter. It is tried on a made-up topic, in linear time;
 * look-behind and look-ahead at its ends, which people copy from the samples, are understood.
 */
export function topicTemplate(expression: string, filter: string): Translated {
  const text = expression.trim()
  if (text.length > expressionLimit) return { problem: said('import.patternTooLong', { characters: expressionLimit }) }
  const levels = filter.split('/')
  const first = levels[0] === '$share' ? 2 : 0
  const names = levels.slice(first).map((level, i) => (level === '+' || level === '#' ? marker(i) : level))
  const picked = pick(text, names.join('/'))
  if (picked === undefined)
    return { problem: 'This pattern finds nothing in topics of this filter, or does not run in bounded time (RE2).' }
  if (picked === '') return { problem: 'This pattern finds an empty text in topics of this filter.' }
  return { text: asLevels(picked, names) }
}

/** What Python's search gives: the last group if there is one, else the match. */
function pick(expression: string, topic: string): string | undefined {
  const around = /^(?:\(\?<=((?:[^()\\]|\\.)*)\))?(.*?)(?:\(\?=((?:[^()\\]|\\.|\([^()]*\))*)\))?$/s.exec(expression)
  const [, before, middle = '', after] = around ?? []
  const hasAround = before !== undefined || after !== undefined
  const pattern = hasAround ? `(?:${before ?? ''})(${middle})(?:${after ?? ''})` : expression
  try {
    const matcher = RE2JS.compile(pattern).matcher(topic)
    if (!matcher.find()) return undefined
    const groups = matcher.groupCount()
    return (groups === 0 ? matcher.group() : matcher.group(hasAround && groups === 1 ? 1 : groups)) ?? undefined
  } catch {
    return undefined
  }
}

/** `lvl1x` is `${topic[1]}`; what stands in the filter stays text. */
function asLevels(picked: string, names: readonly string[]): string {
  const at = names.indexOf(picked)
  if (at >= 0) return `\${topic[${at}]}`
  let text = picked
  names.forEach((name, i) => {
    if (name === marker(i)) text = text.replaceAll(name, `\${topic[${i}]}`)
  })
  return text
}
