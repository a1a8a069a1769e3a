import { loadConfig, useConfig } from './config-store.ts'
import { followDraft, useDraft } from './draft-store.ts'

/**
 * Something else runs: applied here, in another window, or a file that was changed. What was applied is the draft, which this
 * window has already; everything else is read. The same revision needs no second reading.
 */
export async function followRunning(revision: number): Promise<void> {
  if (revision === useConfig.getState().revision) return
  const config = await followDraft()
  if (config && useDraft.getState().state?.changes === 0) useConfig.setState({ config, revision, error: undefined })
  else await loadConfig()
}
