import type { RequestOutput } from '../../../../shared/api/contract.ts'
import type { OpcuaConnectorConfig, OpcuaRuleConfig } from '../../../../shared/config/opcua.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import { takenBy } from './rules.ts'
import { expandRules } from './select-expand.ts'
import { compileRule } from './select-pattern.ts'
import type { SessionAccess } from './session-access.ts'

/** What a rule finds now, with what collides and what nearly matches; at most `limit` rows. Nothing is collected. */
export async function previewRule(
  access: SessionAccess,
  config: Pick<OpcuaConnectorConfig, 'devices'>,
  rule: OpcuaRuleConfig,
  limit: number,
  signal: AbortSignal,
): Promise<RequestOutput<'opcua.previewRule'>> {
  const compiled = compileRule(rule)
  if (!compiled.ok) {
    throw new GatewayError('CONFIG_INVALID', `The rule "${rule.name}": ${compiled.problem}`, {
      retry: 'after-config-change',
      hint: 'Correct the rule.',
    })
  }
  const { matches, reports, truncated } = await expandRules(access, [compiled.value], takenBy(config), signal)
  const [report] = reports
  return {
    devices: report?.devices ?? 0,
    keys: report?.keys ?? 0,
    truncated,
    problems: [...(report?.problems ?? [])],
    nearMisses: [...(report?.nearMisses ?? [])],
    rows: matches.slice(0, limit).map(({ device, key, path }) => ({ device, key: key.key, path, node: key.node })),
  }
}
