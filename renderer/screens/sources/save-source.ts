import type { ConfigProblem, ConnectorConfig, GatewayConfig } from '../../../shared/config/gateway.ts'
import { connectorSchema } from '../../../shared/config/gateway.ts'
import { relativeTo } from '../../forms/problems.ts'
import { type SaveOutcome, saveConfig, useConfig } from '../../stores/config-store.ts'
import { discardSource, draftOf, markSource } from '../../stores/source-drafts.ts'

/**
 * Saves one source on top of the newest configuration this window knows. `force` is the operator's "save mine over it".
 * Only a change of the same source by somebody else is a conflict to ask about; others merge by themselves.
 */
export async function saveSource(id: string, force = false): Promise<void> {
  const edit = draftOf(id)
  if (!edit) return
  const parsed = connectorSchema.safeParse(edit.draft)
  markSource(id, { attempted: true, error: undefined, conflict: false })
  if (!parsed.success) return
  const base = edit.base
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const current = useConfig.getState().config?.connectors.find((c) => c.id === id)
    if (!force && !same(current, base)) return markSource(id, { conflict: true })
    const outcome = await saveConfig((config) => withSource(config, parsed.data))
    if (outcome.state !== 'conflict') return accept(id, outcome)
  }
  markSource(id, { conflict: true })
}

function accept(id: string, outcome: Exclude<SaveOutcome, { state: 'conflict' }>): void {
  if (outcome.state === 'saved') discardSource(id)
  else if (outcome.state === 'failed') markSource(id, { error: outcome.error })
  else markSource(id, { refused: ownProblems(id, outcome.problems) })
}

function ownProblems(id: string, problems: readonly ConfigProblem[]): ConfigProblem[] {
  const connectors = useConfig.getState().config?.connectors ?? []
  const at = connectors.findIndex((c) => c.id === id)
  return relativeTo(`connectors[${at < 0 ? connectors.length : at}]`, problems)
}

function withSource(config: GatewayConfig, connector: ConnectorConfig): GatewayConfig {
  const known = config.connectors.some((c) => c.id === connector.id)
  const connectors = known
    ? config.connectors.map((c) => (c.id === connector.id ? connector : c))
    : [...config.connectors, connector]
  return { ...config, connectors }
}

/** Small, repeatable changes: on a conflict they are simply made again on the newer configuration. */
async function changeConfig(change: (config: GatewayConfig) => GatewayConfig): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if ((await saveConfig(change)).state !== 'conflict') return
  }
}

export async function removeSource(id: string): Promise<void> {
  discardSource(id)
  await changeConfig((config) => ({ ...config, connectors: config.connectors.filter((c) => c.id !== id) }))
}

export async function setSourceEnabled(id: string, enabled: boolean): Promise<void> {
  await changeConfig((config) => ({
    ...config,
    connectors: config.connectors.map((c) => (c.id === id ? { ...c, enabled } : c)),
  }))
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
