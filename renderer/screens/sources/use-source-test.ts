import { connectorSchema } from '../../../shared/config/gateway.ts'
import { request } from '../../api/client.ts'
import type { TestRun } from '../../forms/test-panel.tsx'
import { useTestRun } from '../../forms/use-test-run.ts'
import { type ConnectorDraft, markSource } from '../../stores/source-drafts.ts'

/** Tests the connection of a source with what is in its form; `tested` makes of it what is sent. */
export function useSourceTest<Draft extends ConnectorDraft>(
  draft: Draft,
  tested: (draft: Draft) => ConnectorDraft = (all) => all,
): TestRun {
  return useTestRun(draft, () => {
    markSource(draft.id, { attempted: true })
    const parsed = connectorSchema.safeParse(tested(draft))
    return parsed.success ? request('connector.test', { connector: parsed.data }) : undefined
  })
}
