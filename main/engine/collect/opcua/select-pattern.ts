import { RE2JS } from 're2js'
import type { OpcuaRuleConfig } from '../../../../shared/config/opcua.ts'

// What a selection rule means, without a server: patterns over browse paths and templates for names. Pure; every match takes
// linear time, whoever wrote the pattern.

/** A problem in the text of a rule, as a sentence that goes on from the name of the field. */
export type Compiled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** Browse names from below Root: `['Objects', 'Line1']`. */
export type Path = readonly string[]

export interface PathPattern {
  matches(path: Path): boolean
  /** False when nothing below `path` can match: the walk does not go there. */
  mayMatchBelow(path: Path): boolean
  /** It matches but for one name: a typing error, or the neighbour of what was meant. */
  nearlyMatches(path: Path): boolean
  /** The one number of levels that can nearly match; undefined = any, 0 = none. */
  readonly nearDepth: number | undefined
  /** Whatever the path is, it matches. */
  readonly takesAll: boolean
  /** The same question level by level, for those who look at parents before their children. */
  readonly steps?: PathSteps
}

/** All ways a path can be read so far are one number. */
export interface PathSteps {
  readonly start: number
  next(state: number, name: string): number
  isMatch(state: number): boolean
  mayGoOn(state: number): boolean
}

/** One bit for each level of a pattern, and one for its end. */
const stepsLimit = 30

const anyDepth = '**'

