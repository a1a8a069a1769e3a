import { type ConfigProblem, type ConnectorConfig, connectorSchema } from '../../../shared/config/gateway.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { welcomeText as text } from '../../i18n/en-welcome.ts'
import { applyDraft } from '../../stores/apply-draft.ts'
import { editDraft, useDraft } from '../../stores/draft-store.ts'
import { useStatus } from '../../stores/status-store.ts'
import { withSource } from './keep-machine.ts'
import { isTicked, setSetup, useSetup } from './setup-store.ts'

export type GoOutcome =
  | { readonly state: 'applied' }
  | { readonly state: 'refused'; readonly problems: readonly ConfigProblem[] }
  | { readonly state: 'failed'; readonly error: ErrorReport }

/** The chosen data becomes a source of the draft, and the draft is put into service. */
export async function goLive(): Promise<GoOutcome> {
  const source = chosenSource()
  if (source) {
    const outcome = await editDraft(text.data.label(source.name), (config) => withSource(config, source))
    if (outcome.state === 'refused') return outcome
    if (outcome.state === 'failed') return outcome
    if (outcome.state === 'conflict') return { state: 'refused', problems: [] }
  }
  const revision = useDraft.getState().state?.revision ?? 0
  const appliedAt = useStatus.getState().status?.at ?? Date.now()
  const applied = await applyDraft({ revision, note: text.go.note, author: '', rollBack: false })
  if (applied.state === 'applied') setSetup({ appliedAt })
  return applied
}

function chosenSource(): ConnectorConfig | undefined {
  const setup = useSetup.getState()
  const parsed = connectorSchema.safeParse(setup.connector)
  if (!parsed.success) return undefined
  if (parsed.data.type === 'mqtt') {
    const topics = setup.topics.filter((one) => isTicked(setup, one)).flatMap(({ rules }) => rules)
    return { ...parsed.data, topics }
  }
  const chosen = setup.suggestions.filter((suggestion) => isTicked(setup, suggestion))
  return {
    ...parsed.data,
    devices: chosen.flatMap(({ explicit }) => explicit),
    rules: chosen.flatMap(({ rule }) => (rule ? [rule] : [])),
  }
}
