import type { ImportReport } from './import-report.ts'
import type { Part } from './source-text.ts'

// What keys of all connectors have in common: report strategies and types.

interface Report {
  onChange?: boolean
  atMostEveryMs?: number
  atLeastEveryMs?: number
}

const defaultPeriodMs = 10_000

/** Undefined = every value, which is also what ON_RECEIVED says. The nearest level that says something counts. */
export function reportOf(...levels: readonly Part[]): Report | undefined {
  const strategy = levels.find((level) => level.exists)
  if (!strategy) return undefined
  const period = Math.min(86_400_000, Math.max(100, Math.round(strategy.get('reportPeriod').number ?? defaultPeriodMs)))
  switch (strategy.get('type').text.toUpperCase()) {
    case 'ON_CHANGE':
      return { onChange: true }
    case 'ON_REPORT_PERIOD':
      return { atMostEveryMs: period, atLeastEveryMs: period }
    case 'ON_CHANGE_OR_REPORT_PERIOD':
      return { onChange: true, atLeastEveryMs: period }
    default:
      return undefined
  }
}

/** Says it once, where it stands; the keys below follow it. */
export function noteStrategy(strategy: Part, report: ImportReport): void {
  if (!strategy.exists) return
  const { text } = strategy.get('type')
  const known = /^(ON_RECEIVED|ON_CHANGE|ON_REPORT_PERIOD|ON_CHANGE_OR_REPORT_PERIOD)$/i.test(text)
  if (known) report.exact(strategy, text.toLowerCase().replaceAll('_', ' '), text)
  else report.unsupported(strategy, 'This report strategy is not known; every value is sent.', text)
}

const types: Readonly<Record<string, 'double' | 'integer' | 'boolean' | 'string'>> = {
  double: 'double',
  float: 'double',
  int: 'integer',
  integer: 'integer',
  long: 'integer',
  boolean: 'boolean',
  bool: 'boolean',
  string: 'string',
}

export function typeOf(part: Part): 'double' | 'integer' | 'boolean' | 'string' | undefined {
  const name = part.text.toLowerCase()
  return Object.hasOwn(types, name) ? types[name] : undefined
}

/** `Line 3 server` → `line-3-server`, and a number when it is taken. */
export function sourceId(name: string, taken: ReadonlySet<string>, fallback: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 34)
    .replace(/-+$/, '')
  const base = plain || fallback
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`
    if (!taken.has(id)) return id
  }
}
