import type { RequestOutput } from '../../../../shared/api/contract.ts'
import type { OpcuaConnectorConfig, OpcuaRuleConfig } from '../../../../shared/config/opcua.ts'
import { inWords } from '../../../../shared/said/said.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import type { IndexTable } from './index-table.ts'
import { takenBy } from './rules.ts'
import { type Expansion, expandRules } from './select-expand.ts'
import { expandFromIndex } from './select-index.ts'
import { type CompiledRule, compileRule } from './select-pattern.ts'
import type { SessionAccess } from './session-access.ts'

type Preview = RequestOutput<'opcua.previewRule'>

/** What a rule finds now, with what collides and what nearly matches; at most `limit` rows. Nothing is collected. */
export async function previewRule(
  access: SessionAccess,
  config: Pick<OpcuaConnectorConfig, 'devices'>,
  rule: OpcuaRuleConfig,
  limit: number,
  signal: AbortSignal,
): Promise<Preview> {
  const compiled = compiledRule(rule)
  return previewOf(await expandRules(access, [compiled], takenBy(config), signal), limit)
}

/** The same by the index, at once; undefined where the index can not say. */
export async function previewFromIndex(
  table: IndexTable,
  config: Pick<OpcuaConnectorConfig, 'devices'>,
  rule: OpcuaRuleConfig,
  limit: number,
  signal: AbortSignal,
): Promise<Preview | undefined> {
  const expansion = await expandFromIndex(table, compiledRule(rule), takenBy(config), limit, signal)
  return expansion && previewOf(expansion, limit)
}

function compiledRule(rule: OpcuaRuleConfig): CompiledRule {
  const compiled = compileRule(rule)
  if (compiled.ok) return compiled.value
  throw new GatewayError('CONFIG_INVALID', `The rule "${rule.name}": ${compiled.problem}`, {
    retry: 'after-config-change',
    hint: 'Correct the rule.',
  })
}

function previewOf({ matches, reports, truncated }: Expansion, limit: number): Preview {
  const [report] = reports
  return {
    devices: report?.devices ?? 0,
    keys: report?.keys ?? 0,
    truncated,
    ...inWords({ problems: report?.problems ?? [] }),
    nearMisses: [...(report?.nearMisses ?? [])],
    rows: matches.slice(0, limit).map(({ device, key, path }) => ({ device, key: key.key, path, node: key.node })),
  }
}
