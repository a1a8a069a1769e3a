import type { ConfigProblem, ConnectorConfig, GatewayConfig } from '../../../shared/config/gateway.ts'
import { connectorSchema } from '../../../shared/config/gateway.ts'
import { isSame } from '../../../shared/config/identity.ts'
import { relativeTo } from '../../forms/problems.ts'
import { draftText } from '../../i18n/en-draft.ts'
import { useConfig } from '../../stores/config-store.ts'
import { type EditOutcome, editDraft, useDraft } from '../../stores/draft-store.ts'
import { discardSource, draftOf, markSource } from '../../stores/source-drafts.ts'
import { tellOutcome } from '../../stores/tell.ts'

const { labels } = draftText

/**
 * Adds one source to the draft as it is in the form. Only an edit of the same source by somebody else is a conflict to ask
 * about; others merge by themselves. `force` is the operator's "put mine over it".
 */
export async function saveSource(id: string, force = false): Promise<void> {
  const edit = draftOf(id)
  if (!edit) return
  const parsed = connectorSchema.safeParse(edit.draft)
  markSource(id, { attempted: true, error: undefined, conflict: false })
  if (!parsed.success) return
  const { base } = edit
  const fits = (config: GatewayConfig): boolean => force || isSame(connectorIn(config, id), base)
  const { config } = useDraft.getState()
  if (!config || !fits(config)) return markSource(id, { conflict: true })
  const label = (base ? labels.change : labels.add)(parsed.data.name)
  const outcome = await editDraft(label, (current) => {
    if (!fits(current)) throw new Error('the source was edited by somebody else')
    return withSource(current, parsed.data)
  })
  accept(id, outcome)
}

function accept(id: string, outcome: EditOutcome): void {
  if (outcome.state === 'saved') discardSource(id)
  else if (outcome.state === 'conflict') markSource(id, { conflict: true })
  else if (outcome.state === 'failed') markSource(id, { error: outcome.error })
  else markSource(id, { refused: ownProblems(id, outcome.problems) })
}

function ownProblems(id: string, problems: readonly ConfigProblem[]): ConfigProblem[] {
  const connectors = useDraft.getState().config?.connectors ?? []
  const at = connectors.findIndex((c) => c.id === id)
  return relativeTo(`connectors[${at < 0 ? connectors.length : at}]`, problems)
}

export async function removeSource(id: string): Promise<void> {
  discardSource(id)
  const connector = connectorIn(useDraft.getState().config, id)
  if (!connector) return
  const label = labels.remove(connector.name)
  const outcome = await editDraft(label, (config) => ({
    ...config,
    connectors: config.connectors.filter((c) => c.id !== id),
  }))
  tellOutcome(label, outcome)
}

export async function setSourceEnabled(id: string, enabled: boolean): Promise<void> {
  const connector = connectorIn(useDraft.getState().config, id)
  if (!connector) return
  const label = (enabled ? labels.enable : labels.disable)(connector.name)
  const outcome = await editDraft(label, (config) => ({
    ...config,
    connectors: config.connectors.map((c) => (c.id === id ? { ...c, enabled } : c)),
  }))
  tellOutcome(label, outcome)
}

/** The source as it runs comes back into the draft, where it stood; one that does not run leaves the draft. */
export async function revertSource(id: string): Promise<void> {
  discardSource(id)
  const running = useConfig.getState().config?.connectors ?? []
  const at = running.findIndex((c) => c.id === id)
  const source = running[at]
  const name = source?.name ?? connectorIn(useDraft.getState().config, id)?.name ?? id
  const label = labels.revert(name)
  const outcome = await editDraft(label, (config) => {
    if (!source) return { ...config, connectors: config.connectors.filter((c) => c.id !== id) }
    if (connectorIn(config, id)) return withSource(config, source)
    return { ...config, connectors: config.connectors.toSpliced(at, 0, source) }
  })
  tellOutcome(label, outcome)
}

function connectorIn(config: GatewayConfig | undefined, id: string): ConnectorConfig | undefined {
  return config?.connectors.find((c) => c.id === id)
}

function withSource(config: GatewayConfig, connector: ConnectorConfig): GatewayConfig {
  const known = config.connectors.some((c) => c.id === connector.id)
  const connectors = known
    ? config.connectors.map((c) => (c.id === connector.id ? connector : c))
    : [...config.connectors, connector]
  return { ...config, connectors }
}
