import type { Problems } from '../../forms/problems.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'

/** What every part of the connection form gets. */
export interface PartProps {
  readonly draft: OpcuaDraft
  readonly problems: Problems
  readonly set: (patch: Partial<OpcuaDraft>) => void
}
