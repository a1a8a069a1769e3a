import { RE2JS } from 're2js'

// Node paths as the ThingsBoard gateway writes them: `Root\.Objects\.Line1\.M01`, in its older versions with a regular
// expression in every level, or a NodeId; with or without `${…}` around it.

export type NodeText =
  | { readonly kind: 'node'; readonly nodeId: string }
  /** From Root: the first level is Objects, Types or Views. */
  | { readonly kind: 'absolute'; readonly levels: readonly string[] }
  | { readonly kind: 'relative'; readonly levels: readonly string[] }
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'mixed'; readonly text: string }

const nodeIdText = /ns=\d+;[isgb]=[^}]+|^i=\d+$/
/** `${$DisplayName}` and the like. */
export const ownNames: Readonly<Record<string, 'browseName' | 'displayName'>> = {
  $BrowseName: 'browseName',
  $DisplayName: 'displayName',
}

export function parseNodeText(text: string): NodeText {
  const trimmed = text.trim()
  const wrapped = /^\$\{([^{}]*)\}$/.exec(trimmed)
  const inner = (wrapped?.[1] ?? trimmed).trim()
  const nodeId = nodeIdText.exec(inner)?.[0]
  if (nodeId !== undefined) {
    return nodeId === inner ? { kind: 'node', nodeId: nodeId.trim() } : { kind: 'mixed', text: trimmed }
  }
  if (!wrapped && trimmed.includes('${')) return { kind: 'mixed', text: trimmed }
  const levels = splitLevels(inner)
  if (levels[0] === 'Root') return { kind: 'absolute', levels: levels.slice(1) }
  if (wrapped) return { kind: 'relative', levels }
  return { kind: 'constant', text: trimmed }
}

/**
 * One or two backslashes and a dot part the levels; other escapes stay. Files without a backslash that begin with `Root.` mean
 * the same with plain dots.
 */
export function splitLevels(text: string): string[] {
  if (!text.includes('\\') && /^Root\.(Objects|Types|Views)\b/.test(text)) return text.split('.')
  const levels: string[] = []
  let level = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\') {
      level += text[i]
      continue
    }
    let slashes = 1
    while (text[i + slashes] === '\\') slashes++
    const next = text[i + slashes]
    if (next === '.') {
      levels.push(level)
      level = ''
      i += slashes
    } else {
      level += '\\'
      i += slashes - 1
    }
  }
  return [...levels, level].filter((name) => name !== '')
}

/** Whether somebody meant a pattern: only the older connector had them. */
export function isPattern(level: string): boolean {
  return /[\\^$.|?*+()[\]{}]/.test(level)
}

/** `/Objects/Line1/M01`; & escapes what separates levels. */
export function pathOf(levels: readonly string[]): string {
  return `/${levels.map((level) => level.replace(/[/&]/g, '&$&')).join('/')}`
}

/** Over the whole path, each level within its own: `/Objects/Line\d+/M[^/][^/]`. Undefined when it is no RE2. */
export function regexOf(levels: readonly string[]): string | undefined {
  const regex = `/${levels.map((level) => (isPattern(level) ? withinLevel(level) : level)).join('/')}`
  try {
    RE2JS.compile(regex)
    return regex
  } catch {
    return undefined
  }
}

/** A dot never means the separator. */
function withinLevel(level: string): string {
  let text = ''
  let inClass = false
  for (let i = 0; i < level.length; i++) {
    const c = level[i] ?? ''
    if (c === '\\') {
      text += c + (level[++i] ?? '')
      continue
    }
    if (c === '[') inClass = true
    else if (c === ']') inClass = false
    text += c === '.' && !inClass ? '[^/]' : c === '^' && !inClass ? '' : c === '$' ? '' : c
  }
  return text
}

/** Levels as a glob: `.*` is *, `.` is ?, `\d` is ?; undefined when the pattern says more than a glob can. */
export function globOf(levels: readonly string[]): { readonly glob: string; readonly isWider: boolean } | undefined {
  let isWider = false
  const parts: string[] = []
  for (const level of levels) {
    if (!isPattern(level)) {
      parts.push(level)
      continue
    }
    const glob = level
      .replace(/^\^|\$$/g, '')
      .replace(/(\\[dw]|\[[^\]]*\]|\.)\+/g, '\u0001\u0002')
      .replace(/(\\[dw]|\[[^\]]*\]|\.)\*/g, '\u0002')
      .replace(/\\[dw]|\[[^\]]*\]|\./g, '\u0001')
    if (isPattern(glob)) return undefined
    if (/\\[dw]|\[/.test(level)) isWider = true
    parts.push(glob.replaceAll('\u0001', '?').replaceAll('\u0002', '*'))
  }
  return { glob: parts.join('/'), isWider }
}
