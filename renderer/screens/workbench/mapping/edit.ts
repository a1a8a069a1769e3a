import { errorWords } from '../../../i18n/en-codes.ts'
import { mappingText as text } from '../../../i18n/en-mapping.ts'
import { type DraftChange, editDraft } from '../../../stores/draft-store.ts'
import { usePane } from './pane-store.ts'

/** One command = one edit of the draft; what the engine refuses is said in the pane. True when it is in the draft. */
export async function edit(label: string, change: DraftChange): Promise<boolean> {
  usePane.setState({ notice: '' })
  const outcome = await editDraft(label, change)
  if (outcome.state === 'saved') return true
  usePane.setState({ notice: noticeOf(outcome) })
  return false
}

function noticeOf(outcome: Exclude<Awaited<ReturnType<typeof editDraft>>, { state: 'saved' }>): string {
  if (outcome.state === 'conflict') return text.conflict
  if (outcome.state === 'failed') return text.refused(errorWords(outcome.error))
  const [first] = outcome.problems
  return text.refused(first ? `${first.path} ${first.message}` : '')
}
