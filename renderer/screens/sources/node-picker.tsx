import { Button, Modal, SegmentedControl } from '@mantine/core'
import { useMemo, useState, useSyncExternalStore } from 'react'
import type { NodeDetails, NodeRow, OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { request } from '../../api/client.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { nodesText } from '../../i18n/en-nodes.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { pathSegments } from '../nodes/node-address.ts'
import { NodeDetailsPanel } from '../nodes/node-details.tsx'
import { NodeFinder } from '../nodes/node-finder.tsx'
import { NodeTree, type TreeItem } from '../nodes/node-tree.ts'
import { useLooking } from '../nodes/use-looking.ts'
import {
  addProposals,
  collectedNodes,
  type Grouping,
  type PickedVariable,
  proposedDeviceName,
  proposeKeys,
} from './key-proposals.ts'
import { NodeSelection } from './node-selection.tsx'

const text = sourcesText.picker

/** Left the server's tree, right what will be added to the draft. Nothing is collected before the source is saved. */
export function NodePicker(props: {
  readonly draft: OpcuaDraft
  readonly target: OpcuaTarget
  readonly onAdd: (draft: OpcuaDraft) => void
  readonly onClose: () => void
}) {
  const { draft, onClose } = props
  const [target] = useState(props.target)
  const [tree] = useState(() => new NodeTree((nodeId) => request('opcua.browse', { target, nodeId })))
  useSyncExternalStore(tree.subscribe, tree.rows)
  const looking = useLooking(tree)
  const [side, setSide] = useState<'selection' | 'node'>('selection')
  const [grouping, setGrouping] = useState<Grouping>('one')
  const [typedName, setTypedName] = useState<string>()
  const [profile, setProfile] = useState('')
  const [renamed, setRenamed] = useState<ReadonlyMap<string, string>>(new Map())

  const collected = useMemo(() => collectedNodes(draft), [draft])
  const selected = tree.selected
  const fresh = selected.filter((item) => !collected.has(item.node.nodeId))
  const picked = fresh.map(asPicked)
  const deviceName = typedName ?? proposedDeviceName(picked, draft.name)
  const proposals = proposeKeys(picked, grouping, deviceName, renamed, draft.devices)
  const devices = new Set(proposals.map((proposal) => proposal.device)).size
  const incomplete = proposals.some((proposal) => proposal.key === '' || proposal.device === '')

  return (
    <Modal
      opened
      onClose={onClose}
      size="min(1280px, 96vw)"
      title={text.title(draft.name)}
      closeButtonProps={{ 'aria-label': frameText.close }}
      classNames={{ body: 'picker', content: 'picker-content' }}
    >
      <NodeFinder
        target={target}
        tree={tree}
        purpose="select"
        looked=""
        revealed={looking.revealed}
        onLook={looking.look}
        onGoTo={() => setSide('node')}
      />
      <div className="picker-side">
        <SegmentedControl
          aria-label={nodesText.picker.side}
          value={side}
          data={[
            { value: 'selection', label: nodesText.picker.selection(fresh.length) },
            { value: 'node', label: nodesText.picker.node },
          ]}
          onChange={(value) => setSide(value === 'node' ? 'node' : 'selection')}
        />
        {side === 'node' ? (
          <NodeDetailsPanel
            target={target}
            nodeId={looking.nodeId}
            onTravel={looking.look}
            onBack={looking.back}
            onReveal={looking.reveal}
            notInTree={looking.notInTree}
            actions={(details) => <AddNode details={details} tree={tree} />}
          />
        ) : (
          <NodeSelection
            target={target}
            items={fresh}
            proposals={proposals}
            alreadyCollected={selected.length - fresh.length}
            grouping={grouping}
            onGrouping={setGrouping}
            deviceName={deviceName}
            deviceNames={(draft.devices ?? []).slice(0, 50).map((device) => device.name)}
            onDeviceName={setTypedName}
            profile={profile}
            onProfile={setProfile}
            onRename={(nodeId, key) => setRenamed(new Map(renamed).set(nodeId, key))}
            onRemove={(item) => tree.select([item], false)}
          />
        )}
      </div>
      <div className="picker-actions">
        <span className="muted" role="status">
          {proposals.length > 0 ? text.summary(proposals.length, devices) : ''}
        </span>
        <Button variant="default" onClick={onClose}>
          {frameText.cancel}
        </Button>
        <Button
          disabled={proposals.length === 0 || incomplete}
          onClick={() => {
            props.onAdd(addProposals(draft, proposals, profile))
            onClose()
          }}
        >
          {text.add(proposals.length)}
        </Button>
      </div>
    </Modal>
  )
}

/** A variable that was travelled to or typed joins the selection like one of the tree. */
function AddNode({ details, tree }: { readonly details: NodeDetails; readonly tree: NodeTree }) {
  const node = variableOf(details)
  if (!node) return null
  const selected = tree.hasSelected(node.nodeId)
  return (
    <Button
      size="compact-sm"
      variant={selected ? 'default' : 'filled'}
      onClick={() => tree.toggleFound(node, pathSegments(details.path).at(-2) ?? '')}
    >
      {selected ? nodesText.details.leave : nodesText.details.add}
    </Button>
  )
}

function variableOf(details: NodeDetails): NodeRow | undefined {
  const attribute = (name: string): string => details.attributes.find((a) => a.name === name)?.value ?? ''
  if (attribute('NodeClass') !== 'Variable') return undefined
  return {
    nodeId: details.nodeId,
    displayName: attribute('DisplayName') || attribute('BrowseName'),
    browseName: attribute('BrowseName'),
    nodeClass: 'Variable',
    typeName: '',
    hasChildren: false,
  }
}

function asPicked(item: TreeItem): PickedVariable {
  return {
    nodeId: item.node.nodeId,
    name: item.node.displayName,
    folder: item.parent?.level ? item.parent.node.displayName : '',
  }
}
