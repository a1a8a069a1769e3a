import type { RuleDraft } from '../../sources/rule-editor.tsx'

// Small repairs of a selection rule: what it nearly took, and what it takes twice. Pure.

/** The rule's pattern, widened by as little as lets it take `path` too: one level of the pattern. Undefined: can not. */
export function including(rule: RuleDraft, path: string): RuleDraft | undefined {
  if (!('path' in rule.select)) return undefined
  const levels = rule.select.path.replace(/^\//, '').split('/')
  const names = path.replace(/^\//, '').split('/')
  if (levels.length !== names.length) return undefined
  const widened = levels.map((level, at) => (fits(level, names[at] ?? '') ? level : joint(level, names[at] ?? '')))
  return { ...rule, select: { path: widened.join('/') } }
}

/** What two names have in common at both ends, with `*` between: `M??` and `Motor_1` → `M*`. */
function joint(pattern: string, name: string): string {
  let start = 0
  while (start < Math.min(pattern.length, name.length) && pattern[start] === name[start]) start += 1
  const restOfPattern = pattern.slice(start)
  const restOfName = name.slice(start)
  let end = 0
  while (
    end < Math.min(restOfPattern.length, restOfName.length) &&
    restOfPattern.at(-1 - end) === restOfName.at(-1 - end)
  )
    end += 1
  return `${pattern.slice(0, start)}*${end === 0 ? '' : pattern.slice(-end)}`
}

function fits(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 'u').test(name)
}

/** The nearest open level above the node that the device name does not use yet; adding it tells equal names apart. */
export function distinguishing(rule: RuleDraft): { readonly level: string; readonly rule: RuleDraft } | undefined {
  const device = rule.device ?? '${browseName}'
  const open = openLevels(rule)
  const level = open.toReversed().find((one) => !device.includes(one))
  return level === undefined ? undefined : { level, rule: { ...rule, device: `${level}-${device}` } }
}

function openLevels(rule: RuleDraft): string[] {
  if (!('path' in rule.select)) return ['${path[-2]}']
  const levels = rule.select.path.replace(/^\//, '').split('/')
  const open = levels.slice(0, -1).flatMap((level, at) => (/[*?]/.test(level) ? [`\${path[${at}]}`] : []))
  return open.length > 0 ? open : ['${path[-2]}']
}
