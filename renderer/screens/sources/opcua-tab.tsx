import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import type { Problems } from '../../forms/problems.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { OpcuaConnection } from './opcua-connection.tsx'
import { OpcuaEvents } from './opcua-events.tsx'
import { OpcuaKeys } from './opcua-keys.tsx'
import { OpcuaRules } from './opcua-rules.tsx'
import { OpcuaTags } from './opcua-tags.tsx'

interface Props {
  readonly tab: string
  readonly draft: OpcuaDraft
  /** In the draft. */
  readonly saved: ConnectorConfig | undefined
  /** As it runs: only that one can be asked by its id. */
  readonly running: ConnectorConfig | undefined
  readonly problems: Problems
  readonly change: (change: (draft: OpcuaDraft) => OpcuaDraft) => void
}

/** One tab of an OPC UA source. */
export function OpcuaTab(props: Props) {
  const { draft, saved, running, problems, change } = props
  switch (props.tab) {
    case 'devices':
      return <OpcuaKeys draft={draft} saved={running} problems={problems} change={change} />
    case 'rules':
      return <OpcuaRules draft={draft} saved={running} problems={problems} change={change} />
    case 'events':
      return <OpcuaEvents draft={draft} saved={running} problems={problems} change={change} />
    case 'tags':
      return <OpcuaTags id={draft.id} isSaved={running !== undefined} />
    default:
      return <OpcuaConnection draft={draft} saved={saved} problems={problems} change={change} />
  }
}
