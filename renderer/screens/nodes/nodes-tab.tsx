import { useState } from 'react'
import type { OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import { request } from '../../api/client.ts'
import { Empty } from '../../components/empty.tsx'
import { nodesText } from '../../i18n/en-nodes.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { connectionOf, opcuaTarget } from '../sources/opcua-target.ts'
import { NodeControl } from './node-control.tsx'
import { NodeDetailsPanel } from './node-details.tsx'
import { NodeFinder } from './node-finder.tsx'
import { NodeTree } from './node-tree.ts'
import { useLooking } from './use-looking.ts'

interface Props {
  readonly draft: OpcuaDraft
  readonly saved: ConnectorConfig | undefined
  readonly edited: boolean
  readonly change: (change: (draft: OpcuaDraft) => OpcuaDraft) => void
}

/** The server as it is: every node with all about it, and the place to write and call by hand. */
export function NodesTab({ draft, saved, edited, change }: Props) {
  const target = opcuaTarget(draft, saved)
  if (!target) return <Empty title={nodesText.title}>{nodesText.incomplete}</Empty>
  // Another target is another server: tree and trail begin anew.
  return (
    <Nodes
      key={'connectorId' in target ? target.connectorId : connectionOf(target.connector)}
      target={target}
      edited={edited}
      change={change}
    />
  )
}

function Nodes(props: Omit<Props, 'draft' | 'saved'> & { readonly target: OpcuaTarget }) {
  const { edited, change } = props
  const [target] = useState(props.target)
  const [tree] = useState(() => new NodeTree((nodeId) => request('opcua.browse', { target, nodeId })))
  const looking = useLooking(tree)
  return (
    <div className="nodes-tab">
      <NodeFinder
        target={target}
        tree={tree}
        purpose="look"
        looked={looking.nodeId}
        revealed={looking.revealed}
        onLook={looking.look}
      />
      <NodeDetailsPanel
        target={target}
        nodeId={looking.nodeId}
        onTravel={looking.look}
        onBack={looking.back}
        onReveal={looking.reveal}
        notInTree={looking.notInTree}
        control={(details, reread) => (
          <NodeControl
            target={target}
            details={details}
            edited={edited}
            reread={reread}
            onAllow={() => change((draft) => allowing(draft, details.nodeId, details.method !== undefined))}
          />
        )}
      />
    </div>
  )
}

function allowing(draft: OpcuaDraft, nodeId: string, isMethod: boolean): OpcuaDraft {
  const list = isMethod ? 'callable' : 'writable'
  const present = draft[list] ?? []
  return present.includes(nodeId) ? draft : { ...draft, [list]: [...present, nodeId] }
}
