import type { ConnectorConfig } from '../../../../shared/config/gateway.ts'
import { isSame } from '../../../../shared/config/identity.ts'
import type { OpcuaConnectorConfig, OpcuaRuleConfig } from '../../../../shared/config/opcua.ts'
import { type Said, said, sentencesOf } from '../../../../shared/said/said.ts'
import { type ReviewParts, type RuleFinds, within } from './review-questions.ts'

// What new and changed selection rules find on their servers.

export interface RuleAnswer {
  readonly source: string
  readonly rule: string
  /** Undefined: not asked, or no answer in time. */
  readonly found: RuleFinds | undefined
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
  about: Said[]
} {
  const about: Said[] = []
  let [empty, open, keys] = [0, 0, 0]
  for (const { source, rule, found } of answers) {
    const where = { source, rule }
    if (!found) {
      open++
      about.push(said('review.ruleNotAsked', where))
      continue
    }
    keys += found.keys
    if (found.keys === 0) empty++
    if (found.keys === 0) about.push(said('review.ruleEmpty', where))
    for (const problem of sentencesOf(found, 'problems')) about.push(said('review.ruleProblem', { ...where, problem }))
  }
  return { empty, open, keys, about }
}