/** `*` any characters, `?` one, `**` any number of levels; everything else stands for itself. A leading `/` says nothing. */
export function compileGlob(text: string): Compiled<PathPattern> {
  const segments = text.replace(/^\//, '').split('/')
  if (segments.some((s) => s === ''))
    return { ok: false, problem: 'has an empty level (two / in a row, or one at the end)' }
  return { ok: true, value: globOf(segments) }
}

function globOf(segments: readonly string[]): PathPattern {
  /** Numbers of pattern levels that the path leaves open: all ways the path can be read at once. */
  const reach = (path: Path): Set<number> => {
    let states = closure(new Set([0]), segments)
    for (const name of path) {
      const next = new Set<number>()
      for (const state of states) {
        const segment = segments[state]
        if (segment === undefined) continue
        if (segment === anyDepth) next.add(state)
        else if (matchesName(segment, name)) next.add(state + 1)
      }
      states = closure(next, segments)
      if (states.size === 0) break
    }
    return states
  }
  // What most rules say of their keys, asked once per variable.
  const takesAll = segments.every((segment) => segment === anyDepth)
  return {
    takesAll,
    nearDepth: segments.includes(anyDepth) ? 0 : segments.length,
    ...(segments.length <= stepsLimit ? { steps: stepsOf(segments) } : {}),
    matches: (path) => takesAll || reach(path).has(segments.length),
    mayMatchBelow: (path) => [...reach(path)].some((state) => state < segments.length),
    nearlyMatches: (path) => {
      if (path.length !== segments.length || segments.includes(anyDepth)) return false
      const wrong = segments.flatMap((segment, i) => (matchesName(segment, path[i]!) ? [] : [i]))
      const [at] = wrong
      return wrong.length === 1 && at !== undefined && isSimilar(segments[at]!, path[at]!)
    },
  }
}

function stepsOf(segments: readonly string[]): PathSteps {
  const end = 1 << segments.length
  const closed = (state: number): number => {
    let all = state
    for (const [i, segment] of segments.entries()) if (segment === anyDepth && all & (1 << i)) all |= 1 << (i + 1)
    return all
  }
  return {
    start: closed(1),
    next: (state, name) => {
      let next = 0
      for (const [i, segment] of segments.entries()) {
        if (!(state & (1 << i))) continue
        if (segment === anyDepth) next |= 1 << i
        else if (matchesName(segment, name)) next |= 1 << (i + 1)
      }
      return closed(next)
    },
    isMatch: (state) => (state & end) !== 0,
    mayGoOn: (state) => (state & (end - 1)) !== 0,
  }
}

/** `**` may also stand for no level at all. */
function closure(states: Set<number>, segments: readonly string[]): Set<number> {
  for (const state of states) if (segments[state] === anyDepth) states.add(state + 1)
  return states
}

/** Greedy with one point to go back to: at most pattern × name steps. */
export function matchesName(pattern: string, name: string): boolean {
  let p = 0
  let n = 0
  let star = -1
  let mark = 0
  while (n < name.length) {
    const c = pattern[p]
    if (c === '*') {
      star = p++
      mark = n
    } else if (p < pattern.length && (c === '?' || c === name[n])) {
      p++
      n++
    } else if (star >= 0) {
      p = star + 1
      n = ++mark
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** Only upper and lower case differ, or the literal beginning of the pattern is there and the rest is not. */
function isSimilar(pattern: string, name: string): boolean {
  if (matchesName(pattern.toLowerCase(), name.toLowerCase())) return true
  const literal = pattern.split(/[*?]/)[0] ?? ''
  return literal.length >= 2 && name.toLowerCase().startsWith(literal.slice(0, -1).toLowerCase())
}

/** RE2 syntax over the whole path, `/Objects/Line1/M01`. */
export function compileRegex(text: string): Compiled<PathPattern> {
  try {
    const exact = RE2JS.compile(text)
    const anyCase = RE2JS.compile(text, RE2JS.CASE_INSENSITIVE)
    return {
      ok: true,
      value: {
        takesAll: false,
        nearDepth: undefined,
        matches: (path) => exact.matches(textOf(path)),
        mayMatchBelow: () => true,
        nearlyMatches: (path) => anyCase.matches(textOf(path)),
      },
    }
  } catch (error) {
    return {
      ok: false,
      problem: `is not a regular expression (RE2): ${error instanceof Error ? error.message : error}`,
    }
  }
}

function textOf(path: Path): string {
  return `/${path.join('/')}`
}

/** What the placeholders of a rule stand for. */
interface TemplateValues {
  readonly path: Path
  readonly browseName: string
  readonly displayName: string
  /** Key templates: names from below the selected node. */
  readonly relative: Path
}

/** Undefined when the path is too short for one of the placeholders. */
export type RuleTemplate = (values: TemplateValues) => string | undefined

/** `${path[1]}`, `${path[-1]}`, `${relative[0]}`, `${browseName}`, `${displayName}`; everything else stands for itself. */
export function compileRuleTemplate(text: string): Compiled<RuleTemplate> {
  const parts: RuleTemplate[] = []
  let at = 0
  for (const match of text.matchAll(/\$\{([^}]*)\}?/g)) {
    if (!match[0].endsWith('}')) return { ok: false, problem: 'has a ${ without closing }' }
    const part = placeholder(match[1] ?? '')
    if (!part) {
      const known = '${path[0]}, ${relative[0]}, ${browseName} and ${displayName}'
      return { ok: false, problem: `knows no ${match[0]}; there are ${known}` }
    }
    const literal = text.slice(at, match.index)
    parts.push(() => literal, part)
    at = match.index + match[0].length
  }
  const rest = text.slice(at)
  parts.push(() => rest)
  return {
    ok: true,
    value: (values) => {
      let result = ''
      for (const part of parts) {
        const piece = part(values)
        if (piece === undefined) return undefined
        result += piece
      }
      return result
    },
  }
}

function placeholder(text: string): RuleTemplate | undefined {
  if (text === 'browseName') return (values) => values.browseName
  if (text === 'displayName') return (values) => values.displayName
  const match = /^(path|relative)\[(-?\d{1,3})\]$/.exec(text)
  if (!match) return undefined
  const list = match[1] as 'path' | 'relative'
  const index = Number(match[2])
  return (values) => values[list].at(index)
}

type Selection =
  | { readonly kind: 'path'; readonly pattern: PathPattern }
  | { readonly kind: 'type'; readonly type: string; readonly below: string }

export interface CompiledRule {
  readonly config: OpcuaRuleConfig
  readonly selection: Selection
  readonly device: RuleTemplate
  readonly keys: readonly CompiledRuleKey[]
}

export interface CompiledRuleKey {
  readonly config: OpcuaRuleConfig['keys'][number]
  /** Over names from below the selected node; undefined = the node itself. */
  readonly pattern: PathPattern | undefined
  /** Properties (EURange and the like) are keys only where they are asked for by name. */
  readonly wantsProperties: boolean
  readonly key: RuleTemplate
}

/** The first problem says in which field it is: `keys[0].path has …`. */
export function compileRule(config: OpcuaRuleConfig): Compiled<CompiledRule> {
  const { select } = config
  const selection: Compiled<Selection> =
    'type' in select
      ? { ok: true, value: { kind: 'type', type: select.type, below: select.below } }
      : patternOf('path' in select ? compileGlob(select.path) : compileRegex(select.regex))
  if (!selection.ok) return { ok: false, problem: `select.${'path' in select ? 'path' : 'regex'} ${selection.problem}` }
  const device = compileRuleTemplate(config.device)
  if (!device.ok) return { ok: false, problem: `device ${device.problem}` }
  const keys: CompiledRuleKey[] = []
  for (const [i, key] of config.keys.entries()) {
    const template = compileRuleTemplate(key.key)
    if (!template.ok) return { ok: false, problem: `keys[${i}].key ${template.problem}` }
    const pattern = key.path === '.' ? undefined : compileGlob(key.path)
    if (pattern && !pattern.ok) return { ok: false, problem: `keys[${i}].path ${pattern.problem}` }
    const last = key.path.split('/').at(-1) ?? ''
    keys.push({ config: key, pattern: pattern?.value, wantsProperties: !/[*?]/.test(last), key: template.value })
  }
  return { ok: true, value: { config, selection: selection.value, device: device.value, keys } }
}

function patternOf(pattern: Compiled<PathPattern>): Compiled<Selection> {
  return pattern.ok ? { ok: true, value: { kind: 'path', pattern: pattern.value } } : pattern
}
