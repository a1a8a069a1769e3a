import { thingsboardSchema } from '../../../shared/config/thingsboard.ts'
import { relativeTo } from '../../forms/problems.ts'
import { saveConfig, useConfig } from '../../stores/config-store.ts'
import { discardThingsboard, markThingsboard, useThingsboardDraft } from '../../stores/thingsboard-draft.ts'

/** As with sources: only a change of this very part by somebody else is a question for the operator. */
export async function saveThingsboard(force = false): Promise<void> {
  const { draft, base } = useThingsboardDraft.getState()
  if (!draft) return
  markThingsboard({ attempted: true, error: undefined, conflict: false })
  const parsed = thingsboardSchema.safeParse(draft)
  if (!parsed.success) return
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const current = useConfig.getState().config?.thingsboard
    if (!force && JSON.stringify(current) !== JSON.stringify(base)) return markThingsboard({ conflict: true })
    const outcome = await saveConfig((config) => ({ ...config, thingsboard: parsed.data }))
    if (outcome.state === 'conflict') continue
    if (outcome.state === 'saved') return discardThingsboard()
    if (outcome.state === 'failed') return markThingsboard({ error: outcome.error })
    return markThingsboard({ refused: relativeTo('thingsboard', outcome.problems) })
  }
  markThingsboard({ conflict: true })
}
