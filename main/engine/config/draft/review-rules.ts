import type { ConnectorConfig } from '../../../../shared/config/gateway.ts'
import { isSame } from '../../../../shared/config/identity.ts'
import type { OpcuaConnectorConfig, OpcuaRuleConfig } from '../../../../shared/config/opcua.ts'
import { type ReviewParts, within } from './review-questions.ts'

// What new and changed selection rules find on their servers.

export interface RuleAnswer {
  readonly source: string
  readonly rule: string
  /** Undefined: not asked, or no answer in time. */
  readonly found: { readonly devices: number; readonly keys: number; readonly problems: readonly string[] } | undefined
}

/** Browsed for one source in one review; each may walk far over the server. */
const ruleLimit = 10

export async function askRules(
  source: ConnectorConfig,
  before: ConnectorConfig | undefined,
  parts: ReviewParts,
  signal: AbortSignal,
): Promise<RuleAnswer[]> {
  if (source.type !== 'opcua') return []
  const known = before?.type === 'opcua' && before.endpointUrl === source.endpointUrl ? before.rules : []
  const changed = source.rules.filter((rule) => !known.some((old) => isSame(old, rule)))
  const answers: RuleAnswer[] = []
  for (const [i, rule] of changed.entries()) {
    const found = i < ruleLimit ? await askRule(source, rule, parts, signal) : undefined
    answers.push({ source: source.name, rule: rule.name, found })
  }
  return answers
}

/** Why a server does not answer is said once, by the check of its source. */
async function askRule(
  source: OpcuaConnectorConfig,
  rule: OpcuaRuleConfig,
  parts: ReviewParts,
  signal: AbortSignal,
): Promise<RuleAnswer['found']> {
  try {
    return await within(parts.previewRule(source, rule, signal), signal)
  } catch {
    return undefined
  }
}

/** One sentence and what it is about, for each that finds nothing or collides. */
export function ruleWords(answers: readonly RuleAnswer[]): {
  empty: number
  open: number
  keys: number
  about: string[]
} {
  const about: string[] = []
  let [empty, open, keys] = [0, 0, 0]
  for (const { source, rule, found } of answers) {
    const where = `${source} › rule ${rule}`
    if (!found) {
      open++
      about.push(`${where}: not asked for`)
      continue
    }
    keys += found.keys
    if (found.keys === 0) empty++
    if (found.keys === 0) about.push(`${where}: finds nothing`)
    for (const problem of found.problems) about.push(`${where}: ${problem}`)
  }
  return { empty, open, keys, about }
}
